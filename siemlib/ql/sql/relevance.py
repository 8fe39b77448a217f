"""The SQL of ``relevantfields``: how far the values of fields differ between events with and without a condition.

Values are counted first; everything else, medians too, is taken from the counts. ``a`` stands for the events that meet
the condition, ``b`` for the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.scope import MATCHED
from siemlib.ql.sql.writer import identifier, indent, integer, literal, select

if TYPE_CHECKING:
    from siemlib.ql.plan_patterns import Relevance
    from siemlib.ql.sql.expressions import Expressions

MOST_VALUES = 20
"""The most frequent values of a field that are told apart; all others are one, because ids would differ in any case."""

MOST_CONTRIBUTORS = 3
"""Values that are named as those whose shares differ most."""

LONGEST_VALUE = 60
"""Characters of a value that is named."""

_MATCHED = identifier(MATCHED)


def relevance_parts(step: Relevance, expressions: Expressions, last: str, number: int) -> list[tuple[str, str]]:
    """The named SELECTs of the step, which is the ``number``-th, over the part ``last``."""
    name = f"relevantfields_{number}"
    return [
        (f"{name}_counts", _counts(step, expressions, last)),
        (f"{name}_ranked", _ranked(f"{name}_counts")),
        (f"{name}_values", _values(f"{name}_ranked")),
        (f"{name}_numbers", _numbers(f"{name}_ranked")),
        (name, _scores(step, name)),
    ]


def _counts(step: Relevance, expressions: Expressions, last: str) -> str:
    names = ", ".join(literal(field) for field, _ in step.values)
    texts = ", ".join(expressions.text(value) for _, value in step.values)
    inside = f"coalesce({expressions.condition(step.condition)}, FALSE) AS inside"
    seen = select(
        [inside, f"unnest(CAST([{names}] AS VARCHAR[])) AS name", f"unnest(CAST([{texts}] AS VARCHAR[])) AS value"],
        last,
    )
    sides = ["count(*) FILTER (WHERE inside) AS a", "count(*) FILTER (WHERE NOT inside) AS b"]
    return select(["name", "value", *sides], f"(\n{indent(seen)}\n)", "GROUP BY name, value")


def _ranked(counts: str) -> str:
    columns = [
        "*",
        "sum(a) OVER (PARTITION BY name) AS all_a",
        "sum(b) OVER (PARTITION BY name) AS all_b",
        "row_number() OVER (PARTITION BY name ORDER BY a + b DESC, value) AS rank",
        "ql_number(value) AS number",
    ]
    return select(columns, counts)


def _values(ranked: str) -> str:
    """The shares of the frequent values on both sides; the others have the rank 0."""
    columns = [
        "name",
        f"CASE WHEN rank <= {integer(MOST_VALUES)} THEN rank ELSE 0 END AS rank",
        f"coalesce(left(min(value), {integer(LONGEST_VALUE)}), '(missing)') AS value",
        "sum(a) / nullif(max(all_a), 0) AS share_a",
        "sum(b) / nullif(max(all_b), 0) AS share_b",
        # Whole numbers, so that their sum does not depend on the order of the rows.
        "abs(sum(a) * max(all_b) - sum(b) * max(all_a)) AS apart",
        "nullif(2 * max(all_a) * max(all_b), 0) AS furthest",
        f"max(all_a + all_b) AS {_MATCHED}",
    ]
    return select(columns, ranked, "GROUP BY 1, 2")


def _numbers(ranked: str) -> str:
    """Of fields that hold numbers, nine of ten values at least: the medians, and how far the distributions are apart.

    That is the distance of Kolmogorov and Smirnov, which sees a shift of values that hardly ever repeat.
    """
    columns = ["name", "number"]
    for side in "ab":
        columns.append(f"sum({side}) OVER (PARTITION BY name ORDER BY number) AS upto_{side}")
        columns.append(f"nullif(sum({side}) OVER (PARTITION BY name), 0) AS all_{side}")
    running = select(columns, ranked, "WHERE number IS NOT NULL")
    medians = [
        f"(min(number) FILTER (WHERE 2 * upto_{side} >= all_{side})"
        f" + min(number) FILTER (WHERE 2 * upto_{side} > all_{side})) / 2 AS median_{side}"
        for side in "ab"
    ]
    distance = "max(abs(upto_a / all_a - upto_b / all_b)) AS distance"
    of_numbers = select(
        ["name AS field", distance, *medians, "count(*) AS different"], f"(\n{indent(running)}\n)", "GROUP BY 1"
    )
    enough = "HAVING 10 * coalesce(sum(a + b) FILTER (WHERE number IS NOT NULL), 0) >= 9 * sum(a + b)"
    numeric = select(["name"], ranked, "WHERE value IS NOT NULL", "GROUP BY name", enough)
    return select(["*"], f"(\n{indent(of_numbers)}\n)", f"WHERE field IN (\n{indent(numeric)}\n)")


def _scores(step: Relevance, name: str) -> str:
    share = "CAST(round(100 * share_{0}) AS BIGINT) || ' %'"
    told = f"value || ' ' || {share.format('a')} || ' (otherwise ' || {share.format('b')} || ')'"
    apart = "abs(share_a - share_b)"
    named = f"list({told} ORDER BY {apart} DESC, share_a DESC, rank) FILTER (WHERE rank > 0 AND {apart} > 0)"
    most = f"{named}[1:{integer(MOST_CONTRIBUTORS)}]"
    contributors = (
        f"CASE WHEN max(different) IS NULL OR max(different) <= {integer(MOST_VALUES)}"
        f" THEN nullif(array_to_string({most}, '; '), '') END"
    )
    columns = [
        f"name AS {identifier(step.name.column)}",
        f"greatest(sum(apart) / max(furthest), max(distance)) AS {identifier(step.score.column)}",
        f"{contributors} AS {identifier(step.contributors.column)}",
        f"max(median_a) AS {identifier(step.inside.column)}",
        f"max(median_b) AS {identifier(step.outside.column)}",
        f"max({_MATCHED}) AS {_MATCHED}",
    ]
    return select(columns, f"{name}_values LEFT JOIN {name}_numbers ON name = field", "GROUP BY name")
