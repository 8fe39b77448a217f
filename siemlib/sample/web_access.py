"""Requests to the shop, which stands behind a load balancer: Apache's combined log format with the client's address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.sample import day, story, world

if TYPE_CHECKING:
    from random import Random

    from siemlib.sample.truth import Tally

ORDINARY = 17_600
_CHECK_EVERY = 60
_CLIENT_ERROR = 400

_PAGES = (
    "/",
    "/shop",
    "/shop/cart",
    "/shop/checkout",
    "/search?q=lamp",
    "/search?q=desk",
    "/login",
    "/account",
    "/help",
)
_FILES = ("/static/app.css", "/static/app.js", "/static/logo.svg", "/favicon.ico")
_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2",
    "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "shop-app/203.0.113.660 (Android 17)",
)
_INVALID = (
    ("GET", "/.env", 404),
    ("GET", "/.git/config", 404),
    ("GET", "/wp-login.php", 404),
    ("POST", "/xmlrpc.php", 404),
    ("GET", "/phpmyadmin/index.php", 404),
    ("GET", "/cgi-bin/.%2e/.%2e/.%2e/bin/sh", 400),
    ("GET", "/static/..%2f..%2f..%2fetc/passwd", 400),
    ("GET", "/%c0%ae%c0%ae/winnt/system32", 400),
    ("GET", "/search?q=1%27%20UNION%20SELECT%20password%20FROM%20users--", 403),
    ("GET", "/search?q=<script>alert(document.domain)</script>", 403),
    ("GET", "/actuator/heapdump", 404),
    ("GET", "/server-status", 403),
    ("GET", "/admin/", 403),
    ("GET", "/shop/=HYPERLINK(%22http://192.0.2.250/%22)", 404),
)
_ATTACK_AGENTS = (
    "Mozilla/5.0 (compatible; probe)",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "() { :; }; /bin/id",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``server`` and ``balancer`` are indexes into :data:`siemlib.sample.world`."""

    second: int
    client: str
    method: str
    target: str
    status: int
    size: int
    agent: str
    server: int
    balancer: int

    def line(self) -> str:
        """As Apache writes it with mod_remoteip, so that the client and not the balancer stands first."""
        return (
            f'{self.client} - - [04/Mar/2026:{day.clock(self.second)} +0000] "{self.method} {self.target} HTTP/1.1" '
            f'{self.status} {self.size} "-" "{self.agent}"'
        )


def requests(rng: Random) -> list[Request]:
    """All requests of the day, in time order."""
    made = _checks() + _ordinary(rng) + _noise(rng) + _attack(rng) + _expected(rng)
    return sorted(made, key=lambda request: request.second)


def count(made: list[Request], tally: Tally) -> None:
    """Add the facts of the attacker's requests to the truth."""
    for request in made:
        if request.client == story.ATTACKER:
            tally.counts["web_requests"] += 1
            tally.counts["web_client_errors"] += request.status >= _CLIENT_ERROR


def lines(made: list[Request], server: int) -> list[tuple[int, str]]:
    """The access log of one web server: (epoch ms, line)."""
    return [(day.millis(request.second), request.line()) for request in made if request.server == server]


def _checks() -> list[Request]:
    return [
        Request(
            second + 7 * server + 3 * balancer,
            host.address,
            "GET",
            "/health",
            200,
            2,
            "ELB-HealthChecker/2.0",
            server,
            balancer,
        )
        for second in range(0, day.SECONDS, _CHECK_EVERY)
        for server in range(len(world.WEB))
        for balancer, host in enumerate(world.BALANCERS)
    ]


def _ordinary(rng: Random) -> list[Request]:
    made: list[Request] = []
    starts = day.busy_seconds(rng, ORDINARY // 4, day.SECONDS - 900)
    for start in starts:
        client, agent = rng.choice(world.CUSTOMERS), rng.choice(_AGENTS)
        balancer, second = rng.randrange(2), start
        for _ in range(rng.randrange(1, 8)):
            target = rng.choice(_PAGES + _FILES)
            status = rng.choices((200, 304, 302, 404, 500), weights=(900, 60, 25, 14, 1))[0]
            size = rng.randrange(400, 48_000)
            made.append(Request(second, client, "GET", target, status, size, agent, rng.randrange(2), balancer))
            second += rng.randrange(1, 60)
    return made


def _noise(rng: Random) -> list[Request]:
    return [
        Request(
            second,
            rng.choice(world.NOISE),
            *rng.choice(_INVALID[:5]),
            196,
            "curl/8.18.0",
            rng.randrange(2),
            rng.randrange(2),
        )
        for second in day.even_seconds(rng, 260)
    ]


def _attack(rng: Random) -> list[Request]:
    act = story.act("invalid URIs")
    made = [
        Request(act.first + n, story.ATTACKER, "GET", target, 200, 5120, _ATTACK_AGENTS[0], n % 2, 0)
        for n, target in enumerate(("/", "/login", "/robots.txt"))
    ]
    for second in day.even_seconds(rng, 340, act.first + 5, act.last):
        method, target, status = rng.choice(_INVALID)
        agent = rng.choice(_ATTACK_AGENTS)
        made.append(Request(second, story.ATTACKER, method, target, status, 196, agent, rng.randrange(2), 0))
    return made


def _expected(rng: Random) -> list[Request]:
    act = story.act("expected scan")
    return [
        Request(
            second,
            story.EXPECTED_SCANNER,
            *rng.choice(_INVALID[:5]),
            196,
            "vulnscan (security@example.com)",
            rng.randrange(2),
            1,
        )
        for second in day.even_seconds(rng, 220, act.first, act.last)
    ]
