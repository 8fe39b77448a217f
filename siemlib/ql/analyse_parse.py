"""Syntax → plan, for ``parse`` by a glob or a regular expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.model.event import FieldType
from siemlib.ql import ast
from siemlib.ql.groups import glob_regex, groups_of
from siemlib.ql.plan import Extract
from siemlib.ql.structure_steps import matches, results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.ql.analyse import Analysis
    from siemlib.ql.plan import Symbol


def parse_glob(analysis: Analysis, command: ast.ParseGlob) -> None:
    """Add the step of ``parse "…*…" as name, …``."""
    if isinstance(command.pattern, ast.Parameter):
        analysis.resolver.expression(command.pattern)
        return
    groups = command.pattern.value.count("*")
    _extract(analysis, command, glob_regex(command.pattern.value), groups, list(command.names))


def parse_regex(analysis: Analysis, command: ast.ParseRegex) -> None:
    """Add the step of ``parse /…/``; with ``multi`` there is a row for each match."""
    analysis.resolver.regex(command.pattern)
    groups = groups_of(command.pattern.pattern)
    names: list[str | None] = list(command.names) or list(groups.names)
    span = command.pattern.span
    if command.names and len(command.names) != len(groups.names):
        count = f"{len(groups.names)} group{'' if len(groups.names) == 1 else 's'}"
        message = f"the pattern has {count}, but {len(command.names)} named after 'as'"
        analysis.resolver.complain(message, span, "write groups that only hold together as (?:…)")
        return
    if not any(names):
        analysis.resolver.complain(
            "the pattern names no field", span, "write (?<name>…), or 'as name' behind the pattern"
        )
    if command.multi:
        named = [(name, number) for number, name in enumerate(names, 1) if name is not None]
        _matches(analysis, command, groups.pattern, named)
    else:
        _extract(analysis, command, groups.pattern, len(groups.names), names)


def _matches(analysis: Analysis, command: ast.ParseRegex, pattern: str, named: Sequence[tuple[str, int]]) -> None:
    source = analysis.resolver.expression(command.source or ast.Field(("@message",), span=command.span))
    for name, _ in named:
        analysis.give(name, command)
    if named:
        analysis.steps.append(matches(analysis.resolver, source, pattern, named))
        analysis.shown.extend(results(analysis.steps[-1]))


def _extract(
    analysis: Analysis, command: ast.ParseGlob | ast.ParseRegex, pattern: str, groups: int, names: Sequence[str | None]
) -> None:
    source = analysis.resolver.expression(command.source or ast.Field(("@message",), span=command.span))
    outputs: list[tuple[Symbol, int]] = []
    for number, name in enumerate(names, 1):
        if name is not None:
            analysis.give(name, command)
            outputs.append((analysis.scope.define(name, FieldType.DYNAMIC), number))
    analysis.shown.extend(symbol for symbol, _ in outputs)
    analysis.steps.append(Extract(source, pattern, groups, tuple(outputs)))
