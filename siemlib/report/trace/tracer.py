"""Every number of every sentence of a report, with where it comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from siemlib.charts.traced import TRACED as OF_CHARTS
from siemlib.investigate.traced import TRACED as OF_READINGS
from siemlib.model.traced import How, Traced
from siemlib.report.trace.context import Context, context_of
from siemlib.report.trace.declared import decided, holds, places, said
from siemlib.report.trace.figure import tables_of_figure
from siemlib.report.trace.runs import read_runs, table_of_run
from siemlib.report.trace.search import Sentence
from siemlib.report.trace.table import Table, columns_of, read_table, rows_of
from siemlib.report.trace.tokens import Kind, Token, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from siemlib.report.trace.masks import Said

SAID = ("reading", "sentence", "caveat")
"""What of an exhibit's record are sentences."""
RUN, FIGURE = "run", "figure"
"""What a rule calls the rows of the runs of an exhibit, and the marks of its chart."""


@dataclass(frozen=True, slots=True)
class Number:
    """A token with its origin: ``says`` is empty where none was found.

    ``against`` is what it disagrees with, where what it counts is known and is another number: that is wrong. Of one
    without either it is not known where it is from; it may be right, in words that no search understands.
    """

    token: Token
    says: str = ""
    of: str = ""
    against: str = ""

    def record(self, part: str) -> dict[str, Any]:
        """As the record of the exhibit keeps it."""
        span = [self.token.start, self.token.end]
        wrong = {"against": self.against} if self.against else {}
        return {"in": part, "text": self.token.text, "span": span, "is": self.says, "of": self.of} | wrong


