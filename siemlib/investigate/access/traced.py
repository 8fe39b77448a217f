"""Where the numbers of the readings about logins are from."""

from __future__ import annotations

from siemlib.investigate.access.success import AFTER_A_FEW
from siemlib.investigate.access.witnesses import INNER
from siemlib.model.traced import How, Traced, on

_SHORT, _TIME, _SOURCE = "logins-in-short", "logins-over-time", "logins-by-source"
_OF_ALL = f"{_SHORT}|{_TIME}|{_SOURCE}"
_LOGINS = on("counted = as logins")
_GUESSES, _NEW, _WITHOUT, _WEB = "guessing", "new-users-and-keys", "without-second-factor", "web-logins"


def _who(noun: str, column: str, within: str) -> tuple[Traced, ...]:
    """Of the tables by user and by address: how many failed and succeeded, and who most often."""
    both = on("failures > 0", "successes > 0")
    return (
        # Of a table that was cut the runs alone know how many there were.
        Traced(
            f"{noun} failed", How.DIFFERENT, column, on("failures > 0"), within=within, lacking=" The table holds, "
        ),
        Traced(f"{noun} succeeded", How.DIFFERENT, column, on("successes > 0"), within=within),
        Traced("Of these {n} did both", How.BOTH, column, both, within=within),
        Traced("{z} {n}", How.SUM, "failures", on(f"{column} = {{z}}"), within=within, after=" failed, most: "),
        Traced("{z} {n}", How.SUM, "successes", on(f"{column} = {{z}}"), within=within, after=" succeeded, most: "),
    )


