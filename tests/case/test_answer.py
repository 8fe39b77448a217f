"""An answer knows how complete it is, and has a name that can name a file."""

from __future__ import annotations

import pandas as pd
import pytest

from siemlib.case import Answer
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from tests.case.engine import FIRST, LAST, engine

SPAN = TimeSpan(FIRST, LAST)


def test_an_answer_is_as_complete_as_its_worst_run() -> None:
    good = engine().run("fields user", SPAN, ["OSSEC"]).run
    cut = engine(completeness=Completeness.TRUNCATED).run("fields user", SPAN, ["OSSEC"]).run
    frame = pd.DataFrame({"user": ["violet"]})
    assert Answer("users", "Users", frame, "One.", "OSSEC.", (good,)).completeness is Completeness.COMPLETE
    assert Answer("users", "Users", frame, "One.", "OSSEC.", (good, cut, good)).completeness is Completeness.TRUNCATED


def test_an_answer_without_a_run_is_not_known_to_be_complete() -> None:
    assert Answer("users", "Users", pd.DataFrame(), "None.", "Nothing.", ()).completeness is Completeness.UNKNOWN


@pytest.mark.parametrize("name", ["", "Users", "a b", "../x", "-a", "a--b", "x/y", "a.b"])
def test_a_name_that_cannot_name_a_file_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="lower-case words"):
        Answer(name, "Users", pd.DataFrame(), "", "", ())
