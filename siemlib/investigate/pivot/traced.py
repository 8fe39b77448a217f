"""Where the numbers of the readings about one address or user are from."""

from __future__ import annotations

from siemlib.investigate.ask import source_title
from siemlib.investigate.pivot.actions import ACTIONS, DATABASES
from siemlib.investigate.pivot.alerts import SEVERE
from siemlib.investigate.pivot.identity_graph import PROVEN, SIGNED
from siemlib.investigate.pivot.identity_words import MOST_SESSIONS
from siemlib.model.traced import How, Traced, on

_FAILED = on("outcome = failure")
_FIRST_LOOK = "first-look"
_ANSWERS = f"{_FIRST_LOOK}: answers"
_OUTSIDE, _HOST = on("address outside"), on("address loopback")
_SPANNED = {
    "seen-in": "log group[s] name[s] {y}, ",
    "requests": "request[s] ",
}
"""Exhibits with a column of the first and one of the last time, and what stands before both in their readings."""


def _span(before: str, first: str, last: str, within: str) -> tuple[Traced, ...]:
    return (
        Traced(f"{before}between {{t}} and {{u}} UTC", How.LEAST, first, within=within),
        Traced(f"{before}between {{u}} and {{t}} UTC", How.GREATEST, last, within=within),
        Traced(f"{before}at {{t}} UTC", How.LEAST, first, within=within),
    )


def _own(says: str, how: How, column: str, *where: str, after: str = "") -> tuple[Traced, ...]:
    """Of the events of the subject itself; a table holds also those of others that name it."""
    ends = ("address = {ip}", "user = {user}")
    return tuple(Traced(says, how, column, on(end, *where), within="actions|databases", after=after) for end in ends)


_SIGNED_WITH = on(f"link = {SIGNED}", "from = {z}", "to contains {x}")
_IDENTITIES = (
    Traced("{x} ({n} time", How.SUM, "events", where=on("link = assumed", "to contains session {x}/")),
    Traced("session {x} made {n} call", How.SUM, "events", on("link = acted in", "to = session {x}")),
    Traced("The name is of {n} AWS account", How.DIFFERENT, "account", within="identities"),
    Traced("{n} sessions more in the table", How.DIFFERENT, "to", on("link = acted in"), less=MOST_SESSIONS),
    *(
        rule
        for words, where in (
            ("of the same name", on(f"sure != {PROVEN}")),
            ("The account {x}", on(f"sure = {PROVEN}", "link = logged in on")),
        )
        for rule in (
            Traced(f"{words} took {{n}} login", How.SUM, "events", where),
            Traced(f"{words} took {{m}} login[s] on {{y}} from {{n}} address[es]", How.DIFFERENT, "address", where),
            Traced(f"{words} took {{y}}, between {{t}} and {{u}}", How.LEAST, "first", where),
            Traced(f"{words} took {{y}}, between {{u}} and {{t}}", How.GREATEST, "last", where),
            Traced(f"{words} took {{y}}, at {{t}} UTC", How.LEAST, "first", where),
        )
    ),
    *(
        Traced(f"{{z}} signed {says}", how, column, _SIGNED_WITH, within="identities")
        for says, how, column in (
            ("{n} call[s] with {x}", How.SUM, "events"),
            ("{m} call[s] with {x}, between {t} and {u}", How.LEAST, "first"),
            ("{m} call[s] with {x}, between {u} and {t}", How.GREATEST, "last"),
        )
    ),
    Traced("{n} from {x}", How.STANDS, where=on("events = {n}", "address = {x}"), within="identities"),
    Traced("{x} at {t} UTC", How.STANDS, where=on("to contains {x}", "first = {t}"), within="identities"),
)

