"""What the access logs tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siemlib.sample import Truth
    from tests.sample.conftest import Events

COMBINED = re.compile(r'(\S+) - - \[([^\]]+)\] "([A-Z]+) (\S+) HTTP/1\.1" (\d{3}) (\d+) "([^"]*)" "([^"]*)"')


def test_every_line_is_in_the_combined_format(written: dict[str, Events]) -> None:
    strange = [
        line
        for _, line in written["web-access"]
        if not COMBINED.fullmatch(line) and "UNION" not in line and "HYPERLINK" not in line
    ]
    assert strange == []


def test_the_attacker_sends_invalid_uris_to_both_servers(written: dict[str, Events], truth: Truth) -> None:
    lines = [line for _, line in written["web-access"] if line.startswith("203.0.113.66 ")]
    errors = [line for line in lines if re.search(r'" 4\d\d ', line)]
    assert len(lines) == truth.counts["web_requests"]
    assert len(errors) == truth.counts["web_client_errors"] > 300


def test_the_text_that_the_attacker_sends_is_hostile(written: dict[str, Events]) -> None:
    text = "\n".join(line for _, line in written["web-access"] if line.startswith("203.0.113.66 "))
    assert "<script>alert(1)</script>" in text
    assert '"=cmd|' in text


def test_the_balancers_ask_for_the_health_of_every_server_once_a_minute(written: dict[str, Events]) -> None:
    checks = [line for _, line in written["web-access"] if "ELB-HealthChecker" in line]
    assert len(checks) == 2 * 2 * 24 * 60


def test_a_neighbour_of_the_attackers_address_is_an_ordinary_customer(written: dict[str, Events]) -> None:
    lines = [line for _, line in written["web-access"] if line.startswith("203.0.113.6 ")]
    assert any('" 200 ' in line for line in lines)
