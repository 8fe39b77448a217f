"""What is offered at each place of a cell, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.lab.words import groups_of, is_insights, offers

if TYPE_CHECKING:
    from collections.abc import Sequence


class Two:
    """Two log groups with their fields; remembers whose fields were asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def groups(self) -> Sequence[str]:
        """Two."""
        return ["sshd", "/aws/two words"]

    def fields(self, groups: Sequence[str]) -> Sequence[str]:
        """The same of every group."""
        self.asked.append(tuple(groups))
        return ["@message", "@timestamp", "userIdentity.arn", "userIdentity.type", "`odd name`"]

    def cases(self) -> Sequence[str]:
        """Two variables."""
        return ["case", "other"]


def texts(code: str) -> list[str]:
    """The completions where ``^`` stands, or at the end."""
    before, caret, after = code.partition("^")
    found = offers(before + after, len(before) if caret else len(code), Two())
    assert found is not None
    assert before.endswith(found.fragment)
    return [offer.text for offer in found.offers]


@pytest.mark.parametrize(
    ("code", "offered"),
    [
        ("%%insights --log-group s", ["sshd"]),
        ("%%insights x --log-group ", ["sshd", "'/aws/two words'"]),
        ("%%insights x --log-group /a", ["'/aws/two words'"]),
        ("%%insights --c", ["--case"]),
        ("%%insights --case o", ["other"]),
        ("%%insights -p ^\nfilter user = {{user}} and ip = {{ip}}", ["user=", "ip="]),
        ("%%insights\nfilterI", ["filterIndex"]),
        ("%%insights\nfilter a = 1 | lim", ["limit"]),
        ("%%insights\n# a comment\nlim", ["limit"]),
        ("\n%%insights\nlim", ["limit"]),
        ("%%insights\nfields @m", ["@message"]),
        ("%%insights\nfields USERIDENTITY.A", ["userIdentity.arn"]),
        ("%%insights\nfields `od", ["`odd name`"]),
        ("%%insights\nstats count_d", ["count_distinct("]),
        ("%%insights\nfilter @message like /it's | x/ and isv", ["isValidIp(", "isValidIpv4(", "isValidIpv6("]),
        ("%%insights\nfields 1 as seconds | sort seco", ["seconds"]),
        ('%%insights\nparse @message "* *" as first, second | filter fir', ["first"]),
        ("%%insights\nSOURCE '/aws/two w", ["/aws/two words"]),
        ("%%insights\nfilter @message like 'fil", []),
        ('%%insights\nfilter @message like "a \\" fil', []),
        ("%%insights\nfilter @message like /fil", []),
        ("%%insights\n# fil", []),
    ],
)
def test_what_may_stand_there_is_offered(code: str, offered: list[str]) -> None:
    assert [text.lower() for text in texts(code)] == [text.lower() for text in offered]


def test_fields_are_those_of_the_groups_that_the_line_names() -> None:
    known = Two()
    offers("%%insights --log-group sshd --log-group=two -p x\nfields ", 62, known)
    assert known.asked == [("sshd", "two")]
    assert groups_of("%%insights --log-group sshd 'open") == ("sshd",)


@pytest.mark.parametrize(
    "code", ["fil", "%%insight\nfil", "%%insightsful\nfil", "x = 1\n%%insights\nfil", "%insights a"]
)
def test_other_cells_are_left_alone(code: str) -> None:
    assert not is_insights(code)
    assert offers(code, len(code), Two()) is None


def test_the_name_of_the_magic_itself_is_left_to_ipython() -> None:
    assert offers("%%insights", 5, Two()) is None


@given(
    code=st.text(alphabet="%insght filer@|\"'/#{}`(),.\n-p=\\", max_size=60),
    place=st.integers(0, 80),
)
def test_nothing_that_is_typed_breaks_it(code: str, place: int) -> None:
    cell = f"%%insights {code}"
    cursor = min(place, len(cell))
    found = offers(cell, cursor, Two())
    assert found is None or cell[:cursor].endswith(found.fragment)