_IN_SHORT = (
    *(
        Traced(
            f"got in{place} at {{t}} UTC after {{n}} failure",
            How.STANDS,
            where=on("first success = {t}", "by its address = {n}"),
            exhibit="logins",
            within=_FIRST_LOOK,
        )
        for place in ("", " from {v}")
    ),
    # Answers of the table: where it was seen, and the worst alert.
    Traced("{z} {n}", How.SUM, "events", on("log group = {z}"), exhibit="seen-in", within=_ANSWERS),
    *(
        Traced(f"{{x}} {{m}}; {when}", how, column, exhibit="seen-in", within=_ANSWERS)
        for when, how, column in (
            ("between {t} and {u} UTC", How.LEAST, "first"),
            ("between {u} and {t} UTC", How.GREATEST, "last"),
            ("at {t} UTC", How.LEAST, "first"),
        )
    ),
    *(
        Traced(
            f'level {{n}}, rule {{m}} "{{y}}"{often}, first at {{t}} UTC',
            How.STANDS,
            where=on("level = {n}", "rule = {m}", *where, "first = {t}"),
            exhibit="alerts",
            within=_ANSWERS,
        )
        for often, where in ((", {o} times", ("alerts = {o}",)), ("", ()))
    ),
    Traced("{n} alert[s] up to level", How.SUM, "alerts", exhibit="alerts", within=_FIRST_LOOK),
    Traced("{m} alert[s] up to level {n}", How.GREATEST, "level", exhibit="alerts", within=_FIRST_LOOK),
    *(
        Traced(
            f"{{n}} time[s], {when}",
            How.STANDS,
            where=on("alerts = {n}", *where),
            exhibit="signatures",
            within=_FIRST_LOOK,
        )
        for when, where in (
            ("between {t} and {u} UTC", ("first = {t}", "last = {u}")),
            ("at {t} UTC", ("first = {t}",)),
        )
    ),
    Traced(
        "{n} of them like probes", How.SUM, "requests", on("looks like given"), exhibit="requests", within=_FIRST_LOOK
    ),
    Traced(
        "{n} call[s] to change the account that failed",
        How.ROWS,
        where=_FAILED,
        exhibit="account-changes",
        within=_FIRST_LOOK,
    ),
    Traced(
        "{n} change[s] in the account since",
        How.ROWS,
        where=on("outcome != failure"),
        exhibit="account-changes",
        within=_FIRST_LOOK,
    ),
    Traced(
        "in the account since {t}",
        How.LEAST,
        "time",
        on("outcome != failure"),
        exhibit="account-changes",
        within=_FIRST_LOOK,
    ),
)

