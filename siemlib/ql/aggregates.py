"""The functions of ``stats``: the second half of the table in :mod:`siemlib.ql.functions`, and the way to look both up.

``{time}`` in a template is the order of events: their time, then the order in which they came.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace

from siemlib.ql.foreign import FUNCTIONS as FOREIGN_FUNCTIONS
from siemlib.ql.functions import (
    ADDRESSES,
    DYNAMIC,
    GENERAL,
    INTEGER,
    NUMBER,
    NUMBERS,
    SAME,
    STRUCTURE,
    TEXTS,
    TIMES,
    F,
    Function,
    N,
    T,
    V,
)

_ROWS = (
    F(
        "count",
        (V,),
        INTEGER,
        "events; with a field: events that have it",
        "count({0})",
        ("count(*)", "3"),
        spellings=("countOverTime", "count_over_time"),
        defaults=("*",),
    ),
    F(
        "countDistinct",
        (V,),
        INTEGER,
        "different values, exactly",
        "count(DISTINCT {0})",
        ("countDistinct(t)", "1"),
        spellings=("count_distinct",),
    ),
    F(
        "sum",
        (N,),
        NUMBER,
        "total of the values that are numbers",
        "fsum({0})",
        ("sum(a)", "12"),
        spellings=("sumOverTime", "sum_over_time"),
    ),
    F("avg", (N,), NUMBER, "mean of the values that are numbers", "favg({0})", ("avg(a)", "4")),
    F("min", (V,), SAME, "the smallest number; of texts, the first in the order of sort", "{min}", ("min(a)", "1")),
    F("max", (V,), SAME, "the largest number; of texts, the last in the order of sort", "{max}", ("max(a)", "7")),
    F(
        "pct",
        (N, N),
        NUMBER,
        "percentile 0 to 100, interpolated between neighbours",
        "quantile_cont({0}, {1} / 100)",
        ("pct(a, 50)", "4"),
        spellings=("percentile",),
    ),
    F("stddev", (N,), NUMBER, "standard deviation of the whole population", "stddev_pop({0})", ("stddev(a - a)", "0")),
    F("variance", (N,), NUMBER, "variance of the whole population", "var_pop({0})", ("variance(a)", "6")),
    F(
        "earliest",
        (V,),
        SAME,
        "the value of the first event that has one",
        "arg_min({0}, {time})",
        ("earliest(a)", "7"),
    ),
    F("latest", (V,), SAME, "the value of the last event that has one", "arg_max({0}, {time})", ("latest(a)", "4")),
    F("sortsFirst", (T,), DYNAMIC, "first by sort", "arg_min({0}, ql_rank({0}))", ("sortsFirst(a)", "1")),
    F("sortsLast", (T,), DYNAMIC, "last by sort", "arg_max({0}, ql_rank({0}))", ("sortsLast(a)", "7")),
    F(
        "values",
        (T,),
        STRUCTURE,
        "the different values as a JSON array, in the order of texts",
        "CAST(to_json(list_sort(list(DISTINCT {0}) FILTER ({0} IS NOT NULL))) AS VARCHAR)",
        ("values(a)", '["1","4","7"]'),
        spellings=("collect_values",),
    ),
    F(
        "topk",
        (N, T),
        STRUCTURE,
        "so many of the most frequent values as a list, exactly; of equally frequent ones the first by text",
        "CAST(to_json(list_transform("
        "list_sort(list_transform(map_entries(histogram({1})), lambda e: row(-CAST(e.value AS BIGINT), e.key)))"
        "[1:CAST({0} AS BIGINT)],"
        " lambda r: struct_extract_at(r, 2))) AS VARCHAR)",
        ("topk(2, a)", '["1","4"]'),
    ),
)


AGGREGATES = tuple(replace(row, aggregate=True) for row in _ROWS)

FUNCTIONS: tuple[Function, ...] = (*NUMBERS, *TIMES, *GENERAL, *TEXTS, *ADDRESSES, *AGGREGATES)
"""The whole table."""

_BY_NAME = {name.lower(): row for row in FUNCTIONS for name in (row.name, *row.spellings)}

_ELSEWHERE = {
    "median": "there is no median: write pct(x, 50)",
    "mean": "write avg(x)",
    "lcase": "write tolower(x)",
    "ucase": "write toupper(x)",
    "isnull": "write not ispresent(x)",
    "exists": "write ispresent(x)",
    "contains": 'write strcontains(x, "text")',
    "to_number": "write toNumber(x)",
    "len": "write strlen(x)",
    "ifnull": "write coalesce(x, 0)",
    "nvl": "write coalesce(x, 0)",
    "isnotnull": "write ispresent(x)",
    "date_trunc": "write bin(5m) or datefloor(t, 1h)",
}


def find(name: str) -> Function | None:
    """The function of this name; names are case-insensitive. ``None`` if there is none."""
    return _BY_NAME.get(name.lower())


def hint_for(name: str) -> str | None:
    """What may have been meant by an unknown function name."""
    elsewhere = _ELSEWHERE.get(name.lower()) or FOREIGN_FUNCTIONS.get(name.lower())
    if elsewhere is not None:
        return elsewhere
    if percentile := re.fullmatch(r"(?:p|pct|perc|percentile)_?([0-9]{1,2})", name.lower()):
        return f"write pct(x, {percentile[1]})"
    near = difflib.get_close_matches(name.lower(), _BY_NAME, n=1, cutoff=0.7)
    return f"did you mean '{_BY_NAME[near[0]].name}'?" if near else None
