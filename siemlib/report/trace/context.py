"""What a sentence may name that stands in no exhibit: the period, the parameters, what was asked of which logs."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from siemlib.report.trace.named import alike
from siemlib.report.trace.tokens import Kind, Token, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SECONDS = re.compile(r"1\d{9}(?:\.\d+)?")
"""An id that begins with the seconds since 1970, as that of an OSSEC alert does."""
_SHORT = re.compile(r"(\d+)(ms|s|m|h|d|w)")
_LONG = re.compile(r" (second|minute|hour|day|week)s?\b")
_BIN = re.compile(r"\bbin\(\s*(\d+)\s*(ms|s|m|h|d|w)[a-z]*\s*\)")
_EVENTS = re.compile(r" (?:of [\d,]+ )?(?:event|record|row)s?\b|(?: \([^)]*\))?, from\b")
_GROUPS = re.compile(r" log groups?\b")
_FROM = re.compile(r"from [\d,]+ of [\d,]+ event")
_NOUN = re.compile(r" [a-z]{4,}")
_NAMED = re.compile(r"\d+\.\d+|\d{5,}")
_OF_HOURS, _HOURS = re.compile(r"\d of $"), re.compile(r" hours?\b")
_MEANT = ((re.compile(r"\bclocks of two logs may differ by $"), "clock"), (re.compile(r"\bended by $"), "pause"))
"""What stands before a parameter that the words right beside it do not name."""
_CALLED, _BEGUN = re.compile(r"\b(?:names?|beside|account|links|[Nn]o event of) $"), re.compile(r":| was seen\b")
"""What stands before the name of whom a report is about, and behind it where a sentence begins with it."""
_SUBJECTS = ("parameter ip", "parameter user", "parameter addresses", "parameter users")
_MANY = 100
_ID = 12
"""Characters from which on a number may be an id."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value with where it stands in the record."""

    value: float
    says: str
    of: str


@dataclass(frozen=True, slots=True)
class Context:
    """Everything of one report, or of one exhibit of it, that is no table."""

    texts: Sequence[tuple[str, str, str]]
    """A text, what it is, and of what."""
    times: Sequence[Known]
    lengths: Sequence[Known]
    """Seconds."""
    counts: Sequence[Known]
    """Of events and rows, of the statistics of runs."""
    groups: int
    given: Mapping[str, float] = field(default_factory=dict)
    """Parameters that are numbers."""
    chosen: Mapping[str, str] = field(default_factory=dict)
    """The parameters by what stands in them, where that looks like a number and like no count: a user called 1.5."""

    @property
    def subject(self) -> dict[str, str]:
        """The address or the user that a report is about."""
        named = {"parameter ip": "ip", "parameter user": "user"}
        return {named[says]: text.strip() for text, says, of in self.texts if of == "report" and says in named}

    @property
    def period(self) -> float:
        """The length of the period of the report, in seconds."""
        return self.lengths[0].value if self.lengths else 0.0

    @property
    def hours(self) -> int:
        """How many hours of the day the period touches."""
        start, end = (known.value for known in self.times[:2]) if len(self.times) > 1 else (0.0, 0.0)
        return math.ceil(end / 3600) - math.floor(start / 3600)

    def with_runs(self, runs: Sequence[Mapping[str, Any]]) -> Context:
        """With what is known of these runs, as recorded, each with its ``code``."""
        spans = [("period", run["code"], run["timespan"]) for run in runs]
        texts = [(run[name], name, run["code"]) for run in runs for name in ("query", "id")]
        texts += [(str(v), f"parameter {name}", run["code"]) for run in runs for name, v in run["parameters"].items()]
        return replace(
            self,
            texts=[*self.texts, *texts],
            times=[*self.times, *_ends(spans)],
            lengths=[*self.lengths, *_lengths(spans), *(known for run in runs for known in _bins(run))],
            counts=[known for run in runs for known in _counts(run)],
        )

    def find(self, sentence: str, token: Token) -> Known | None:
        """Where a token stands; ``None`` where it stands nowhere."""
        if token.kind is Kind.TIME:
            return next((known for known in self.times if _same(token, known.value)), None)
        if (seconds := seconds_of(sentence, token)) is not None and (
            found := next((known for known in self.lengths if known.value == seconds), None)
        ):
            return found
        if token.kind is Kind.NUMBER and (parameter := self.chosen.get(token.text)):
            return Known(token.value, f"parameter {parameter}", "report")
        if found := self._named(sentence, token):
            return found
        if token.kind is Kind.NAME or len(token.text) >= _ID:
            named = next((Known(0, says, of) for text, says, of in self.texts if _holds(text, token.text)), None)
            if named or token.kind is Kind.NAME:
                return named
        return self._number(sentence, token)

    def _named(self, sentence: str, token: Token) -> Known | None:
        """Where a number is whom the report is about: a user may be called 5."""
        begun = token.start == 0 and _BEGUN.match(sentence, token.end)
        if not begun and not _CALLED.search(sentence, 0, token.start):
            return None
        named = (says for says in self._whom() if says[0] == token.text)
        return next((Known(token.value, says, "report") for _, says in named), None)

    def _whom(self) -> Iterator[tuple[str, str]]:
        """Everybody whom the report is about, and the parameter that says so."""
        for text, says, of in self.texts:
            if of == "report" and says in _SUBJECTS:
                yield from ((part.strip(), says) for part in text.split(","))

    def _number(self, sentence: str, token: Token) -> Known | None:
        noun = _NOUN.match(sentence, token.end)
        told_of = (
            (says, of) for text, says, of in self.texts if noun and of == "case" and _holds(text, token.text + noun[0])
        )
        if origin := next(told_of, None):
            return Known(token.value, *origin)
        if _GROUPS.match(sentence, token.end) and token.value == self.groups:
            return Known(self.groups, "log groups of the engine", "case")
        if (
            _OF_HOURS.search(sentence, 0, token.start)
            and _HOURS.match(sentence, token.end)
            and self.hours == token.value
        ):
            return Known(token.value, "hours of the day that the period touches", "case")
        told = token.value >= _MANY or _FROM.search(sentence)
        if (
            told
            and _EVENTS.match(sentence, token.end)
            and (found := next((known for known in self.counts if known.value == token.value), None))
        ):
            return found
        near = [word for word, _ in words_of(sentence[max(0, token.start - 24) : token.start])[-1:]]
        near += [word for word, _ in words_of(sentence[token.end : token.end + 24])[:1]]
        before = sentence[max(0, token.start - 40) : token.start]
        near += [word for pattern, word in _MEANT if pattern.search(before)]
        for name, value in self.given.items():
            parts = name.split("_")
            if value == token.value and any(alike(word, part) for word in near for part in parts):
                return Known(value, f"parameter {name}", "report")
        return None