class Subject:
    """One exhibit, with the tables that its sentences may be about, each read when it is first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data: dict[str, Any] = json.loads(path.read_text("utf-8"))
        self.code, self.name = str(self.data["id"]), str(self.data["name"])
        self.runs = frozenset(self.data["runs"])

    @cached_property
    def table(self) -> Table:
        """Its data."""
        return read_table(self.code, self.path.with_suffix(".parquet"))

    @cached_property
    def foreign(self) -> bool:
        """Whether the data file is not the one that the record describes, so that no number is from it."""
        path = self.path.with_suffix(".parquet")
        columns = [column["name"] for column in self.data["columns"]]
        return (columns_of(path), rows_of(path)) != (columns, self.data["rows"])

    @cached_property
    def figure(self) -> list[Table]:
        """The marks of its chart."""
        path = self.path.with_suffix(".figure.json")
        return list(tables_of_figure(self.code, json.loads(path.read_text("utf-8")))) if path.is_file() else []


@dataclass(frozen=True, eq=False)
class About:
    """What one sentence is about. ``name`` is that of its exhibit."""

    name: str
    context: Context
    rules: Sequence[Traced]
    near: Callable[[], Iterator[tuple[Table, bool]]]
    """Its own tables first, then those that share a run with them; and which of the two each is."""
    every: Callable[[], Iterator[Table]]
    """Those of the whole report: a name may stand in any."""
    named: Callable[[str], Iterable[Table]]
    """The tables of an exhibit by its name, or of its runs."""
    laid_down: bool = False
    """Whether there are rules for its numbers, so that only these say which is wrong."""


def numbers_of(text: str, about: About) -> list[Number]:
    """Every token of a text with its origin: as a rule lays it down, else by what is known, else found in a table."""
    tokens = tokens_of(text)
    found = _doubted(text, _by_rules(text, tokens, about), about)
    for token in tokens:
        if token not in found and (known := about.context.find(text, token)):
            found[token] = Number(token, known.says, known.of)
    _search(text, tokens, about, found)
    found = _not_shown(text, tokens, about) | found
    missing = [token for token in tokens if token not in found]
    against = {} if about.laid_down else _against(text, missing, about)
    return [found.get(token) or Number(token, against=against.get(token, "")) for token in tokens]


def contradictions(text: str, *abouts: About) -> list[Number]:
    """The numbers of a text of the table itself, in which any search would find them, that rules count otherwise."""
    found = (number for about in abouts for number in _by_rules(text, tokens_of(text), about).values())
    return [number for number in found if number.against]


def _doubted(text: str, found: dict[Token, Number], about: About) -> dict[Token, Number]:
    """Leave it open where a rule and a number disagree, and the search finds that very number in the same exhibit.

    Either may be wrong then: the sentence, or the rule, in data of which nobody thought.
    """
    wrong = [token for token, number in found.items() if number.against]
    for table, own in about.near() if wrong else ():
        sentence = Sentence(text, table, own=own) if own else None
        found |= {token: Number(token) for token in wrong if sentence and sentence.tell(token)}
    return found


def _not_shown(text: str, tokens: Sequence[Token], about: About) -> dict[Token, Number]:
    """Numbers that by a rule are of an exhibit which this report does not show: of a first look that stands alone."""
    found: dict[Token, Number] = {}
    for rule in about.rules:
        elsewhere = rule.exhibit and about.name in rule.within.split("|") and not any(about.named(rule.exhibit))
        for match in places(rule, text) if elsewhere else ():
            said_ = said(match, tokens)
            words = f"{rule.words}, of {rule.exhibit}, which is not shown"
            found |= {token: Number(token, words, "given") for token in (decided(rule, said_) if said_ else ())}
    return found


def _against(text: str, missing: Sequence[Token], about: About) -> dict[Token, str]:
    """Of numbers that were not found those that say of what they are: their next word is a column of their own table.

    ``13 users`` beside a table of users is wrong where nothing in it comes to 13.
    """
    found: dict[Token, str] = {}
    for table, own in about.near() if missing else ():
        sentence = Sentence(text, table, own=own) if own and not table.drawn else None
        for token in missing if sentence else ():
            column = sentence.counted(token) if sentence and token.kind is Kind.NUMBER else None
            if sentence and column and token not in found and not sentence.find(token):
                found[token] = f"nothing in {column.name} of {table.name}"
    return found


def _search(text: str, tokens: Sequence[Token], about: About, found: dict[Token, Number]) -> None:
    """Look in one table after the other for what is missing; at last, whether another exhibit says it alike."""
    for table, own in about.near() if len(found) < len(tokens) else ():
        sentence = Sentence(text, table, own=own)
        for token in tokens:
            if token not in found and (derived := sentence.tell(token)):
                found[token] = Number(token, derived.says, derived.of)
        _added(tokens, found)
        if len(found) == len(tokens):
            return
    for table in about.every() if len(found) < len(tokens) else ():
        sentence = Sentence(text, table, own=False)
        for token in tokens:
            look = sentence.find if token.kind is Kind.NAME else sentence.repeated
            if token not in found and (derived := look(token)):
                found[token] = Number(token, derived.says, derived.of)


def _by_rules(text: str, tokens: Sequence[Token], about: About) -> dict[Token, Number]:
    """What rules lay down. Where the count is another one than the sentence says, the number is from nowhere.

    The first rule for a number decides; of several with the very same words one must be right.
    """
    found: dict[Token, Number] = {}
    wrong: dict[Token, str] = {}
    for rule in about.rules:
        if rule.within and about.name not in rule.within.split("|"):
            continue
        for match in places(rule, text):
            if rule.how is How.GIVEN:
                inside = (token for token in tokens if match.start() <= token.start and token.end <= match.end())
                found.update((token, Number(token, rule.words, "given")) for token in inside)
            elif (said_ := said(match, tokens)) is not None:
                spans = [
                    match.span(name) for name in "wxyz" if any(f"{{{name}}}" in value for _, _, value in rule.where)
                ]
                told = _counted(rule, said_, text, about, spans)
                open_ = {token for token in told if token not in found or wrong.get(token) == rule.says}
                found |= {token: number for token, number in told.items() if token in open_}
                wrong |= {token: rule.says for token in open_ if told[token].against}
    return found


def _counted(
    rule: Traced, said_: Said, text: str, about: About, spans: Sequence[tuple[int, int]]
) -> dict[Token, Number]:
    """``spans`` are where the words name a value, which the rule has found there: a user may be called 123."""
    if rule.how is How.PARAMETER:
        return _parameter(rule, said_, about)
    said_ = {**about.context.subject, **said_}
    if any(value in {"{ip}", "{user}"} and value[1:-1] not in said_ for _, _, value in rule.where):
        return {}
    answers = [(table, holds(rule, said_, table, text, about.context.period)) for table in about.named(rule.exhibit)]
    told = [(table, answer) for table, answer in answers if answer is not None]
    if not told:
        return {}
    named = [token for token in tokens_of(text) if any(start <= token.start < end for start, end in spans)]
    right = next((table for table, answer in told if answer), None)
    if right is None:
        against = f"{rule.words}, of {told[0][0].name}"
        return {token: Number(token, against=against) for token in [*named, *decided(rule, said_)]}
    return {
        **{token: Number(token, "named there", right.name) for token in named},
        **{token: Number(token, rule.words, right.name) for token in decided(rule, said_)},
    }


def _parameter(rule: Traced, said_: Said, about: About) -> dict[Token, Number]:
    value = about.context.given.get(rule.column)
    if value is None:
        return {}
    right, words = f"parameter {rule.column}", f"parameter {rule.column}, which is {value:g}"
    return {
        token: Number(token, right, "report") if token.value == value else Number(token, against=words)
        for token in decided(rule, said_)
    }


def _foreign(text: str) -> list[Number]:
    return [Number(token, against="the data file, which is not the one that was recorded") for token in tokens_of(text)]


def _added(tokens: Sequence[Token], found: dict[Token, Number]) -> None:
    """Totals of the two numbers that follow them, both counted: ``28 calls: 14 succeeded, 14 failed``."""
    numbers = [token for token in tokens if token.kind is Kind.NUMBER]
    for place, token in enumerate(numbers):
        if token in found:
            continue
        for one, other in pairwise(numbers[place + 1 : place + 4]):
            both = [found[each] for each in (one, other) if each in found]
            summed = len(both) == 2 and all(str(How.SUM) in each.says for each in both)  # noqa: PLR2004 - a pair
            if summed and one.value + other.value == token.value:
                found[token] = Number(token, f"{one.text} and {other.text}, added", both[0].of)


DECLARED = frozenset(name for rule in (*OF_READINGS, *OF_CHARTS) for name in rule.within.split("|") if name)
"""The exhibits whose numbers are laid down."""


def write_numbers(data: Path, parameters: Mapping[str, str]) -> None:
    """Add to the record of each exhibit and finding in ``data`` where every number of its sentences is from.

    ``numbers`` is a list of ``{in, text, span, is, of}``: in which sentence, which characters of it, how the number
    follows, and from what: an exhibit (``E06``), a run (``R03``), the ``case``, the ``report``, or ``given`` for what
    is no result. ``is`` is empty where it follows from nothing; ``against`` says with what it disagrees, if that is
    known.
    """
    for path, numbers in trace(data, parameters).items():
        record = json.loads(path.read_text("utf-8")) | {"numbers": numbers}
        text = json.dumps(record, indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8", errors="surrogatepass")


def trace(data: Path, parameters: Mapping[str, str]) -> dict[Path, list[dict[str, Any]]]:
    """The same, by the file of each exhibit and finding."""
    report = report_of(data, parameters)
    found = {subject.path: list(report.exhibit(subject)) for subject in report.subjects}
    for path in sorted(data.glob("findings/F*.json")):
        found[path] = list(report.finding(json.loads(path.read_text("utf-8"))))
    return found


def report_of(data: Path, parameters: Mapping[str, str]) -> Report:
    """What is to be traced of the record in ``data``."""
    paths = sorted(data.glob("exhibits/E*.json"))
    subjects = [Subject(path) for path in paths if not path.name.endswith(".figure.json")]
    return Report(data, context_of(data, parameters), read_runs(data), subjects)


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that a sentence may be about."""

    data: Path
    context: Context
    runs: Mapping[str, Mapping[str, Any]]
    subjects: Sequence[Subject]

    def exhibit(self, subject: Subject, only: str = "") -> Iterator[dict[str, Any]]:
        """The numbers of an exhibit's sentences, or of ``only`` one."""
        for part in [only] if only else SAID:
            if text := subject.data.get(part):
                about = self._about(subject.name, [subject], subject.data, figure=part == "sentence")
                found = _foreign(text) if subject.foreign else numbers_of(text, about)
                yield from (number.record(part) for number in found)

    def finding(self, data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The numbers of a claim and of the facts on either side; first of the exhibits that it names."""
        own = [subject for subject in self.subjects if subject.code in data["exhibits"]]
        about = self._about("", own, data, figure=False)
        said = [("claim", data["claim"])]
        said += [(f"{side} {n}", text) for side in ("for", "against") for n, text in enumerate(data[side], start=1)]
        for part, text in said:
            yield from (number.record(part) for number in numbers_of(text, about))

    def about(self, subject: Subject) -> About:
        """What the words of an exhibit are about."""
        return self._about(subject.name, [subject], subject.data, figure=False)

    def _about(self, name: str, own: Sequence[Subject], data: Mapping[str, Any], *, figure: bool) -> About:
        runs = [self.runs[run] for run in data["runs"] if run in self.runs]
        shared = frozenset(data["runs"])
        others = [other for other in self.subjects if other not in own and shared & other.runs and not other.foreign]
        declared = [Traced(phrase, why=why) for phrase, why in data.get("given", {}).items()]

        def near() -> Iterator[tuple[Table, bool]]:
            for subject in own:
                yield subject.table, True
                yield from ((table, True) for table in subject.figure) if figure else ()
            yield from ((other.table, False) for other in others)
            yield from ((table, not own) for table in self._rows(runs))

        def named(exhibit: str) -> Iterable[Table]:
            if exhibit == RUN:
                return self._rows(runs)
            if exhibit == FIGURE:
                return [table for subject in own for table in subject.figure[-1:]]
            chosen = [each for each in self.subjects if each.name == exhibit] if exhibit else own
            return (subject.table for subject in chosen)

        def every() -> Iterator[Table]:
            return (subject.table for subject in self.subjects)

        rules = [*declared, *OF_READINGS, *OF_CHARTS]
        return About(name, self.context.with_runs(runs), rules, near, every, named, name in DECLARED)

    def _rows(self, runs: Iterable[Mapping[str, Any]]) -> Iterator[Table]:
        return chain.from_iterable(self._table(run) for run in runs)

    def _table(self, run: Mapping[str, Any]) -> list[Table]:
        if run["code"] not in self._kept:
            self._kept[run["code"]] = list(table_of_run(self.data, run))
        return self._kept[run["code"]]

    @cached_property
    def _kept(self) -> dict[str, list[Table]]:
        return {}
