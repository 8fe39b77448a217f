"""Rules about literals that hold where the parser reads them and again where a parameter becomes one."""

from __future__ import annotations

import re

from siemlib.ql.words import LARGEST_LIMIT

_HALF = re.compile("[\ud800-\udfff]")


def limit_problem(text: str) -> str | None:
    """What is wrong with ``limit text``; ``None`` if nothing is."""
    if re.fullmatch(r"0*[0-9]{1,6}", text) and 1 <= int(text[-7:]) <= LARGEST_LIMIT:
        return None
    return f"'limit' takes a whole number from 1 to {LARGEST_LIMIT:,}"


def glob_problem(pattern: str, names: int) -> str | None:
    """What is wrong with ``parse pattern as names``; ``None`` if nothing is.

    A shipping product writes ``parse field "" as x`` (one name, no ``*``), and the service takes it.
    """
    stars = pattern.count("*")
    if stars == names or (not pattern and names == 1):
        return None
    standing = "1 name stands" if names == 1 else f"{names} names stand"
    return f"the pattern has {stars or 'no'} '*', but {standing} after 'as'"


def half_character(text: str) -> int | None:
    """Where ``text`` holds half of a surrogate pair, which no encoding can write and no event holds."""
    found = _HALF.search(text)
    return None if found is None else found.start()
