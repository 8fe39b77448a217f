"""Whether the record of one run agrees with itself, with the rows that are kept beside it, and with its answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.digest import ROWS_FORM
from siemlib.evidence.question import question_id
from siemlib.evidence.rows import PACKED, SUFFIX
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.evidence.documents import Document
    from siemlib.evidence.sums import Sums

_AGAIN = re.compile(r"-[2-9]|-[1-9][0-9]{1,5}")
_STATES = list(Completeness)


def check_run(data: Path, run: Document, sums: Sums) -> Iterator[str]:
    """What does not agree, as sentences. Raises EvidenceError for a record that lacks what every run has."""
    name, run_id = run.name, run.text("id")
    if name != f"runs/{run_id}.json":
        yield f"{name} calls itself {run_id}"
        return
    if not _is_named(run, run_id):
        yield f"{name}: its id is not that of what was asked"
    if run.text("rows_form") != ROWS_FORM:
        yield f"{name}: its rows are in another form than this program knows"
        return
    if run.text("rows_file") not in (f"runs/{run_id}{SUFFIX}", f"runs/{run_id}{PACKED}"):
        yield f"{name}: its rows are not where those of a run are kept"
        return
    yield from _rows(data, run, sums)
    started, finished = run.text("started"), run.text("finished")
    if finished < started:
        yield f"{name} was finished before it was started"
    if "certificate" in run.members:
        yield from _certificate(data, run)


def _is_named(run: Document, run_id: str) -> bool:
    """Whether the id is the digest of the question."""
    run.text("query"), run.take("parameters", dict), run.take("every_row", bool), run.take("timespan", dict)
    try:
        question = question_id(run.members)
    except (KeyError, TypeError, RecursionError):
        raise EvidenceError(f"{run.name}: what was asked cannot be read") from None
    return run_id == question or (run_id.startswith(question) and bool(_AGAIN.fullmatch(run_id[len(question) :])))


def _rows(data: Path, run: Document, sums: Sums) -> Iterator[str]:
    told, most, rows = run.part("statistics").number("rows"), run.number("rows_bytes"), run.text("rows_file")
    try:
        held = sums.rows(data / rows, most)
    except OSError as error:
        yield f"{rows} cannot be read: {error.strerror}"
        return
    except EvidenceError as error:
        yield f"{rows}: {error.message}"
        return
    if held.sha256 != run.text("rows_sha256"):
        yield f"{rows} has not the digest that the record of its run tells"
    elif (held.rows, held.bytes) != (told, most):
        yield f"{rows} holds {held.rows:,} rows in {held.bytes:,} bytes; its record tells of {told:,} in {most:,}"


def _certificate(data: Path, run: Document) -> Iterator[str]:
    """A live run is no more complete than its certificate, and the answers that this names are there."""
    certificate = run.part("certificate")
    told, vouched = run.text("completeness"), certificate.text("completeness")
    if told not in _STATES or vouched not in _STATES or _STATES.index(told) < _STATES.index(vouched):  # type: ignore[arg-type]
        yield f"{run.name} is called {told}, but its certificate says {vouched}"
    slices = certificate.parts("slices")
    if run.texts("query_ids") != [each.text("query_id") for each in slices]:
        yield f"{run.name}: its query ids are not those of its certificate"
    answers = run.part("answers")
    wanted = {each.text("evidence") for each in slices} - {""}
    if wanted - set(answers.members):
        yield f"{run.name}: the answers of some of its queries are not named"
    for asking in answers.members:
        for file in answers.texts(asking):
            if not file.startswith(f"spool/{asking}/") or ".." in file or not (data / file).is_file():
                yield f"{run.name} rests on {file}, which is not there"
