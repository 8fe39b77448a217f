"""The forensic workbook for CloudWatch: one query language, live and offline, and reports that verify.

The floors of the package, and who may import whom, are in ``CONTRIBUTING.md`` and are enforced by import-linter.
Names below are loaded on first use, so that ``import siemlib`` (and ``siem --help``) stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siemlib.workbook import Case, open_case, open_engine

__version__ = "0.1.0"

__all__ = ["Case", "__version__", "open_case", "open_engine"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol is untyped (PEP 562)
    if name in __all__:
        return getattr(import_module("siemlib.workbook"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
