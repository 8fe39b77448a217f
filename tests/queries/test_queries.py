"""Every saved query compiles, is described, and can stand behind the condition of every source."""

from __future__ import annotations

import re

import pytest

from siemlib.errors import UsageError
from siemlib.model.observable import Address
from siemlib.ql.parser import parse
from siemlib.queries import names, saved
from siemlib.sources import SOURCES

every_query = pytest.mark.parametrize("name", names())
NEEDED = {
    "any/activity_by_log_group",
    "any/activity_over_time",
    "cloudtrail/calls",
    "cloudtrail/calls_by_outcome",
    "ossec/by_level",
    "ossec/by_rule",
    "sshd/logins",
    "vpc_flow/accepted_rejected",
    "vpc_flow/bytes_over_time",
    "vpc_flow/peers",
    "vpc_flow/ports",
}


def test_the_queries_of_the_notebooks_are_there() -> None:
    assert set(names()) >= NEEDED


@every_query
def test_a_saved_query_is_described_and_lies_with_its_source(name: str) -> None:
    query = saved(name)
    assert query.name == name
    assert re.match(r"[A-Z]", query.title)
    assert not query.text.startswith(("#", "|", "filter @message"))
    assert set(query.parameters) == set(re.findall(r"\{\{(\w+)\}\}", query.text))
    assert name.partition("/")[0] in {"any", *(known.name for known in SOURCES)}


@every_query
def test_a_saved_query_compiles_alone_and_behind_every_condition(name: str) -> None:
    query = saved(name)
    alone = parse(query.text).commands
    for known in SOURCES:
        for condition in (known.select_address(Address.parse("10.0.0.1")), known.select_principal('o"neill')):
            assert parse(query.after(condition)).commands[1:] == alone
            assert len(query.after(condition)) < 10_000


def test_an_unknown_query_is_an_error_with_the_nearest_names() -> None:
    with pytest.raises(UsageError, match="unknown saved query: 'vpc_flow/port'") as error:
        saved("vpc_flow/port")
    assert "vpc_flow/ports" in (error.value.hint or "")


@pytest.mark.parametrize("name", ["../queries/any/messages", "any/../any/messages", "/etc/passwd", "any", ""])
def test_a_name_is_no_path(name: str) -> None:
    with pytest.raises(UsageError):
        saved(name)
