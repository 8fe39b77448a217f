"""What the level of a rule means, and who is told of it.

Meanings after "Rules Classification" of OSSEC (https://www.ossec.net/docs/docs/manual/rules-decoders/rule-levels.html),
which Wazuh took over (https://documentation.wazuh.com/current/user-manual/ruleset/rules/rules-classification.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.evidence.scrub import archive_of

if TYPE_CHECKING:
    from siemlib.case import Case

MEANINGS = {
    0: "ignored: no action is taken",
    1: "none: the documentation gives it no meaning",
    2: "system low priority notification: a status message, no security relevance",
    3: "successful or authorized event: a login, a connection that was allowed",
    4: "system low priority error: a bad configuration or an unused device",
    5: "user generated error: a missed password, a denied action; by itself of no security relevance",
    6: "low relevance attack: a worm or a probe without effect on this system, many events of an IDS",
    7: '"bad word" matching: words such as "bad" or "error"; may be of security relevance',
    8: "first time seen: an event of an IDS, a login of a user, or a sniffer for the first time",
    9: "error from an invalid source: a login as an unknown user or from an invalid source",
    10: "multiple user generated errors: many bad passwords; an attack, or a user who forgot the password",
    11: "integrity checking warning: a changed program or a rootkit's trace; may be a successful attack",
    12: "high importance event: errors or warnings of the system or the kernel; may be an attack on an application",
    13: "unusual error of high importance: a known pattern of attack",
    14: "high importance security event: mostly the correlation of several, an attack",
    15: "severe attack: no chance of a false positive, immediate attention is necessary",
    16: "above the documented levels, which end at 15; the syntax of rules allows it",
}


def meaning(level: int | None) -> str:
    """What the level says, or that it is none of the documented ones."""
    if level is None:
        return "the alert has no level"
    return MEANINGS.get(level, "not one of the documented levels, 0 to 16")


def route(case: Case, level: int | None) -> str | None:
    """Who is told of this level by the ``[alerts]`` of the case's settings; ``None`` where they do not say."""
    from siemlib.settings import settings_of  # noqa: PLC0415 - pydantic takes its time

    routes = settings_of(archive_of(case.engine.url)).alerts.routes
    reached = [least for least in routes if level is not None and least <= level]
    return routes[max(reached)] if reached else None
