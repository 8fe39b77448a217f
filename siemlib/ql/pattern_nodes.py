"""The syntax of the commands about patterns and about two windows of time; they are part of :data:`ast.Command`."""

from __future__ import annotations

from dataclasses import dataclass

from siemlib.ql.nodes import Expression, Field, Node, Period


@dataclass(frozen=True, slots=True)
class AboutPatterns(Node):
    """What the commands of this module have in common, so that a stage can hand all of them on."""


@dataclass(frozen=True, slots=True)
class Pattern(AboutPatterns):
    """``pattern value``."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Anomaly(AboutPatterns):
    """``anomaly``."""


@dataclass(frozen=True, slots=True)
class Diff(AboutPatterns):
    """``diff``, or ``diff previousDay``: ``before`` is ``day``, ``week`` or ``month``; ``None``, the span's length."""

    before: str | None = None


@dataclass(frozen=True, slots=True)
class LogCompare(AboutPatterns):
    """``logcompare timeshift 7d``."""

    shift: Period


@dataclass(frozen=True, slots=True)
class RelevantFields(AboutPatterns):
    """``relevantfields field, … where condition``; without fields, ``relevantfields where condition``.

    ``every`` says that none is named. ``fields`` are then those that were found in the events, once they are known.
    """

    fields: tuple[Field, ...]
    condition: Expression
    every: bool = False


@dataclass(frozen=True, slots=True)
class Estimate(AboutPatterns):
    """``estimate``."""


PatternCommand = Pattern | Anomaly | Diff | LogCompare | RelevantFields | Estimate
