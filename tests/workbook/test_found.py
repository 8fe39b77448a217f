"""What a query found says first how complete it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.errors import QueryError, UsageError

if TYPE_CHECKING:
    from siemlib import Case

pytestmark = pytest.mark.xdist_group("sample")


def test_it_shows_its_completeness_before_its_rows(case: Case) -> None:
    found = case.query("fields @message", "vpc-flow")
    bundle = found._repr_mimebundle_()

    assert bundle["text/plain"].startswith("Completeness: truncated")
    assert bundle["text/html"].index("truncated") < bundle["text/html"].index("<table")
    assert "@ptr" not in bundle["text/html"]
    assert "showing 100 of 10,000 rows" in bundle["text/html"]


def test_every_row_is_every_row(case: Case) -> None:
    found = case.query("fields @message", "vpc-flow", every_row=True)

    assert (len(found), str(found.completeness)) == (108_031, "complete")


def test_one_log_group_several_or_all_of_them_are_asked(case: Case) -> None:
    counts = [
        int(case.query("stats count(*) as events", groups).rows[0]["events"])
        for groups in ("sshd", ["sshd", "syslog"], None)
    ]

    assert counts == [2977, 2977 + 2443, 150_253]


def test_nothing_found_is_said_in_words(case: Case) -> None:
    found = case.query("filter @message like /no such text/", "sshd")

    assert "0 rows, from 0 of 2,977 events." in found.text()
    assert "no rows" in found.html()


def test_a_log_line_cannot_become_part_of_the_page(case: Case) -> None:
    found = case.query("fields '<script>alert(1)</script>' as said | limit 1", "sshd")

    assert "<script>" not in found.html()


def test_the_reading_of_the_analyst_is_marked_as_such(case: Case) -> None:
    found = case.query("filter @message like /Accepted/ | stats count(*) as n", "sshd")

    exhibit = found.exhibit("accepted", "Accepted", reading="All of\nthem are ours.")

    assert exhibit.answer.reading == (
        '1 row, from 256 of 2,977 events. In the words of the analyst: "All of them are ours."'
    )
    assert found.run.id in exhibit.answer.searched
    assert case.exhibits == (exhibit,)


def test_a_name_that_cannot_name_a_file_is_refused(case: Case) -> None:
    with pytest.raises(UsageError, match="not the name of an exhibit"):
        case.query("stats count(*)", "sshd").exhibit("../x", "X")


def test_a_query_that_does_not_compile_and_an_unknown_group_are_refused(case: Case) -> None:
    with pytest.raises(QueryError):
        case.query("filter (", "sshd")
    with pytest.raises(UsageError, match="ssdh"):
        case.query("stats count(*)", "ssdh")


@pytest.mark.parametrize(
    ("text", "noun"), [("203.0.113.66", "address"), ("2001:db8::1", "address"), ("deploy", "user"), ("1.2.3", "user")]
)
def test_a_pivot_is_on_an_address_or_on_a_user(case: Case, text: str, noun: str) -> None:
    assert case.query("stats count(*)", "sshd").pivot(text).subject.noun == noun
