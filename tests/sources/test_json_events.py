"""JSON of any kind."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from siemlib.model.observable import Observable, ObservableKind
from siemlib.sources import recognise, source
from tests.sources.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

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


def test_the_events_of_an_ids_name_the_attacker(shared: Path) -> None:
    path = shared / "data/mixed/ait_insect_2020/forensic__suricata__eve.json.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    assert recognise(lines) is JSON
    assert sum(JSON.entry(line).address == "192.168.10.18" for line in lines) > 80
    assert any("id check returned root" in JSON.entry(line).summary for line in lines)
