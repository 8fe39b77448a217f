"""Which files the events came from, with their digests, and what of them could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import searched, typed
from siemlib.investigate.retention.held import NO_GROUP, by_group
from siemlib.investigate.words import at, count, names, verb

if TYPE_CHECKING:
    from siemlib.case import Case

_COLUMNS = {
    "file": "text",
    "log group": "text",
    "loaded": "time",
    "bytes": "count",
    "events": "count",
    "duplicates": "count",
    "rejected": "count",
    "read": "text",
    "notes": "text",
    "SHA-256": "text",
}


def files(case: Case) -> Answer:
    """List the files of the archive, those with something unread first.

    Columns: ``file``, ``log group`` (missing for a file that gave none), ``loaded`` (when), ``bytes`` (of the file as
    it was delivered), ``events``, ``duplicates`` (events that an earlier file had delivered), ``rejected`` (texts that
    could not be read as events), ``read`` (whole, in part), ``notes``, ``SHA-256``.
    """
    title = "Files that were loaded, with their digests"
    groups = case.log_groups()
    if not groups:
        return Answer("files", title, typed([], _COLUMNS), NO_GROUP, "no log group.", ())
    # The load's own records are set beside a count of the events, so that the two can be compared.
    counted = by_group(case)
    rows = (
        (
            file.name,
            file.log_group or None,
            pd.Timestamp(file.loaded).tz_convert("UTC"),
            file.bytes,
            file.events,
            file.duplicates,
            file.rejected,
            "whole" if file.complete else "in part",
            "; ".join(file.notes) or None,
            file.sha256,
        )
        for file in case.origin.files
    )
    frame = typed(rows, _COLUMNS).sort_values(["read", "rejected"], ascending=[True, False], kind="stable")
    events = sum(int(row["events"]) for row in counted.rows)
    asked = searched(case, groups, "events of any kind; the files are those that the archive's own records name")
    reading = _reading(frame, events)
    return Answer("files", title, frame.reset_index(drop=True), reading, asked, (counted.run,))


def _reading(frame: pd.DataFrame, events: int) -> str:
    if frame.empty:
        return f"The engine names no file that its events come from. {count(events, 'event')} lie in the timespan."
    held, loads = int(frame["events"].sum()), frame["loaded"]
    sentences = [
        (
            f"{count(len(frame), 'file')} of {count(frame['bytes'].sum(), 'byte')}, loaded between {at(loads.min())}"
            f" and {at(loads.max())}, gave {count(held, 'event')};"
            f" {events:,} of them {verb(events, 'lies', 'lie')} in the timespan."
        )
    ]
    if rejected := int(frame["rejected"].sum()):
        by_group = frame[frame["rejected"] > 0].groupby("log group", dropna=False)["rejected"].sum()
        of = names([f"{group} {number:,}" for group, number in by_group.items()])
        sentences.append(
            f"{count(rejected, 'text')} could not be read as events and {verb(rejected, 'is', 'are')}"
            f" kept in rejected/: {of}."
        )
    else:
        sentences.append("No text was rejected.")
    if (partly := frame[frame["read"] == "in part"]).size:
        sentences.append(f"Read in part: {names(list(partly['file']))}.")
    return " ".join(sentences)
