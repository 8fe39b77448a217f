"""What tells of logins and is no login: alerts that repeat a log, requests to a form, sessions of roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.investigate.ask import ask
from siemlib.queries import saved

if TYPE_CHECKING:
    from siemlib.case import Case
    from siemlib.model.run import Run

Row = tuple[str, str, object, object, object, object, object, object]

_KINDS = (
    ("ossec", "ossec/login_alerts", "OSSEC alerts", "not counted: alerts repeat the log of another"),
    (
        "cloudtrail",
        "cloudtrail/role_sessions",
        "CloudTrail AssumeRole",
        "not counted: sessions of roles, not of people",
    ),
    ("web_access", "web_access/login_posts", "Web access", "not counted: an answer does not say who got in"),
)


def repeats(case: Case) -> tuple[list[Row], list[Run]]:
    """Rows as ``by_source`` has them, of those kinds of which there is any, and the runs that they rest on."""
    rows: list[Row] = []
    runs = []
    for source, query, title, counted in _KINDS:
        if groups := case.log_groups(source):
            result = ask(case, f"{saved(query).text}\n| stats {_SUMS}", groups)
            runs.append(result.run)
            found = next((row for row in result.rows if "first_ms" in row), None)
            if found:
                says = source != "web_access"
                rows.append(
                    (
                        title,
                        counted,
                        int(found["failures"]) if says else None,
                        int(found["successes"]) if says else None,
                        int(found["users"]) if says else None,
                        int(found["addresses"]),
                        found["first_ms"],
                        found["last_ms"],
                    )
                )
    return rows, runs


_SUMS = (
    'sum(if(outcome = "failure", 1, 0)) as failures, sum(if(outcome = "success", 1, 0)) as successes,'
    " count_distinct(account) as users, count_distinct(origin) as addresses,"
    " min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms"
)
