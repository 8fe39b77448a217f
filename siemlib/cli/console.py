"""What goes to a person's terminal: log content in it can move no cursor and set no colour."""

from __future__ import annotations

import json
import sys

from siemlib.evidence.visible import visible

__all__ = ["complain", "json_text", "tell", "visible"]


def complain(message: str, hint: str | None = None) -> None:
    """One error for a person, on stderr."""
    tell(f"siem: {message}")
    if hint:
        tell(f"      {hint}")


def tell(text: str) -> None:
    """A line for a person, on stderr."""
    print(visible(text), file=sys.stderr)


def json_text(value: object, *, indent: int | None = 2) -> str:
    """``value`` as JSON of printable ASCII, so that no terminal is moved by it; without ``indent`` on one line."""
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")
