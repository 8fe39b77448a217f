"""The values of the live service."""

from __future__ import annotations

import pytest

from siemlib.live.service import Counts, Page, Status, names_of


@pytest.mark.parametrize("status", list(Status))
def test_only_a_query_that_is_scheduled_or_running_can_still_change(status: Status) -> None:
    assert status.ended == (status.value not in {"Scheduled", "Running"})


def test_the_fields_of_several_pages_are_named_once_and_the_pointer_last() -> None:
    first = Page(Status.COMPLETE, Counts(), "t", b"", ("@timestamp", "@ptr"), (["1"], ["p"]))
    second = Page(Status.COMPLETE, Counts(), None, b"", ("@timestamp", "srcAddr", "@ptr"), (["2"], ["a"], ["q"]))
    assert names_of([first, second]) == ("@timestamp", "srcAddr", "@ptr")
    assert (first.rows, second.rows) == (1, 1)
