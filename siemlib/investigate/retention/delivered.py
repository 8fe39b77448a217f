"""Were CloudTrail's log files delivered whole, and are they unchanged? What its digest files say, trail by trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.case.integrity import SOURCE, integrity
from siemlib.evidence.cloudtrail.logs import State
from siemlib.evidence.cloudtrail.verdict import Verdict
from siemlib.investigate.ask import not_held, searched, typed
from siemlib.investigate.retention.held import by_group
from siemlib.investigate.words import count, names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siemlib.case import Case
    from siemlib.case.integrity import Integrity
    from siemlib.evidence.cloudtrail.check import Checked, TrailResult

_TRAILS = {
    "trail": "text",
    "account": "text",
    "Region": "text",
    "kind": "text",
    "from": "time",
    "to": "time",
    "verdict": "text",
    "digest files": "count",
    "digest files valid": "count",
    "gaps": "count",
    "log files": "count",
    "valid": "count",
    "changed": "count",
    "missing": "count",
    "not proven": "count",
}
_FILES = {"file": "text", "what it is": "text", "verdict": "text", "why": "text", "listed by": "text"}
_WHOLE = "Were CloudTrail's log files delivered whole, and are they unchanged?"
_FAULTS = "Files of CloudTrail that are not valid, and why"


def delivered(case: Case) -> Answer:
    """Check CloudTrail's log files against its digest files: one row for each trail and Region.

    Columns: ``trail``, ``account``, ``Region``, ``kind`` (standard, backfill), ``from`` and ``to`` (when what it lists
    was delivered), ``verdict`` (valid, not proven, wrong), ``digest files`` and how many of them are valid, ``gaps``
    (where the chain breaks or does not reach), ``log files`` that they list, and how many of these are ``valid``,
    ``changed``, ``missing`` and ``not proven``. Digest files are looked at that may list events of the timespan.
    """
    name = "delivered"
    if not case.log_groups(SOURCE):
        return not_held(name, _WHOLE, SOURCE, _TRAILS)
    found = integrity(case)
    if found.checked is None or not found.checked.trails:
        return Answer(name, _WHOLE, typed([], _TRAILS), " ".join(found.sentences), "no digest file.", ())
    frame = typed((_trail(trail) for trail in found.checked.trails), _TRAILS)
    return _answer(case, name, _WHOLE, frame, _reading(found.checked, frame), found)


def not_valid(case: Case) -> Answer:
    """Name each file of CloudTrail's that is not proven to be as it was delivered, the worst first.

    Columns: ``file``, ``what it is`` (digest file, log file), ``verdict``, ``why``, ``listed by`` (a digest file).
    """
    name = "not-valid"
    if not case.log_groups(SOURCE):
        return not_held(name, _FAULTS, SOURCE, _FILES)
    found = integrity(case)
    if found.checked is None or not (found.checked.trails or found.checked.broken):
        return Answer(name, _FAULTS, typed([], _FILES), found.sentences[0], "no digest file.", ())
    rows = sorted(_files(found.checked), key=lambda row: row[2] in _UNPROVEN)
    frame = typed(rows, _FILES)
    reading = "Every digest file and every log file is as CloudTrail delivered it."
    if rows:
        wrong = [str(row[0]) for row in rows if row[2] not in _UNPROVEN]
        reading = f"{count(len(frame), 'file')} {'is' if len(frame) == 1 else 'are'} not proven to be as delivered."
        reading += f" Wrong: {names(wrong)}." if wrong else " None of them is wrong."
    return _answer(case, name, _FAULTS, frame, reading, found)


_UNPROVEN = frozenset({Verdict.UNPROVEN.value, State.UNLISTED.value})


def _answer(case: Case, name: str, title: str, frame: pd.DataFrame, reading: str, found: Integrity) -> Answer:  # noqa: PLR0913, PLR0917 - all of an answer
    # What was checked stands beside a count of the events, so that the two can be compared.
    counted = by_group(case)
    asked = searched(case, case.log_groups(SOURCE), "events of any kind; the files are those that the archive keeps")
    return Answer(name, title, frame, reading, asked, (counted.run,), found.caveat)


def _trail(result: TrailResult) -> Sequence[object]:
    logs = [log.state for log in result.logs]
    return (
        result.trail.name,
        result.trail.account,
        result.trail.region,
        "backfill" if result.trail.backfill else "standard",
        pd.Timestamp(result.first),
        pd.Timestamp(result.last),
        result.verdict.value,
        len(result.digests),
        sum(each.verdict is Verdict.VALID for each in result.digests),
        len(result.gaps),
        len(logs),
        *(logs.count(state) for state in (State.VALID, State.CHANGED, State.MISSING, State.UNPROVEN)),
    )


def _files(checked: Checked) -> Iterator[tuple[str, str, str, str, str | None]]:
    for trail in checked.trails:
        for each in trail.digests:
            if each.verdict is not Verdict.VALID:
                yield each.digest.name, "digest file", each.verdict.value, each.why, None
        for gap in trail.gaps:
            yield str(trail.trail), "chain", gap.verdict.value, gap.sentence, None
        for log in trail.logs:
            if log.state is not State.VALID:
                yield log.name, "log file", log.state.value, log.why, log.digest
    for name, why in checked.broken:
        yield name, "digest file", Verdict.WRONG.value, why, None
    for log in checked.unlisted:
        yield log.name, "log file", log.state.value, log.why, None


def _reading(checked: Checked, frame: pd.DataFrame) -> str:
    total = {name: int(frame[name].sum()) for name in _TRAILS if _TRAILS[name] == "count"}
    sentences = [
        (
            f"{checked.verdict.value.capitalize()}: {total['digest files valid']:,} of"
            f" {count(total['digest files'], 'digest file')} and {total['valid']:,} of"
            f" {count(total['log files'], 'log file')} are as CloudTrail delivered them."
        )
    ]
    if wrong := total["changed"] + total["missing"]:
        sentences.append(
            f"{count(wrong, 'log file')} {'is' if wrong == 1 else 'are'} not: {total['changed']:,} changed,"
            f" {total['missing']:,} missing."
        )
    if total["not proven"]:
        sentences.append(f"Of {total['not proven']:,} it is not proven.")
    if breaks := total["gaps"]:
        sentences.append(f"{count(breaks, 'gap')} in what the digest files cover.")
    if checked.unlisted:
        sentences.append(f"{count(len(checked.unlisted), 'log file')} of the archive no digest file lists.")
    if checked.keys is None:
        sentences.append("Without public keys of CloudTrail no signature was checked.")
    return " ".join(sentences)
