"""A query that an analyst asks by hand: entered in the custody log before its result is given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.custody import Custody
from siemlib.workbook.found import Found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.case import Case
    from siemlib.model.timespan import TimeSpan


def asked(  # noqa: PLR0913 - the parts of a question
    case: Case,
    text: str,
    log_groups: Sequence[str] | None,
    parameters: Mapping[str, str] | None,
    *,
    every_row: bool = False,
    over: TimeSpan | None = None,
    why: str = "",
) -> Found:
    """Ask ``case``, whoever opened it. Raises UsageError before anything is read where no custody log can be kept."""
    log = Custody.of(case, getattr(case, "custody_folder", ""))
    log.ready()
    result = case.over(over or case.timespan).run(text, log_groups, parameters=parameters, every_row=every_row)
    return Found(case, result, log, log.asked(result, every_row=every_row, why=why))
