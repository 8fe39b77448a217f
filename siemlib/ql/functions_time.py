"""The functions of date and time: rows of the table in :mod:`siemlib.ql.functions`."""

from __future__ import annotations

from siemlib.ql.functions import INTEGER, MS, TEXT, TIMESTAMP, F, T
from siemlib.ql.types import Kind

DATED = "{dated}"
"""Written by :mod:`siemlib.ql.sql.dates`, which knows the format."""

TIMES = (
    F(
        "bin",
        (Kind.PERIOD,),
        TIMESTAMP,
        "@timestamp, rounded down to a period (UTC; weeks begin on Monday)",
        "{floor}",
        ("toMillis(bin(1h))", "1699999200000"),
    ),
    F(
        "datefloor",
        (MS, Kind.PERIOD),
        TIMESTAMP,
        "a time, rounded down to a period",
        "{floor}",
        ("datefloor(fromMillis(1700000000005), 1d)", "2023-11-14 00:00:00.000"),
    ),
    F(
        "dateceil",
        (MS, Kind.PERIOD),
        TIMESTAMP,
        "a time, rounded up to a period; one on the edge stays",
        "{ceil}",
        ("dateceil(fromMillis(1700000000005), 1m)", "2023-11-14 22:14:00.000"),
    ),
    F(
        "fromMillis",
        (MS,),
        TIMESTAMP,
        "the time of an epoch in milliseconds",
        "{0}",
        ("fromMillis(1700000000005)", "2023-11-14 22:13:20.005"),
    ),
    F("toMillis", (MS,), INTEGER, "epoch milliseconds of a time", "{0}", ("toMillis(@timestamp)", "1700000000000")),
    F("now", (), INTEGER, "epoch seconds at which the query began", "{now}", ("now()", "1700000100")),
    F("queryStartTime", (), INTEGER, "epoch milliseconds", "{start}", ("queryStartTime()", "1699999940000")),
    F("queryEndTime", (), INTEGER, "epoch milliseconds, inclusive", "{end}", ("queryEndTime()", "1700000060000")),
    F("queryTimeRange", (), INTEGER, "milliseconds", "({end} - {start})", ("queryTimeRange()", "120000")),
    F(
        "formatDate",
        (MS, T, T),
        TEXT,
        "a time in a strftime format, in a time zone (UTC)",
        DATED,
        ('formatDate(@timestamp, "%Y-%m-%d %H", "Asia/Tokyo")', "2023-11-15 07"),
        spellings=("strftime",),
        defaults=("'UTC'",),
    ),
    F(
        "parseDate",
        (T, T, T),
        INTEGER,
        "epoch milliseconds of a text, by a pattern of Java's DateTimeFormatter, in a time zone (UTC)",
        DATED,
        ('parseDate("14/Nov/2023:22:13:20 +0000", "dd/MMM/yyyy:HH:mm:ss Z")', "1700000000000"),
        defaults=("'UTC'",),
    ),
)
