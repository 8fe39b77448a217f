"""How a message becomes words, and how long that takes at worst."""

from __future__ import annotations

import time

from siemlib.database.connection import connect
from siemlib.patterns.words import split, split_sql


def test_brackets_and_quotation_marks_hold_a_word_together_and_are_taken_off() -> None:
    line = '1.2.3.4 - frank [10/Oct/2000:13:25:15 -0700] "GET / HTTP/1.0" 200'
    assert split(line) == ["1.2.3.4", "-", "frank", "10/Oct/2000:13:25:15 -0700", "GET / HTTP/1.0", "200"]


def test_an_empty_pair_is_an_empty_word() -> None:
    assert split('[] "" x') == ["", "", "x"]


def test_a_message_of_open_brackets_is_as_quick_as_another() -> None:
    connection = connect(threads=1)
    for message in ("[ " * 60_000, '" [ ' * 30_000, "[a " * 40_000):
        started = time.perf_counter()
        words = split(message)
        rows = connection.execute(f"SELECT {split_sql('m')} FROM (SELECT $1 AS m)", [message]).fetchall()  # noqa: S608
        assert rows[0][0] == words
        assert time.perf_counter() - started < 5
