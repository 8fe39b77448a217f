"""Queries over the fields ``a b t flag gone`` that make sense to the analysis, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from siemlib.model.event import FieldType
from siemlib.ql.aggregates import AGGREGATES, FUNCTIONS
from siemlib.ql.analyse import analyse
from siemlib.ql.diagnostic import CompileError
from siemlib.ql.parser import parse
from siemlib.ql.types import Kind

if TYPE_CHECKING:
    from siemlib.ql.functions import Function

FIELDS = ("a", "b", "t", "flag", "gone")

_leaves = st.sampled_from(
    [*FIELDS, *FIELDS, "@timestamp", "@message", "7", "-3", "1.5", "0", "9007199254740993", '"x"', '"7"', '"-"', "true"]
)
_WRITTEN = {
    Kind.PERIOD: st.sampled_from(["1m", "2h", "1w", "1q"]),
    Kind.PATTERN: st.sampled_from(['"[0-9]+"', '"x?"']),
    Kind.SUBNET: st.just('"10.0.0.0/8"'),
}
_LEFT_OUT = {"isIpv6InSubnet", "haversine"}
_SCALARS = [f for f in FUNCTIONS if not f.aggregate and f.name not in _LEFT_OUT and f.result is not FieldType.STRUCTURE]


def _call(function: Function, inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = [_WRITTEN.get(kind, inner) for kind in function.parameters]
    if function.name == "formatDate":
        arguments[1:] = [st.sampled_from(['"%Y-%m-%d %H"', '"%j %z %e"']), st.sampled_from(['"UTC"', '"Asia/Tokyo"'])]
    if function.name == "parseDate":
        arguments[1:] = [
            st.sampled_from(['"d[M][ ]y[ X]"', '"yyyyMMdd"']),
            st.sampled_from(['"+01:00"', '"Asia/Tokyo"']),
        ]
    return st.tuples(*arguments).map(lambda given: f"{function.name}({', '.join(given)})")


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = ["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "and", "or"]
    pair = st.tuples(inner, st.sampled_from(operators), inner)
    return st.one_of(
        pair.map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda x: f"(not {x})"),
        inner.map(lambda x: f'({x} like "1")'),
        inner.map(lambda x: f"({x} not like /[0-9x]/)"),
        inner.map(lambda x: f'({x} in [7, "x", -3])'),
        inner.map(lambda x: f'({x} not in ["-", "y"])'),
        inner.map(lambda x: f"jsonParse({x}).a"),
        inner.map(lambda x: f'split({x}, "1")[0]'),
        st.tuples(inner, _leaves, _leaves).map(
            lambda parts: f"({parts[0]} in (SOURCE 'memory' | filter {parts[1]} > 0 | fields {parts[2]} as one))"
        ),
        st.sampled_from(_SCALARS).flatmap(lambda function: _call(function, inner)),
    )


expressions = st.recursive(_leaves, _larger, max_leaves=5)


def _aggregate(function: Function) -> st.SearchStrategy[str]:
    if function.name == "pct":
        return expressions.map(lambda x: f"pct({x}, 30)")
    if function.name == "rate":
        return expressions.map(lambda x: f"rate({x}, 1m)")
    return expressions.map(lambda x: f"{function.name}({x})")


_aggregates = st.sampled_from([f for f in AGGREGATES if f.result is not FieldType.STRUCTURE]).flatmap(_aggregate)
_filters = expressions.map(lambda x: f"filter {x}")
_fields = expressions.map(lambda x: f"fields {x} as computed, {', '.join(FIELDS)}")
_sorts = st.tuples(expressions, st.sampled_from(["asc", "desc"])).map(lambda parts: f"sort {' '.join(parts)}")
_stats = st.tuples(_aggregates, _aggregates, expressions).map(
    lambda parts: f"stats {parts[0]} as first, {parts[1]} as second by {parts[2]} as key"
)
_rows = st.sampled_from(
    [
        "accum a",
        "accum t as total",
        "autoregress a as before p=1-2",
        "filldown",
        "filldown a",
        "addtotals a, t",
        "addtotals col=true",
        "outlier a t",
        "outlier action=remove uselower=true mark=true param=0.5 a",
        "sessionize a, t maxspan 1s",
    ]
)
_ends = st.one_of(
    st.sampled_from(["", " | dedup a", " | limit 3", " | dedup t, b | limit 2"]), _rows.map(lambda rows: f" | {rows}")
)


def _is_flat(query: str) -> bool:
    return "SOURCE" not in query


_patterns = st.sampled_from(
    ["", " | diff", " | anomaly", " | sort @pattern", " | stats sum(@sampleCount) by @severityLabel", " | estimate"]
)


def _makes_sense(query: str) -> bool:
    """Whether the analysis takes it: of what can be drawn here, it refuses a time beside a text only."""
    try:
        analyse(parse(query), {}, query)
    except CompileError as error:
        return not all(d.message.startswith("a time cannot be compared") for d in error.diagnostics)
    return True


queries = st.one_of(
    st.tuples(_filters, _fields, _sorts, _ends).map(lambda p: f"{p[0]} | {p[1]} | {p[2]}{p[3]}"),
    st.tuples(
        _filters,
        _stats,
        st.sampled_from(
            [
                "",
                " | tail 2",
                " | sort first desc",
                " | sort second, key",
                " | filter first > 1",
                " | addtotals col=true",
            ]
        ),
    ).map(lambda p: f"{p[0]} | {p[1]}{p[2]}"),
    st.tuples(_stats).map(lambda p: p[0]),
    st.tuples(_filters, _rows, _sorts).map(lambda p: f"{p[0]} | {p[1]} | {p[2]}"),
    st.tuples(st.sampled_from(["inner", "left"]), st.sampled_from(FIELDS), st.sampled_from(FIELDS), _leaves, _ends).map(
        lambda p: (
            f"join type={p[0]} left=l right=r where l.{p[1]}=r.{p[2]} (SOURCE 'memory' | filter {p[3]} != 7)"
            f" | fields l.a, r.a, r.b, r.t, r.flag, a + r.b as sum | sort r.b desc, r.t{p[4]}"
        )
    ),
    st.tuples(
        _stats, st.sampled_from(["", "override=true ", "max=2 override=true "]), (_stats | _fields).filter(_is_flat)
    ).map(lambda p: f"{p[0]} | appendcols {p[1]}({p[2]})"),
    st.tuples(_filters, expressions, _patterns).map(lambda p: f"{p[0]} | pattern {p[1]}{p[2]}"),
    st.tuples(expressions).map(lambda p: f"relevantfields a, b, t where {p[0]}"),
    st.tuples(expressions).map(lambda p: f"relevantfields where {p[0]}"),
    st.sampled_from(["countFrequent a, t", "stats sum(a) as x by bin(1m), a, t | fillmissing with 0 for x"]),
).filter(_makes_sense)
"""Pipelines of filter, fields, sort, dedup, limit, or filter, stats, sort."""
