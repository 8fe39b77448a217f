"""What the address asked web servers for: refused requests, and answers that nobody else got."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.investigate.ask import ask
from siemlib.investigate.words import plain
from siemlib.sources.reading import exact

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.model.observable import Address
    from siemlib.model.run import Run

SOURCE = "web_access"
MOST_COMPARED = 10
"""Answered requests that are compared with those of others; with more, the prober got much."""

PUBLIC = frozenset({"/", "/robots.txt", "/favicon.ico", "/sitemap.xml"})
"""Paths that are there for everybody by convention (RFC 9309 for the second): an answer says nothing."""


@dataclass(frozen=True)
class Requests:
    """Counts of the web requests of one address within a window."""

    total: int
    refused: int
    """Distinct requests answered with 4xx."""
    unusual: tuple[str, ...]
    """Distinct requests answered without an error, for which no other address got such an answer.

    Paths that are there for everybody do not count.
    """
    runs: tuple[Run, ...]


def requests_of(case: Case, frame: pd.DataFrame, address: Address) -> Requests:
    """Count the requests in the events of the address; those it was answered are looked up among others' requests."""
    own = frame[(frame["source"] == SOURCE) & (frame["address"] == address.text)]
    refused = own.loc[own["summary"].str.startswith("4"), "action"].nunique()
    answered = [str(action) for action in own.loc[own["outcome"] == "success", "action"].unique()]
    answered = [action for action in answered if action.partition(" ")[2] not in PUBLIC]
    if not answered or not refused:
        return Requests(len(own), int(refused), (), ())
    usual, runs = _usual(case, answered[:MOST_COMPARED], address)
    return Requests(len(own), int(refused), tuple(plain(action) for action in answered if action not in usual), runs)


def _usual(case: Case, actions: list[str], address: Address) -> tuple[set[str], tuple[Run, ...]]:
    """Those of the requests (``GET /login``) that other addresses got an answer to as well."""
    groups = case.log_groups(SOURCE)
    lines = "|".join(exact(action) for action in actions if action.isprintable())
    others = f"not (@message like /{address.pattern}/)"
    result = ask(
        case,
        f'filter @message like /"(?:{lines}) HTTP/ and {others}\n'
        r'| parse @message /"(?<request>[^"]*)" (?<status>[23])\d\d /'
        "\n| filter ispresent(status)\n| stats count(*) as answers by request",
        groups,
    )
    found = {re.sub(r" HTTP/[\d.]+$", "", row.get("request", "")) for row in result.rows}
    return found & set(actions), (result.run,)
