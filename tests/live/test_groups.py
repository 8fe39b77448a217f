"""The account's log groups: which are chosen, and what a look at their events tells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from siemlib.archive.load import load
from siemlib.errors import UsageError
from siemlib.live.address import Address
from siemlib.live.client import connect
from siemlib.live.errors import DeniedError, GoneError
from siemlib.live.governor import Governor
from siemlib.live.groups import Groups
from siemlib.live.service import Group
from siemlib.local.engine import open_local
from siemlib.settings import LiveSettings
from tests.fixtures_serve import lead_boto3_to, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.live.service import EventPage, Service

SSHD = "Mar  4 02:00:0{n} web-1 sshd[811]: Failed password for root from 203.0.113.6 port 50{n}22 ssh2"
FLOW = "2 111122223333 eni-1 10.0.0.5 203.0.113.6 443 5{n}000 6 10 840 17725896{n}0 17725896{n}9 ACCEPT OK"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three log groups, of which one holds two kinds of log in two streams."""
    folder = tmp_path_factory.mktemp("groups")
    told = {
        "/vpc/flow": [FLOW.format(n=n) for n in range(8)],
        "auth": [SSHD.format(n=n) for n in range(9)],
        "auth/json": [json.dumps({"time": f"2026-03-04T02:01:0{n}Z", "a": n}) for n in range(5)],
    }
    for number, (name, lines) in enumerate(told.items()):
        file = folder / f"{number}.log"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        assert not load([file], folder / "archive", log_group=name).refused
    file = folder / "mixed.log"
    file.write_text("\n".join(told["auth"]) + "\n2026-03-04T02:00:00Z\n", encoding="utf-8")
    return folder / "archive"


@pytest.fixture(scope="module")
def service(archive: Path) -> Iterator[Service]:
    """A client of an endpoint over it."""
    with serving(archive) as endpoint, pytest.MonkeyPatch.context() as patch:
        lead_boto3_to(patch, endpoint)
        yield connect(Address(region="us-east-1"))


def groups_of(service: Service, **settings: object) -> Groups:
    """The log groups that these settings choose."""
    live = LiveSettings.model_validate(settings)
    return Groups(service, Governor(live), live)


def test_a_look_tells_kinds_of_log_and_times_as_an_archive_knows_them(service: Service, archive: Path) -> None:
    expected = {group.name: group for group in open_local(archive).log_groups()}

    found = {group.name: group for group in groups_of(service).described()}

    assert list(found) == ["/vpc/flow", "auth", "auth/json"]
    for name, group in found.items():
        known = expected[name]
        assert (group.sources, group.first, group.last) == (known.sources, known.first, known.last)
        assert group.events is None


def test_names_and_beginnings_of_names_choose(service: Service) -> None:
    def chosen(*patterns: str) -> list[str]:
        return list(groups_of(service, log_groups=patterns).known)

    assert chosen("auth") == ["auth"]
    assert chosen("auth*") == ["auth", "auth/json"]
    assert chosen("auth*", "auth/json", "/vpc/*") == ["/vpc/flow", "auth", "auth/json"]
    assert chosen("*") == ["/vpc/flow", "auth", "auth/json"]
    assert chosen("nothing*") == []


def test_the_settings_say_kinds_of_log_better_than_a_look_and_the_longest_beginning_wins(service: Service) -> None:
    given = {"auth*": ("syslog",), "auth/json": ("application",), "a*": ("plain",)}

    found = {group.name: group.sources for group in groups_of(service, sources=given).described()}

    assert found == {"/vpc/flow": ("vpc_flow",), "auth": ("syslog",), "auth/json": ("application",)}
    with pytest.raises(UsageError, match="unknown kind of log: 'sshdd'"):
        groups_of(service, sources={"auth": ("sshdd",)}).described()


class Accounts:
    """A service of two accounts that may not be looked into, and of which one log group has just gone."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def account(self) -> str:
        """The first of the two."""
        return "111122223333"

    def log_groups(self, *, prefix: str | None = None, linked: bool = False) -> list[Group]:
        """One name in both, and one in the second alone."""
        del prefix
        arn = "arn:aws:logs:eu-west-1:{}:log-group:{}"
        own = [Group("app", arn.format("111122223333", "app"), 1, 0, 30)]
        other = [Group(name, arn.format("444455556666", name), 1, 0, None) for name in ("app", "db")]
        return [*own, *(other if linked else [])]

    def filter_events(self, log_group: str, **_: object) -> EventPage:
        """What is refused."""
        del log_group
        raise self._error


def test_a_name_in_several_accounts_is_one_log_group_and_linked_ones_are_asked_by_their_arn() -> None:
    groups = groups_of(Accounts(GoneError("gone")))  # type: ignore[arg-type] - it is asked for nothing else

    found = {group.name: group for group in groups.described()}

    assert found["app"].accounts == ("111122223333", "444455556666")
    assert found["app"].retention_days == 30
    assert (found["db"].sources, found["db"].first) == ((), None)
    assert groups.asked(["app", "db"]) == (
        "app",
        "arn:aws:logs:eu-west-1:444455556666:log-group:app",
        "arn:aws:logs:eu-west-1:444455556666:log-group:db",
    )
    assert groups.notes == ()


def test_that_the_events_may_not_be_looked_at_is_told_and_no_failure() -> None:
    groups = groups_of(Accounts(DeniedError("logs:FilterLogEvents is not allowed")))  # type: ignore[arg-type] - as above

    assert [group.sources for group in groups.described()] == [(), ()]
    (note,) = groups.notes
    assert "logs:FilterLogEvents is not allowed" in note
    assert "[live.sources]" in note
