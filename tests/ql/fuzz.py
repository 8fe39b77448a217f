"""Texts that are no queries, or nearly: random characters, soup of the grammar, and queries with faults in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.ql.aggregates import FUNCTIONS
from siemlib.ql.parser import COMMANDS
from siemlib.ql.words import LATER, LONGEST_QUERY, RESERVED

if TYPE_CHECKING:
    import random

_CASES = Path(__file__).parents[1] / "cases"

SEEDS: tuple[str, ...] = tuple(
    [json.loads(path.read_text("utf-8"))["query"] for path in sorted((_CASES / "answers").glob("*.json"))]
    + [path.read_bytes().decode().partition("\n---\n")[0] for path in sorted((_CASES / "errors").glob("*.txt"))]
)
"""The queries of our cases, right and wrong."""

_PIECES = (
    *COMMANDS,
    *LATER,
    *sorted(RESERVED),
    *(function.name + "(" for function in FUNCTIONS),
    *("(", ")", "[", "]", ",", "|", "=", "!=", "=~", "<", "+", "-", "*", "/", "%", "^", "!", "||", "&&", ".", "$", "#"),
    *(
        "@timestamp",
        "@message",
        "a",
        "b.c",
        "`x y`",
        "`",
        '"',
        "'",
        '"x"',
        "/re/",
        "/(?<g>x)/",
        "/(",
        "{{p}}",
        "{{",
        "}}",
    ),
    *(
        "1",
        "0.5",
        "1e309",
        "5m",
        "99999999999999999999",
        "1d",
        "multi",
        "into",
        "source",
        "OUTPUT",
        "p=1-2",
        "p=",
        "row=true",
    ),
    *(
        "asc",
        "desc",
        "for",
        "with",
        "maxspan",
        "offset",
        "'g'",
        "\n",
        "\r\n",
        "\t",
        "\u00a0",
        "\u200b",
        "é",
        "日",
        "\x00",
        "\ud800",
    ),
)


def soup(rng: random.Random) -> str:
    """Pieces of the grammar in any order."""
    gap = rng.choice(["", " ", " ", " | "])
    return gap.join(rng.choice(_PIECES) for _ in range(rng.randrange(1, 40)))[:LONGEST_QUERY]


def noise(rng: random.Random) -> str:
    """Random bytes, decoded as a file would be."""
    encoding = rng.choice(["utf-8", "latin-1", "utf-16-le"])
    return rng.randbytes(rng.randrange(1, 400)).decode(encoding, errors="replace")


def mutated(rng: random.Random) -> str:
    """A query of the cases with some faults: pieces cut out, doubled, moved, replaced, another query inside."""
    text = rng.choice(SEEDS)
    for _ in range(rng.randrange(1, 5)):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.randrange(12))
        match rng.randrange(6):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + text[start:]
            case 2:
                text = text[:start] + rng.choice(_PIECES) + text[end:]
            case 3:
                text = text[:start] + rng.choice(SEEDS) + text[end:]
            case 4:
                text = text[end:] + " | " + text[:start]
            case _:
                text = text[:start] + chr(rng.randrange(0x250)) + text[end:]
    return text[:LONGEST_QUERY]


def long(rng: random.Random) -> str:
    """One piece, or two, again and again up to the longest query."""
    piece = rng.choice(
        [*_PIECES, "(" * 7, "a,", "a and ", "not ", "-", "f(", "x.", "[0]", "| a ", "fields a | ", "filter a=1 or "]
    )
    start = rng.choice(["fields ", "filter ", "stats count(*) by ", "parse @message ", ""])
    return (start + (piece + rng.choice(["", " "])) * LONGEST_QUERY)[:LONGEST_QUERY]
