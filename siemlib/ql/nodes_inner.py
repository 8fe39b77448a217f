"""The syntax of the commands that hold a query in parentheses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.ql.nodes import Node

if TYPE_CHECKING:
    from siemlib.ql.ast import Query
    from siemlib.ql.nodes import Field

MOST_APPENDED = 10_000
"""Rows of the inner query that ``appendcols`` reads where it does not say (CWL_QuerySyntax-Appendcols)."""


@dataclass(frozen=True, slots=True)
class Join(Node):
    """``join [type=left] left=L right=R where L.a=R.b ( SOURCE … )``; the keys are without the names of the sides."""

    left: str
    right: str
    left_key: Field
    right_key: Field
    query: Query
    keeps_left: bool = False
    """Whether it is ``type=left``: rows of the left side stay where the right side has none for them."""


@dataclass(frozen=True, slots=True)
class Appendcols(Node):
    """``appendcols [override=true] [max=n] ( … )``; a query without ``SOURCE`` is asked of the same log groups."""

    query: Query
    override: bool = False
    most: int = MOST_APPENDED
