"""Where the numbers of the readings about the defences of an account are from."""

from __future__ import annotations

from siemlib.investigate.posture.defences import CHANGED, OFF, ON
from siemlib.investigate.posture.mfa import LOGIN
from siemlib.model.traced import How, Traced, on

_SHORT = "in-short"
_DONE = "outcome = success"


def _short(says: str, how: How, exhibit: str, *where: str, column: str = "") -> Traced:
    return Traced(says, how, column, on(*where), exhibit=exhibit, within=_SHORT)


_IN_SHORT = (
    _short("{n} defence[s] switched off", How.ROWS, "defences", f"effect = {OFF}", _DONE),
    _short("switched off, {n} attempt", How.ROWS, "defences", f"effect = {OFF}", "outcome != success"),
    _short("{n} console login[s] without MFA", How.SUM, "mfa", f"kind = {LOGIN}", "MFA = no", column="number"),
    _short("{n} rule[s] opened to the world", How.ROWS, "opened", _DONE),
    _short("{n} share[s] beyond the account", How.ROWS, "shared", _DONE),
    _short("{n} new trust", How.ROWS, "trust", _DONE),
    _short("{n} credential[s] made", How.ROWS, "keys", "created given"),
    _short("{n} rule or agent fell silent", How.ROWS, "alerts-silent", "silent = yes"),
    _short("{n} rules or agents fell silent", How.ROWS, "alerts-silent", "silent = yes"),
)

_BY_ROOT = Traced(
    "{n} call[s] of the root user",
    How.SUM,
    "calls",
    on("through none"),
    unless=on("call = ConsoleLogin", "error given"),
    exhibit="root-use",
    within=_SHORT,
)
"""What he did himself; who only guessed his password is not counted."""

TRACED: tuple[Traced, ...] = (
    *_IN_SHORT,
    _BY_ROOT,
    Traced("{n} long-lived access key[s] used", How.ROWS, where=on("calls > 0"), within="keys"),
    Traced("{n} credential[s] changed", How.ROWS, where=on("changed given"), within="keys"),
    Traced("{n} key[s] in use", How.ROWS, where=on("calls > 0", "created none"), within="keys"),
    Traced(
        "{z} of {v} at {t} UTC by {x} used {n} time",
        How.STANDS,
        where=on("credential = {z}", "created = {t}", "calls = {n}"),
        within="keys",
    ),
    Traced("{z} of {v} at {t} UTC by", How.STANDS, where=on("credential = {z}", "created = {t}"), within="keys"),
    Traced(
        "{x} {y} at {t} UTC by",
        How.STANDS,
        where=on("call = {x}", "time = {t}"),
        within="defences",
        after="switched off: ",
    ),
    Traced(
        "after {n} alert[s], last at {t} UTC",
        How.STANDS,
        where=on("alerts = {n}", "last = {t}"),
        within="alerts-silent",
    ),
    Traced(
        "{n} of them raise[s] alerts too seldom", How.ROWS, where=on("silent not in yes|no"), within="alerts-silent"
    ),
    Traced("{n} call[s] of users:", How.SUM, "number", on("kind = call", "type in IAMUser|Root"), within="mfa"),
    *(
        rule
        for kind, words in ((OFF, "To switch off"), (CHANGED, "To change"), (ON, "To switch on"))
        for rule in (
            Traced(
                "{z} {n} tried", How.ROWS, where=on("call = {z}", f"effect = {kind}"), within="defences", after=words
            ),
            Traced(
                "{z} {m} tried, {n} failed",
                How.ROWS,
                where=on("call = {z}", f"effect = {kind}", "outcome = failure"),
                within="defences",
                after=words,
            ),
            Traced(f"{words}, {{n}} call", How.ROWS, where=on(f"effect = {kind}"), within="defences"),
            Traced(
                f"{words}, {{m}} call[s]: {{n}} succeeded",
                How.ROWS,
                where=on(f"effect = {kind}", _DONE),
                within="defences",
            ),
            Traced(
                f"{words}, {{m}} call[s]: {{o}} succeeded, {{n}} failed",
                How.ROWS,
                where=on(f"effect = {kind}", "outcome != success"),
                within="defences",
            ),
        )
    ),
    Traced("{n} defence[s] switched off", How.ROWS, where=on(f"effect = {OFF}", _DONE), within="defences"),
    Traced("{n} attempt[s] failed", How.ROWS, where=on("outcome != success"), within="opened|shared|trust"),
    Traced("{n} share[s], {m} of which", How.ROWS, where=on(_DONE), within="shared"),
    Traced("share[s], {n} of which", How.ROWS, where=on(_DONE, "taken back none"), within="shared"),
    Traced("{n} rule[s] opened to the world", How.ROWS, where=on(_DONE), within="opened"),
    Traced("world, {n} of which no later", How.ROWS, where=on(_DONE, "closed again none"), within="opened"),
    Traced("{n} new trust[s]:", How.ROWS, where=on(_DONE), within="trust"),
    Traced("{n} credential[s] made", How.ROWS, where=on("created given"), within="keys"),
    Traced("{n} of {m} log group[s] ha[ve][s] events", How.ROWS, where=on("events > 0"), within="last-events"),
    Traced("{m} of {n} log group[s] ha[ve][s] events", How.ROWS, within="last-events"),
    Traced(
        "the end is that of {y}, {n} hours since {t}",
        How.STANDS,
        where=on("log group = {y}", "silent for, hours = {n}", "last = {t}"),
        within="last-events",
    ),
    Traced("of {n} rule[s] and {m} agent", How.ROWS, where=on("kind = rule"), within="alerts-silent"),
    Traced("rule[s] and {n} agent", How.ROWS, where=on("kind = agent"), within="alerts-silent"),
    Traced("{n} of {m} rule[s] and {o} agent[s] stopped", How.ROWS, where=on("silent = yes"), within="alerts-silent"),
    Traced("{n} console login[s], none that says", How.SUM, "number", on(f"kind = {LOGIN}"), within="mfa"),
    Traced("{n} of {m} console login[s] without", How.SUM, "number", on(f"kind = {LOGIN}", "MFA = no"), within="mfa"),
    Traced("{m} of {n} console login[s] without", How.SUM, "number", on(f"kind = {LOGIN}"), within="mfa"),
)
