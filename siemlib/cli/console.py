"""What goes to a person's terminal: log content in it can move no cursor and set no colour."""

from __future__ import annotations

import json
import os
import sys

from siemlib.errors import SiemError
from siemlib.evidence.visible import visible

__all__ = ["complain", "hush", "json_text", "say_on", "tell", "visible"]


def complain(message: str, hint: str | None = None) -> None:
    """One error for a person, on stderr."""
    tell(f"siem: {message}")
    if hint:
        tell(f"      {hint}")


def tell(text: str) -> None:
    """A line for a person, on stderr."""
    print(visible(text), file=sys.stderr)


def say_on(text: str) -> None:
    """A line on stdout, at once. Where its reader has gone (head) nothing more is said, and the work goes on.

    For a verb whose exit code tells what it found: who stops reading may still rely on that. Raises SiemError where the
    line cannot be written otherwise.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        hush()
    except OSError as error:
        hush()
        raise SiemError(f"what was found cannot be written: {error.strerror}") from None


def hush() -> None:
    """Write nothing to stdout any more, not even what is left at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def json_text(value: object, *, indent: int | None = 2) -> str:
    """``value`` as JSON of printable ASCII, so that no terminal is moved by it; without ``indent`` on one line."""
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")
