"""A report as OSCAL assessment results (NIST, version 1.1.3): observations with their evidence, and no verdict.

An observation is one control as far as this report bears on it; its relevant evidence are the files of the exhibits,
with their digests in the back matter. There are no findings in the sense of OSCAL: those say that an objective is
satisfied or not, which an assessor decides. Format: https://pages.nist.gov/OSCAL/resources/concepts/layer/assessment/
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from siemlib import __version__
from siemlib.evidence.visible import visible
from siemlib.report.controls.evidenced import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from siemlib.report.controls.evidenced import Evidenced
    from siemlib.report.page import Page

FILE = "oscal-assessment-results.json"
VERSION = "1.1.3"
_SPACE = uuid.UUID("6b0ad9f3-6d1c-5c0e-9a55-0f4f4f0f8a51")
"""The name space of our identifiers; the same report has the same ones whenever it is built."""
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "json": "application/json"}


def write_oscal(page: Page, controls: Sequence[Evidenced], digests: Mapping[str, str], data: Path) -> None:
    """Write the document; ``digests`` are the SHA-256 of the files beside the page, by their paths from it."""
    text = json.dumps(oscal_document(page, controls, digests), indent=1, ensure_ascii=False)
    (data / FILE).write_text(text + "\n", encoding="utf-8", errors="surrogatepass", newline="\n")


def oscal_document(page: Page, controls: Sequence[Evidenced], digests: Mapping[str, str]) -> dict[str, Any]:
    """The document as JSON values."""
    names = _Names(page.about.identifier)
    files = _files(page, digests)
    return {
        "assessment-results": {
            "uuid": names.of("document"),
            "metadata": {
                "title": _line(f"{page.title} ({page.about.identifier})"),
                "last-modified": page.about.built,
                "version": _line(page.about.built),
                "oscal-version": VERSION,
                "remarks": _line(f"Made by siemlib {__version__} from the exhibits of one report."),
            },
            "import-ap": {
                "href": f"#{names.of('plan')}",
                "remarks": "No assessment plan: the questions are those of the notebook.",
            },
            "results": [_result(page, controls, files, names)],
            "back-matter": {
                "resources": [
                    {
                        "uuid": names.of("plan"),
                        "title": "The notebook, as it was executed",
                        "rlinks": [{"href": "notebook.ipynb", "media-type": "application/x-ipynb+json"}],
                    },
                    *(_resource(path, digest, names) for path, digest in files.items()),
                ]
            },
        }
    }


class _Names:
    """Identifiers that stand for the same thing in each build of one report."""

    def __init__(self, report: str) -> None:
        self._report = report

    def of(self, thing: str) -> str:
        return str(uuid.uuid5(_SPACE, f"{self._report}\n{thing}"))


def _line(text: str) -> str:
    """Text as a ``string`` of OSCAL: not empty, of one line, without blanks around it."""
    return " ".join(visible(text, keep="").split()) or "-"


def _files(page: Page, digests: Mapping[str, str]) -> dict[str, str]:
    """The data files of the exhibits, in their order."""
    paths = (path for exhibit in page.record.exhibits for path in exhibit.files.values())
    return {path: digests[path] for path in paths if path in digests}


def _result(page: Page, controls: Sequence[Evidenced], files: Mapping[str, str], names: _Names) -> dict[str, Any]:
    props = [{"name": "status", "value": _line(page.status.value), "remarks": "How complete the report is."}]
    if page.record.case:
        span = page.record.case["timespan"]
        props += [{"name": f"period-{edge}", "value": span[edge]} for edge in ("start", "end")]
    return {
        "uuid": names.of("result"),
        "title": _line(page.title),
        "description": _line(" ".join(page.lines) or "The report gave no answer."),
        "start": page.about.built,
        "props": props,
        "reviewed-controls": {
            "control-selections": [
                {"include-controls": [{"control-id": control.oscal_id} for control in controls]},
            ]
        },
        "observations": [_observation(page, control, files, names) for control in controls],
    }


def _observation(page: Page, control: Evidenced, files: Mapping[str, str], names: _Names) -> dict[str, Any]:
    found: dict[str, Any] = {
        "uuid": names.of(f"observation {control.id}"),
        "title": _line(f"{control.id} {control.title}"),
        "description": _line(" ".join(_sentences(control))),
        "props": [
            {"name": "control-id", "value": control.oscal_id},
            {"name": "evidence", "value": control.state.value},
        ],
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
        "collected": page.about.built,
    }
    evidence = list(_evidence(page, control, files, names))
    return found | ({"relevant-evidence": evidence} if evidence else {})


def _sentences(control: Evidenced) -> Iterable[str]:
    if control.state is State.NOT_HERE:
        yield "Not evidenced here."
    for shows, no, pieces in control.bearings:
        titles = ", ".join(f"{piece.code} {piece.title}".strip() for piece in pieces)
        yield f"{titles}: {shows}. Not: {no}."


def _evidence(page: Page, control: Evidenced, files: Mapping[str, str], names: _Names) -> Iterable[dict[str, Any]]:
    by_code = {exhibit.code: exhibit for exhibit in page.record.exhibits}
    told: set[str] = set()
    for piece in control.pieces:
        if piece.code in by_code and piece.code not in told:
            told.add(piece.code)
            path = by_code[piece.code].files["parquet"]
            href = f"#{names.of(path)}" if path in files else path
            words = f"{piece.code} {piece.title}: {piece.state.value}"
            yield {"href": href, "description": _line(words)}


def _resource(path: str, digest: str, names: _Names) -> dict[str, Any]:
    return {
        "uuid": names.of(path),
        "title": _line(path),
        "rlinks": [
            {
                "href": path,
                "media-type": _MEDIA.get(path.rsplit(".", 1)[-1], "application/octet-stream"),
                "hashes": [{"algorithm": "SHA-256", "value": digest}],
            }
        ],
    }
