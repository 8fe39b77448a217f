"""Which columns hold users."""

from __future__ import annotations

import pytest

from siemlib.report.redact.fields import is_user_field, user_columns


@pytest.mark.parametrize(
    "name",
    [
        "user",
        "Users",
        "userIdentity.userName",
        "requestParameters.userName",
        "data.dst_user",
        "created by",
        "db-user",
        "accountName",
    ],
)
def test_a_name_tells_that_users_are_meant(name: str) -> None:
    assert is_user_field(name)


@pytest.mark.parametrize("name", ["userAgent", "eventName", "rule", "address", "user.name.length", ""])
def test_other_names_do_not(name: str) -> None:
    assert not is_user_field(name)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fields userIdentity.userName as x", {"x"}),
        ("fields ip, coalesce(requestParameters.roleName, name) as made, port as p", {"made"}),
        ("stats count(*) as n by concat(tolower(user), '@', host) as both", {"both"}),
        ("stats latest(acct) as last, count(*) as n by bin(1h)", {"last"}),
        ("fields user | fields port as p", set()),
        ("filter user like 'x' | stats count(*) as n", set()),
        ("fields if(ispresent(dstuser), dstuser, srcuser)\nAS who_is", {"who_is"}),
        ("fields (user) as u", {"u"}),
    ],
)
def test_what_a_query_makes_of_a_user_is_one(query: str, expected: set[str]) -> None:
    assert user_columns({"query": query, "columns": [{"name": "ip"}]}) == expected


def test_a_column_of_users_is_one_without_a_query() -> None:
    assert user_columns({"query": "", "columns": [{"name": "user"}, {"name": "n"}]}) == {"user"}
