"""Who else appears: users beside an address, addresses beside a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.pivot import address, beside, user
from tests.investigate.incident import ATTACKER

if TYPE_CHECKING:
    from siemlib.case import Case


def test_users_beside_an_address_are_counted_by_source(case: Case) -> None:
    answer = beside(case, address(ATTACKER))

    counts = answer.frame.set_index(["user", "source"])["events"].to_dict()
    assert counts[("deploy", "sshd")] == 3
    assert counts[("deploy", "cloudtrail")] == 5
    assert counts[("admin", "sshd")] == 1
    assert "maria" not in set(answer.frame["user"])
    assert "With something that succeeded: deploy." in answer.reading


def test_addresses_beside_a_user_are_counted_by_source(case: Case) -> None:
    answer = beside(case, user("maria"))

    rows = answer.frame.set_index(["address", "source"])
    assert list(rows.loc[("198.51.100.7", "sshd"), ["events", "succeeded events", "failed events"]]) == [2, 1, 1]
    assert answer.reading == (
        "1 address beside maria: 198.51.100.7 (3 events). With something that succeeded: 198.51.100.7."
    )


def test_nobody_beside_is_said(case: Case) -> None:
    assert beside(case, address("198.51.100.99")).reading.startswith(
        "No user is named beside 198.51.100.99 in any log group, "
    )
