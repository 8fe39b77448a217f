"""Aggregates that no template can write: of a type that only the value tells, or over the order of the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.plan import Expr, Length, Ref
from siemlib.ql.sql.writer import integer, literal
from siemlib.ql.types import MILLIS, TEXTUAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.ql.sql.compare import Views


def moment(time: str, ids: Sequence[str]) -> str:
    """The place of an event in time: of those at one time, as they came."""
    return f"row({', '.join([time, *(f'length({i}), {i}' for i in ids)])})"


def extreme(views: Views, name: str, value: Expr) -> str:
    """``min`` or ``max``. Numbers go before texts: a text is the answer only where there is no number."""
    sql = views.native(value)
    if value.type not in TEXTUAL:
        missing = value.symbol.missing_text if isinstance(value, Ref) else None
        if missing is None:
            return f"{name}({sql})"
        return f"coalesce(CAST({name}({sql}) AS VARCHAR), CASE WHEN count(*) > 0 THEN {literal(missing)} END)"
    number = f"ql_number({sql})"
    numbers = f"arg_{name}({sql}, row({number}, ql_whole({sql}), {sql})) FILTER ({number} IS NOT NULL)"
    return f"coalesce({numbers}, arg_{name}({sql}, ql_natural({sql})))"


def rate(views: Views, value: Expr, period: Expr, time: Expr, *ids: Expr) -> str:
    """The change from the first number to the last, for each ``period`` of the time between them."""
    number, at = views.number(value), views.native(time)
    order = moment(at, [views.native(each) for each in ids])
    size = period.amount * MILLIS[period.unit] if isinstance(period, Length) else 0
    change = f"(arg_max({number}, {order}) - arg_min({number}, {order})) * {integer(size)}"
    passed = f"max({at}) FILTER ({number} IS NOT NULL) - min({at}) FILTER ({number} IS NOT NULL)"
    return f"ql_finite({change} / nullif({passed}, 0))"
