"""Every query that can be written: names and texts as nasty as the language allows."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from siemlib.ql.ast import (
    Access,
    Accum,
    Addtotals,
    Appendcols,
    Argument,
    Autoregress,
    Binary,
    Boolean,
    Call,
    Command,
    CountFrequent,
    Dedup,
    Display,
    Expand,
    Expression,
    Field,
    Fields,
    Fill,
    Filldown,
    Fillmissing,
    Filter,
    FilterIndex,
    In,
    InQuery,
    Invoke,
    Item,
    Join,
    JsonField,
    Like,
    Limit,
    Looked,
    Lookup,
    Number,
    Outlier,
    Parameter,
    ParseCsv,
    ParseGlob,
    ParseLogfmt,
    ParseRegex,
    Period,
    Query,
    Regex,
    Selection,
    Sessionize,
    Sort,
    SortKey,
    Star,
    Stats,
    Text,
    Unary,
    Unnest,
    Wildcard,
)
from siemlib.ql.limits import glob_problem
from siemlib.ql.pattern_nodes import Anomaly, Diff, Estimate, LogCompare, Pattern, RelevantFields
from siemlib.ql.regexes import fault
from siemlib.ql.selection import CLASSES, Groups, Moment, Tag
from siemlib.ql.words import LATER, RESERVED, UNITS

_WORDS = [
    *sorted(RESERVED),
    "fields",
    "limit",
    "timestamp",
    "desc",
    "any",
    "offset",
    "logfmt",
    "csv",
    "multi",
    "into",
    "source",
    *LATER,
]
_segments = st.one_of(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True),
    st.sampled_from(
        [*_WORDS, "@timestamp", "@@example", "@", "0", "12", "5m", "a-b", "user.id", "a b", "été", "日本", "#", '"']
    ),
    st.text(min_size=1, max_size=6).filter(lambda s: "`" not in s and "\n" not in s),
)
_names = st.lists(_segments, min_size=1, max_size=3).map(".".join).filter(lambda s: bool(s.strip("@")))
_first_segments = _segments.filter(lambda s: bool(s.strip("@")))
fields = st.builds(
    Field, st.tuples(_first_segments, st.lists(_first_segments, max_size=3)).map(lambda parts: (parts[0], *parts[1]))
)
texts = st.builds(
    Text,
    st.one_of(st.text(max_size=12), st.sampled_from(["{{x}}", "{{ x }}", "\\{{x}}", '" | limit 1 #', "\\", "\\n"])),
)
numbers = st.builds(Number, st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,2})?", fullmatch=True))
regexes = st.builds(
    Regex,
    st.text(alphabet="ab/|().*+?[]^$#\"'` \\dn", min_size=1, max_size=10).filter(
        # "\/" is only another spelling of "/", and an odd backslash at the end is no pattern.
        lambda s: r"\/" not in s and not s.endswith("\\") and fault(s.replace("/", r"\/")) is None
    ),
)
periods = st.builds(Period, st.integers(0, 10**9), st.sampled_from(sorted(UNITS)))
parameters = st.builds(Parameter, st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,6}", fullmatch=True))
_leaves = st.one_of(fields, texts, numbers, regexes, periods, parameters, st.builds(Boolean, st.booleans()))
_function_names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).filter(
    lambda s: s.lower() not in RESERVED
)


_members = st.lists(_first_segments, min_size=1, max_size=3).map(tuple)


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    operators = ["and", "or", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "^"]
    arguments = st.lists(st.one_of(inner, st.builds(Star)), max_size=3).map(tuple)
    return st.one_of(
        st.builds(Unary, st.sampled_from(["not", "-"]), inner),
        st.builds(Binary, st.sampled_from(operators), inner, inner),
        st.builds(Like, inner, inner, st.booleans()),
        st.builds(In, inner, st.lists(inner, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.builds(Call, _function_names, arguments),
        st.builds(Access, st.builds(Call, _function_names, arguments), _members),
    )


expressions = st.recursive(_leaves, _larger, max_leaves=12)
_items = st.lists(st.builds(Item, expressions, st.none() | _names), min_size=1, max_size=3).map(tuple)
_aliases = st.lists(_names, min_size=1, max_size=3).map(tuple)
_sort_keys = st.builds(
    SortKey,
    expressions.filter(lambda e: not (isinstance(e, Call) and e.name.lower() == "bin")),
    st.booleans(),
)
_globs = st.one_of(texts.map(lambda t: Text(t.value + "*")), parameters)
_paths = st.from_regex(r"[a-z @-]{1,4}(\.[a-z0-9\"' -]{1,4}|\[[0-9]{1,2}\]){0,3}", fullmatch=True)
_some_fields = st.lists(fields, min_size=1, max_size=3).map(tuple)
_factors = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,2})?", fullmatch=True)
_wildcards = st.builds(
    Wildcard,
    st.lists(st.just("") | st.from_regex(r"[a-z][a-z.]{0,2}[a-z]", fullmatch=True), min_size=2, max_size=3).map(tuple),
)
_fillings = st.builds(Fill, numbers | texts | parameters | st.builds(Boolean, st.booleans()), fields)
_pairs = st.lists(st.builds(Looked, fields, st.none() | _names), min_size=1, max_size=2).map(tuple)
_row_commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(FilterIndex, expressions),
    st.builds(Accum, fields, st.none() | _names),
    st.builds(Autoregress, fields, st.none() | _names, st.integers(1, 3), st.integers(3, 1000)),
    st.builds(Filldown, st.lists(fields | _wildcards, max_size=3).map(tuple)),
    st.builds(Addtotals, st.just(()) | _some_fields, _names, st.booleans(), st.booleans()),
    st.builds(Fillmissing, st.lists(_fillings, max_size=2).map(tuple)),
    st.builds(Outlier, _some_fields, st.sampled_from(["transform", "remove"]), _factors, st.booleans(), st.booleans()),
    st.builds(Sessionize, _some_fields, periods, _names),
    st.builds(CountFrequent, _some_fields),
    st.builds(Lookup, _names, _pairs, _pairs, st.booleans()),
    st.builds(Lookup, _names, _pairs.map(lambda pairs: pairs[:1]), _pairs, st.booleans(), st.just(value=True)),
)
_pattern_commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(Pattern, expressions),
    st.just(Anomaly()),
    st.builds(Diff, st.sampled_from([None, "day", "week", "month"])),
    st.builds(LogCompare, periods),
    st.builds(RelevantFields, _some_fields, expressions),
    st.builds(RelevantFields, st.just(()), expressions, st.just(value=True)),
    st.just(Estimate()),
)
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(Fields, _items),
    st.builds(Display, _items),
    st.builds(Filter, expressions),
    st.builds(ParseGlob, st.none() | expressions, _globs, _aliases).filter(
        lambda c: isinstance(c.pattern, Parameter) or glob_problem(c.pattern.value, len(c.names)) is None
    ),
    st.builds(ParseRegex, st.none() | expressions, regexes, st.just(()) | _aliases, st.booleans()),
    st.builds(ParseLogfmt, st.none() | expressions, _names),
    st.builds(ParseCsv, st.none() | expressions, _aliases),
    st.builds(JsonField, fields, _paths, _names),
    st.builds(Unnest, expressions, _names),
    st.builds(Expand, fields),
    st.builds(Sort, st.lists(_sort_keys, min_size=1, max_size=3).map(tuple)),
    st.builds(Stats, _items, st.just(()) | _items),
    st.builds(Stats, _items, _items, periods),
    st.builds(Limit, st.integers(1, 100_000).map(lambda n: Number(str(n))) | parameters, st.booleans()),
    st.builds(Limit, parameters, st.just(value=False), st.just(value=True)),
    st.builds(Dedup, _some_fields),
    _row_commands,
    _pattern_commands,
)
_groups = st.sampled_from([("/a",), ("/a", 'b"'), ("{{x}}",)])
_inside = st.builds(Query, st.lists(commands, max_size=2).map(tuple), _groups)
_beside = st.builds(Query, st.lists(commands, min_size=1, max_size=2).map(tuple), st.just(()))
_in_queries = st.builds(InQuery, st.builds(Field, st.tuples(_first_segments)), _inside, st.booleans())
_sides = st.lists(st.from_regex(r"[A-Za-z_]{1,4}", fullmatch=True) | st.sampled_from(["or", "where", "a b", "left"]))
_joins = st.builds(
    lambda names, *parts: Join(*names, *parts),
    _sides.map(lambda names: tuple(dict.fromkeys([*names, "type", "right"]))[:2]),
    fields,
    fields,
    _inside,
    st.booleans(),
)
commands = st.one_of(
    commands,
    _in_queries.map(Filter),
    _joins,
    st.builds(Appendcols, _inside | _beside, st.booleans(), st.integers(1, 100_000)),
)
_call_names = st.one_of(_function_names, st.sampled_from(["My Query", "team/x", "a.b", "1"]))
_arguments = st.lists(
    st.builds(
        Argument,
        st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}", fullmatch=True),
        texts | numbers | st.builds(Boolean, st.booleans()),
    ),
    max_size=3,
    unique_by=lambda argument: argument.name,
).map(tuple)
calls = st.builds(Invoke, _call_names, _arguments)
_words = st.text(min_size=1, max_size=6).filter(str.strip)
_lists = st.lists(_words, max_size=3).map(tuple)
_some_accounts = st.lists(st.from_regex(r"[0-9]{12}", fullmatch=True), max_size=2).map(tuple)
_selected = st.builds(Groups, _lists, _some_accounts, st.sampled_from([(), ("STANDARD",), CLASSES]))
_tags = st.lists(st.builds(Tag, st.text(max_size=4), st.lists(st.text(max_size=4), min_size=1, max_size=2).map(tuple)))
_earlier = st.none() | st.builds(Moment, st.integers(10**11, 10**14))
_later = (
    st.none() | st.builds(Moment, st.just(0), st.just(value=True)) | st.builds(Moment, st.integers(10**14, 10**15 - 1))
)
_chosen = st.one_of(
    st.builds(Selection, st.lists(_words, min_size=1, max_size=3).map(tuple)),
    st.builds(Selection, st.just(()), _selected, _lists, _tags.map(lambda tags: tuple(tags[:2]))),
)
selections = st.tuples(_chosen, _earlier, _later).map(
    lambda parts: replace(parts[0], start=parts[1], end=parts[2] if parts[1] else None)
)
queries = st.builds(
    Query, st.lists(commands | calls, min_size=1, max_size=4).map(tuple), st.just(()), st.none() | selections
)
