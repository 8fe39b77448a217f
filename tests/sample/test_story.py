"""The timeline."""

from __future__ import annotations

from siemlib.sample import LOG_GROUPS, day, story


def test_the_timeline_is_in_time_order_and_every_act_ends_after_it_starts() -> None:
    starts = [one.first for one in story.TIMELINE]
    assert starts == sorted(starts)
    assert all(one.first <= one.last < day.SECONDS for one in story.TIMELINE)


def test_every_log_group_of_the_sample_sees_something_of_the_story() -> None:
    assert {name for one in story.TIMELINE for name in one.seen_in} == set(LOG_GROUPS.values())


def test_the_way_in_comes_after_the_guessing_and_before_the_new_user() -> None:
    assert story.act("guessing").last < story.act("break-in").first < story.act("new user").first
