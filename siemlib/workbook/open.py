"""Opening the analyst's case."""

from __future__ import annotations

from siemlib.case.open import opened
from siemlib.workbook.case import Case


def open_case(*, engine: str, start: str = "", end: str = "", title: str = "", custody: str = "") -> Case:
    """Open the engine and a case over ``[start, end)``: the same as :func:`siemlib.case.open_case`, for an analyst.

    Times are ISO 8601; one without a zone is taken as UTC, and the case says so. An empty ``start`` or ``end`` is the
    first or the last event of the archive, and the case says that too. Raises UsageError for what is no engine and no
    time, and for an empty span.

    ``custody`` is the folder of the custody log; empty: what ``SIEM_CUSTODY`` names, else ``custody`` beside the
    notebook.
    """
    case = opened(Case, engine=engine, start=start, end=end, title=title)
    case.custody_folder = custody
    return case
