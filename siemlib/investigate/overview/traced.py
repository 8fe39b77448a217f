"""Where the numbers of the readings of the overview are from."""

from __future__ import annotations

from siemlib.investigate.coverage import THROUGHOUT
from siemlib.investigate.pivot.alerts import SEVERE
from siemlib.model.traced import How, Traced, on

_SHORT = "in-short"
_LOGINS, _FLOWS, _ALERTS = "logins-over-time", "traffic-over-time", "alerts-by-level"
_NEW = "new-users-and-keys"
_USERS = on("what in CreateUser|user added", "outcome != failure")
_KEYS = on("what = CreateAccessKey", "outcome != failure")


def _flows(says: str, traffic: str) -> Traced:
    return Traced(says, How.SUM, "flows", on(f"traffic = {traffic}"), exhibit=_FLOWS, within=_SHORT)


_IN_SHORT = (
    Traced("{n} event[s] in {m} of", How.SUM, "events", exhibit="coverage", within=_SHORT),
    Traced("event[s] in {n} of", How.DIFFERENT, "log group", on("events > 0"), exhibit="coverage", within=_SHORT),
    Traced("event[s] in {m} of {n} log", How.DIFFERENT, "log group", exhibit="coverage", within=_SHORT),
    Traced("{n} silent throughout", How.ROWS, where=on(f"silence = {THROUGHOUT}"), exhibit="silences", within=_SHORT),
    Traced("{n} silence[s] within", How.ROWS, where=on(f"silence != {THROUGHOUT}"), exhibit="silences", within=_SHORT),
    Traced(f"{{n}} alert[s], {{m}} of level {SEVERE}", How.SUM, "alerts", exhibit=_ALERTS, within=_SHORT),
    Traced(
        f"alert[s], {{n}} of level {SEVERE}",
        How.SUM,
        "alerts",
        on(f"level at least {SEVERE}"),
        exhibit=_ALERTS,
        within=_SHORT,
    ),
    Traced("logins {n} failed", How.SUM, "logins", on("outcome = failed"), exhibit=_LOGINS, within=_SHORT),
    Traced("logins {m} failed and {n}", How.SUM, "logins", on("outcome = succeeded"), exhibit=_LOGINS, within=_SHORT),
    _flows("inbound flows {n} accepted", "inbound accepted"),
    _flows("inbound flows {m} accepted and {n} rejected", "inbound rejected"),
    _flows("outbound {n} accepted", "outbound accepted"),
    _flows("outbound {m} accepted and {n} rejected", "outbound rejected"),
    Traced("{n} user[s] and {m} access", How.ROWS, where=_USERS, exhibit=_NEW, within=_SHORT),
    Traced("user[s] and {n} access key[s] made", How.ROWS, where=_KEYS, exhibit=_NEW, within=_SHORT),
    Traced("{z} {n}", How.ROWS, where=on("what = {z}"), exhibit="changed", within=_SHORT, after="the window before: "),
    Traced("{z} {n} or more", How.ROWS, where=on("what = {z}"), exhibit="changed", within=_SHORT, after="before: "),
)

_HELD = (
    Traced("{n} event[s] in {m} of", How.SUM, "events", within="searched"),
    Traced("event[s] in {n} of", How.ROWS, where=on("events > 0"), within="searched"),
    Traced("event[s] in {m} of {n} log", How.ROWS, within="searched"),
    Traced("In the whole archive, {n} text", How.SUM, "rejected", within="searched"),
    Traced("{n} event[s] of {m} byte", How.SUM, "events", within="coverage"),
    Traced("event[s] of {n} byte[s]: in", How.SUM, "bytes", within="coverage"),
    Traced("byte[s]: in {n} log", How.DIFFERENT, "log group", within="coverage"),
    Traced("log group[s] over {n}", How.DIFFERENT, "from", within="coverage"),
    Traced("{n} of {m} cells of", How.ROWS, where=on("events > 0"), within="coverage"),
    Traced("{m} of {n} cells of", How.ROWS, within="coverage"),
)

TRACED: tuple[Traced, ...] = (
    *_IN_SHORT,
    *_HELD,
    Traced("{n} alert[s] of {m} rule", How.SUM, "alerts", within=_ALERTS),
    Traced("alert[s] of {n} rule", How.ROWS, within=_ALERTS),
    Traced(f"rule[s], {{n}} of level {SEVERE}", How.SUM, "alerts", on(f"level at least {SEVERE}"), within=_ALERTS),
    Traced("Alerts in {n} bin", How.DIFFERENT, "from", within="alerts-over-time"),
    Traced("Most from {m} UTC: {n}", How.TOP, "alerts", within="alerts-over-time"),
    Traced("Most from {t} UTC:", How.PEAK, "alerts", within="alerts-over-time"),
    Traced("Most from {t} UTC: {n}", How.TOP, "alerts", within="alerts-over-time"),
    *(
        Traced(f"{way.capitalize()}: {{n}} flow[s] accepted", How.SUM, "flows", on(f"traffic = {way} accepted"))
        for way in ("inbound", "outbound", "internal", "outside")
    ),
    *(
        Traced(
            f"{way.capitalize()}: {{m}} flow[s] accepted ({{n}} byte", How.SUM, "bytes", on(f"traffic = {way} accepted")
        )
        for way in ("inbound", "outbound", "internal", "outside")
    ),
    *(
        Traced(
            f"{way.capitalize()}: {{m}} flow[s] accepted ({{o}} byte[s]) and {{n}} rejected",
            How.SUM,
            "flows",
            on(f"traffic = {way} rejected"),
        )
        for way in ("inbound", "outbound", "internal", "outside")
    ),
)
