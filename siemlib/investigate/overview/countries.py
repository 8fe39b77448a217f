"""From which countries the addresses outside are that got through; only where a database of countries is configured."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.errors import UsageError
from siemlib.investigate.ask import ask, not_held, searched, source_title, typed
from siemlib.investigate.countries import NOT_CONFIGURED, countries_of
from siemlib.investigate.overview.before import before, nothing_before
from siemlib.investigate.overview.direction import inside
from siemlib.investigate.words import count, names, plain

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.investigate.countries import Countries

MOST_LOOKED_UP = 20_000
"""Addresses of one kind of log that are looked up, those with most events first."""

_COLUMNS = {
    "country": "text",
    "source": "text",
    "addresses": "count",
    "events": "count",
    "events before": "count",
}
_UNKNOWN = "not in the database"
_ALLOWED = (
    "filter not ispresent(errorCode) and not ispresent(errorMessage)\n"
    r"| filter sourceIPAddress like /^[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*$/"
    "\n| fields sourceIPAddress as address"
)
_ACCEPTED = (
    'filter action = "ACCEPT"\n'
    # As in siemlib.investigate.overview.changed: an answer goes to the higher port.
    "| fields if(srcPort - dstPort < 0, dstAddr, srcAddr) as address"
)
_HEADS = {"vpc_flow": _ACCEPTED, "cloudtrail": _ALLOWED}


def countries(case: Case) -> Answer:
    """Count the addresses outside that opened accepted connections, or whose calls were allowed, by their country.

    Columns: ``country``, ``source``, ``addresses`` (of the window), ``events`` (flows or calls), ``events before`` (of
    the same country in the window before; missing where there is nothing to compare with).
    """
    name, title = "countries", "Countries of the addresses that got through"
    try:
        known = countries_of(case)
    except UsageError as error:
        return Answer(name, title, typed([], _COLUMNS), f"Not examined: {error}.", "no log group.", ())
    if known is None:
        return Answer(name, title, typed([], _COLUMNS), f"Not examined: {NOT_CONFIGURED}.", "no log group.", ())
    sources = [source for source in _HEADS if case.log_groups(source)]
    if not sources:
        return not_held(name, title, "vpc_flow", _COLUMNS)
    window = before(case)
    both = window.both if window and window.events else case
    results = {source: _asked(case, both, source) for source in sources}
    try:
        found = _Found.of(results, known)
    except UsageError as error:
        return Answer(name, title, typed([], _COLUMNS), f"Not examined: {error}.", "no log group.", ())
    compared = set() if both is case or window is None else {s for s in sources if window.groups(case, s)}
    frame = typed(found.rows(compared), _COLUMNS)
    frame = frame.sort_values(["addresses", "country"], ascending=[False, True], kind="stable", ignore_index=True)
    groups = tuple(group for source in sources for group in case.log_groups(source))
    asked = searched(both, groups, f"accepted flows and allowed calls from outside. {known.sentence}")
    sentences = [found.reading(case, compared), _cut(results)]
    sentences += [known.sentence, "" if compared else nothing_before(case)]
    runs = tuple(result.run for result in results.values())
    given = ((known.sentence, "which file of countries it was, by its own words and its digest"),)
    return Answer(name, title, frame, " ".join(filter(None, sentences)), asked, runs, given=given)


def _asked(case: Case, both: Case, source: str) -> Result:
    start = case.timespan.start_ms
    query = (
        f"{_HEADS[source]}\n| filter not {inside(case, 'address')}\n"
        f"| fields if(toMillis(@timestamp) < {start}, 1, 0) as earlier\n"
        "| stats count(*) as events, sum(earlier) as past by address\n"
        f"| sort events desc, address asc\n| limit {MOST_LOOKED_UP}"
    )
    return ask(both, query, case.log_groups(source))


@dataclass(frozen=True)
class _Found:
    """By country and source: addresses and events of the window, and events before it."""

    addresses: Counter[tuple[str, str]]
    events: Counter[tuple[str, str]]
    past: Counter[tuple[str, str]]

    @classmethod
    def of(cls, results: dict[str, Result], known: Countries) -> _Found:
        found = cls(Counter(), Counter(), Counter())
        for source, result in results.items():
            for row in result.rows:
                key = known.of(row["address"]) or _UNKNOWN, source_title(source)
                past = int(float(row["past"]))
                now = int(row["events"]) - past
                found.addresses[key] += 1 if now else 0
                found.events[key] += now
                found.past[key] += past
        return found

    def rows(self, compared: set[str]) -> list[tuple[object, ...]]:
        """Every country of the window; where nothing can be compared, nothing is said of before."""
        had = {source_title(source) for source in compared}
        return [
            (
                country,
                source,
                number,
                self.events[country, source],
                self.past[country, source] if source in had else None,
            )
            for (country, source), number in self.addresses.items()
            if number
        ]

    def reading(self, case: Case, compared: set[str]) -> str:
        """How many addresses of how many countries, and which countries are new."""
        total = sum(self.addresses.values())
        if not total:
            return f"No address outside opened an accepted connection or made a call that was allowed, {case.timespan}."
        by: Counter[str] = Counter()
        for (country, _), number in self.addresses.items():
            by[country] += number
        named = [f"{plain(country)} {number:,}" for country, number in by.most_common() if number]
        sentence = f"{count(total, 'address', 'addresses')} from outside: {names(named)}."
        had = {source_title(source) for source in compared}
        new = [key for key, number in self.addresses.items() if number and key[1] in had and not self.past[key]]
        new = [key for key in new if key[0] != _UNKNOWN]
        if new:
            return (
                f"{sentence} New since the window before: {names([f'{plain(land)} ({where})' for land, where in new])}."
            )
        return f"{sentence} No country is new since the window before." if compared else sentence


def _cut(results: dict[str, Result]) -> str:
    cut = [source_title(source) for source, result in results.items() if len(result.rows) == MOST_LOOKED_UP]
    return f"Of {names(cut)} the {MOST_LOOKED_UP:,} addresses with most events were looked up." if cut else ""
