"""What a picker does: it sets the variables of the cell with the parameters, and shows the lines that do the same.

Nothing is hidden in a widget: the notebook with these lines in its parameter cell gives the same answer. A report has
only that cell, so that there is no picker in one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython.core.getipython import get_ipython

from siemlib.case.cells import escaped
from siemlib.case.record import ENVIRONMENT as RECORD
from siemlib.errors import UsageError
from siemlib.lab.literal import literal
from siemlib.lab.magic import variables

if TYPE_CHECKING:
    from collections.abc import Mapping

_ABOUT = "In the parameter cell, these lines do the same:"
_WIDE = {"width": "100%"}


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable that a picker sets; ``about`` is the comment beside it: its form."""

    name: str
    about: str


class Mirror:
    """The variables of a picker, and the lines that assign them."""

    def __init__(self, variables_: tuple[Variable, ...], names: dict[str, Any] | None) -> None:
        """``names`` are the variables of the notebook, found if they are not given.

        Raises UsageError outside a notebook, and in a notebook that runs as a report.
        """
        if os.environ.get(RECORD):
            raise UsageError("a report has no pickers", hint="give it parameters: siem report run NAME -p ip=…")
        self._variables = variables_
        self._names = variables(get_ipython()) if names is None else names
        self._shown = ipywidgets.HTML(layout=_WIDE)
        self._trouble = ipywidgets.HTML(layout=_WIDE)
        self._show()

    @property
    def widgets(self) -> tuple[ipywidgets.Widget, ...]:
        """What shows the lines, and what is wrong with what was chosen."""
        return (self._trouble, self._shown)

    def get(self, name: str) -> str:
        """The text that the variable holds; empty where it holds none."""
        value = self._names.get(name)
        return value if isinstance(value, str) else ""

    def set(self, values: Mapping[str, str]) -> None:
        """Set these variables, all at once, and show the lines."""
        self._names.update(values)
        self._trouble.value = ""
        self._show()

    def refuse(self, error: UsageError) -> None:
        """Say what is wrong; the variables stay as they are."""
        hint = f" ({error.hint})" if error.hint else ""
        self._trouble.value = f'<span role="alert">{escaped(error.message + hint)}</span>'

    def lines(self) -> str:
        """The assignments, one a line, as the cell with the parameters has them."""
        return "\n".join(
            f"{each.name}: str = {literal(self.get(each.name))}  # {each.about}" for each in self._variables
        )

    def _show(self) -> None:
        self._shown.value = (
            f'<p>{_ABOUT}</p><pre class="siem-lines" style="white-space:pre-wrap">{escaped(self.lines())}</pre>'
        )
