"""Where the numbers of readings are from: laid down page by page, in ``traced.py`` beside the questions.

The publication gate counts them again, and takes nothing else. What a rule does not name, it looks for in the data of
the exhibit, and finds it only where the words around it say what it is.
"""

from __future__ import annotations

from siemlib.investigate.access.guessing import LIMITS, MINUTES
from siemlib.investigate.access.limits import BURST
from siemlib.investigate.access.traced import TRACED as ACCESS
from siemlib.investigate.chronology.traced import TRACED as CHRONOLOGY
from siemlib.investigate.listening.traced import TRACED as LISTENING
from siemlib.investigate.overview.traced import TRACED as OVERVIEW
from siemlib.investigate.pivot.alerts import SEVERE
from siemlib.investigate.pivot.traced import TRACED as PIVOT
from siemlib.investigate.portscan import SCAN, SWEEP
from siemlib.investigate.posture.traced import TRACED as POSTURE
from siemlib.investigate.retention.traced import TRACED as RETENTION
from siemlib.investigate.sightings import MOST_READ
from siemlib.investigate.traffic.traced import TRACED as TRAFFIC
from siemlib.investigate.triage.traced import TRACED as TRIAGE
from siemlib.model.traced import How, Traced, on

_THIN = "time: {n} of {m} have no event"

_GIVEN = (
    Traced("they are one happening", why="a turn of phrase"),
    Traced("more than one may be", why="a turn of phrase"),
    Traced(f"the oldest {MOST_READ:,} were read", why="the most that is read of one kind of log"),
    Traced("One subject was given", why="a turn of phrase"),
    Traced("or one port of", why="a turn of phrase"),
    Traced("the only one has", why="a turn of phrase"),
    Traced("more than one subject", why="a turn of phrase"),
    Traced("names two of the subjects", why="a turn of phrase"),
    Traced("no alert names one", why="a turn of phrase"),
    Traced(f"after fewer than {BURST} failures", why="failures from which on a success is one of an attack"),
    Traced("One subject was given", why="a turn of phrase"),
    Traced("with two subjects", why="a turn of phrase"),
    Traced("from one row to the next", why="a turn of phrase"),
    Traced("Fewer than two events", why="a turn of phrase"),
    Traced("clocks of two logs", why="a turn of phrase"),
    Traced("from 127.0.0.1", why="what is of the host itself"),
    Traced("exported to S3", why="the name of a service"),
    Traced(f"of level {SEVERE} or more", why="the level from which alerts are severe"),
    Traced(f"{SCAN} or more", why="ports from which on rejected flows are a scan"),
    Traced(f"of {SWEEP} or more hosts", why="hosts from which on rejected flows at one port are a sweep"),
    Traced(f"in {MINUTES} minutes", why="the period over which failures are fast"),
    Traced(LIMITS, why="the limits of what is read as guessing"),
)
"""Phrases whose numbers are no result; they are made of the limits themselves."""

_EVERYWHERE = (
    Traced(_THIN, How.ROWS, where=on("interval under or none {half}"), within="searched"),
    Traced(_THIN, How.SPARSE, "log group", on("events > 0"), within="coverage"),
    Traced("time: {m} of {n} have no event", How.DIFFERENT, "log group", within="searched|coverage"),
    Traced(
        "events in {n} of {m}",
        How.STANDS,
        where=on("periods with events = {n}", "periods = {m}"),
        within="silences",
    ),
    Traced("{x} in {n} of {m} hour", How.ROWS, where=on("@log is group {x}"), exhibit="run", rest=True),
)

TRACED: tuple[Traced, ...] = (
    *_GIVEN,
    *_EVERYWHERE,
    *OVERVIEW,
    *ACCESS,
    *TRAFFIC,
    *LISTENING,
    *POSTURE,
    *RETENTION,
    *PIVOT,
    *CHRONOLOGY,
    *TRIAGE,
)
