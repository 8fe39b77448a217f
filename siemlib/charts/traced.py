"""Phrases of the sentences of charts whose numbers are no result: limits of drawing, and turns of phrase."""

from __future__ import annotations

from siemlib.charts.levels import SEVERE
from siemlib.model.traced import How, Traced

TRACED: tuple[Traced, ...] = (
    Traced(f"of level {SEVERE} or more", why="the level from which alerts are severe"),
    Traced("one row of bars for each", why="a turn of phrase"),
    Traced("one dot each", why="a turn of phrase"),
    Traced("share one", why="a turn of phrase"),
    Traced("one each", why="a turn of phrase"),
    Traced("bars of one row that", why="a turn of phrase"),
    Traced("drawn as zero", why="a turn of phrase"),
    Traced("{n} rows of the table", How.ROWS),
    Traced("{n} ports, as bars", How.ROWS),
    Traced("The shortest interval is {n} s", How.LEAST, "interval"),
    Traced("the longest {n} s", How.GREATEST, "interval"),
)
"""Each phrase with what its number is."""