TRACED: tuple[Traced, ...] = (
    *_IN_SHORT,
    *_IDENTITIES,
    *(rule for name, before in _SPANNED.items() for rule in _span(before, "first", "last", name)),
    Traced("{n} event[s] in {m} of", How.SUM, "events", within="seen-in"),
    Traced("event[s] in {n} of", How.ROWS, where=on("events > 0"), within="seen-in"),
    Traced("event[s] in {m} of {n} log", How.ROWS, within="seen-in"),
    Traced("{z} {n}", How.SUM, "events", on("log group = {z}"), within="seen-in", after=" UTC: "),
    Traced("Events in {n} bin", How.DIFFERENT, "from", within="activity"),
    Traced("Most from {t} UTC:", How.PEAK, "events", within="activity"),
    Traced("Most from {t} UTC: {n}", How.TOP, "events", within="activity"),
    Traced(
        "Most from {t} UTC: {m}, of them {n} in {z}",
        How.SUM,
        "events",
        on("from = {t}", "source = {z}"),
        within="activity",
    ),
    # Logins.
    Traced("{n} failed login[s]", How.SUM, "failures", _OUTSIDE, within="logins"),
    Traced("Besides, {n} from the host itself", How.SUM, "failures", _HOST, within="logins"),
    Traced("{n} login[s] succeeded", How.SUM, "successes", within="logins"),
    Traced("for {n} user", How.DIFFERENT, "user", _OUTSIDE, within="logins"),
    Traced("from {n} address[es]", How.DIFFERENT, "address", _OUTSIDE, within="logins"),
    Traced(
        "{z} from {v} got in at {t} UTC, after {n} failure[s] from there",
        How.STANDS,
        where=on("user = {z}", "first success = {t}", "by its address = {n}"),
        within="logins",
    ),
    Traced(
        "{z} from {v} got in at {t} UTC, with",
        How.STANDS,
        where=on("user = {z}", "first success = {t}"),
        within="logins",
    ),
    # Who is named beside it.
    Traced("{n} user[s] beside", How.DIFFERENT, "user", within="beside"),
    Traced("{n} address[es] beside", How.DIFFERENT, "address", within="beside"),
    Traced("{z} ({n} event[s])", How.SUM, "events", on("user = {z}"), within="beside"),
    Traced("{z} ({n} event[s])", How.SUM, "events", on("address = {z}"), within="beside"),
    # What was done.
    Traced("{m} event[s] {y} Besides, {n} event", How.SUM, "events", within="actions|databases", rest=True),
    *_own("{n} event[s] between", How.SUM, "events"),
    *_own("{n} event[s] at", How.SUM, "events"),
    *_own("event[s] between {t} and {u} UTC", How.LEAST, "first"),
    *_own("event[s] between {u} and {t} UTC", How.GREATEST, "last"),
    *_own("event[s] at {t} UTC", How.LEAST, "first"),
    # A source after the other, and two may call an action alike.
    *(
        rule
        for name in (*DATABASES, *ACTIONS)
        for after in [f"{source_title(name)}: "]
        for rule in _own("{z} {n}", How.SUM, "events", f"source = {name}", "action = {z}", after=after)
    ),
    Traced("itself; {n} event[s] of other", How.SUM, "events", within="actions|databases"),
    Traced(
        'failure, at {t} UTC: "{y}".',
        How.STANDS,
        where=on("first = {t}", "example is {y}"),
        within="actions|databases",
    ),
    *_own("By what they say {n} failed", How.SUM, "events", "outcome = failure"),
    *_own("By what they say {m} failed and {n} succeeded", How.SUM, "events", "outcome = success"),
    *_own("The first failure, at {t} UTC", How.LEAST, "first", "outcome = failure"),
    Traced("call[s] of {n} name", How.DIFFERENT, "call", within="calls"),
    Traced("{n} succeeded, {m} failed.", How.SUM, "succeeded", within="calls"),
    Traced("{m} succeeded, {n} failed.", How.SUM, "failed", within="calls"),
    Traced("{z} {n}", How.SUM, "failed", on("call = {z}"), within="calls", after=" Failed: "),
    Traced("{n} change[s] in the account since", How.ROWS, where=on("outcome != failure"), within="account-changes"),
    Traced("in the account since {t}", How.LEAST, "time", on("outcome != failure"), within="account-changes"),
    Traced("{z} {n}", How.ROWS, where=on("call = {z}", "outcome != failure"), within="account-changes", after=" UTC: "),
    Traced("{n} call[s] failed:", How.ROWS, where=_FAILED, within="account-changes"),
    Traced(
        "{z} {n}", How.ROWS, where=on("call = {z}", "outcome = failure"), within="account-changes", after=" failed: "
    ),
    Traced("{n} request[s] between", How.SUM, "requests", within="requests"),
    Traced("for {n} path[s]; by", How.DIFFERENT, "path", within="requests"),
    Traced("{m} {n}", How.SUM, "requests", on("status = {m}"), within="requests", after="by status: "),
    Traced("{n} request[s] look", How.SUM, "requests", on("looks like given"), within="requests"),
    Traced("{z} {n}", How.SUM, "requests", on("looks like = {z}"), within="requests", after=" probes ("),
    # The network.
    Traced("{n} flow[s] of {y}, every one", How.SUM, "flows", within="flows"),
    Traced("{n} rejected and {m} accepted flow", How.SUM, "flows", on("action = REJECT"), within="flows"),
    Traced("rejected and {n} accepted flow", How.SUM, "flows", on("action = ACCEPT"), within="flows"),
    Traced("carried {n} byte", How.SUM, "bytes", on("action = ACCEPT"), within="flows"),
    Traced("the first in the bin from {t}", How.LEAST, "from", on("action = ACCEPT"), within="flows"),
    Traced("{n} ACCEPT", How.SUM, "flows", on("action = ACCEPT"), within="flows"),
    Traced("{n} REJECT", How.SUM, "flows", on("action = REJECT"), within="flows"),
    *(
        Traced(
            f"{asked} for: {{n}} distinct ones rejected",
            How.DIFFERENT,
            "port",
            on(f"direction = {direction}", "rejected > 0"),
            within="ports",
        )
        for asked, direction in (("asked", "out"), ("asked it", "in"))
    ),
    Traced("{n} address[es] exchanged", How.DIFFERENT, "peer", within="peers"),
    # Alerts.
    Traced("{n} alert[s] of {m} rule[s] name[s]", How.SUM, "alerts", within="alerts"),
    Traced("alert[s] of {n} rule[s] name[s]", How.DIFFERENT, "rule", within="alerts"),
    Traced(
        f"{{n}} of level {SEVERE} or more. Highest", How.SUM, "alerts", on(f"level at least {SEVERE}"), within="alerts"
    ),
    # In which order.
    Traced("{n} event[s], between", How.ROWS, within="timeline"),
    Traced("{n} of {m} events, an equal", How.ROWS, within="timeline"),
    Traced(", between {t} and {u} UTC. First", How.LEAST, "time", within="timeline"),
    Traced(", between {u} and {t} UTC. First", How.GREATEST, "time", within="timeline"),
    Traced(", at {t} UTC. First", How.LEAST, "time", within="timeline"),
    *(
        Traced(f"{head}: {{y}} ({{x}}){tail}", How.STANDS, where=on("summary is {y}", *where), within="timeline")
        for head, tail, where in (
            ("First", ". Last", ()),
            ("Last", ", at {t} UTC", ("time = {t}",)),
            ("Last of them", ", at {t} UTC", ("time = {t}",)),
        )
    ),
    Traced("Last: {y}, at {t} UTC.", How.GREATEST, "time", within="timeline"),
)