TRACED: tuple[Traced, ...] = (
    # All of them: counted by source, where the report shows that.
    Traced("{n} login[s] failed and", How.SUM, "failures", _LOGINS, exhibit=_SOURCE, within=_SHORT),
    Traced("login[s] failed and {n} succeeded", How.SUM, "successes", _LOGINS, exhibit=_SOURCE, within=_SHORT),
    Traced("succeeded, between {t} and", How.LEAST, "first", _LOGINS, exhibit=_SOURCE, within=_SHORT),
    Traced("succeeded, between {u} and {t}", How.GREATEST, "last", _LOGINS, exhibit=_SOURCE, within=_SHORT),
    Traced("succeeded, at {t} UTC", How.LEAST, "first", _LOGINS, exhibit=_SOURCE, within=_SHORT),
    Traced(
        "{n} user[s] and {m} address[es] in",
        How.STANDS,
        where=on("users = {n}", "addresses = {m}", "counted = as logins"),
        exhibit=_SOURCE,
        within=_SHORT,
    ),
    Traced("{n} login[s] failed and", How.SUM, "logins", on("outcome = failed"), within=_TIME),
    Traced("login[s] failed and {n} succeeded", How.SUM, "logins", on("outcome = succeeded"), within=_TIME),
    Traced("Most failures from {t}", How.PEAK, "logins", on("outcome = failed"), within=_TIME),
    Traced("Most failures from {t} UTC: {n}", How.TOP, "logins", on("outcome = failed"), within=_TIME),
    Traced("{z} {n} failed", How.SUM, "failures", on("source = {z}", "counted = as logins"), within=_SOURCE),
    Traced(
        "{z} {m} failed, {n} succeeded", How.SUM, "successes", on("source = {z}", "counted = as logins"), within=_SOURCE
    ),
    *(
        Traced(
            f"from 127.0.0.1 in {{y}} {says}",
            How.STANDS,
            where=on(f"counted = {INNER}", f"{column} = {{n}}"),
            exhibit=_SOURCE,
            within=_SHORT,
        )
        for says, column in (
            ("{n} failed and", "failures"),
            ("{m} failed and {n} succeeded: not counted", "successes"),
        )
    ),
    *_who("{n} user[s]", "user", "logins-by-user"),
    *_who("{n} address[es]", "address", "logins-by-address"),
    # Who got in after failures.
    Traced("No login failed; {n} succeeded", How.SUM, "successes", _LOGINS, exhibit=_SOURCE),
    Traced("No login succeeded; {n} failed", How.SUM, "failures", _LOGINS, exhibit=_SOURCE),
    Traced(
        "of the same address; {n} address[es] failed",
        How.DIFFERENT,
        "address",
        on("failures > 0"),
        exhibit="logins-by-address",
        within="success-after-failures",
    ),
    Traced(
        "{n} login[s] succeeded after",
        How.ROWS,
        where=on(f"reads as != {AFTER_A_FEW}"),
        within="success-after-failures",
    ),
    Traced(
        "{n} login[s] after fewer", How.ROWS, where=on(f"reads as = {AFTER_A_FEW}"), within="success-after-failures"
    ),
    Traced(
        "{z} from {v} at {t} UTC, after {n} failure[s] of that address",
        How.STANDS,
        where=on("user = {z}", "time = {t}", "by its address = {n}"),
        within="success-after-failures",
    ),
    Traced(
        "{z} from {v} at {u} UTC, after {m} failure[s] of that address ({n} for",
        How.STANDS,
        where=on("user = {z}", "time = {u}", "by its address = {m}", "failures before it = {n}"),
        within="success-after-failures",
    ),
    # Who guesses.
    Traced("{n} address[es] guess[es]:", How.ROWS, where=on("address given"), within=_GUESSES),
    Traced("{n} user[s] is tried", How.ROWS, where=on("user given"), within=_GUESSES),
    Traced("{n} user[s] are tried", How.ROWS, where=on("user given"), within=_GUESSES),
    Traced(
        "{z}, {n} failure[s] for {m} user[s], at most {o} in",
        How.STANDS,
        where=on("address = {z}", "failures = {n}", "users = {m}", "most in 10 minutes = {o}"),
        within=_GUESSES,
    ),
    Traced(
        "{z} ({n} failure[s] from {m})",
        How.STANDS,
        where=on("user = {z}", "failures = {n}", "addresses = {m}"),
        within=_GUESSES,
    ),
    # New addresses, users and keys; second factors; forms.
    Traced("{n} first login[s] of a known", How.ROWS, within="first-login-from-an-address"),
    Traced(
        "{z} from {v} at {t} UTC, before from",
        How.STANDS,
        where=on("user = {z}", "time = {t}"),
        within="first-login-from-an-address",
    ),
    *(
        Traced(f"{{n}} {noun} since {{t}}", How.ROWS, where=on("outcome != failure"), within=_NEW)
        for noun in ("call or line", "calls or lines")
    ),
    Traced("line[s] since {t} UTC:", How.LEAST, "time", on("outcome != failure"), within=_NEW),
    Traced("{z} {n}", How.ROWS, where=on("what = {z}", "outcome != failure"), within=_NEW, after=" UTC: "),
    Traced("{n} attempt[s] failed", How.ROWS, where=on("outcome = failure"), within=_NEW),
    *(
        Traced(f"{{n}} {one}", How.ROWS, where=on(f"kind = {kind}"), within=_WITHOUT)
        for kind, one in (
            ("console login", "console login[s] without a second factor:"),
            ("console login, not told", "console login that does not"),
            ("console login, not told", "console logins that do not"),
            ("session of a user", "session[s] without a second factor"),
            ("root", "use[s] of the root user"),
        )
    ),
    Traced("at {t} UTC ({n} event", How.STANDS, where=on("first = {t}", "events = {n}"), within=_WITHOUT),
    Traced(
        "between {t} and {u} UTC ({n} event",
        How.STANDS,
        where=on("first = {t}", "last = {u}", "events = {n}"),
        within=_WITHOUT,
    ),
    Traced(
        "between {t} UTC and {u} UTC ({n} event",
        How.STANDS,
        where=on("first = {t}", "last = {u}", "events = {n}"),
        within=_WITHOUT,
    ),
    Traced("{n} form[s] from {m}", How.SUM, "requests", within=_WEB),
    Traced("form[s] from {n} address[es]", How.DIFFERENT, "address", within=_WEB),
    Traced("{z} {n}", How.SUM, "requests", on("address = {z}"), within=_WEB, after=", most: "),
    Traced("{z} {n}", How.SUM, "requests", on("path = {z}"), within=_WEB, after=" Paths: "),
)
