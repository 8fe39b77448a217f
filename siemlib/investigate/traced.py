"""Where the numbers of readings are from, for those that no search of their exhibit finds; and the limits we have set.

The publication gate counts them again. A reading with a new kind of number needs a line here only where the gate says
that it does; what is counted in one column, or in the rows that the sentence names, it finds by itself.
"""

from __future__ import annotations

from dataclasses import replace

from siemlib.investigate.access.guessing import LIMITS, MINUTES
from siemlib.investigate.access.limits import BURST
from siemlib.investigate.chronology.order import CLOCK_ERROR, PROVEN
from siemlib.investigate.listening.changes import CLOSED, OPENED
from siemlib.investigate.listening.register import EVERYWHERE, LOOPBACK, UNDECLARED
from siemlib.investigate.pivot.alerts import SEVERE
from siemlib.investigate.pivot.identity_graph import PROVEN as PROVEN_LINK
from siemlib.investigate.pivot.identity_words import MOST_SESSIONS
from siemlib.investigate.portscan import SCAN, SWEEP
from siemlib.investigate.posture.defences import OFF
from siemlib.investigate.posture.mfa import LOGIN
from siemlib.investigate.retention.policy import GAPS, NOT_PROVABLE, REACHES, UNSEEN
from siemlib.model.traced import How, Traced

_DONE = ("outcome", "=", "success")
_FAILED, _NOT_FAILED = ("outcome", "=", "failure"), ("outcome", "!=", "failure")
_THIN = "time: {n} of {m} have no event"
_NEW = "new-users-and-keys"
_OFF = ("effect", "=", OFF)
_REACH = f"{REACHES}|{GAPS}|{UNSEEN}"
_PROVEN = "|".join(PROVEN)


def _flows(says: str, traffic: str) -> Traced:
    return Traced(says, How.SUM, "flows", (("traffic", "=", traffic),), exhibit="traffic-over-time")


def _against(name: str) -> tuple[Traced, ...]:
    """How far what is held of each log group reaches, by one of the two lengths of a policy."""
    head = f"{name}: of {{y}}"
    return (
        Traced(f"{head} {{n}} reach back", How.ROWS, where=((name, "in", _REACH),), exhibit="policy"),
        Traced(f"{head} reach back that far, {{n}} with", How.ROWS, where=((name, "=", REACHES),), exhibit="policy"),
        Traced(f"{head} of {{n}} it is not", How.ROWS, where=((name, "=", NOT_PROVABLE),), exhibit="policy"),
    )


_GIVEN = (
    Traced("or one port of", why="a turn of phrase"),
    Traced("the only one has", why="a turn of phrase"),
    Traced("more than one subject", why="a turn of phrase"),
    Traced("names two of the subjects", why="a turn of phrase"),
    Traced("no alert names one", why="a turn of phrase"),
    Traced(f"after fewer than {BURST} failures", why="failures from which on a success is one of an attack"),
    Traced("with two subjects", why="a turn of phrase"),
    Traced("from one row to the next", why="a turn of phrase"),
    Traced("Fewer than two events", why="a turn of phrase"),
    Traced("clocks of two logs", why="a turn of phrase"),
    Traced(f"may differ by {CLOCK_ERROR:g} s", why="by how much clocks may differ, unless a parameter says it"),
    Traced("from 127.0.0.1", why="what is of the host itself"),
    Traced("exported to S3", why="the name of a service"),
    Traced(f"of level {SEVERE} or more", why="the level from which alerts are severe"),
    Traced(f"{SCAN} or more", why="ports from which on rejected flows are a scan"),
    Traced(f"of {SWEEP} or more hosts", why="hosts from which on rejected flows at one port are a sweep"),
    Traced(f"in {MINUTES} minutes", why="the period over which failures are fast"),
    Traced(LIMITS, why="the limits of what is read as guessing"),
)
"""Phrases whose numbers are no result; they are made of the limits themselves."""

