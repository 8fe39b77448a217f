"""The analyst's case: ask, pivot, look at an alert, put in order, and state what was found.

::

    from siemlib import open_case

    case = open_case(engine="local:demo/archive", start="2026-03-04", end="2026-03-05")
    found = case.query("filter @message like /Accepted/ | fields @timestamp, @message", "sshd")
    found.completeness                     # before anything else
    found.pivot("203.0.113.66").logins()   # from any result, in one call
    exhibit = found.exhibit("accepted", "Accepted logins")
    case.finding("deploy's password was guessed.", supports=[exhibit])

The notebooks use the same case. Whatever is asked through it is recorded before it is answered.
"""

from siemlib.case import open_engine
from siemlib.workbook.alert import Alert
from siemlib.workbook.case import Case
from siemlib.workbook.found import Found
from siemlib.workbook.open import open_case
from siemlib.workbook.pivot import Pivot
from siemlib.workbook.shown import Shown
from siemlib.workbook.stated import Stated

__all__ = ["Alert", "Case", "Found", "Pivot", "Shown", "Stated", "open_case", "open_engine"]
