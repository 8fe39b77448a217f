"""Access logs, also of clients who write what they like."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from siemlib.queries import saved
from siemlib.sources import recognise, source
from tests.database.language import ask, events
from tests.sources.conditions import selects
from tests.sources.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

WEB = source("web_access")


def test_a_request_reads_as_a_line() -> None:
    refused, allowed, with_host = map(WEB.entry, SAMPLES["web_access"])
    assert (refused.actor, refused.address, refused.outcome) == (None, "203.0.113.66", "failure")
    assert refused.action == "GET /%00/etc/passwd"
    assert refused.summary == "400 GET /%00/etc/passwd (curl/8.0)"
    assert (allowed.actor, allowed.outcome, allowed.summary) == ("violet", "success", "200 POST /login")
    assert (with_host.address, with_host.action) == ("2001:db8::1", "GET /")


def test_a_request_that_imitates_a_line_is_still_one_request() -> None:
    line = r'192.0.2.1 - - [04/Mar/2026:10:00:00 +0000] "GET /\" 200 5 \"x HTTP/1.1" 404 7 "-" "\x1b[31m"'
    entry = WEB.entry(line)
    assert (entry.address, entry.outcome) == ("192.0.2.1", "failure")
    assert entry.summary.startswith("404 ")


@pytest.mark.parametrize(
    ("who", "client", "user"),
    [
        ("203.0.113.9 - a b c d", "203.0.113.9", "a b c d"),
        ("203.0.113.9 - 198.51.100.6 x y", "203.0.113.9", "198.51.100.6 x y"),
        ("www.example.com 203.0.113.9 - a b", "203.0.113.9", "a b"),
        ("198.51.100.6 203.0.113.9 - a b", "203.0.113.9", "a b"),
        ("203.0.113.9 - x [04/Mar/2026:09:00:00 +0000]", "203.0.113.9", "x [04/Mar/2026:09:00:00 +0000]"),
        ("203.0.113.9 - ", "203.0.113.9", None),
    ],
)
def test_a_user_name_with_blanks_hides_neither_the_client_nor_the_request(
    who: str, client: str, user: str | None
) -> None:
    line = f'{who} [04/Mar/2026:10:00:00 +0000] "POST /wp-login.php HTTP/1.1" 401 5 "-" "curl"'
    entry = WEB.entry(line)
    assert (entry.address, entry.actor, entry.action) == (client, user, "POST /wp-login.php")
    query = saved("web_access/login_posts").text
    (row,) = ask(query, events(line)).rows
    assert (row["origin"], row["path"], row["status"]) == (client, "/wp-login.php", "401")
    (row,) = ask(saved("web_access/requests").text, events(line)).rows
    assert (row["who"], row["kind"]) == (who, "page that scanners ask for")


def test_a_user_is_selected_where_the_server_or_a_parameter_names_it() -> None:
    condition = WEB.select_principal("violet")
    head, tail = "10.0.0.1 - {} [04/Mar/2026:10:00:00 +0000] ", '"GET /{} HTTP/1.1" 200 5'
    assert selects(condition, head.format("violet") + tail.format(""))
    assert selects(condition, "vhost " + head.format("violet") + tail.format(""))
    assert selects(condition, head.format("-") + tail.format("login?User=violet&x=1"))
    assert not selects(condition, head.format("violet2") + tail.format(""))
    assert not selects(condition, head.format("-") + tail.format("violet"))
    assert not selects(condition, head.format("-") + tail.format("?user=violets"))


def test_a_real_log_is_counted_right(shared: Path) -> None:
    path = shared / "data/web/nielsbasjes_hackers_access/hackers-access.2015-10-25_28.log.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    assert recognise(lines) is WEB
    addresses = Counter(WEB.entry(line).address for line in lines)
    assert len(lines) == 2394
    assert len(addresses) == 368
    assert addresses.most_common(1) == [("216.244.81.34", 150)]


def test_a_time_in_a_user_name_is_not_the_time_of_the_request() -> None:
    line = '192.0.2.1 - x[01/Jan/2001:00:00:00 +0000] [04/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 401 5'
    assert isinstance(WEB.time, tuple)
    found = re.search(WEB.time[0].pattern, line)
    assert found
    assert found[1] == "04/Mar/2026:10:00:00 +0000"


def test_a_host_header_that_is_an_address_is_not_the_client() -> None:
    line = '198.51.100.9 192.0.2.1 - - [04/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5'
    assert WEB.entry(line).address == "192.0.2.1"
    assert WEB.entry('192.0.2.1 - - [04/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5').address == "192.0.2.1"
