"""The same happening told by two logs: a line, and the alert that quotes it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import pandas as pd

from siemlib.case.answer import Answer
from siemlib.investigate.ask import source_title, typed
from siemlib.investigate.chronology.gathered import asked_for, gather, nobody
from siemlib.investigate.words import names

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.investigate.chronology.gathered import Subjects

_NAME, _TITLE = "told-again", "The same happening, told by two logs"
_COLUMNS = {
    "told by": "text",
    "of": "text",
    "rule": "text",
    "times": "count",
    "lines": "count",
    "first": "time",
    "last": "time",
}
_DELAYS = ("shortest delay (s)", "longest delay (s)")


def quoted_rows(frame: pd.DataFrame) -> list[int | None]:
    """For each row the place of the row whose text it quotes; of equal lines the latest that is not later than it.

    Where all of them are later (the time of an alert may be cut to the second), it is the first of them.
    """
    lines: dict[int, list[int]] = {}
    quotes = [None if pd.isna(value) else int(value) for value in frame["quotes"]]
    wanted = {value for value in quotes if value is not None}
    for place, line in enumerate(frame["line"]):
        if int(line) in wanted:
            lines.setdefault(int(line), []).append(place)
    times = frame["time"].tolist()
    return [
        _latest(lines.get(value, []), times, times[place]) if value is not None else None
        for place, value in enumerate(quotes)
    ]


def _latest(places: list[int], times: list[pd.Timestamp], until: pd.Timestamp) -> int | None:
    if not places:
        return None
    found = bisect_right(places, until, key=lambda place: times[place])
    return places[found - 1] if found else places[0]


def tightened(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the interval of an alert begun where that of the line which it quotes begins."""
    earliest = frame["earliest"].tolist()
    for place, quoted in enumerate(quoted_rows(frame)):
        if quoted is not None and earliest[quoted] < frame["latest"].iloc[place]:
            earliest[place] = earliest[quoted]
    return frame.assign(earliest=pd.Series(earliest, index=frame.index, dtype=frame["earliest"].dtype))


def told_again(case: Case, subjects: Subjects) -> Answer:
    """Pair each alert with the line that it quotes, where both name a subject; one row for each rule.

    Columns: ``told by`` and ``of`` (sources), ``rule``, ``times`` (alerts), ``lines`` (distinct lines that they quote),
    ``first``, ``last`` (times of the alerts), and how long after its line an alert came, in seconds. In the timeline
    both stand, the alert with the number of the line's row: neither is dropped, and neither is counted as a second act.
    Alerts whose line is not among the events of the subjects are rows without ``of`` and without delays.
    """
    if not subjects:
        return nobody(_NAME, _TITLE, _COLUMNS)
    found = gather(case, subjects)
    told = _told(found.frame)
    reading = " ".join([_reading(told), *found.unread])
    return Answer(_NAME, _TITLE, _by_rule(told), reading, asked_for(case, subjects), found.runs)


def _told(frame: pd.DataFrame) -> pd.DataFrame:
    """One row for each alert that quotes a line; ``of`` and ``delay`` are missing where that line is not here."""
    places = [place for place, text in enumerate(frame["quotes"]) if not pd.isna(text)]
    lines, alerts = quoted_rows(frame), frame.iloc[places]
    quoted = [lines[place] for place in places]
    sources, times = frame["source"].tolist(), frame["time"].tolist()
    delays = [
        None if line is None else (times[place] - times[line]).total_seconds()
        for place, line in zip(places, quoted, strict=True)
    ]
    return pd.DataFrame(
        {
            "told by": alerts["source"].to_numpy(),
            "of": pd.array([None if line is None else str(sources[line]) for line in quoted], "string"),
            "rule": alerts["action"].to_numpy(),
            "time": pd.Series(alerts["time"].tolist(), dtype=frame["time"].dtype),
            # A line that is not here is known by the number of its text.
            "line": [
                str(line) if line is not None else f"text {int(text)}"
                for line, text in zip(quoted, alerts["quotes"], strict=True)
            ],
            "delay": pd.array(delays, "Float64"),
        }
    )


def _by_rule(told: pd.DataFrame) -> pd.DataFrame:
    groups = told.groupby(["told by", "of", "rule"], dropna=False)
    frame = groups.agg(
        times=("time", "size"),
        lines=("line", "nunique"),
        first=("time", "min"),
        last=("time", "max"),
        shortest=("delay", "min"),
        longest=("delay", "max"),
    ).reset_index()
    delays = {
        name: frame[column].astype("Float64") for name, column in zip(_DELAYS, ("shortest", "longest"), strict=True)
    }
    rows = typed(frame[list(_COLUMNS)].itertuples(index=False, name=None), _COLUMNS).assign(**delays)
    return rows.sort_values(["times", "rule"], ascending=[False, True], ignore_index=True)


def _reading(told: pd.DataFrame) -> str:
    if told.empty:
        return "No alert that quotes a line names any of the subjects."
    pairs = told[told["of"].notna()]
    quote = "1 alert quotes a line" if len(told) == 1 else f"{len(told):,} alerts quote a line"
    if pairs.empty:
        return f"{quote} that is not among the events of the subjects."
    if len(pairs) < len(told):
        verb = "quotes" if len(pairs) == 1 else "quote"
        quote = f"{len(pairs):,} of {len(told):,} alerts that quote a line {verb} one"
    of = names([source_title(str(name)) for name in pairs["of"].value_counts().index])
    return (
        f"{quote} that is in the timeline too ({of}):"
        f" they are one happening, told twice. The alert came"
        f" {pairs['delay'].min():g} to {pairs['delay'].max():g} s after the line."
    )
