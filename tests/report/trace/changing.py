"""Numbers of right reports made wrong, one at a time, as a mistake of the program would; and what becomes of each."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from siemlib.report.trace.tokens import WORDS, Kind, Token, tokens_of
from siemlib.report.trace.tracer import SAID, Subject, report_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from siemlib.report.trace.tracer import Report


class Fate(StrEnum):
    """What becomes of a sentence with a number, from the best to the worst if it is wrong."""

    REFUSED = "refused"
    AMBER = "amber"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Change:
    """One number of one sentence that was made another one. ``exhibit`` is its name."""

    exhibit: str
    part: str
    text: str
    """The sentence as it stands then."""
    token: Token
    """The number as it was."""
    written: str
    fate: Fate


def fate_of(numbers: list[dict[str, Any]]) -> Fate:
    """What these numbers do to a report; of a right one :attr:`Fate.MISSED`, which is what it is to be."""
    if any(not number["is"] and number.get("against") for number in numbers):
        return Fate.REFUSED
    return Fate.MISSED if all(number["is"] for number in numbers) else Fate.AMBER


def others(token: Token) -> Iterator[str]:
    """What may stand in the place of a number or a time: one more, one less, ten times; a minute, a second later."""
    if token.kind is Kind.TIME:
        yield from _times(token)
    elif token.kind is Kind.NUMBER:
        if token.text.lower() in WORDS:
            place = WORDS.index(token.text.lower())
            yield from (WORDS[n] for n in (place + 1, place - 1) if 0 <= n < len(WORDS))
            return
        plain = abs(token.value)
        before = token.text[: len(token.text) - len(token.text.lstrip("-+$"))]
        after = "%" if token.text.endswith("%") else ""
        for value in dict.fromkeys([plain + 1, plain - 1, plain * 10]):
            if value >= 0 and value != plain:
                comma = "," if "," in token.text or len(token.text) < len("1000") else ""
                yield f"{before}{value:{comma}.{token.digits}f}{after}"


def _times(token: Token) -> Iterator[str]:
    moment = datetime.fromtimestamp(token.value, UTC)
    for later in (timedelta(minutes=1), timedelta(seconds=1)):
        date, clock = (moment + later).strftime("%Y-%m-%d %H:%M:%S").split()
        fraction = token.text.partition(".")[2]
        clock += f".{fraction}" if fraction else ""
        whole = f"{date}{token.text[10:11]}{clock}" if len(token.text) > len("00:00:00.000000") else clock
        if len(token.text) == len("2026-03-04 00:00"):
            whole = f"{date}{token.text[10]}{clock[:5]}"
        if len(token.text) == len("2026-03-04"):
            whole = (moment + timedelta(days=1)).strftime("%Y-%m-%d")
        if whole != token.text:
            yield whole


def changes(data: Path, parameters: Mapping[str, str], *, every: int = 1) -> Iterator[Change]:
    """Every number of every sentence of the exhibits in ``data``, changed in each way, or each ``every``-th of them."""
    report, count = report_of(data, parameters), 0
    for subject in report.subjects:
        for part in SAID:
            text = str(subject.data.get(part) or "")
            for token in tokens_of(text):
                for written in others(token):
                    count += 1
                    if count % every == 0:
                        yield _changed(report, subject, part, token, written)


def _changed(report: Report, subject: Subject, part: str, token: Token, written: str) -> Change:
    text = str(subject.data[part])
    text = f"{text[: token.start]}{written}{text[token.end :]}"
    spoilt = copy.copy(subject)
    spoilt.data = {**subject.data, part: text}
    return Change(subject.name, part, text, token, written, fate_of(list(report.exhibit(spoilt, only=part))))


def as_built(data: Path, parameters: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The numbers of a right report that are not found: exhibit, number, sentence."""
    report = report_of(data, parameters)
    for subject in report.subjects:
        for number in report.exhibit(subject):
            if not number["is"]:
                yield subject.name, number, str(subject.data[number["in"]])
