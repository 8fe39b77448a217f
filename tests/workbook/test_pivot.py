"""A pivot of the analyst's case is the page of the notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.errors import UsageError
from siemlib.investigate import PIVOTS
from siemlib.workbook.pivot import PAGE, Pivot

if TYPE_CHECKING:
    from siemlib import Case

pytestmark = pytest.mark.xdist_group("sample")


def test_it_has_every_question_of_a_pivot_in_their_order() -> None:
    named = [question.__name__ for question in PIVOTS]

    assert [name for name in named if not hasattr(Pivot, name)] == []
    assert sorted(step.question.__name__ for step in PAGE) == sorted(named)


def test_shown_it_is_one_exhibit_for_each_question(case: Case) -> None:
    shown = case.pivot_ip("203.0.113.66").show()

    asked = [step.question.__name__.replace("_", "-") for step in PAGE if step.question is not Pivot.identities]
    assert [exhibit.answer.name for exhibit in shown] == asked
    assert tuple(shown) == case.exhibits
    assert "E01 · First look at 203.0.113.66" in repr(shown)


def test_a_user_has_no_flows(case: Case) -> None:
    names = {exhibit.answer.name for exhibit in case.pivot_user("maria").show()}

    assert {"logins", "identities", "timeline"} <= names
    assert names.isdisjoint({"flows", "ports", "peers"})


def test_on_its_own_it_is_a_first_look_and_no_exhibit(case: Case) -> None:
    bundle = case.pivot_ip("203.0.113.66")._repr_mimebundle_()

    assert "Completeness: complete" in bundle["text/plain"]
    assert "got in" in bundle["text/html"]
    assert case.exhibits == ()


def test_who_never_occurs_is_said_never_to(case: Case) -> None:
    assert "No event names 192.0.2.254" in case.pivot_ip("192.0.2.254").seen_in().reading
    assert "No event names *\"' or 1=1" in case.pivot_user("*\"' or 1=1").seen_in().reading


@pytest.mark.parametrize("text", ["", "203.0.113.660", "deploy"])
def test_what_is_no_address_is_refused_as_one(case: Case, text: str) -> None:
    with pytest.raises(UsageError, match="not an address"):
        case.pivot_ip(text)
