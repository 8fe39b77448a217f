"""A query that an analyst asks by hand: entered in the custody log before its result, or its error, is given back."""

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
    span = over or case.timespan
    try:
        result = case.over(span).run(text, log_groups, parameters=parameters, every_row=every_row)
    except BaseException as error:  # also a key that stops it: what was read until then was read
        told = {
            "query": text,
            "parameters": dict(parameters or {}),
            "every_row": every_row,
            "timespan": {"start": span.start.isoformat(), "end": span.end.isoformat()},
            "log_groups": list(case.log_groups() if log_groups is None else log_groups),
        }
        log.failed(error, told, why=why)
        raise
    return Found(case, result, log, log.asked(result, every_row=every_row, why=why))
