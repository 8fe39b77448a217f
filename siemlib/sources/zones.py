"""The offsets of time zones that logs call by a short name, as ``%Z`` of C and PostgreSQL's log do.

A short name is an offset and no place: ``CET`` is an hour before UTC in July too, when most of Europe writes ``CEST``.
Some names stand for several zones. These are read as most servers mean them: ``IST`` is India's, ``CST`` and ``EST``
are America's, ``BST`` is Britain's.
"""

from __future__ import annotations

OFFSETS: dict[str, str] = {
    **dict.fromkeys(("UTC", "GMT", "Z", "UCT", "WET"), "+00:00"),
    **dict.fromkeys(("CET", "MET", "BST", "WEST", "WAT"), "+01:00"),
    **dict.fromkeys(("CEST", "MEST", "EET", "SAST", "CAT"), "+02:00"),
    **dict.fromkeys(("EEST", "MSK", "EAT", "IDT"), "+03:00"),
    **dict.fromkeys(("MSD",), "+04:00"),
    **dict.fromkeys(("PKT",), "+05:00"),
    **dict.fromkeys(("IST",), "+05:30"),
    **dict.fromkeys(("WIB",), "+07:00"),
    **dict.fromkeys(("HKT", "SGT", "AWST", "WITA"), "+08:00"),
    **dict.fromkeys(("JST", "KST", "WIT"), "+09:00"),
    **dict.fromkeys(("ACST",), "+09:30"),
    **dict.fromkeys(("AEST", "ChST"), "+10:00"),
    **dict.fromkeys(("ACDT",), "+10:30"),
    **dict.fromkeys(("AEDT",), "+11:00"),
    **dict.fromkeys(("NZST",), "+12:00"),
    **dict.fromkeys(("NZDT",), "+13:00"),
    **dict.fromkeys(("NDT",), "-02:30"),
    **dict.fromkeys(("ADT",), "-03:00"),
    **dict.fromkeys(("NST",), "-03:30"),
    **dict.fromkeys(("AST", "EDT"), "-04:00"),
    **dict.fromkeys(("EST", "CDT"), "-05:00"),
    **dict.fromkeys(("CST", "MDT"), "-06:00"),
    **dict.fromkeys(("MST", "PDT"), "-07:00"),
    **dict.fromkeys(("PST", "AKDT"), "-08:00"),
    **dict.fromkeys(("AKST", "HDT"), "-09:00"),
    **dict.fromkeys(("HST",), "-10:00"),
    **dict.fromkeys(("SST",), "-11:00"),
}
"""What to write in place of the name."""
