"""The one place that quotes identifiers and literals. Whatever a query or a log holds, it cannot leave its quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NUL = "\x00"


def identifier(name: str) -> str:
    """``name`` as a quoted identifier. Identifiers are case-insensitive and never empty, so callers keep them distinct.

    A NUL cannot stand in an identifier; it is written as ``␀``.
    """
    return '"' + name.replace(_NUL, "␀").replace('"', '""') + '"'


def literal(value: str) -> str:
    """``value`` as a string literal. The dialects that we write know no escape but the doubled quote."""
    quoted = "'" + value.replace("'", "''") + "'"
    if _NUL not in value:
        return quoted
    return "(" + quoted.replace(_NUL, "' || chr(0) || '") + ")"


def integer(value: int) -> str:
    """A whole number; a negative one in parentheses, so that it can follow any operator."""
    return str(int(value)) if value >= 0 else f"({int(value)})"


def double(value: float) -> str:
    """A floating-point number, exact. Raises ValueError for what is not finite."""
    text = repr(float(value))
    if text in {"inf", "-inf", "nan"}:
        message = f"no number: {text}"
        raise ValueError(message)
    # With an exponent it is a DOUBLE; without one it would be a DECIMAL.
    text = text if "e" in text else f"{text.removesuffix('.0')}e0"
    return f"({text})" if text.startswith("-") else text


def with_queries(parts: Sequence[tuple[str, str]], final: str, *, inlined: Sequence[str] = ()) -> str:
    """A query of named parts: ``WITH name AS (…), … final``; ``parts`` are names of ours and SELECTs, in order.

    The rows of the parts ``inlined`` are never kept, even where they are asked for more than once.
    """
    if not parts:
        return final
    hints = dict.fromkeys(inlined, "NOT MATERIALIZED ")
    body = ",\n".join(f"{name} AS {hints.get(name, '')}(\n{indent(sql)}\n)" for name, sql in parts)
    return f"WITH {body}\n{final}"


def select(columns: Iterable[str], source: str, *clauses: str) -> str:
    """``SELECT columns FROM source`` and further clauses, a line each; empty clauses are left out."""
    return "\n".join([f"SELECT {comma(columns)}", f"FROM {source}", *filter(None, clauses)])


def indent(sql: str) -> str:
    """``sql``, two blanks to the right. Lines that begin inside a literal or an identifier stay as they are."""
    lines: list[str] = []
    quote = ""
    for line in sql.split("\n"):
        lines.append(line if quote else f"  {line}")
        for character in line:
            if quote:
                quote = "" if character == quote else quote
            elif character in "'\"":
                quote = character
    return "\n".join(lines)


def comma(items: Iterable[str], *, width: int = 100) -> str:
    """``items`` separated by commas: on one line where they fit, else one a line."""
    listed = list(items)
    line = ", ".join(listed)
    return line if len(line) <= width and "\n" not in line else ",\n  ".join(listed)