_COUNTED = (
    Traced("Of these {n} did both", How.BOTH, "user", (("failures", ">", "0"), ("successes", ">", "0"))),
    Traced("Of these {n} did both", How.BOTH, "address", (("failures", ">", "0"), ("successes", ">", "0"))),
    Traced("{n} addresses cut by netstat", How.ROWS, where=(("address cut", "=", "yes"),)),
    Traced("{n} address cut by netstat", How.ROWS, where=(("address cut", "=", "yes"),)),
    Traced("{n} name more than one subject", How.ROWS, where=(("subjects", "contains", ", "),)),
    Traced("Of {n} steps from one row", How.ROWS, where=(("order", "!=", ""),), less=1),
    Traced("is provable for {n} and", How.ROWS, where=(("order", "in", _PROVEN),)),
    Traced("and not for {n}, whose", How.ROWS, where=(("order", "not in", _PROVEN),), less=1),
    Traced("The alert came {n} to", How.LEAST, "shortest delay (s)"),
    Traced("to {n} s after the line", How.GREATEST, "longest delay (s)"),
    Traced("{n} before the alert, {m} after", How.BEFORE, "time"),
    Traced("{m} before the alert, {n} after it", How.AFTER, "time"),
    Traced("ended by {m} s {y} ({n} of them", How.ROWS, where=(("pause (s)", ">", "{m}"),)),
    Traced("{n} of {m} rules hold", How.ROWS, where=(("rule", "lacks", "step "), ("holds", "=", "yes"))),
    Traced("{m} of {n} rules hold", How.ROWS, where=(("rule", "lacks", "step "), ("holds", "!=", ""))),
    Traced("{x} ({n} time", How.SUM, "events", where=(("link", "=", "assumed"), ("to", "contains", "session {x}/"))),
    Traced("session {x} made {n} call", How.SUM, "events", (("link", "=", "acted in"), ("to", "=", "session {x}"))),
    Traced("{n} sessions more in the table", How.DIFFERENT, "to", (("link", "=", "acted in"),), less=MOST_SESSIONS),
    Traced("of the same name took {n} login", How.SUM, "events", (("sure", "!=", PROVEN_LINK),)),
    Traced(_THIN, How.ROWS, where=(("interval", "under or none", "{half}"),), within="searched"),
    Traced(_THIN, How.SPARSE, "log group", (("events", ">", "0"),), within="coverage"),
    Traced("By what they say {n} failed", How.SUM, "events", (_FAILED,)),
    Traced("failed and {n} succeeded. The first failure", How.SUM, "events", (_DONE,)),
    Traced("{m} events between {y} Besides, {n} event", How.SUM, "events", rest=True),
    Traced("In the whole archive, {n} text", How.SUM, "rejected"),
    Traced("Step {n} decides", How.STANDS, where=(("rule", "=", "step {n}"), ("holds", "=", "yes"))),
    *(
        Traced(
            f"{way} {{y}} bytes and {{n}} rejected",
            How.SUM,
            "flows",
            (("direction", "=", way), ("action", "=", "rejected")),
        )
        for way in ("inbound", "outbound", "inside")
    ),
    Traced("direction of {n} flow", How.SUM, "flows", (("told by", "=", "nothing"),)),
    Traced("{x} in {n} of {m} hour", How.ROWS, where=(("@log", "is group", "{x}"),), exhibit="run", rest=True),
    Traced("{n} pairs had only rejected", How.ROWS, where=(("accepted", "=", "0"),)),
    Traced("{n} pair had only rejected", How.ROWS, where=(("accepted", "=", "0"),)),
)
"""Counted in the rows of their own exhibit."""

_IN_SHORT = (
    Traced("logins {n} failed", How.SUM, "logins", (("outcome", "=", "failed"),), exhibit="logins-over-time"),
    Traced("failed and {n} succeeded", How.SUM, "logins", (("outcome", "=", "succeeded"),), exhibit="logins-over-time"),
    _flows("inbound flows {n} accepted", "inbound accepted"),
    _flows("accepted and {n} rejected, outbound", "inbound rejected"),
    _flows("outbound {n} accepted", "outbound accepted"),
    _flows("outbound {m} accepted and {n} rejected", "outbound rejected"),
    Traced("{n} user and", How.ROWS, where=(("what", "in", "CreateUser|user added"), _NOT_FAILED), exhibit=_NEW),
    Traced("{n} access key made", How.ROWS, where=(("what", "=", "CreateAccessKey"), _NOT_FAILED), exhibit=_NEW),
    Traced(
        "{n} console login without MFA", How.SUM, "number", (("kind", "=", LOGIN), ("MFA", "=", "no")), exhibit="mfa"
    ),
    Traced("{n} of them like probes", How.SUM, "requests", (("looks like", "given", ""),), exhibit="requests"),
    Traced("{n} calls to change the account that failed", How.ROWS, where=(_FAILED,), exhibit="account-changes"),
    *(
        Traced(
            f"{verb}", How.DIFFERENT, "host+protocol+port+address", (("change", "=", change),), exhibit="port-changes"
        )
        for verb, change in (("Between lists {n} opened", OPENED), ("opened and {n} closed", CLOSED))
    ),
    Traced("{n} defences switched off", How.ROWS, where=(_OFF, _DONE), exhibit="defences"),
    Traced("switched off, {n} attempt", How.ROWS, where=(_OFF, ("outcome", "!=", "success")), exhibit="defences"),
    Traced("{n} rules opened to the world", How.ROWS, where=(_DONE,), exhibit="opened"),
    Traced("{n} shares beyond the account", How.ROWS, where=(_DONE,), exhibit="shared"),
    Traced("{n} new trust", How.ROWS, where=(_DONE,), exhibit="trust"),
    Traced("{n} credentials made", How.ROWS, where=(("created", "given", ""),), exhibit="keys"),
    Traced("{n} rules or agents fell silent", How.ROWS, where=(("silent", "=", "yes"),), exhibit="alerts-silent"),
    Traced("{n} silences of a whole period", How.ROWS, where=(("silence", "!=", ""),), exhibit="silences"),
    *(rule for name in ("online", "kept") for rule in _against(name)),
    Traced("{n} undeclared", How.ROWS, where=(("declared", "=", UNDECLARED),), exhibit="undeclared"),
    Traced(
        "({n} of them on every address",
        How.ROWS,
        where=(("declared", "=", UNDECLARED), ("reach", "=", EVERYWHERE)),
        exhibit="undeclared",
    ),
    Traced("{n} of which it is not known", How.ROWS, where=(("declared", "!=", UNDECLARED),), exhibit="undeclared"),
    Traced("{n} listeners can be reached", How.ROWS, where=(("reach", "!=", LOOPBACK),), exhibit="listening-now"),
    Traced("{n} of {m} known hosts never", How.ROWS, where=(("lists", "=", "0"),), exhibit="port-hosts"),
)
"""Of first looks: counted in the exhibits that answer each question."""

TRACED: tuple[Traced, ...] = (
    *_GIVEN,
    *_COUNTED,
    *(replace(rule, within=name) for name in ("in-short", "first-look") for rule in _IN_SHORT),
)
