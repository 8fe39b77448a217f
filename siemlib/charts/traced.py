"""Where the numbers of the sentences of charts are from: their marks, or the rows that they draw."""

from __future__ import annotations

from siemlib.charts.levels import SEVERE
from siemlib.model.traced import How, Traced, on

_SERIES = {
    "logins-over-time": ("login", "logins"),
    "traffic-over-time": ("traffic", "flows"),
    "alerts-over-time": ("level", "alerts"),
    "bytes-over-time": ("series", "bytes"),
    "flows-over-time": ("series", "flows"),
    "history": ("alerts of", "alerts"),
}
"""Of each exhibit that is drawn as areas the column that tells them apart, and the one that is drawn."""
_AREAS = "|".join(_SERIES)
_ENDS = (" login[s]", " flow[s]", " alert[s]", " kB", " MB", " GB", " TB", " B")
_SUMMED = ("events", "flows")

TRACED: tuple[Traced, ...] = (
    Traced(f"of level {SEVERE} or more", why="the level from which alerts are severe"),
    Traced("one row of bars for each", why="a turn of phrase"),
    Traced("one dot each", why="a turn of phrase"),
    Traced("events of one source", why="a turn of phrase"),
    Traced("share one", why="a turn of phrase"),
    Traced("one each", why="a turn of phrase"),
    Traced("bars of one row that", why="a turn of phrase"),
    Traced("drawn as zero", why="a turn of phrase"),
    Traced("{n} rows of the table", How.ROWS),
    Traced("{n} port[s], as bars", How.ROWS),
    Traced("The shortest interval is {n} s", How.LEAST, "interval"),
    Traced("the longest {n} s", How.GREATEST, "interval"),
    Traced("over time in bins of {n} {x}, from the bottom", How.GREATEST, "interval"),
    Traced("over time in bins of {n} {x}; darker", How.GREATEST, "interval"),
    Traced("over time in bins of {n} {x} (joined", How.STEP, "x", exhibit="figure"),
    Traced("(joined from bins of {n} ", How.GREATEST, "interval"),
    Traced("flows; {y} share the last bar", How.STANDS, where=on("y label is {y}"), exhibit="figure", within="ports"),
    Traced("Most: {y}, {n}.", How.STANDS, where=on("y label is {y}", "x = {n}"), exhibit="figure", within="ports"),
    Traced("hatched: {m} of {o} bins of {n} {x}", How.GREATEST, "interval", within="coverage"),
    # The highest bar, of those of the table; where many were joined, of those that are drawn.
    *(
        Traced(
            "The highest bar: {n} between {t} and {u}",
            How.STANDS,
            where=on("from = {t}", "to = {u}", f"{value} = {{n}}"),
            within=name,
        )
        for name, value in (("activity", "events"), ("flows", "flows"))
    ),
    # Areas: their marks are bins, joined or not, and lie on each other.
    *(
        Traced(f"Highest: {{n}}{unit} from", How.GREATEST, "y", exhibit="figure", within=_AREAS)
        for unit in ("", *_ENDS)
    ),
    *(
        Traced(f"Highest: {{m}}{unit} from {{t}}", How.PEAK, "y", by="x", exhibit="figure", within=_AREAS)
        for unit in ("", *_ENDS)
    ),
    Traced("{n} of {m} bin[s] hold[s] nothing", How.ROWS, where=on("y = 0"), exhibit="figure", within=_AREAS),
    Traced("{m} of {n} bin[s] hold[s] nothing", How.ROWS, exhibit="figure", within=_AREAS),
    *(
        Traced(f"{{w}} {{n}}{unit}", How.SUM, value, on(f"{series} = {{w}}"), within=name, after="from the bottom: ")
        for name, (series, value) in _SERIES.items()
        for unit in _ENDS
    ),
    # The heat map of what is held.
    Traced("{n} row[s] (log group) over", How.DIFFERENT, "log group", within="coverage"),
    Traced("up to {n} event", How.GREATEST, "z", exhibit="figure", within="coverage"),
    Traced("up to {m} event[s] ({y}, from {t}", How.AT, "z", by="x", exhibit="figure", within="coverage"),
    Traced("hatched: {n} of", How.ROWS, where=on("events = 0"), within="coverage"),
    Traced("hatched: {m} of {n} bin", How.ROWS, within="coverage"),
    # Who with whom.
    *(
        rule
        for head, axis in (("Rows", "y"), ("Columns", "x"))
        for rule in (
            Traced(
                f"{head} ({{x}}): {{n}} by name",
                How.DIFFERENT,
                f"{axis} label",
                on(f"{axis} label lacks others ("),
                exhibit="figure",
                within="pairs",
            ),
            Traced(
                f"{head} ({{x}}): {{m}} by name, and {{n}} more",
                How.STANDS,
                where=on(f"{axis} label is others ({{n}})"),
                exhibit="figure",
                within="pairs",
            ),
        )
    ),
    Traced("{n} field[s] of {m} hold[s] any", How.ROWS, where=on("z > 0"), exhibit="figure", within="pairs"),
    Traced("{m} field[s] of {n} hold[s] any", How.ROWS, exhibit="figure", within="pairs"),
    Traced("any. Highest: {w} → {y}, {n} accepted", How.GREATEST, "z", exhibit="figure", within="pairs"),
    # Alerts by level.
    Traced("Alerts by level, {n} to", How.LEAST, "level"),
    Traced("Alerts by level, {m} to {n}", How.GREATEST, "level"),
    Traced("{n} in all, {m} of level", How.SUM, "alerts"),
    Traced("in all, {n} of level", How.SUM, "alerts", on(f"level at least {SEVERE}")),
    Traced("or more, {n} without a level", How.SUM, "alerts", on("level none")),
    # Bars.
    *(
        Traced(f"{{n}}{unit} in all. Most", How.SUM, value, within=name)
        for name, value, word in (
            ("talkers-by-bytes", "bytes", "bytes"),
            ("talkers-by-flows", "flows", "flow[s]"),
            ("countries", "addresses", "address[es]"),
        )
        for unit in (f" {word}", " kB", " MB", " GB", " TB", " B")
    ),
    *(
        rule
        for name, column, value, word in (
            ("talkers-by-bytes", "address", "bytes", "bytes"),
            ("talkers-by-flows", "address", "flows", "flow[s]"),
            ("countries", "country", "addresses", "address[es]"),
        )
        for unit in (f" {word}", " kB", " MB", " GB", " TB", " B")
        for own in [on(f"{column} = {{y}}")]
        for rule in (
            Traced(f"in all. Most: {{y}}, {{n}}{unit}, {{m}} %", How.SUM, value, own, within=name),
            Traced(f"in all. Most: {{y}}, {{m}}{unit}, {{n}} %", How.PERCENT, value, own, within=name),
        )
    ),
    *(Traced("for each source ({n}), each on", How.DIFFERENT, "source", within=name) for name in ("activity",)),
    # Dots.
    Traced("{n} event[s], one dot each", How.ROWS, within="timeline|around"),
    Traced("{n} event[s], drawn as", How.ROWS, within="timeline|around"),
    Traced("{n} failed event[s], {m} succeeded", How.ROWS, where=on("outcome = failure"), within="timeline|around"),
    Traced("failed event[s], {n} succeeded event", How.ROWS, where=on("outcome = success"), within="timeline|around"),
)
"""Each phrase with what its number is."""
