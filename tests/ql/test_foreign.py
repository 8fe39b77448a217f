"""Hints for what comes from other languages; their drawings stand in ``tests/cases/errors``."""

from __future__ import annotations

import pytest

from siemlib.ql.aggregates import find
from siemlib.ql.foreign import COMMANDS, FUNCTIONS, WORDS, behind_hint, character_hint, number_hint
from siemlib.ql.parser import COMMANDS as READERS
from siemlib.ql.words import LATER


def test_no_word_of_ours_is_called_foreign() -> None:
    assert not set(COMMANDS) & (set(READERS) | set(LATER))
    assert all(find(name) is None for name in FUNCTIONS)
    assert all(word == word.lower() for word in (*WORDS, *COMMANDS, *FUNCTIONS))


@pytest.mark.parametrize("character", ["\u200b", "\ufeff", "\u00ad", "\u202e", "\x00", "\ue000"])
def test_what_cannot_be_seen_is_to_be_deleted(character: str) -> None:
    assert character_hint(f"a{character}b", 1) == "a character that cannot be seen, copied with the text: delete it"


def test_an_ordinary_character_gets_no_hint() -> None:
    assert character_hint("a ? b", 2) is None
    assert number_hint("filter a = 5x", 11) is None
    assert behind_hint("fields a", 8, "b") is None
