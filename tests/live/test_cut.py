"""Messages that the service has cut short come whole, at the price of one request where none was cut."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.archive.load import load
from siemlib.live.cut import SHORTEST, Mended, mend
from siemlib.live.decode import page_of
from siemlib.live.errors import DeniedError, GoneError
from siemlib.live.open import open_live
from siemlib.model.run import Completeness
from siemlib.model.timespan import TimeSpan
from siemlib.settings import LiveSettings, Settings
from tests.fixtures_serve import lead_boto3_to, serving

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from siemlib.live.service import Page, Service

LIMIT = 1000
WHOLE = ["short", "ü" * 990, "a" * 999, "b" * 1000, "c" * 1001, "d" * 5000, "é" * 3000]


class Events:
    """The events behind pointers, and how often they were asked for."""

    def __init__(self, messages: list[str], *, failing: tuple[str, ...] = ()) -> None:
        self.messages, self.failing, self.asked = messages, failing, 0

    def record(self, pointer: str) -> Mapping[str, str]:
        """GetLogRecord."""
        self.asked += 1
        if pointer in self.failing:
            raise GoneError("the event is not there any more")
        return {"@message": self.messages[int(pointer)], "other": "x"}


def rows(messages: list[str]) -> list[dict[str, str]]:
    return [{"@message": message, "@ptr": str(place)} for place, message in enumerate(messages)]


@pytest.mark.parametrize("mark", ["", "...", "…"])
def test_what_was_cut_comes_whole(mark: str) -> None:
    shown = rows([text if len(text) <= LIMIT else text[: LIMIT - len(mark)] + mark for text in WHOLE])
    events = Events(WHOLE)
    assert mend(shown, events.record) == Mended(cut=3, mended=3)
    assert [row["@message"] for row in shown] == WHOLE


def test_a_limit_in_bytes_is_found_as_well() -> None:
    shown = rows([text.encode()[:LIMIT].decode(errors="ignore") for text in WHOLE])
    assert mend(shown, Events(WHOLE).record) == Mended(cut=4, mended=4)
    assert [row["@message"] for row in shown] == WHOLE


def test_where_none_was_cut_one_request_tells() -> None:
    events = Events(WHOLE)
    assert mend(shown := rows(WHOLE), events.record) == Mended()
    assert events.asked == 1
    assert shown == rows(WHOLE)


def test_short_messages_and_rows_without_a_pointer_ask_nothing() -> None:
    events = Events(WHOLE)
    for shown in ([], rows(["x" * (SHORTEST - 1)]), [{"@message": "x" * 5000}], [{"n": "1", "@ptr": "0"}]):
        assert mend(shown, events.record) == Mended()
    assert events.asked == 0


def test_a_column_that_is_not_the_events_message_is_left_as_it_is() -> None:
    shown = rows(["A" * 1000])
    assert mend(shown, Events(["a" * 5000]).record) == Mended()
    assert shown == rows(["A" * 1000])


def test_what_cannot_be_fetched_is_counted_as_cut() -> None:
    whole = ["a" * 3000, "b" * 2000, "c" * 2000]
    shown = rows([text[:LIMIT] for text in whole])
    assert mend(shown, Events(whole, failing=("1",)).record) == Mended(cut=3, mended=2)
    assert [len(row["@message"]) for row in shown] == [3000, 1000, 2000]
    assert mend(rows([text[:LIMIT] for text in whole]), Events(whole).record, most=2) == Mended(cut=3, mended=2)


def test_where_the_longest_cannot_be_compared_it_is_said_why() -> None:
    def denied(_: str) -> Mapping[str, str]:
        raise DeniedError("the permission logs:GetLogRecord is missing")

    assert mend(rows(WHOLE), denied) == Mended(unknown="the permission logs:GetLogRecord is missing")


class Cutting:
    """A service that cuts messages as one was seen to."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the service has
        return getattr(self._service, name)

    def results(self, *given: Any, **named: Any) -> Page:  # noqa: ANN401 - as the service takes it
        """GetQueryResults."""
        document = json.loads(self._service.results(*given, **named).body)
        for pair in (pair for row in document["results"] for pair in row if pair["field"] == "@message"):
            pair["value"] = pair["value"][:LIMIT]
        return page_of(json.dumps(document).encode())


@pytest.mark.parametrize("denied", [False, True])
def test_a_run_says_that_messages_were_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, denied: bool) -> None:
    messages = [json.dumps({"n": size, "text": "x" * size}) for size in (10, 2000, 3000)]
    events = [
        {"eventId": f"{i:056}", "logStreamName": "s", "timestamp": 1_700_000_000_000 + i, "message": message}
        for i, message in enumerate(messages)
    ]
    (tmp_path / "app.json").write_text(json.dumps({"events": events}))
    load([tmp_path / "app.json"], tmp_path / "archive", log_group="app")
    with serving(tmp_path / "archive") as endpoint:
        lead_boto3_to(monkeypatch, endpoint)
        engine = open_live("live:us-east-1", Settings(live=LiveSettings(spool=str(tmp_path / "spool"))))
        engine._service = Cutting(engine._service)
        if denied:
            monkeypatch.setattr(engine, "_record", refuse)
        span = TimeSpan.of_millis(1_700_000_000_000, 1_700_000_060_000)
        result = engine.run("fields @message | sort n", span, ["app"])
    if denied:
        assert any("could not be seen: not allowed" in note for note in result.run.notes)
        return
    assert [row["@message"] for row in result.rows] == messages
    assert "2 messages that the service had cut short came whole by GetLogRecord." in result.run.notes
    assert result.completeness is Completeness.COMPLETE


def refuse(*_: object) -> Mapping[str, str]:
    raise DeniedError("not allowed")
