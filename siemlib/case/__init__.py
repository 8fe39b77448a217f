"""One investigation: ask, show, and keep a record of both.

``open_case`` opens an engine over a timespan; ``Case.run`` records every run before it returns its result, and
``Case.show`` numbers and records every exhibit. Where the environment variable ``SIEM_RECORD`` names a folder, the
records are written there as they are made (see :mod:`siemlib.case.record`).
"""

from siemlib.case.answer import Answer, Chart
from siemlib.case.case import Case
from siemlib.case.display import Exhibit, Panel
from siemlib.case.open import open_case, open_engine, open_with_events

__all__ = ["Answer", "Case", "Chart", "Exhibit", "Panel", "open_case", "open_engine", "open_with_events"]
