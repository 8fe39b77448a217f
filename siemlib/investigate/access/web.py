"""Forms that were sent to paths which sound like a login, and why that says nothing of who got in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched, typed
from siemlib.investigate.labels import named, with_labels
from siemlib.investigate.words import count, names, plain
from siemlib.queries import saved

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

_SOURCE = "web_access"
_COLUMNS = {
    "address": "text",
    "path": "text",
    "requests": "count",
    "answered 2xx": "count",
    "answered 3xx": "count",
    "refused 4xx, 5xx": "count",
    "first": "time",
    "last": "time",
}
_MOST = 5_000


def web_logins(case: Case) -> Answer:
    """Count the forms sent to a path that sounds like a login, most first; none is called a success or a failure.

    Columns: ``address``, ``address is``, ``path``, ``requests``, ``answered 2xx``, ``answered 3xx``,
    ``refused 4xx, 5xx``, ``first``, ``last``.
    """
    name, title = "web-logins", "Forms sent to login pages"
    groups = case.log_groups(_SOURCE)
    if not groups:
        return not_held(name, title, _SOURCE, {**_COLUMNS, "address is": "text"})
    query = (
        f"{saved('web_access/login_posts').text}\n"
        "| stats count(*) as requests, sum(if(status >= 200 and status < 300, 1, 0)) as answered,"
        " sum(if(status >= 300 and status < 400, 1, 0)) as moved, sum(if(status >= 400, 1, 0)) as refused,"
        " min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms by origin, path\n"
        f"| sort requests desc, origin asc, path asc\n| limit {_MOST}"
    )
    result = ask(case, query, groups)
    keys = ("origin", "path", "requests", "answered", "moved", "refused", "first_ms", "last_ms")
    frame = typed([[row.get(key) for key in keys] for row in result.rows], _COLUMNS)
    asked = searched(case, groups, "requests with POST to paths that sound like a login")
    reading = _reading(case, frame, groups)
    return Answer(name, title, with_labels(case, frame, "address"), reading, asked, (result.run,))


def _reading(case: Case, frame: pd.DataFrame, groups: tuple[str, ...]) -> str:
    if frame.empty:
        return f"No form was sent to a path that sounds like a login in {names(groups)}, {case.timespan}."
    by_address = frame.groupby("address")["requests"].sum().sort_values(ascending=False, kind="stable")
    paths = frame.groupby("path")["requests"].sum().sort_values(ascending=False, kind="stable")
    most = [f"{named(case, str(address))} {number:,}" for address, number in by_address.head(3).items()]
    where = [f"{plain(path)} {number:,}" for path, number in paths.head(3).items()]
    cut = f" The table holds the first {_MOST:,} pairs of address and path." if len(frame) == _MOST else ""
    return (
        f"{count(frame['requests'].sum(), 'form')} from {count(len(by_address), 'address', 'addresses')}, most: "
        f"{names(most)}. Paths: {names(where)}. What the server answered (2xx, 3xx) does not say whether a password "
        f"was right: no success and no failure is counted.{cut}"
    )
