"""Errors for people, drawn in the cell: what is wrong and a hint, and no traceback.

The cell has failed all the same, so that "run all" stops there. Anything that is not our user's error keeps its
traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.errors import QueryError, SiemError
from siemlib.evidence.visible import visible

if TYPE_CHECKING:
    from types import TracebackType

    from IPython.core.interactiveshell import InteractiveShell

_TITLES = ((QueryError, "The query does not compile."), (SiemError, ""))


def drawing(error: SiemError) -> list[str]:
    """The lines that are shown. Nothing of a query or a log in them can set a colour or move the cursor."""
    title = next(title for kind, title in _TITLES if isinstance(error, kind))
    hint = f"hint: {error.hint}" if error.hint else ""
    return [visible(line) for line in (title, error.message, hint) if line]


def draw_errors(shell: InteractiveShell) -> None:
    """Have every :class:`SiemError` that leaves a cell drawn."""
    shell.set_custom_exc((SiemError,), _draw)  # type: ignore[no-untyped-call]


def draw_errors_no_more(shell: InteractiveShell) -> None:
    """Give IPython its own way back."""
    shell.set_custom_exc((), None)  # type: ignore[no-untyped-call]


def _draw(
    shell: InteractiveShell,
    kind: type[SiemError],
    error: SiemError,
    traceback: TracebackType | None,
    tb_offset: int | None = None,
) -> list[str]:
    del traceback, tb_offset
    lines = drawing(error)
    shell._showtraceback(kind, _Safe("\n".join(lines)), lines)  # noqa: SLF001 - how IPython itself shows one
    return lines


class _Safe(Exception):  # noqa: N818 - stands for the error where a front end shows its text
    """An error whose text is safe to show."""
