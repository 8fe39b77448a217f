"""What was recorded at all, and what is missing in it: NODATA, SKIPDATA, records without bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, typed
from siemlib.investigate.traffic.flow import SOURCE, asked, groups, none, recorded, whole
from siemlib.investigate.words import count, names, span

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.engine import Result

_COLUMNS = {
    "status": "text",
    "action": "text",
    "records": "count",
    "interfaces": "count",
    "without bytes": "count",
    "without addresses": "count",
    "first": "time",
    "last": "time",
}
_TITLE = "Flow records by status"
_SKIPPED = """\
filter logStatus = "SKIPDATA"
| stats count(*) as records, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms by interfaceId
| sort records desc, interfaceId asc"""


def records(case: Case) -> Answer:
    """Count the records by what they say of themselves: traffic, no traffic (NODATA), lost (SKIPDATA).

    Columns: ``status``, ``action``, ``records``, ``interfaces``, ``without bytes`` and ``without addresses`` (where the
    layout of the log leaves them out), ``first``, ``last``.
    """
    if not groups(case):
        return not_held("records", _TITLE, SOURCE, _COLUMNS)
    result = recorded(case)
    skipped = ask(case, _SKIPPED, groups(case))
    frame = typed(
        (
            (
                row.get("logStatus"),
                row.get("action"),
                whole(row, "records"),
                whole(row, "interfaces"),
                *(whole(row, name) if _is_traffic(row) else None for name in ("without_bytes", "without_addresses")),
                row.get("first_ms"),
                row.get("last_ms"),
            )
            for row in result.rows
        ),
        _COLUMNS,
    )
    reading = none(case) if frame.empty else " ".join([_amounts(frame), *_lost(skipped), *_blind(frame)])
    return Answer("records", _TITLE, frame, reading, asked(case, "records of any status"), (result.run, skipped.run))


def _is_traffic(row: dict[str, str]) -> bool:
    return row.get("logStatus") not in {"NODATA", "SKIPDATA"}


def _amounts(frame: pd.DataFrame) -> str:
    amounts = frame.groupby("action", dropna=True)["records"].sum()
    accepted, rejected = int(amounts.get("ACCEPT", 0)), int(amounts.get("REJECT", 0))
    by_status = frame.groupby("status", dropna=True)["records"].sum()
    quiet = int(by_status.get("NODATA", 0))
    return (
        f"{count(frame['records'].sum(), 'record')}: {accepted:,} ACCEPT, {rejected:,} REJECT, {quiet:,} NODATA"
        f" (windows without traffic), {int(by_status.get('SKIPDATA', 0)):,} SKIPDATA."
    )


def _lost(skipped: Result) -> list[str]:
    if not skipped.rows:
        return []
    lost = count(sum(whole(row, "records") for row in skipped.rows), "window")
    interfaces = [row.get("interfaceId", "an interface without a name") for row in skipped.rows]
    times = typed(((row["first_ms"], row["last_ms"]) for row in skipped.rows), {"first": "time", "last": "time"})
    when = span(times["first"].min(), times["last"].max())
    where = f"{count(len(interfaces), 'interface')} ({names(interfaces)})"
    return [f"Records were lost in {lost} (SKIPDATA) on {where}, {when}: what passed there then is not known."]


def _blind(frame: pd.DataFrame) -> list[str]:
    """What the layouts of the logs do not tell."""
    traffic = frame[~frame["status"].isin(["NODATA", "SKIPDATA"])]
    without_action = traffic.loc[~traffic["action"].isin(["ACCEPT", "REJECT"]), "records"].sum()
    parts = [
        (int(traffic["without bytes"].sum()), "no bytes, and they count as 0 bytes"),
        (int(traffic["without addresses"].sum()), "not both addresses"),
        (int(without_action), "no action, and are not counted below"),
    ]
    told = ((count(number, "record"), "has" if number == 1 else "have", what) for number, what in parts if number)
    return [f"{records_} of traffic {has} {what}." for records_, has, what in told]
