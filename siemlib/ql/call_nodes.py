"""A call of a saved query, ``$Name(p="v")``, as syntax, and the definition that it calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siemlib.ql.nodes import Boolean, Node, Number, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PARAMETERS = 20
"""Parameters of a saved query (CWL_Insights-Saving-Queries)."""

Literal = Text | Number | Boolean


@dataclass(frozen=True, slots=True)
class Argument(Node):
    """``name=value`` of a call."""

    name: str
    value: Literal


@dataclass(frozen=True, slots=True)
class Invoke(Node):
    """``$name(argument, …)``: the commands of a saved query, in this place of the pipeline."""

    name: str
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A saved query: its text, comments and all, and the values of parameters that a call may leave out."""

    text: str
    defaults: Mapping[str, str] = field(default_factory=dict)
