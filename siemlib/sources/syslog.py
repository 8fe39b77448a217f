"""Syslog of any program: RFC 3164 (whose times have no year: the loader gives it), RFC 5424 and ISO times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import find_addresses
from siemlib.sources import application, sshd
from siemlib.sources.clock import as_written
from siemlib.sources.reading import mostly, names_address, observables
from siemlib.sources.source import LogSource
from siemlib.sources.syslog_line import TIMES, read_line, select_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.observable import Observable


def is_syslog(message: str) -> bool:
    """Whether the message has a syslog header: a time, perhaps a host, and the name of a program.

    A level where the host would be (``2026-03-04T10:00:00Z INFO app: started``) is that of an application.
    """
    return read_line(message) is not None and not application.is_line(message)


def _recognise(messages: Sequence[str]) -> bool:
    return mostly(messages, is_syslog) and not mostly(messages, sshd.is_sshd)


def _observables(message: str) -> tuple[Observable, ...]:
    line = read_line(message)
    return observables(
        addresses=find_addresses(message),
        principals=[sshd.entry(message).actor],
        hosts=[line.host if line else None],
    )


SYSLOG = LogSource(
    name="syslog",
    title="System logs",
    documentation="https://www.rfc-editor.org/rfc/rfc5424",
    shape=Shape.TEXT,
    log_group="syslog",
    recognise=_recognise,
    time=TIMES,
    stored=(),
    select_address=names_address,
    select_principal=select_name,
    observables=_observables,
    # An auth.log holds sshd among others: its lines are read by those who know them.
    entry=sshd.entry,
    uncertainty=as_written("The writer's own time of the line, cut to the second or the millisecond."),
)
