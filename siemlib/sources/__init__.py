"""The kinds of log that we know, in the order in which they are tried."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.sources.application import APPLICATION, APPLICATION_TEXT
from siemlib.sources.auditd import AUDITD
from siemlib.sources.cloudtrail import CLOUDTRAIL
from siemlib.sources.json_events import JSON_EVENTS
from siemlib.sources.mysql import MYSQL
from siemlib.sources.ossec import OSSEC
from siemlib.sources.plain import PLAIN
from siemlib.sources.postgresql import POSTGRESQL
from siemlib.sources.source import LogSource
from siemlib.sources.sshd import SSHD
from siemlib.sources.suricata import SURICATA, SURICATA_FAST
from siemlib.sources.syslog import SYSLOG
from siemlib.sources.vpc_flow import VPC_FLOW
from siemlib.sources.web_access import WEB_ACCESS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SOURCES", "LogSource", "recognise", "source"]

SOURCES: tuple[LogSource, ...] = (
    # JSON with a meaning of its own comes first: an alert carries the text of another log in its full_log.
    CLOUDTRAIL,
    OSSEC,
    SURICATA,
    # Lines that are known by the form of every part.
    VPC_FLOW,
    WEB_ACCESS,
    AUDITD,
    SURICATA_FAST,
    POSTGRESQL,
    MYSQL,
    # sshd writes syslog, so it is asked before syslog in general.
    SSHD,
    SYSLOG,
    # What a logging library wrote has a level beside its message.
    APPLICATION,
    APPLICATION_TEXT,
    # What is left: any JSON, then any text with a time.
    JSON_EVENTS,
    PLAIN,
)
"""In order of recognition: the first that recognises the messages is their source."""


def source(name: str) -> LogSource:
    """The source of that name. Raises UsageError, with the nearest names, for one that does not exist."""
    names = [known.name for known in SOURCES]
    if name in names:
        return SOURCES[names.index(name)]
    near = get_close_matches(name.lower().replace("-", "_"), names, n=2, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(names)}"
    raise UsageError(f"unknown kind of log: {name!r}", hint=hint)


def recognise(messages: Sequence[str]) -> LogSource | None:
    """The source of these messages (the first few of a file, without transport wrapping), or ``None``."""
    return next((known for known in SOURCES if known.recognise(messages)), None)
