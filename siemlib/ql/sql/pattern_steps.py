"""The SQL of the steps that make patterns, and of those that compare the patterns of two windows of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from siemlib.ql.plan import Key, Ref
from siemlib.ql.plan_patterns import Anomalies, Differences, Patterns, PatternStep, Relevance
from siemlib.ql.scope import MATCHED
from siemlib.ql.sql.relevance import relevance_parts
from siemlib.ql.sql.writer import identifier, indent, integer, literal, select

if TYPE_CHECKING:
    from siemlib.ql.plan import Plan
    from siemlib.ql.sql.expressions import Expressions

LEAST_WORDS = 3
"""So many different words must stand at one place, with all else equal, for the place to vary."""

MOST_PARTS = 160
"""Words and separators of a text in which places that vary are looked for; they are not in a longer one."""

MOST_SHAPES = 100_000
"""Shapes, the most frequent ones, in which places that vary are looked for: what bounds the work on hostile texts."""

ROUNDS = 2
"""How often places that vary are looked for: the second time with what varied the first time already out of sight."""

LEAST_SCORE = 3
"""Standard deviations of a chance count from which on a difference in number is an anomaly."""

_MATCHED = identifier(MATCHED)
_COUNTS = ("CAST(sum(n) AS BIGINT) AS n", "CAST(sum(earlier) AS BIGINT) AS earlier")


def order_of(step: PatternStep) -> list[Key]:
    """The order of the step's rows, without a ``sort``."""
    match step:
        case Patterns(pattern=pattern, count=count):
            return [Key(Ref(count), descending=True), Key(Ref(pattern), descending=False, plain=True)]
        case Differences(patterns=patterns, size=size):
            return [Key(Ref(size), descending=True), Key(Ref(patterns.pattern), descending=False, plain=True)]
        case Anomalies(patterns=patterns, rank=rank, score=score):
            by_score = [Key(Ref(rank), descending=False), Key(Ref(score), descending=True)]
            return [*by_score, Key(Ref(patterns.pattern), descending=False, plain=True)]
        case Relevance(name=name, score=score):
            return [Key(Ref(score), descending=True), Key(Ref(name), descending=False, plain=True)]
        case _:
            assert_never(step)


def pattern_parts(
    step: PatternStep, expressions: Expressions, last: str, number: int, *, grouped: bool
) -> list[tuple[str, str]]:
    """The named SELECTs of ``step``, which is the ``number``-th, over the part ``last``."""
    match step:
        case Patterns():
            return _patterns(step, expressions, last, number, grouped=grouped)
        case Differences():
            return [(f"{step.command}_{number}", _differences(step, last))]
        case Anomalies():
            return [(f"anomaly_{number}", _anomalies(step, last))]
        case Relevance():
            return relevance_parts(step, expressions, last, number)
        case _:
            assert_never(step)


def estimate_sql(plan: Plan, size: int) -> str:
    """The one row of ``estimate``: bytes, and that no event was looked at."""
    columns = [f"{literal(str(size))} AS {identifier(output.column.name)}" for output in plan.outputs]
    return f"SELECT {', '.join([*columns, f'0 AS {_MATCHED}'])}"


def _patterns(
    step: Patterns, expressions: Expressions, last: str, number: int, *, grouped: bool
) -> list[tuple[str, str]]:
    """Texts without digits are counted first, because there are few of them; all that follows is over these."""
    name = f"pattern_{number}"
    events = f"max({_MATCHED})" if grouped else "count(*)"
    rough = [f"ql_rough({expressions.text(step.value)}) AS rough", *_counts(step, expressions), f"{events} AS events"]
    matched = f"{'max(max' if grouped else 'sum(sum'}(events)) OVER () AS {_MATCHED}"
    parts = [
        (f"{name}_rough", select(rough, last, "GROUP BY 1")),
        (f"{name}_shapes", select(["ql_shape(rough) AS shape", *_COUNTS, matched], f"{name}_rough", "GROUP BY 1")),
    ]
    for turn in range(1, ROUNDS + 1):
        places, words = f"{name}_places{turn}", f"{name}_words{turn}"
        parts += [(places, _places(parts[-1][0])), (words, _words(places))]
    text = identifier(step.pattern.column)
    columns = [
        text,
        f"CAST(sum(n) AS DOUBLE) / nullif(sum(sum(n)) OVER (), 0) AS {identifier(step.ratio.column)}",
        f"CAST(sum(n) AS BIGINT) AS {identifier(step.count.column)}",
        f"ql_severity({text}) AS {identifier(step.severity.column)}",
        f"left(sha256({text}), 32) AS {identifier(step.identity.column)}",
        f"min(ql_pattern_regex(shape)) AS {identifier(step.regex.column)}",
        f"max({_MATCHED}) AS {_MATCHED}",
    ]
    if step.earlier is not None and step.compared is not None:
        columns.append(f"CAST(sum(earlier) AS BIGINT) AS {identifier(step.earlier.column)}")
        columns.append(f"sum(sum(earlier)) OVER () AS {identifier(step.compared.column)}")
    written = select(["*", f"ql_pattern(shape) AS {text}"], parts[-1][0])
    return [*parts, (name, select(columns, f"(\n{indent(written)}\n)", f"GROUP BY {text}"))]