def context_of(data: Path, parameters: Mapping[str, str]) -> Context:
    """What is known of the report whose record is in ``data``, whatever the exhibit."""
    path = data / "case.json"
    case: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    texts = [(value, f"parameter {name}", "report") for name, value in parameters.items()]
    texts += [(group["name"], "log group", "case") for group in case.get("log_groups", [])]
    texts += [(str(case.get(name, "")), name, "case") for name in ("title", "inventory", "engine")]
    texts += [(note, "note", "case") for note in case.get("notes", [])]
    spans = [("period", "case", case["timespan"])] if case else []
    return Context(
        texts,
        [*_ends(spans), *_ends_of_groups(case), *_times_of(parameters)],
        list(_lengths(spans)),
        [],
        len(case.get("log_groups", [])),
        {name: float(value) for name, value in parameters.items() if re.fullmatch(r"-?\d+(\.\d+)?", value)},
        {
            part: name
            for name, value in parameters.items()
            for part in re.split(r"[,\s]+", value)
            if _NAMED.fullmatch(part)
        },
    )


def _ends(spans: Sequence[tuple[str, str, Mapping[str, str]]]) -> Iterator[Known]:
    for says, of, span in spans:
        yield Known(_epoch(span["start"]), f"start of the {says}", of)
        yield Known(_epoch(span["end"]), f"end of the {says}", of)


def _lengths(spans: Sequence[tuple[str, str, Mapping[str, str]]]) -> Iterator[Known]:
    for says, of, span in spans:
        yield Known(_epoch(span["end"]) - _epoch(span["start"]), f"length of the {says}", of)


def _ends_of_groups(case: Mapping[str, Any]) -> Iterator[Known]:
    for name, outermost in (("first", min), ("last", max)):
        if times := [_epoch(group[name]) for group in case.get("log_groups", []) if group[name]]:
            yield Known(outermost(times), f"{name} event of all log groups", "case")


def _times_of(parameters: Mapping[str, str]) -> Iterator[Known]:
    for name, value in parameters.items():
        try:
            moment = float(value) if _SECONDS.fullmatch(value) else _epoch(value)
            yield Known(moment, f"parameter {name}", "report")
        except ValueError:
            continue


def _bins(run: Mapping[str, Any]) -> Iterator[Known]:
    for number, unit in _BIN.findall(run["query"]):
        yield Known(int(number) * _UNITS[unit], "bin of the query", run["code"])


def _counts(run: Mapping[str, Any]) -> Iterator[Known]:
    counts = run["statistics"]
    yield Known(counts["records_matched"], "events matched", run["code"])
    yield Known(counts["records_scanned"], "events scanned", run["code"])
    yield Known(counts["rows"], "rows", run["code"])


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _same(token: Token, value: float) -> bool:
    size = {10: 86_400, 16: 60}.get(len(token.text), 10**-token.digits)
    return bool(value // size == token.value // size)


def seconds_of(sentence: str, token: Token) -> float | None:
    """The length of time that a token is: ``10m``, ``24 hours``."""
    if token.kind is Kind.NAME:
        short = _SHORT.fullmatch(token.text)
        return int(short[1]) * _UNITS[short[2]] if short else None
    unit = _LONG.match(sentence, token.end)
    return token.value * _UNITS[unit[1][0]] if unit else None


def _holds(text: str, name: str) -> bool:
    """Whether a name stands in a text, and not within a longer one."""
    return bool(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w]|\.\d)", text))
