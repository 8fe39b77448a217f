"""GetLogEvents and FilterLogEvents (specification 5.4, validated facts A1): events as they were delivered.

Times are epoch milliseconds. Both ends are inclusive for FilterLogEvents; for GetLogEvents the end is exclusive. An
event whose delivery did not tell when it was ingested has no ``ingestionTime``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.patterns import PatternError, parse
from siemlib.patterns.tokens import LONGEST
from siemlib.serve.operations.groups import (
    GROUP_IDENTIFIER,
    GROUP_NAME,
    STREAM_NAME,
    TOKEN,
    group_of,
    reader_of,
)
from siemlib.serve.positions import parts_for, read_token, token, token_for
from siemlib.serve.protocol import Flag, Text, Texts, Whole, invalid, is_text, missing, read
from siemlib.serve.reading import Bound, Place, Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.patterns.syntax import Pattern
    from siemlib.serve.endpoint import Endpoint
    from siemlib.serve.protocol import Document
    from siemlib.serve.reading import Event

MOST_EVENTS = 10_000
"""Of a page."""
_NEWEST_FIRST_FROM = 1_704_067_200_000
"""FilterLogEvents reads newest first only where ``startTime`` is not before 2024-01-01."""
_FOREVER = 1 << 62
_FORWARD, _BACKWARD = "f", "b"


def parsed(text: str) -> Pattern:
    """The pattern. Raises InvalidParameterException, with our words behind those of the service."""
    if not is_text(text):
        raise invalid("Invalid filter pattern: it is no Unicode text")
    try:
        return parse(text)
    except PatternError as error:
        raise invalid(f"Invalid filter pattern: {error.message}") from None


def filter_log_events(endpoint: Endpoint, request: Document) -> Document:
    """The events of a log group that match a pattern, oldest first."""
    asked = read(
        request,
        {
            "logGroupName": GROUP_NAME,
            "logGroupIdentifier": GROUP_IDENTIFIER,
            "logStreamNames": Texts(STREAM_NAME, 1, 100),
            "logStreamNamePrefix": STREAM_NAME,
            "startTime": Whole(0),
            "endTime": Whole(0),
            "filterPattern": Text(0, LONGEST),
            "nextToken": TOKEN,
            "limit": Whole(1, MOST_EVENTS),
            "startFromHead": Flag(),
            "interleaved": Flag(),
            "unmask": Flag(),
        },
    )
    wanted = _filtered(endpoint, asked)
    backwards, bound = not asked.get("startFromHead", True), None
    if "nextToken" in asked:
        way, time, event_id = parts_for(asked, asked["nextToken"], str, int, str)
        backwards, bound = way == _BACKWARD, Bound(Place(int(time), str(event_id)))
    elif backwards and wanted.start < _NEWEST_FIRST_FROM:
        raise invalid("startFromHead can be false only where startTime is on or after Jan 1, 2024 00:00:00 UTC.")
    most = asked.get("limit", MOST_EVENTS)
    events, more = reader_of(endpoint).events(wanted, bound=bound, backwards=backwards, most=most)
    told: Document = {"events": [_with_stream(event) for event in events], "searchedLogStreams": []}
    if more:
        last = events[-1].place
        told["nextToken"] = token_for(asked, _BACKWARD if backwards else _FORWARD, last.time, last.event_id)
    return told


def _filtered(endpoint: Endpoint, asked: Document) -> Wanted:
    """What FilterLogEvents wants. Raises RefusedError."""
    group = group_of(endpoint, asked).name
    if "logStreamNames" in asked and "logStreamNamePrefix" in asked:
        raise invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
    streams: Sequence[str] = asked.get("logStreamNames", ())
    prefix: str = asked.get("logStreamNamePrefix", "")
    if not is_text(prefix):
        raise invalid("logStreamNamePrefix is no Unicode text.")
    _check_streams(endpoint, group, streams)
    start, end = asked.get("startTime", 0), asked.get("endTime", _FOREVER)
    if end < start:
        raise invalid("endTime cannot be before startTime.")
    text: str = asked.get("filterPattern", "")
    return Wanted(
        log_group=group,
        start=start,
        end=end + 1,
        streams=tuple(streams),
        stream_prefix=prefix,
        pattern=parsed(text) if text.strip(" ") else None,
    )


def _check_streams(endpoint: Endpoint, group: str, streams: Sequence[str]) -> None:
    if not all(map(is_text, streams)) or not reader_of(endpoint).has_streams(group, streams):
        raise missing("The specified log stream does not exist.")


def _with_stream(event: Event) -> Document:
    return {"logStreamName": event.stream, **_told(event), "eventId": event.id}


def _told(event: Event) -> Document:
    ingested = {} if event.ingested is None else {"ingestionTime": event.ingested}
    return {"timestamp": event.time, "message": event.message, **ingested}


def get_log_events(endpoint: Endpoint, request: Document) -> Document:
    """The events of one log stream, from the newest page on or from the oldest, each page oldest first."""
    asked = read(
        request,
        {
            "logGroupName": GROUP_NAME,
            "logGroupIdentifier": GROUP_IDENTIFIER,
            "logStreamName": STREAM_NAME,
            "startTime": Whole(0),
            "endTime": Whole(0),
            "nextToken": TOKEN,
            "limit": Whole(1, MOST_EVENTS),
            "startFromHead": Flag(),
            "unmask": Flag(),
        },
        required=("logStreamName",),
    )
    group, stream = group_of(endpoint, asked).name, asked["logStreamName"]
    _check_streams(endpoint, group, [stream])
    start, end = asked.get("startTime", 0), asked.get("endTime", _FOREVER)
    backwards = not asked.get("startFromHead", False)
    # Before everything, or behind it: where a page begins that no token leads to.
    bound = Bound(Place(end if backwards else start), inclusive=True)
    if "nextToken" in asked:
        backwards, bound = _bound(asked["nextToken"])
    most = asked.get("limit", MOST_EVENTS)
    wanted = Wanted(group, start, end, streams=(stream,))
    events, _ = reader_of(endpoint).events(wanted, bound=bound, backwards=backwards, most=most)
    if backwards:
        events.reverse()
    forward, backward = _tokens(events, bound, backwards=backwards)
    return {
        "events": [_told(event) for event in events],
        "nextForwardToken": forward,
        "nextBackwardToken": backward,
    }


def _bound(text: str) -> tuple[bool, Bound]:
    """Whether a token leads backwards, and from where. It begins with the direction, as those of the service do."""
    way, _, place = text.partition("/")
    if way not in {_FORWARD, _BACKWARD}:
        raise invalid("The specified nextToken is invalid.")
    time, event_id, inclusive = read_token(place, int, str, int)
    return way == _BACKWARD, Bound(Place(int(time), str(event_id)), inclusive=bool(inclusive))


def _tokens(events: Sequence[Event], bound: Bound, *, backwards: bool) -> tuple[str, str]:
    """Where to go on behind a page and before it. Of an empty page one repeats where it began: that is the end."""
    if events:
        first, last = Bound(events[0].place), Bound(events[-1].place)
        return _written(_FORWARD, last), _written(_BACKWARD, first)
    # The way back begins with what the way here ended with, or ends with what it begins with.
    back = Bound(bound.place, inclusive=not bound.inclusive)
    forward, backward = (back, bound) if backwards else (bound, back)
    return _written(_FORWARD, forward), _written(_BACKWARD, backward)


def _written(way: str, bound: Bound) -> str:
    return f"{way}/{token(bound.place.time, bound.place.event_id, int(bound.inclusive))}"
