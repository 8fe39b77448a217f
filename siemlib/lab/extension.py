"""What ``%load_ext siemlib.lab`` brings, and ``%unload_ext`` takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from siemlib.case import Answer
from siemlib.lab.completer import add_completer, remove_completer
from siemlib.lab.errors import draw_errors, draw_errors_no_more
from siemlib.lab.magic import InsightsMagic
from siemlib.lab.sheet import answer_bundle, found_bundle
from siemlib.lab.tables import bundle_html
from siemlib.workbook import Found

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_READY = "%%insights is ready: it asks the variable case. Tab completes; every query goes to the custody log."
_SHEETS = {Found: found_bundle, Answer: answer_bundle}


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magic, its completion, tables and drawn errors. The script that draws tables is an output of the cell."""
    from IPython.display import publish_display_data  # noqa: PLC0415 - only where IPython runs

    shell.register_magics(InsightsMagic)
    add_completer(shell)
    draw_errors(shell)
    for kind, bundle in _SHEETS.items():
        _bundles(shell).for_type(kind, bundle)
    # A frame that is shown as it is, too, is text; pandas would let its cells be drawn as formulas.
    pd.options.display.html.use_mathjax = False
    publish_display_data({"text/html": bundle_html(_READY), "text/plain": _READY})  # type: ignore[no-untyped-call]


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take all of it away but what is drawn already."""
    shell.magics_manager.magics["cell"].pop("insights", None)
    remove_completer(shell)
    draw_errors_no_more(shell)
    pd.reset_option("display.html.use_mathjax")
    for kind in _SHEETS:
        _bundles(shell).pop(kind, None)


def _bundles(shell: InteractiveShell) -> Any:  # noqa: ANN401 - IPython's formatter is untyped
    return getattr(shell.display_formatter, "mimebundle_formatter")  # noqa: B009 - it is there where a shell is
