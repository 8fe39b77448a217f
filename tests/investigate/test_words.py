"""How readings are written."""

from __future__ import annotations

import pandas as pd

from siemlib.investigate.words import at, count, names, plain, span, verb

_TIME = pd.Timestamp("2026-03-04 02:10:03.250", tz="UTC")


def test_one_is_singular_and_thousands_are_separated() -> None:
    assert [count(1, "alert"), count(0, "alert"), count(2345, "address", "addresses")] == [
        "1 alert",
        "0 alerts",
        "2,345 addresses",
    ]


def test_the_verb_is_that_of_the_number() -> None:
    assert [verb(n, "names", "name") for n in (0, 1, 2)] == ["name", "names", "name"]


def test_the_date_is_said_once_for_one_day_and_twice_for_two() -> None:
    assert at(_TIME) == "2026-03-04 02:10:03 UTC"
    assert span(_TIME, _TIME) == "at 2026-03-04 02:10:03 UTC"
    assert span(_TIME, _TIME + pd.Timedelta(hours=1)) == "between 2026-03-04 02:10:03 and 03:10:03 UTC"
    assert span(_TIME, _TIME + pd.Timedelta(days=1)) == "between 2026-03-04 02:10:03 and 2026-03-05 02:10:03 UTC"


def test_of_many_names_five_are_said_and_the_rest_are_counted() -> None:
    assert names(["a"]) == "a"
    assert names(["a", "b", "c"]) == "a, b and c"
    assert names([*"abcdefg"]) == "a, b, c, d, e and 2 more"
    assert names([]) == ""
    assert names(["a", "b"], last="or") == "a or b"


def test_log_content_in_a_sentence_is_one_printable_line() -> None:
    assert plain("a\n\x1b[31mb\u202ec" + "x" * 100).startswith("a \ufffd[31mb\ufffdcxxx")
    assert len(plain("x" * 1000)) == 80
