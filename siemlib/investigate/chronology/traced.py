"""Where the numbers of the readings about the order of events are from."""

from __future__ import annotations

from siemlib.investigate.chronology.order import CLOCK_ERROR, PROVEN
from siemlib.model.traced import How, Traced, on

_PROVEN = "|".join(PROVEN)

TRACED: tuple[Traced, ...] = (
    Traced(f"may differ by {CLOCK_ERROR:g} s", why="by how much clocks may differ, unless a parameter says it"),
    Traced("may differ by {n} s", How.PARAMETER, "clock_error"),
    Traced("{n} name[s] more than one subject", How.ROWS, where=on("subjects contains , "), within="chronology"),
    Traced("Of {n} steps from one row", How.ROWS, where=on("order != "), less=1),
    Traced("Of {n} step from one row", How.ROWS, where=on("order != "), less=1),
    Traced("is provable for {n} and", How.ROWS, where=on(f"order in {_PROVEN}")),
    Traced("and not for {n}, whose", How.ROWS, where=on(f"order not in {_PROVEN}"), less=1),
    Traced("{n} of {m} alerts that quote a line", How.SUM, "times", on("of given"), within="told-again"),
    Traced("quote[s] one that is in", why="a turn of phrase"),
    Traced("{m} of {n} alerts that quote a line", How.SUM, "times", within="told-again"),
    Traced("{n} alert[s] quote[s] a line that is in", How.SUM, "times", on("of given"), within="told-again"),
    Traced("{n} alert[s] quote[s] a line that is not", How.SUM, "times", on("of none"), within="told-again"),
    Traced("{n} of {m} step[s] [are][is] not", How.SUM, "not provable", within="steps"),
    Traced("{m} of {n} step[s] [are][is] not", How.SUM, "steps", within="steps"),
    Traced(
        "from {w} to {y} ({n} of {m})",
        How.STANDS,
        where=on("from = {w}", "to = {y}", "not provable = {n}", "steps = {m}"),
        within="steps",
    ),
    Traced("The alert came {n} to", How.LEAST, "shortest delay (s)"),
    Traced("to {n} s after the line", How.GREATEST, "longest delay (s)"),
    # Subjects.
    Traced("{n} of {m} subject[s] occur", How.ROWS, where=on("events > 0"), within="subjects"),
    Traced("{m} of {n} subject[s] occur", How.ROWS, within="subjects"),
    Traced("{z} in {n} event", How.SUM, "events", on("subject = {z}"), within="subjects"),
    Traced(
        "{z} and {x} in {n} event[s] ({m} failed",
        How.STANDS,
        where=on("subject = {z}", "other = {x}", "events = {n}", "failures = {m}"),
        within="together",
    ),
    Traced("first success {t}", How.STANDS, where=on("first success = {t}"), within="together"),
    # Phases.
    Traced("each ended by {n} s", How.PARAMETER, "pause", within="phases"),
    Traced("{n} phase[s], each ended", How.ROWS, within="phases"),
    Traced("{z} at {x} in", How.STANDS, where=on("subject = {z}", "at = {x}"), within="phases"),
    Traced("ended by {m} s {y} ({n} of them", How.ROWS, where=on("pause (s) > {m}")),
    Traced(
        "{n} event[s] ({m} failed) between {t} and {u} UTC",
        How.STANDS,
        where=on("events = {n}", "failures = {m}", "first = {t}", "last = {u}"),
        within="phases",
    ),
    Traced(
        "{n} event[s] ({m} failed) at {t} UTC",
        How.STANDS,
        where=on("events = {n}", "failures = {m}", "first = {t}"),
        within="phases",
    ),
    Traced("{n} event[s] of {m} subject[s] in", How.ROWS, within="chronology"),
    Traced("{n} of {m} events of", How.ROWS, within="chronology"),
    Traced("event[s] of {n} subject[s] in", How.ROWS, exhibit="subjects", within="chronology"),
    Traced("subject[s] in {n} log group", How.DIFFERENT, "log group", within="chronology"),
    Traced("{n} kind[s] of event", How.ROWS, within="firsts"),
    Traced(
        "{z} {n} to {m} s",
        How.STANDS,
        where=on("source = {z}", "shortest interval (s) = {n}", "longest interval (s) = {m}"),
        within="clocks",
    ),
    Traced("log group[s], between {t} and", How.LEAST, "time", within="chronology"),
    Traced("log group[s], between {u} and {t}", How.GREATEST, "time", within="chronology"),
    Traced("{z} ({y}) at {t} UTC", How.STANDS, where=on("what = {z}", "time = {t}"), within="firsts"),
    Traced("First: {y} at {t} UTC.", How.LEAST, "time", within="firsts"),
)
