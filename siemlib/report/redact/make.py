"""Making the copy: record, rows and exhibits with pseudonyms, their digests anew, and the page rendered again.

Nothing in the copy is of the time when it was made, so that whoever has the original and the key makes the same one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import nbformat

from siemlib.case.record import SOURCES
from siemlib.errors import EvidenceError
from siemlib.evidence import custody
from siemlib.evidence.building import NAMED, write_build
from siemlib.evidence.chain import REDACTED, digest_of
from siemlib.evidence.manifest import IDENTIFIER, PAYLOAD, read_info, write_bag
from siemlib.evidence.paging import ASSETS, asset_of
from siemlib.evidence.redact import Redactor
from siemlib.evidence.seal_files import read_plan
from siemlib.report.assets import payload_digests
from siemlib.report.controls.evidenced import controls_of, write_controls
from siemlib.report.controls.oscal import write_oscal
from siemlib.report.page import About, make_page
from siemlib.report.record import read_record
from siemlib.report.redact import documents
from siemlib.report.redact.internal import conditions, internal, networks_digest
from siemlib.report.redact.names import Named, named_in
from siemlib.report.redact.numbers import redact_numbers
from siemlib.report.redact.tables import Ids, redact_exhibit, redact_run, write
from siemlib.report.redacted import NETWORKS, Redacted
from siemlib.report.render import Making, render_report
from siemlib.report.summary import FILE, Status, Summary, read_summary

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.evidence.seal_files import SealPlan
    from siemlib.model.inventory import Inventory

_BAGGED = "Bagging-Date"
_PDF, _SPOOL, _SQL = "report.pdf", "spool", "the SQL of queries"


@dataclass(frozen=True, slots=True)
class _Copy:
    """The copy in the making."""

    original: Path
    data: Path
    redactor: Redactor
    named: Named
    ids: Ids

    def text(self, text: str) -> str:
        return self.ids.text(self.redactor.text(text))

    def document(self, name: str, left: frozenset[str]) -> None:
        """One document, with the members in ``left`` as they are."""
        told = json.loads((self.original / PAYLOAD / name).read_bytes())
        value = self.ids.within(documents.walk(told, self.text, left))
        if "numbers" in told:
            value["numbers"] = redact_numbers(told, self.text)
        write(self.data / name, value)


def redacted_copy(original: Path, below: Path, key: bytes, inventory: Inventory, plan: SealPlan | None) -> Path:
    """Write the redacted copy of a report into a new folder in ``below``, with its asset beside it; give the folder.

    ``plan`` is how it will be sealed. The original must verify; see :func:`siemlib.evidence.verify.verify_report`.
    Raises EvidenceError for a report that failed or was refused, or is itself a copy.
    """
    summary = read_summary(original / PAYLOAD / FILE)
    if summary is None or summary.status in (Status.FAILED, Status.REFUSED):
        raise EvidenceError(f"{original.name} is no whole report, and none is made of it")
    tags = dict(read_info(original))
    if REDACTED in tags:
        raise EvidenceError(f"{original.name} is a redacted copy itself")
    named = named_in(original / PAYLOAD, summary.parameters)
    redactor = Redactor(key, named.users, internal(inventory), conditions(inventory))
    folder = below / redactor.text(_name(original, summary))
    data = folder / PAYLOAD
    data.mkdir(parents=True)
    copy = _Copy(original, data, redactor, named, Ids())
    _record(copy)
    _page(copy, summary, plan)
    _asset(original, below)
    write_build(data)
    info = {
        IDENTIFIER: redactor.text(tags.get(IDENTIFIER, "")),
        **NAMED,
        REDACTED: digest_of(original),
        NETWORKS: networks_digest(key, inventory),
    }
    write_bag(folder, day=date.fromisoformat(tags[_BAGGED]), info=info)
    return folder


def _name(original: Path, summary: Summary) -> str:
    """The report's own name. What else is in that of the original's folder may tell of its subject.

    That holds the parameters, cut to a length, or a digest of them without any key: whoever has the copy could try out
    names until one gives the same digest.
    """
    return summary.name if original.name == summary.name else f"{summary.name}-{digest_of(original)[:8]}"


def _record(copy: _Copy) -> None:
    source = copy.original / PAYLOAD
    for path in sorted(source.glob("runs/*.json")):
        redact_run(path, copy.data, copy.redactor.text, copy.ids)
    for path in sorted(source.glob("exhibits/E*.json")):
        if not path.name.endswith(".figure.json"):
            redact_exhibit(path, copy.data, copy.text, copy.ids)
    for folder, left in (("sections", documents.SECTION), ("findings", documents.FINDING)):
        for path in sorted(source.glob(f"{folder}/*.json")):
            copy.document(f"{folder}/{path.name}", left)
    for name, left in (("case.json", documents.CASE), ("origin.json", documents.ORIGIN)):
        if (source / name).is_file():
            copy.document(name, left)
    listed = source / SOURCES
    if listed.is_file():
        lines = (line.partition("  ") for line in listed.read_text("utf-8").splitlines())
        text = "".join(f"{digest}  {copy.text(name)}\n" for digest, _, name in lines)
        (copy.data / SOURCES).write_text(text, encoding="utf-8", newline="\n")
    _custody(copy)


def _custody(copy: _Copy) -> None:
    """The log of the original, each line following from the one before again, and a line on the copy."""
    entries = custody.readable(copy.original / PAYLOAD / "custody.jsonl")
    origin = digest_of(copy.original)
    entries.append(
        {
            "who": "siem",
            "what": f"made a redacted copy of the report with the tag manifest {origin}",
            "why": "redaction",
        }
    )
    previous, lines = "0" * 64, []
    for number, entry in enumerate(entries, start=1):
        told = documents.walk(entry, copy.text, documents.ENTRY) | {"sequence": number, "previous": previous}
        line = json.dumps(told, ensure_ascii=False)
        previous = hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()
        lines.append(line)
    (copy.data / "custody.jsonl").write_text("\n".join(lines) + "\n", "utf-8", "surrogatepass", "\n")


def _page(copy: _Copy, summary: Summary, plan: SealPlan | None) -> None:
    source = copy.original / PAYLOAD
    executed = nbformat.read(source / "notebook.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    documents.notebook(executed, copy.text)
    nbformat.write(executed, copy.data / "notebook.ipynb")  # type: ignore[no-untyped-call]
    parameters = {name: copy.text(value) for name, value in summary.parameters.items()}
    about = About(summary.name, summary.date, summary.built, parameters)
    page = replace(make_page(executed, read_record(copy.data), None, about), seal=plan)
    page = replace(page, redacted=_told(copy, summary.engine), controls=controls_of(page))
    write_controls(page.controls, copy.data)
    write_oscal(page, page.controls, payload_digests(copy.data), copy.data)
    asset = asset_of(copy.original)
    making = Making(asset, alone=page.has_charts and asset is None, digests=payload_digests(copy.data))
    (copy.data / "report.html").write_text(render_report(page, making), encoding="utf-8", newline="\n")
    answer = tuple(copy.text(line) for line in summary.answer)
    told = summary.model_copy(
        update={
            "title": copy.text(summary.title),
            "parameters": parameters,
            "engine": documents.walk({"engine": summary.engine}, copy.text, frozenset())["engine"],
            "answer": answer,
            "seal": plan.as_json() if plan else None,
            "asset": asdict(asset) if asset else None,
        }
    )
    (copy.data / FILE).write_text(told.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _told(copy: _Copy, engine: str) -> Redacted:
    source, met = copy.original / PAYLOAD, copy.redactor.addresses.values()
    hosts = sum(each.startswith("host-") for each in met)
    left_out = [name for name in (_PDF, _SPOOL) if (source / name).exists()]
    left_out += [_SQL] if engine.startswith("local:") else []
    plan = read_plan(copy.original)
    return Redacted(
        digest_of(copy.original),
        users=len(copy.redactor.users),
        addresses=hosts,
        keys=len(met) - hosts,
        kept=tuple(sorted(copy.named.kept)),
        signed=plan.fingerprint if plan else "",
        left_out=tuple(left_out),
    )


def _asset(original: Path, below: Path) -> None:
    """The script of the charts, where it is beside the original."""
    asset = asset_of(original)
    if asset and asset.path(original).is_file() and not asset.path(original).is_symlink():
        (below / ASSETS).mkdir(exist_ok=True)
        shutil.copyfile(asset.path(original), below / ASSETS / asset.name)
