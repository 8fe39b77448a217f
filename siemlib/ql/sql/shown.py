"""The SQL of a plan for people: over a table ``archive`` that has a column for each field, named as the field is.

It is what ``siem compile`` and ``siem explain`` print and what the language cases hold; the engine runs the same parts
over what its store gives instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.ql.sql.emit import Emitted, Source, emit
from siemlib.ql.sql.expressions import Moment
from siemlib.ql.sql.writer import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.ql.plan import Plan


_NO_MOMENT = Moment(0, 0, 0)


def shown(plan: Plan, moment: Moment = _NO_MOMENT) -> Emitted:
    """The SQL of ``plan`` over the table ``archive``; queries inside it read the log groups that they name."""
    inner = [_source(asked, groups) for groups, asked in plan.inner]
    return emit(plan, _source(plan), moment, first_rows=None, inner=inner)


def _source(plan: Plan, log_groups: Sequence[str] = ()) -> Source:
    where = f" WHERE log_group IN ({', '.join(map(literal, log_groups))})" if log_groups else ""
    return Source(f"SELECT * FROM archive{where}", {path: ".".join(path) for path in plan.paths})  # noqa: S608 - quoted
