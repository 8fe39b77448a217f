"""What the network sensor saw: the signatures of Suricata, with both ends of the traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask_each, not_held, searched, source_title, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import count, is_response, names, plain, span
from siemlib.model.observable import Address
from siemlib.queries import saved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.investigate.subject import Subject

SOURCES = ("suricata", "suricata_fast")
"""A sensor may write both, and then tells of the same packets twice, so that they are counted apart."""

_ENDS = ("from address", "to address")
_COLUMNS = {
    "severity": "count",
    "signature": "text",
    "id": "text",
    "source": "text",
    "from address": "text",
    "to address": "text",
    "verdict": "text",
    "alerts": "count",
    "ports": "count",
    "first": "time",
    "last": "time",
}


def signatures(case: Case, subject: Subject) -> Answer:
    """Count the alerts of the sensor by signature and by both ends, the most severe first (1 is the highest).

    Columns: ``severity``, ``signature``, ``id``, ``source`` (``suricata`` or ``suricata_fast``), ``from address`` and
    ``to address`` of the packet, each with what the inventory says of it, ``verdict`` (``allowed``, ``drop``; missing
    in lines that do not say), ``alerts``, ``ports`` (distinct ports at ``to address``), ``first``, ``last``. Where a
    host that was attacked replies, the packet goes to the attacker.
    """
    title = f"Signatures of the network sensor about {subject.name}"
    groups = {name: case.log_groups(name) for name in SOURCES if case.log_groups(name)}
    if not groups:
        return not_held("signatures", title, SOURCES[0], _COLUMNS, *_ENDS)
    asks = ((saved(f"{name}/alerts").after(subject.condition((name,))), found) for name, found in groups.items())
    results = dict(zip(groups, ask_each(case, asks), strict=True))
    frame = typed((row for name, result in results.items() for row in _rows(name, result)), _COLUMNS)
    frame = frame.sort_values(["severity", "alerts"], ascending=[True, False], kind="stable", ignore_index=True)
    every = tuple(dict.fromkeys(group for found in groups.values() for group in found))
    reading = _reading(subject, frame, every, case)
    asked = searched(case, every, f"alerts of the sensor that name {subject.name}")
    runs = tuple(result.run for result in results.values())
    return Answer("signatures", title, with_labels(case, frame, *_ENDS), reading, asked, runs)


def _rows(name: str, result: Result) -> Iterator[tuple[object, ...]]:
    for row in result.rows:
        severity = row.get("severity", "")
        ends = (_address(row.get("origin")), _address(row.get("target")))
        told = (int(severity) if severity.isdigit() else None, row.get("signature"), row.get("id"), name, *ends)
        counts = (int(row["alerts"]), int(row.get("ports", "0")))
        yield (*told, row.get("verdict"), *counts, row.get("first_ms"), row.get("last_ms"))


def _address(text: str | None) -> str | None:
    found = Address.read(text or "")
    return found.text if found else text


def _reading(subject: Subject, frame: pd.DataFrame, groups: tuple[str, ...], case: Case) -> str:
    if frame.empty:
        return f"No alert of the network sensor names {subject.name} in {names(groups)}, {case.timespan}."
    by_source = frame.groupby("source", sort=False)
    told = []
    for kind, part in by_source:
        rules = count(part["id"].nunique(), "signature")
        told.append(f"{count(part['alerts'].sum(), 'alert')} of {rules} in {source_title(str(kind))}")
    twice = " (both forms may tell of the same packets)" if len(told) > 1 else ""
    sentences = [f"{names(told)}{twice}, {span(frame['first'].min(), frame['last'].max())}."]
    one = frame[frame["source"] == frame["source"].iloc[0]]
    worst = one[one["severity"] == one["severity"].min()] if one["severity"].notna().any() else one
    level = f" of severity {worst['severity'].iloc[0]}" if pd.notna(worst["severity"].iloc[0]) else ""
    sentences.append(f"The most severe{level}: {names([_told(row) for _, row in worst.iterrows()])}.")
    if subject.ip and len(back := one[one["to address"] == subject.name]):
        replies = [
            f"{_told(row)} from {named(case, str(row['from address']))}, {span(row['first'], row['last'])}"
            for _, row in back.head(3).iterrows()
        ]
        sentences.append(f"In packets to it: {'; '.join(replies)}.")
    return " ".join(sentences)


def answered(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a frame of signatures in which an attacked host replies; of two logs of one sensor the first."""
    replies = frame[frame["signature"].map(lambda said: isinstance(said, str) and is_response(said)).astype("bool")]
    return replies[replies["source"] == replies["source"].iloc[0]] if len(replies) else replies


def reply(case: Case, row: pd.Series) -> str:
    """A row of :func:`answered` for a sentence: who was attacked, and what the sensor saw it send to whom."""
    attacked, far = (named(case, str(row[end])) for end in _ENDS)
    said = f"{plain(row['signature'])}, {count(row['alerts'], 'time')}, {span(row['first'], row['last'])}"
    return f"{attacked} answered {far} as a host does that is attacked ({said})"


def _told(row: pd.Series) -> str:
    said = plain(row["signature"]) if pd.notna(row["signature"]) else f"rule {plain(row['id'])}"
    return f"{said} {row['alerts']:,}"
