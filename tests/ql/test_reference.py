"""The reference names everything that there is, and is the one that is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.aggregates import FUNCTIONS, find
from siemlib.ql.parser import COMMANDS
from siemlib.ql.reference import COMMAND_ROWS, is_written, reference, signature
from siemlib.ql.words import LATER

if TYPE_CHECKING:
    from pathlib import Path

_OLD = {"search", "head", "tail"}
"""Words of the grammar that no page describes."""


def test_the_file_is_the_one_that_is_generated(project: Path) -> None:
    assert (project / "siemlib" / "ql" / "REFERENCE.md").read_text("utf-8") == reference(), "run make cases"


def test_every_command_has_its_row() -> None:
    named = {word.lower() for row in COMMAND_ROWS for word in (row.word, *row.spellings)}
    assert set(COMMANDS) - named == set()
    assert set(LATER) - named == _OLD


def test_a_command_that_is_not_written_yet_is_not_promised() -> None:
    printed = reference()
    for row in COMMAND_ROWS:
        assert (f"| `{row.syntax.replace('|', chr(92) + '|')}`" in printed) is is_written(row.word), row.word


def test_every_function_stands_in_it_once_with_its_spellings() -> None:
    printed = reference()
    for function in FUNCTIONS:
        assert printed.count(f"\n| `{signature(function)}`") == 1, function.name
        assert all(f", `{spelling}`" in printed for spelling in function.spellings)


def test_a_signature_shows_what_may_be_left_out_and_repeated() -> None:
    shown = {
        name: signature(function)
        for name in ("round", "substr", "concat", "bin", "now", "count")
        if (function := find(name))
    }
    assert shown == {
        "round": "round(number[, number])",
        "substr": "substr(text, number[, number])",
        "concat": "concat(text, …)",
        "bin": "bin(period)",
        "now": "now()",
        "count": "count([value])",
    }
