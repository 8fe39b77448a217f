"""The timeline of the attacker and of the two users that he used is the story of the sample, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib import open_case
from siemlib.investigate import chronology
from siemlib.sample import read_truth, story

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib import Case
    from siemlib.case import Answer

pytestmark = pytest.mark.xdist_group("sample")
TRUTH = read_truth()
SUBJECTS = chronology.subjects(story.ATTACKER, f"{story.STOLEN_USER}, {story.CREATED_USER}")
ACTS = [
    story.act(name)
    for name in (
        *("port scan", "guessing", "break-in", "session", "stolen key", "new user", "new key", "invalid URIs"),
        *("return", "response"),
    )
]
"""Acts of the attacker's address or of the two users; the others are of the bastion, the company, or honest people."""
MIDNIGHT = pd.Timestamp(str(TRUTH.facts["day"]), tz="UTC")


@pytest.fixture(scope="module")
def case(sample_archive: Path) -> Case:
    """A case over all of the sample."""
    return open_case(engine=f"local:{sample_archive}")


@pytest.fixture(scope="module")
def told(case: Case) -> Answer:
    """The timeline."""
    return chronology.timeline(case, SUBJECTS)


def during(frame: pd.DataFrame, act: story.Act) -> pd.DataFrame:
    """Events of the attacker's address or the created user in the time of an act; an alert comes a second late."""
    seconds = (frame["time"] - MIDNIGHT).dt.total_seconds()
    theirs = frame["subjects"].str.contains(f"{story.ATTACKER}|{story.CREATED_USER}")
    return frame[theirs & (seconds >= act.first) & (seconds <= act.last + 1)]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_every_act_is_there_in_every_log_that_saw_it(told: Answer, act: story.Act) -> None:
    assert set(act.seen_in) <= set(during(told.frame, act)["log group"])


def test_the_acts_begin_in_the_order_of_the_story(told: Answer) -> None:
    began = [
        during(told.frame, act).loc[lambda f, act=act: f["log group"] == act.seen_in[0], "row"].iloc[0] for act in ACTS
    ]

    # The session begins with the very line of the break-in.
    assert began == sorted(began)
    assert len(set(began)) == len(ACTS) - 1


def test_every_event_of_the_address_is_there_once_and_none_of_its_neighbours(told: Answer) -> None:
    theirs = told.frame[told.frame["subjects"].str.contains(story.ATTACKER)]
    expected = {name: group.attacker.events for name, group in TRUTH.log_groups.items() if group.attacker}

    assert theirs["log group"].value_counts().to_dict() == expected
    assert told.frame["@ptr"].is_unique
    assert set(told.frame["address"].dropna()).isdisjoint(story.NEIGHBOURS)


def test_address_and_user_meet_first_in_a_failure_and_succeed_at_the_break_in(case: Case) -> None:
    frame = chronology.together(case, SUBJECTS).frame.set_index(["subject", "other"])
    pair = frame.loc[(story.ATTACKER, story.STOLEN_USER)]

    assert pair["first success"] == pd.Timestamp(str(TRUTH.facts["break_in"]), tz="UTC")
    assert frame.loc[(story.STOLEN_USER, story.CREATED_USER), "first"] == pd.Timestamp(
        str(TRUTH.facts["created_user_at"]), tz="UTC"
    )


def test_the_created_user_comes_provably_after_the_break_in(told: Answer) -> None:
    entered = told.frame[(told.frame["source"] == "sshd") & (told.frame["outcome"] == "success")]
    break_in = entered[entered["subjects"].str.contains(story.ATTACKER)].iloc[0]
    created = told.frame[told.frame["what"] == "iam:CreateUser"].iloc[0]

    assert created["earliest"] > break_in["latest"] + pd.Timedelta(seconds=1)
    assert created["row"] > break_in["row"]


def test_every_alert_quotes_a_line_of_the_timeline_and_none_is_dropped(case: Case, told: Answer) -> None:
    alerts = told.frame[told.frame["source"] == "ossec"]
    quoted = told.frame.set_index("row").loc[alerts["quotes row"].dropna().astype(int)]

    assert alerts["subjects"].str.contains(story.ATTACKER).sum() == sum(TRUTH.alerts.values())
    assert alerts["quotes row"].notna().all()
    assert set(quoted["source"]) == {"sshd", "web_access"}
    assert f"{len(alerts):,} alerts quote a line" in chronology.told_again(case, SUBJECTS).reading


def test_phases_of_the_address_are_the_acts(case: Case) -> None:
    frame = chronology.phases(case, SUBJECTS).frame
    theirs = frame[frame["subject"] == story.ATTACKER]
    begun = {(row["source"], f"{row['first']:%H:%M}", f"{row['last']:%H:%M}") for _, row in theirs.iterrows()}

    assert {
        ("vpc_flow", "01:12", "01:40"),
        ("sshd", "01:45", "02:31"),
        ("cloudtrail", "02:41", "02:49"),
        ("cloudtrail", "02:55", "03:00"),
        ("web_access", "03:40", "04:04"),
    } <= begun


def test_on_a_day_without_events_every_question_says_so(sample_archive: Path) -> None:
    empty = open_case(engine=f"local:{sample_archive}", start="2026-03-06", end="2026-03-07")

    for name in chronology.__all__:
        if name != "subjects":
            answer = getattr(chronology, name)(empty, SUBJECTS)
            assert not answer.frame.shape[0] or name == "about"
            assert answer.reading
