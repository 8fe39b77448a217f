"""The reference of the language, generated: commands from the table here, functions from the table of functions.

``make cases`` writes it into ``REFERENCE.md`` beside this file, and a test holds that it is current.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.ql.aggregates import AGGREGATES, FUNCTIONS
from siemlib.ql.functions import ADDRESSES, GENERAL, NUMBERS, TEXTS, TIMES
from siemlib.ql.parser import COMMANDS
from siemlib.ql.words import LATER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siemlib.ql.functions import Function


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One command: ``syntax`` with ``[…]`` around what may be left out; ``placement`` says where it may stand."""

    word: str
    syntax: str
    meaning: str
    placement: str = "anywhere"
    spellings: tuple[str, ...] = ()


_C = CommandRow

COMMAND_ROWS: tuple[CommandRow, ...] = (
    _C("SOURCE", "SOURCE 'group' | SOURCE logGroups(namePrefix: ['p'])", "the log groups to ask", "first"),
    _C("fields", "fields value [as name], …", "computes and shows columns; several add up"),
    _C("display", "display value [as name], …", "shows these columns and no others", "anywhere; the last one counts"),
    _C("filter", "filter condition", "keeps the rows for which it holds", spellings=("where",)),
    _C("filterIndex", "filterIndex field = value | field in [value, …]", "a filter that may use an index"),
    _C(
        "parse",
        'parse [field] "user=* ip=*" as a, b | /(?<a>…)/ [as a] [multi] | logfmt as m | csv as a, b',
        "takes new fields out of a text; what does not match is kept without them; multi: a row for each match",
    ),
    _C("json", 'json field=source "path.to[0].key" as name', "takes one value out of JSON"),
    _C(
        "sort",
        "sort value [asc|desc], …",
        "texts by runs of letters and digits, then numbers; missing values last",
        "behind the last stats, before dedup",
        ("order", "order by"),
    ),
    _C(
        "stats",
        "stats aggregate [as name], … [by value [as name], …]",
        "one row for each combination of keys",
        "at most 10",
    ),
    _C("limit", "limit [any] N", "the first rows; any: whichever", "behind the last stats"),
    _C(
        "dedup",
        "dedup field, …",
        "the first row of each combination; rows with a missing value stay",
        "only limit follows",
    ),
    _C("pattern", "pattern field", "clusters of texts that differ in their variable parts", "before sort"),
    _C("anomaly", "anomaly", "marks the patterns that are unusual", "behind pattern"),
    _C(
        "diff",
        "diff [previousDay|previousWeek|previousMonth]",
        "patterns of this span against an earlier one",
        "behind pattern",
    ),
    _C("logcompare", "logcompare timeshift 7d", "this span against one earlier by that time"),
    _C("unnest", "unnest list into name", "a row for each element of a list"),
    _C("expand", "expand field", "a row for each element of the list in a field, in its place"),
    _C(
        "lookup",
        "lookup table column [as field], … OUTPUT|OUTPUTNEW column [as field], …",
        "adds columns of a CSV table; OUTPUTNEW fills only what is missing",
    ),
    _C(
        "cidrlookup",
        "cidrlookup table field [as column] OUTPUT|OUTPUTNEW column [as field], …",
        "the same by the network that an address lies in",
    ),
    _C(
        "join",
        "join [type=inner|left] left=l right=r where l.field=r.field (SOURCE 'group' | …)",
        "rows of this query beside those of another",
        "once",
    ),
    _C(
        "appendcols",
        "appendcols [override=false] [max=10000] (SOURCE 'group' | …)",
        "columns of another query, row by row",
    ),
    _C("accum", "accum field [as name]", "the running total"),
    _C("autoregress", "autoregress field [as name] [p=1-3]", "the values of so many rows before"),
    _C(
        "filldown",
        "filldown [field … pre*]",
        "the last value before stands for a missing one; without names in every column",
    ),
    _C(
        "fillmissing",
        "fillmissing [with value for field, …]",
        "adds the rows of empty bins",
        "behind stats … by bin(…)",
    ),
    _C(
        "addtotals",
        "addtotals [fieldname=Total] [row=true] [col=false] [field, …]",
        "sums over the columns, or over the rows",
    ),
    _C(
        "outlier",
        "outlier [action=transform|remove] [param=2.5] [uselower=false] [mark=false] field …",
        "moves or removes values beyond the quartiles and so many times their distance",
    ),
    _C("sessionize", "sessionize field, … [maxspan 30m] [as name]", "numbers sessions: a longer gap begins a new one"),
    _C(
        "countFrequent",
        "countFrequent field, …",
        "counts each combination into _approxcount, most frequent first",
        spellings=("count_frequent",),
    ),
    _C(
        "relevantfields",
        "relevantfields [field, …] where condition",
        "the fields that tell such events from the others",
    ),
    _C("unmask", "fields unmask(@message)", "a function; nothing is masked here"),
    _C("estimate", "estimate", "the bytes that a query would read; it is not run", "last"),
)
"""The commands of the specification, in its order. Those that are not written yet are not printed."""