def _counts(step: Patterns, expressions: Expressions) -> list[str]:
    """How many events there are in the window of the run, and in the earlier one."""
    if step.earlier is None or expressions.moment.earlier is None:
        return ["count(*) AS n", "0 AS earlier"]
    time, moment = identifier("@timestamp"), expressions.moment
    first, end = expressions.moment.earlier
    now = f"{time} >= {integer(moment.start)} AND {time} <= {integer(moment.end)}"
    before = f"{time} >= {integer(first)} AND {time} < {integer(end)}"
    return [f"count(*) FILTER (WHERE {now}) AS n", f"count(*) FILTER (WHERE {before}) AS earlier"]


def _places(shapes: str) -> str:
    """A row for every word of every shape, and for what stands between words.

    ``all_words`` stands for the whole text; without the word at hand it stands for all else.
    """
    order = "ORDER BY n + earlier DESC, shape"
    ranked = select(
        ["*", f"row_number() OVER ({order}) AS id", "ql_parts(shape) AS words"], shapes, "WHERE shape IS NOT NULL"
    )
    fits = f"id <= {integer(MOST_SHAPES)} AND len(words) BETWEEN 3 AND {integer(MOST_PARTS)}"
    cut = select(
        ["* EXCLUDE (words, shape)", f"CASE WHEN {fits} THEN words ELSE [shape] END AS words"],
        f"(\n{indent(ranked)}\n)",
    )
    hashed = "list_reduce(list_transform(words, lambda w, i: hash(w, i)), lambda a, b: xor(a, b)) AS all_words"
    known = select(["*", "len(words) AS width", hashed], f"(\n{indent(cut)}\n)")
    columns = ["* EXCLUDE (words)", "unnest(words) AS word", "generate_subscripts(words, 1) AS place"]
    return select(columns, f"(\n{indent(known)}\n)")


def _words(places: str) -> str:
    """The shapes again, with a mark where with all else equal several words stand."""
    others = "count(*) OVER (PARTITION BY width, place, xor(all_words, hash(word, place))) AS others"
    varies = f"others >= {integer(LEAST_WORDS)} AND width > 1 AND ql_may_vary(word)"
    shape = f"string_agg(CASE WHEN {varies} THEN 'Ⓥ' ELSE word END, '' ORDER BY place) AS shape"
    kept = ["any_value(n) AS n", "any_value(earlier) AS earlier", f"any_value({_MATCHED}) AS {_MATCHED}"]
    rebuilt = select([shape, *kept], f"(\n{indent(select(['*', others], places))}\n)", "GROUP BY id")
    return select(["shape", *_COUNTS, f"max({_MATCHED}) AS {_MATCHED}"], f"(\n{indent(rebuilt)}\n)", "GROUP BY shape")


def _two_counts(patterns: Patterns) -> tuple[str, str, str]:
    """The columns of the counts of both windows, and of how many there are in the earlier one at all."""
    if patterns.earlier is None or patterns.compared is None:
        message = "patterns of one window are not compared"
        raise ValueError(message)
    return (
        identifier(patterns.count.column),
        identifier(patterns.earlier.column),
        identifier(patterns.compared.column),
    )


_NOTHING_EARLIER = literal("nothing earlier to compare with")


def _change(now: str, before: str) -> str:
    word = f"CASE WHEN {now} > {before} THEN 'increased' ELSE 'decreased' END"
    return f"{word} || ' from ' || {before} || ' to ' || {now}"


def _differences(step: Differences, last: str) -> str:
    now, before, compared = _two_counts(step.patterns)
    description = (
        f"CASE WHEN {compared} = 0 THEN {_NOTHING_EARLIER} WHEN {before} = 0 THEN 'new' WHEN {now} = 0 THEN 'gone'"
        f" WHEN {now} = {before} THEN 'unchanged' ELSE {_change(now, before)} END"
    )
    columns = [
        "*",
        f"{now} - {before} AS {identifier(step.difference.column)}",
        f"abs({now} - {before}) AS {identifier(step.size.column)}",
        f"{description} AS {identifier(step.description.column)}",
    ]
    return select(columns, last)


def _anomalies(step: Anomalies, last: str) -> str:
    now, before, compared = _two_counts(step.patterns)
    score, kind = identifier(step.score.column), identifier(step.kind.column)
    # Two chance counts of the same thing differ by about the root of their sum.
    scored = select(
        ["*", f"CASE WHEN {compared} > 0 THEN abs({now} - {before}) / sqrt({now} + {before}) END AS {score}"], last
    )
    kinds = f"CASE WHEN {before} = 0 THEN 'new pattern' WHEN {score} >= {integer(LEAST_SCORE)} THEN 'pattern frequency'"
    found = select(
        ["*", f"CASE WHEN {compared} > 0 THEN {kinds} END END AS {kind}"],
        f"(\n{indent(scored)}\n)",
    )
    description = (
        f"CASE WHEN {compared} = 0 THEN {_NOTHING_EARLIER} WHEN {before} = 0 THEN 'not seen in the earlier window'"
        f" WHEN {now} = {before} THEN 'unchanged' ELSE {_change(now, before)} END"
    )
    columns = [
        "*",
        f"{description} AS {identifier(step.description.column)}",
        f"CASE WHEN {kind} IS NULL THEN 1 ELSE 0 END AS {identifier(step.rank.column)}",
    ]
    return select(columns, f"(\n{indent(found)}\n)", f"WHERE {now} > 0 OR {kind} IS NOT NULL")
