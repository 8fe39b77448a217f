"""Where the numbers of the readings about one alert are from."""

from __future__ import annotations

from siemlib.model.traced import How, Traced, on

TRACED: tuple[Traced, ...] = (
    Traced("within {n} minutes", How.PARAMETER, "minutes"),
    Traced("{n} other alert[s] within", How.SUM, "alerts", less=1, within="siblings"),
    Traced("of all {n},", How.SUM, "alerts", within="siblings"),
    Traced("{n} share[s] the address", How.SUM, "alerts", on("shares contains address"), within="siblings"),
    Traced("the address, {n} the user", How.SUM, "alerts", on("shares contains user"), within="siblings"),
    Traced("the user, {n} the rule", How.SUM, "alerts", on("shares contains rule"), within="siblings"),
    Traced("{n} alert[s] of rule {x} within", How.SUM, "alerts", within="history"),
    Traced("{n} event[s] of", How.ROWS, within="around"),
    Traced("{z} {n}", How.ROWS, where=on("source = {z}"), within="around", after=": "),
    Traced("before the window; {n} event[s] since:", How.SUM, "events", within="known-use"),
    Traced("{n} event[s] of others name", How.SUM, "events", within="on-the-host"),
    Traced("{n} of them failures", How.SUM, "events", on("outcome = failure"), within="on-the-host"),
    Traced("{n} before the alert, {m} after", How.BEFORE, "time"),
    Traced("{m} before the alert, {n} after it", How.AFTER, "time"),
    Traced("{n} of {m} rules hold", How.ROWS, where=on("rule lacks step ", "holds = yes")),
    Traced("{m} of {n} rules hold", How.ROWS, where=on("rule lacks step ", "holds != ")),
    Traced("Step {n} decides", How.STANDS, where=on("rule = step {n}", "holds = yes")),
)