_GROUPS: tuple[tuple[str, tuple[Function, ...]], ...] = (
    ("Numbers", NUMBERS),
    ("Times", TIMES),
    ("General", GENERAL),
    ("Texts, maps and lists", TEXTS),
    ("Addresses", ADDRESSES),
    ("Aggregates: in `stats` only", AGGREGATES),
)

_HEAD = """\
# Commands and functions

Written by `make cases` from `reference.py`, `functions.py` and `aggregates.py`; do not edit.
Where the service is not documented, [README.md](README.md) says what is done here.
"""
_FUNCTIONS = """\
## Functions

Names may be written in any case. The examples are run by a test, over the event
`{"a": 7, "t": "Hello", "ip": "10.0.0.1"}`; aggregates over three such events with `a` of 7, 1 and 4.
"""


def reference() -> str:
    """The whole file, in Markdown."""
    written = [row for row in COMMAND_ROWS if is_written(row.word)]
    commands = _table(
        ("command", "meaning", "where"),
        [(_code(row.syntax) + _also(row), row.meaning, row.placement) for row in written],
    )
    parts = [_HEAD, "## Commands\n", commands, _FUNCTIONS]
    listed = [row for _, rows in _GROUPS for row in rows]
    more = ("More", tuple(row for row in FUNCTIONS if row not in listed))
    for title, rows in (*_GROUPS, more):
        if rows:
            parts += [f"### {title}\n", _functions(rows)]
    return "\n".join(parts)


def is_written(word: str) -> bool:
    """Whether the parser reads this command."""
    return word.lower() in COMMANDS or word.lower() not in LATER


def signature(function: Function) -> str:
    """How a function is called, ``round(number[, number])``; ``…`` where the last argument may be repeated."""
    written = ""
    for number, kind in enumerate(function.parameters):
        name = kind.name.lower()
        comma = ", " if number else ""
        written += f"[{comma}{name}" if number >= function.fewest else f"{comma}{name}"
    more = ", …" if function.repeated else ""
    return f"{function.name}({written}{more}{']' * len(function.defaults)})"


def _functions(rows: Iterable[Function]) -> str:
    return _table(
        ("function", "result", "meaning", "example", "gives"),
        [
            (
                ", ".join(map(_code, (signature(row), *row.spellings))),
                row.result.name.lower() if row.result else "as its values",
                row.meaning,
                _code(row.example[0]),
                "missing" if row.example[1] is None else _code(row.example[1]),
            )
            for row in rows
        ],
    )


def _also(row: CommandRow) -> str:
    return f" (also {', '.join(map(_code, row.spellings))})" if row.spellings else ""


def _code(text: str) -> str:
    return f"`{text}`" if "`" not in text else f"`` {text} ``"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(_cell(cell) for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
