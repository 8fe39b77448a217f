"""Each question once, and frames whose columns keep their types."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd
import pytest

from siemlib.case import Case
from siemlib.errors import UsageError
from siemlib.investigate.ask import ask, group_name, kinds, not_held, once, searched, times, typed
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from tests.case.engine import FIRST, LAST, ROWS, Threads

if TYPE_CHECKING:
    from siemlib.investigate.ask import Memo


def test_the_same_question_of_the_same_log_groups_is_asked_once(case: Case) -> None:
    first = ask(case, "stats count(*) as n", ["auth"])
    runs = len(case.runs)

    assert ask(case, "stats count(*) as n", ["auth"]) is first
    assert len(case.runs) == runs
    assert ask(case, "stats count(*) as n", ["vpc"]) is not first


def test_what_is_made_once_is_recorded_where_the_first_part_asks_for_it_whichever_part_makes_it() -> None:
    case = Case(Threads("live:us-east-1", ROWS, Completeness.COMPLETE), TimeSpan(FIRST, LAST))
    memo: Memo[str, str] = WeakKeyDictionary()
    second_makes = Event()

    def make() -> str:
        second_makes.set()
        case.together(lambda: case.run("fields 2"), lambda: case.run("fields 3"))
        return "made"

    def first() -> str:
        case.run("fields 1")
        assert second_makes.wait(5)
        found = once(memo, case, "key", make)
        case.run("fields 4")
        return found

    def second() -> str:
        found = once(memo, case, "key", make)
        case.run("fields 5")
        return found

    assert case.together(first, second) == ["made", "made"]
    assert [run.query for run in case.runs] == [f"fields {number}" for number in range(1, 6)]


def test_what_could_not_be_made_has_recorded_what_it_asked_and_is_made_another_time() -> None:
    case = Case(Threads("live:us-east-1", ROWS, Completeness.COMPLETE), TimeSpan(FIRST, LAST))
    memo: Memo[str, str] = WeakKeyDictionary()

    def fails() -> str:
        case.run("fields 1")
        raise UsageError("no such thing")

    with pytest.raises(UsageError):
        once(memo, case, "key", fails)
    assert [run.query for run in case.runs] == ["fields 1"]
    assert once(memo, case, "key", lambda: "made") == "made"


def test_log_groups_are_told_by_their_kind_and_none_is_lost(case: Case) -> None:
    found = kinds(case)

    assert set(found[("sshd",)]) == {"auth", "bastion"}
    assert found[("plain",)] == ("app",)
    assert sorted(group for groups in found.values() for group in groups) == sorted(case.log_groups())


def test_the_account_before_a_log_group_is_dropped_and_nothing_else() -> None:
    assert group_name("123456789012:/aws/vpc") == "/aws/vpc"
    assert group_name("/aws/vpc") == "/aws/vpc"
    assert group_name("odd:name") == "odd:name"


def test_times_come_as_text_or_as_milliseconds_and_mean_the_same() -> None:
    moments = times(pd.Series(["2026-03-04 02:00:00.250", "1772589600250", "1.77258960025E12", None], dtype="object"))

    assert list(moments[:3]) == [pd.Timestamp("2026-03-04 02:00:00.250", tz="UTC")] * 3
    assert moments.isna()[3]


def test_an_empty_frame_has_its_types() -> None:
    frame = typed([], {"a": "text", "b": "count", "c": "time"})

    assert [str(kind) for kind in frame.dtypes] == ["string", "Int64", "datetime64[ms, UTC]"]


def test_a_kind_of_log_that_is_not_there_was_not_examined_which_is_not_nothing_found() -> None:
    answer = not_held("flows", "Flows", "vpc_flow", {"a": "text"})

    assert answer.reading.startswith("Not examined: no log group holds ")
    assert answer.completeness == "unknown"


def test_what_was_searched_names_log_groups_time_and_aim(case: Case) -> None:
    assert searched(case, ["a", "b"], "x") == (
        "log groups a, b, 2026-03-04 02:00:00 to 2026-03-04 03:00:00 UTC, for x."
    )
    assert searched(case, [], "x") == "no log group."
