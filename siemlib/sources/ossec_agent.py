"""Which host an alert is of: OSSEC and Wazuh name the agent in different places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.sources.reading import first_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCATION = re.compile(r"\((?P<name>[^)]+)\) (?P<address>[^\s>]+)->")
_LOCAL = re.compile(r"(?P<name>[^\s>()]+)->")


def agent(event: Mapping[str, object]) -> tuple[str | None, str | None]:
    """The name and the address of the agent; either may be missing.

    Wazuh has ``agent.name`` and ``agent.ip`` (none for the manager itself); OSSEC writes them before the location,
    ``(web-2) 10.0.2.22->/var/log/auth.log``, and of the manager itself its name alone.
    """
    if name := first_text(event, ("agent", "name")):
        return name, first_text(event, ("agent", "ip"))
    location = first_text(event, ("location",)) or ""
    if found := _LOCATION.match(location):
        return found["name"], found["address"]
    local = _LOCAL.match(location)
    named = first_text(event, ("hostname",), ("predecoder", "hostname"), ("manager", "name"))
    return (local["name"] if local else named), None
