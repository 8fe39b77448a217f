"""Requests that the prober alone got an answer to are told; what everybody may read is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.triage.gather import gather
from tests.investigate.incident import ATTACKER, Log
from tests.investigate.triage.alarms import about_attacker, case_of

if TYPE_CHECKING:
    from pathlib import Path


def request(seconds: float, path: str, status: int, address: str = ATTACKER) -> tuple[float, str]:
    """A line of an access log; the seconds are within the hour from 02:00."""
    clock = f"02:{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
    return seconds, f'{address} - - [04/Mar/2026:{clock} +0000] "GET {path} HTTP/1.1" {status} 10 "-" "x"'


def test_refused_requests_are_counted_once_each_and_answers_compared_with_those_of_others(tmp_path: Path) -> None:
    lines = [
        *(request(600 + n, f"/probe{n % 12}", 404) for n in range(24)),
        request(700, "/login", 200),
        request(701, "/backup.zip?a=(b|c)*", 200),
        request(702, "/robots.txt", 200),
        request(1000, "/login", 200, "198.51.100.7"),
        request(1001, "/backup.zip?a=(b|c)*", 404, "198.51.100.7"),
    ]

    facts = gather(*case_of(tmp_path, [about_attacker(650)], Log("web", "web_access", lines))).facts

    assert (facts.requests, facts.refused, facts.sees_requests) == (27, 12, True)
    assert facts.unusual == ("GET /backup.zip?a=(b|c)*",)


def test_an_address_that_asked_for_nothing_has_no_requests(tmp_path: Path) -> None:
    log = Log("web", "web_access", [request(600, "/login", 200, "198.51.100.7")])

    facts = gather(*case_of(tmp_path, [about_attacker(650)], log)).facts

    assert (facts.requests, facts.refused, facts.unusual, facts.sees_requests) == (0, 0, (), False)
