"""Work in JupyterLab: ``%load_ext siemlib.lab``.

It brings the cell magic ``%%insights`` with completion, results as tables that sort and search, and errors without a
traceback. ``lab.pick_ip(case)``, ``lab.pick_time(case)`` and ``lab.pick_alert(case)`` set the variables of the cell
with the parameters, and show the lines that do the same. Nothing here is needed by a report, and nothing asks the
network.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siemlib.lab.extension import load_ipython_extension, unload_ipython_extension
    from siemlib.lab.pickers import pick_alert, pick_ip, pick_time

__all__ = ["load_ipython_extension", "pick_alert", "pick_ip", "pick_time", "unload_ipython_extension"]

_MODULES = {
    "load_ipython_extension": "siemlib.lab.extension",
    "unload_ipython_extension": "siemlib.lab.extension",
    "pick_alert": "siemlib.lab.pickers",
    "pick_ip": "siemlib.lab.pickers",
    "pick_time": "siemlib.lab.pickers",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol is untyped (PEP 562)
    # On first use, so that starting the server does not wait for pandas and the widgets.
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
