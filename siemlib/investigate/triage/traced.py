"""Where the numbers of the readings about one alert are from."""

from __future__ import annotations

from siemlib.model.traced import How, Traced, on

TRACED: tuple[Traced, ...] = (
    Traced("{n} before the alert, {m} after", How.BEFORE, "time"),
    Traced("{m} before the alert, {n} after it", How.AFTER, "time"),
    Traced("{n} of {m} rules hold", How.ROWS, where=on("rule lacks step ", "holds = yes")),
    Traced("{m} of {n} rules hold", How.ROWS, where=on("rule lacks step ", "holds != ")),
    Traced("Step {n} decides", How.STANDS, where=on("rule = step {n}", "holds = yes")),
)
