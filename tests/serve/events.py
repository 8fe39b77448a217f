"""What is in the small archive of these tests, so that every expected value can be counted from it."""

from __future__ import annotations

import json

START = 1_772_582_400_000
"""2026-03-04T00:00:00Z, in milliseconds."""
WORDS = "/app/words"
BUSY = "/app/busy"
LARGE = "/app/large"
APPS = "/app/json"
MANY = "/app/many"

TERMS = ("hello", "world", "hello world", "goodbye world", "hello cruela", "goodbye cruel world")
"""Validated facts, A1."""


def _event(number: int, time: int, message: str, stream: str, ingested: int | None = None) -> dict[str, object]:
    return {
        "logStreamName": stream,
        "timestamp": time,
        "message": message,
        "ingestionTime": time + 1000 if ingested is None else ingested,
        "eventId": f"{number:056d}",
    }


_JSON = [
    {"level": "info" if n % 4 else "error", "user": {"name": f"u{n}"}, **({"rare": n} if n == 0 else {})}
    for n in range(300)
]

GROUPS: dict[str, tuple[dict[str, object], ...]] = {
    WORDS: tuple(_event(n, START + n * 1000, text, "one" if n < 4 else "two") for n, text in enumerate(TERMS)),
    # Seven events in each instant, in two streams: an order that times alone do not give.
    BUSY: tuple(
        _event(n, START + n // 7 * 10, f"n={n} of {n % 3}", "even" if n % 2 == 0 else "odd/stream") for n in range(2500)
    ),
    # 40 events of 60,000 bytes: more than a megabyte, so that no page holds all.
    LARGE: tuple(_event(n, START + n * 60_000, f"{n:05d}" + "é" * 29_997 + "x", "big") for n in range(40)),
    # The later the name of a stream, the earlier its event; two streams at a time.
    MANY: tuple(_event(n, START + n // 2 * 1000, "here", f"s{119 - n:03d}") for n in range(120)),
    # One event a second over five minutes, and one field that only the first of them has.
    APPS: tuple(_event(n, START + n * 1000, json.dumps(each), "app") for n, each in enumerate(_JSON)),
}
