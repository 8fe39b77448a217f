"""What is of the time of building is found wherever it stands, and nothing that logs say is taken for it."""

from __future__ import annotations

import json
import time
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from siemlib.evidence import building, custody
from siemlib.evidence.building import build_document
from siemlib.evidence.digest import sha256_file
from siemlib.evidence.records import check_records
from tests.evidence.recorded import data, edit, run_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["data"]


def named(data: Path, name: str) -> list[str]:
    found: list[str] = build_document(data)["texts"].get(f"data/{name}", [])
    return found


def test_a_time_is_found_in_every_way_that_it_is_written(data: Path) -> None:
    edit(run_of(data, 1), lambda run: run.update(started="2026-11-22T10:11:12.345678+00:00"))
    shown = "2026-11-22 10:11:12.345 UTC, 2026-11-22 10:11:12 UTC, 2026-11-22T10:11:12Z; 2026-11-22 10:11:13"
    (data / "report.html").write_text(shown)
    # The longest first, so that no shorter one takes a part of it away.
    assert named(data, "report.html") == ["2026-11-22 10:11:12.345", "2026-11-22T10:11:12Z", "2026-11-22 10:11:12"]


def test_the_page_may_name_the_digests_of_files_that_hold_times(data: Path) -> None:
    run, case = run_of(data, 1), data / "origin.json"
    (data / "report.html").write_text(f"<td>{sha256_file(run)}</td><td>{sha256_file(case)}</td>")
    assert named(data, "report.html") == [sha256_file(run)]


def test_the_word_of_the_page_s_own_scripts_is_named_and_what_logs_call_so_is_not(data: Path) -> None:
    own = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80="
    said = (
        "nonce=AAAAAAAAAAAAAAAAAAAA &quot;nonce=&quot;BBBBBBBBBBBBBBBBBBBBBB&quot; nonce=&#34;CCCCCCCCCCCCCCCCCCCC&#34;"
    )
    (data / "report.html").write_text(f'<script nonce="{own}"></script><p>{said}</p>')
    assert named(data, "report.html") == [own]


def test_who_built_it_and_the_chain_of_the_custody_log_are_named_and_its_words_are_not(data: Path) -> None:
    for what in ("started", "ended by eve"):
        custody.append(data / "custody.jsonl", what, why="a test", who='eve "é"')
    text = (data / "custody.jsonl").read_text("utf-8")
    first, second = map(json.loads, text.splitlines())
    who = '"who": "eve \\"é\\""'  # as it stands there: a name alone could be a part of another word
    assert text.count(who) == 2
    assert set(named(data, "custody.jsonl")) == {first["time"], second["time"], second["previous"], who}


@pytest.mark.parametrize("value", [[], {}, 1, None])
def test_an_entry_of_the_custody_log_that_nobody_of_us_wrote_names_nothing(data: Path, value: object) -> None:
    (data / "custody.jsonl").write_text(json.dumps({"who": value, "time": value, "previous": value, "sequence": 1}))
    assert named(data, "custody.jsonl") == []
    assert check_records(data) == []


def test_no_text_is_taken_out_of_an_exhibit_or_of_rows(data: Path) -> None:
    """The times of these runs are those of log events, too."""
    found = build_document(data)["texts"]
    assert found
    assert not [name for name in found if "exhibits" in name or name.endswith(".gz") or "sources" in name]


def test_a_record_that_is_no_json_names_nothing(data: Path) -> None:
    run_of(data, 1).write_text("[" * 100_000)
    (data / "report.json").write_text("\x00")
    assert named(data, "report.json") == []


MANY = 6_000


def id_of(number: int) -> str:
    return str(UUID(sha256(str(number).encode()).hexdigest()[:32]))


def asked(count: int) -> list[dict[str, str]]:
    """Slices with the ids and the names that a service and the spool give."""
    ids = [id_of(number) for number in range(count)]
    return [
        {"query_id": each, "evidence": f"{each.replace('-', '')}/20261122T141640278619Z-{each[:8]}"} for each in ids
    ]


def test_many_query_ids_are_named_in_bounded_time_and_as_few_are(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slices = asked(MANY)
    edit(run_of(data, 1), lambda run: run.update(certificate={"slices": slices}))
    few = slices[7:310:3]
    shown = [f'"\\n{each["query_id"]}\\n spool/{each["evidence"]}.json, not-{each["query_id"]}' for each in few]
    (data / "report.html").write_text(f"{id_of(MANY)} {' '.join(shown)}".ljust(4 << 20))
    begun = time.process_time()
    found = named(data, "report.html")
    assert time.process_time() - begun < 3  # one by one, that page alone takes longer
    assert set(found) == {each[member] for each in few for member in each}
    monkeypatch.setattr(building, "_FEW_WORDS", len(found))
    edit(run_of(data, 1), lambda run: run.update(certificate={"slices": few}))
    assert named(data, "report.html") == found


def test_names_of_more_kinds_than_a_service_gives_are_not_all_looked_for(data: Path) -> None:
    """A record may make up as many as it likes, of any length."""
    ids = [f"{'a' * one}-{'b' * other}" for one in range(20) for other in range(8, 28)]
    ids += ["x" * 100_000, *map(id_of, range(9))]
    edit(run_of(data, 1), lambda run: run.update(certificate={"slices": [{"query_id": each} for each in ids]}))
    nonces = [f'nonce="{each * 100_000}"' for each in "abc"]
    (data / "report.html").write_text(" ".join([*ids, *nonces]))
    found = named(data, "report.html")
    assert set(found) > set(map(id_of, range(9)))
    assert len(found) < 40
