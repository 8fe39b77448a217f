"""JSON of any kind."""

from __future__ import annotations

from siemlib.model.observable import Observable, ObservableKind
from siemlib.sources import source
from tests.sources.samples import SAMPLES

JSON = source("json_events")


def test_the_usual_names_tell_who_and_what() -> None:
    entry = JSON.entry(SAMPLES["json_events"][0])
    assert (entry.actor, entry.address, entry.action, entry.summary) == (
        "violet",
        "203.0.113.66",
        "login",
        "login: wrong",
    )
    assert JSON.entry('{"a": [1, {"b": null}]}').summary == '{"a": [1, {"b": null}]}'
    assert Observable(ObservableKind.PRINCIPAL, "violet") in JSON.observables(SAMPLES["json_events"][0])


def test_nothing_is_stored_so_that_everything_is_asked_of_the_message() -> None:
    assert JSON.stored == ()
