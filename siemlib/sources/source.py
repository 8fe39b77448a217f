"""What a kind of log is to us: how to recognise it, what it stores, whom it names, and how it reads as a timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siemlib.model.event import FieldPath, FieldType, Shape
    from siemlib.model.observable import Address, Observable
    from siemlib.sources.clock import Uncertainty


@dataclass(frozen=True, slots=True)
class StoredField:
    """A discovered field that the archive keeps as a typed column, for speed; the answer is the same without it.

    ``name`` is the name in Logs Insights (``userIdentity.type``), ``path`` its segments.
    """

    name: str
    path: FieldPath
    type: FieldType


@dataclass(frozen=True, slots=True)
class JsonTime:
    """Event time from a JSON leaf. The first of ``paths`` that holds a time wins.

    Values are ISO 8601 text (``Z``, ``+00:00`` or ``+0000``; no zone is UTC), or numbers: epoch seconds or
    milliseconds, told apart by size.
    """

    paths: tuple[FieldPath, ...]


@dataclass(frozen=True, slots=True)
class FlowTime:
    """Event time from the ``start`` column of a flow record, epoch seconds."""


EPOCH = "epoch"
"""The layout of a :class:`TextTime` that is a number: epoch seconds, with a fraction or not, or milliseconds."""

ISO = "%Y ISO 8601"
"""The layout of a :class:`TextTime` that is a date, ``T`` or a blank, and a time; a fraction of any length after a dot
or a comma and a zone (``Z``, ``+01``, ``+0100``, ``+01:00``, a blank before it or not) may follow."""


NAMED_ZONE = "%Y ISO 8601 and the name of a zone"
"""As :data:`ISO`, but a zone may also be one of :data:`~siemlib.sources.zones.OFFSETS` (``CET``). Any other name gives
no time: it would be hours away from where it was."""


@dataclass(frozen=True, slots=True)
class TextTime:
    """Event time from text: the first group of ``pattern`` (RE2), read as ``layout`` says.

    ``layout`` is one of strptime, ``EPOCH``, ``ISO`` or ``NAMED_ZONE``. One without ``%Y`` and ``%y`` (syslog) takes
    its year from the loader: see ``archive``. A time without a zone is UTC.
    Where the layout has one blank, the text may have two (``Mar  4``).
    """

    pattern: str
    layout: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Which lines of a text file begin an event; all others continue the event before them. Patterns are RE2."""

    begin: str
    second: str = ""
    """A line of this pattern begins an event too, unless the line before it is one of ``first``."""
    first: str = ""
    quoted: str = ""
    """An event that begins so goes on until its quotes are closed, whatever its lines begin with: a record of CSV."""


EventTime = JsonTime | FlowTime | tuple[TextTime, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as a line of a timeline. Absent parts are ``None``; ``summary`` is one line of plain text."""

    actor: str | None
    address: str | None
    action: str
    outcome: str | None
    """``success``, ``failure`` or ``None`` where the event does not say."""
    summary: str
    times: int = 1
    """How often it happened, where one line stands for several (``message repeated 5 times``)."""


@dataclass(frozen=True, slots=True)
class LogSource:
    """One kind of log. Plain data and pure functions; no engine, no pandas."""

    name: str
    title: str
    documentation: str
    """Where the format is described."""
    shape: Shape
    log_group: str
    """The log group that ``siem load`` uses when none is named."""
    recognise: Callable[[Sequence[str]], bool]
    """Whether these messages (the first few of a file, without transport wrapping) are of this kind."""
    time: EventTime
    stored: tuple[StoredField, ...]
    select_address: Callable[[Address], str]
    """The condition, in Logs Insights QL, that selects exactly the events that name the address."""
    select_principal: Callable[[str], str]
    """The condition, in Logs Insights QL, that selects the events of a user name, role, ARN or access key."""
    observables: Callable[[str], tuple[Observable, ...]]
    """The observables in one message."""
    entry: Callable[[str], Entry]
    """How one message reads as a line of a timeline. Never raises: what it cannot read becomes a plain summary."""
    uncertainty: Callable[[str, int], Uncertainty]
    """Of one message and its time (epoch milliseconds): the interval in which it happened, and why. Never raises."""
    unique_id: FieldPath | None = None
    """The field that is unique for each event, where the format promises one (CloudTrail's ``eventID``)."""
    lines: Lines | None = None
    """Where an event of a text file begins, for events of several lines; ``None``: every line is an event."""
    carries_time: bool = False
    """Whether an event of a text file that has no time is of the time of the event before it."""
    account: str | None = None
    """The name of the stored field that says which AWS account an event is of, where the format has one."""
