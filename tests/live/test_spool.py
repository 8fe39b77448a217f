"""The spool: pages as they came, found again only when they are whole, final and undamaged."""

from __future__ import annotations

import gzip
import hashlib
import json
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from siemlib.errors import UsageError
from siemlib.live.service import Ask, Status
from siemlib.live.spool import Keeper, Spool, SpoolError, clear, kept, key_of, total_bytes
from siemlib.live.spooled import DamagedError, Spooled
from siemlib.model import clock
from tests.live.killed import spool_in
from tests.live.spooling import ASK, ASKED, keep, outcome, page

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def spool(folder: Path) -> Spool:
    return Spool(folder, account="123456789012", region="eu-central-1")


def check_nothing_in_the_making(folder: Path) -> None:
    assert list((folder / "making").iterdir()) == []


# ── what is found ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_kept_is_found_by_another_process_with_its_bytes_and_counts(spool: Spool, folder: Path) -> None:
    pages = [page("a", "b"), page("ü\u2028", "\x1b[31m")]
    kept_one = keep(spool, *pages)
    found = Spool(folder, account="123456789012", region="eu-central-1").found(ASK)
    assert found is not None
    assert found.outcome == replace(kept_one.outcome, pages=2)
    assert list(found.bodies()) == [each.body for each in pages]
    assert list(found.pages()) == pages
    assert found.digests == tuple(hashlib.sha256(each.body).hexdigest() for each in pages)
    check_nothing_in_the_making(folder)


def test_pages_read_with_gzip_alone_and_equal_pages_are_equal_files(spool: Spool) -> None:
    first, second = keep(spool, page("a")), keep(spool, page("a"))
    files = [each.folder / "page-00001.json.gz" for each in (first, second)]
    assert gzip.decompress(files[0].read_bytes()) == page("a").body
    assert files[0].read_bytes() == files[1].read_bytes()
    end = json.loads((first.folder / "end.json").read_text())
    assert end["pages"][0]["sha256"] == hashlib.sha256(page("a").body).hexdigest()
    assert end["pages"][0]["file_sha256"] == hashlib.sha256(files[0].read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        replace(ASK, text=ASK.text + " "),
        replace(ASK, start=ASK.start - 1),
        replace(ASK, end=ASK.end + 1),
        replace(ASK, limit=10_000),
        replace(ASK, limit=None),
        replace(ASK, log_groups=("sshd",)),
        replace(ASK, log_groups=("sshd OSSEC",)),
    ],
)
def test_another_question_is_not_answered_by_it(spool: Spool, other: Ask) -> None:
    keep(spool, page("a"))
    assert spool.found(other) is None


def test_the_order_of_the_log_groups_is_no_part_of_the_question(spool: Spool) -> None:
    keep(spool, page("a"))
    found = spool.found(replace(ASK, log_groups=("OSSEC", "sshd")))
    assert found is not None
    assert found.outcome.ask.log_groups == ("OSSEC", "sshd")


@pytest.mark.parametrize(
    "place",
    [
        {"account": "999999999999", "region": "eu-central-1"},
        {"account": None, "region": "eu-central-1"},
        {"account": "123456789012", "region": "us-east-1"},
        {"account": "123456789012", "region": "eu-central-1", "endpoint": "http://127.0.0.1:4000"},
    ],
)
def test_another_account_region_or_endpoint_has_answers_of_its_own(
    spool: Spool, folder: Path, place: dict[str, str]
) -> None:
    keep(spool, page("a"))
    assert Spool(folder, **place).found(ASK) is None  # type: ignore[arg-type]


def test_what_asking_again_could_change_is_not_found(spool: Spool) -> None:
    keep(spool, page("a"), closed=False)
    for status in (Status.TIMEOUT, Status.FAILED, Status.CANCELLED, Status.UNKNOWN):
        keep(spool, page("a"), status=status)
    keep(spool, page("a"), of=2)  # the service said two rows, one came
    assert spool.found(ASK) is None
    assert len(list(kept(spool.folder))) == 6, "all of it is evidence"


def test_the_newest_answer_speaks(spool: Spool) -> None:
    keep(spool, page("newest"), asked=ASKED + timedelta(hours=1))
    keep(spool, page("older"))
    found = spool.found(ASK)
    assert found is not None
    assert list(found.pages()) == [page("newest")]


def test_fresh_finds_only_what_was_asked_since_it_began(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(spool, page("old"))
    monkeypatch.setattr(clock, "now", lambda: ASKED + timedelta(hours=1))
    fresh = Spool(folder, account="123456789012", region="eu-central-1", fresh=True)
    assert fresh.found(ASK) is None
    keep(fresh, page("new"), asked=ASKED + timedelta(hours=2))
    for each in (fresh, spool):
        found = each.found(ASK)
        assert found is not None
        assert list(found.pages()) == [page("new")]


# ── damage ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cut(spooled: Spooled) -> None:
    path = spooled.folder / "page-00001.json.gz"
    path.write_bytes(path.read_bytes()[:-9])


def _swap(spooled: Spooled) -> None:
    (spooled.folder / "page-00001.json.gz").write_bytes(gzip.compress(page("forged").body, mtime=0))


def _lose(spooled: Spooled) -> None:
    (spooled.folder / "page-00002.json.gz").unlink()


def _half_end(spooled: Spooled) -> None:
    path = spooled.folder / "end.json"
    path.write_bytes(path.read_bytes()[:100])


def _fewer_pages(spooled: Spooled) -> None:
    path = spooled.folder / "end.json"
    end = json.loads(path.read_text())
    path.write_text(json.dumps({**end, "pages": end["pages"][:1]}))


def _leave_the_folder(spooled: Spooled) -> None:
    path = spooled.folder / "end.json"
    path.write_text(path.read_text().replace("page-00001.json.gz", "../../../etc/passwd"))


@pytest.mark.parametrize("damage", [_cut, _swap, _lose, _half_end, _fewer_pages, _leave_the_folder])
def test_damage_is_told_and_the_same_is_asked_again(spool: Spool, damage: object) -> None:
    damage(keep(spool, page("a"), page("b")))  # type: ignore[operator]
    told: list[str] = []
    assert spool.found(ASK, note=told.append) is None
    assert len(told) == 1
    assert "is damaged" in told[0]
    assert told[0].endswith("it was asked again.")
    assert str(spool.folder) not in told[0]


def test_an_older_answer_speaks_where_the_newest_is_damaged(spool: Spool) -> None:
    keep(spool, page("older"), page("b"))
    _swap(keep(spool, page("newest"), page("b"), asked=ASKED + timedelta(hours=1)))
    told: list[str] = []
    found = spool.found(ASK, note=told.append)
    assert found is not None
    assert next(found.pages()) == page("older")
    assert len(told) == 1


def test_a_page_that_changes_while_it_is_read_gives_no_row(spool: Spool) -> None:
    keep(spool, page("a"))
    found = spool.found(ASK)
    assert found is not None
    _swap(found)
    with pytest.raises(DamagedError):
        list(found.pages())


# ── interrupted ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_asking_that_an_error_ended_leaves_nothing(spool: Spool, folder: Path) -> None:
    with pytest.raises(RuntimeError), spool.keep(ASK) as keeper:
        _fail_after_a_page(keeper)
    assert spool.found(ASK) is None
    check_nothing_in_the_making(folder)


def _fail_after_a_page(keeper: Keeper) -> None:
    keeper.add(page("a"))
    raise RuntimeError


def test_a_query_that_is_run_again_keeps_only_the_pages_of_the_last_time(spool: Spool) -> None:
    with spool.keep(ASK) as keeper:
        keeper.add(page("a"))
        keeper.add(page("b"))
        keeper.forget()
        keeper.add(page("c"))
        spooled = keeper.end(outcome(1), closed=True)
    assert list(spooled.pages()) == [page("c")]
    assert sorted(path.name for path in spooled.folder.iterdir()) == ["ask.json", "end.json", "page-00001.json.gz"]


def _codes(what: str, folder: Path) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.live.killed", what, str(folder)], check=True, capture_output=True, cwd=ROOT
    )
    codes: list[int] = json.loads(done.stdout)
    return codes


def test_a_kill_at_any_step_leaves_a_whole_answer_or_none_and_nothing_in_the_way(tmp_path: Path) -> None:
    codes = _codes("steps", tmp_path)
    assert codes[-1] == 0
    assert set(codes[:-1]) == {-signal.SIGKILL}
    assert len(codes) > 15
    whole = []
    for step in range(len(codes)):
        spool = spool_in(tmp_path / f"{step}")
        check_nothing_in_the_making(spool.folder)
        found = spool.found(ASK, note=pytest.fail)
        whole.append(found is not None)
        if found:
            assert list(found.pages()) == [page("a"), page("b")]
        keep(spool, page("again"), asked=ASKED + timedelta(hours=1))
        assert spool.found(ASK) is not None
    assert whole == sorted(whole), "once it is there, it stays"
    assert whole[-1]


def test_processes_that_ask_the_same_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    assert _codes("together", folder) == [0, 0, 0]
    assert len(list(kept(folder))) == 45
    check_nothing_in_the_making(folder)


def test_what_is_at_work_is_not_cleared_away(spool: Spool, folder: Path) -> None:
    with spool.keep(ASK) as keeper:
        keeper.add(page("a"))
        Spool(folder, account="123456789012", region="eu-central-1")
        clear(folder)
        keeper.add(page("b"))
        keeper.end(outcome(2), closed=True)
    assert spool.found(ASK) is not None


# ── the folder ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_spool_is_its_owners_alone(spool: Spool, folder: Path) -> None:
    spooled = keep(spool, page("a"))
    for path in (folder, folder / "asks", folder / "making", spooled.folder, spooled.folder.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path


def test_a_spool_that_others_may_write_to_is_refused(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(UsageError, match="may be written to by others"):
        Spool(folder, account=None, region="r")


def test_a_spool_that_cannot_be_a_folder_is_refused(folder: Path) -> None:
    folder.write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        Spool(folder, account=None, region="r")


def test_a_full_disk_is_an_error_for_people_that_names_no_path(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    with spool.keep(ASK) as keeper:
        monkeypatch.setattr("pathlib.Path.write_bytes", _no_room)
        with pytest.raises(SpoolError, match="No space left") as error:
            keeper.add(page("a"))
    assert str(spool.folder) not in error.value.message
    assert error.value.hint is not None
    assert "siem spool clear" in error.value.hint


def test_pages_do_not_take_the_last_of_the_disk(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=256 << 20))
    with spool.keep(ASK) as keeper, pytest.raises(SpoolError, match="No space left"):
        keeper.add(page("a"))


def _no_room(*_: object) -> int:
    raise OSError(28, "No space left on device")


def test_what_was_asked_is_written_for_people(spool: Spool) -> None:
    said = json.loads((keep(spool, page("a")).folder / "ask.json").read_text())
    assert said["text"] == ASK.text
    assert said["log_groups"] == ["sshd", "OSSEC"]
    assert (said["from"], said["to_inclusive"]) == ("2026-03-04T00:00:00.000+00:00", "2026-03-04T23:59:59.999+00:00")
    assert (said["account"], said["region"], said["limit"]) == ("123456789012", "eu-central-1", 10_001)


def test_no_secret_of_a_url_is_written(folder: Path) -> None:
    spool = Spool(folder, account=None, region="r", endpoint="https://me:hunter2@logs.example:8443/x?key=hunter3#y")
    said = (keep(spool, page("a")).folder / "ask.json").read_text()
    assert "hunter" not in said
    assert json.loads(said)["endpoint"] == spool.endpoint == "https://logs.example:8443/x"


def test_the_key_is_a_digest_that_anyone_can_compute() -> None:
    text = (
        '{"account":"1","end":2,"endpoint":"","limit":null,"log_groups":["a","b"],"region":"r","start":1,'
        '"text":"fields \\u00fc","version":1}'
    )
    key = key_of(Ask("fields ü", 1, 2, ("b", "a")), account="1", region="r")
    assert key == hashlib.sha256(text.encode()).hexdigest()


# ── list and clear ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_tells_each_asking_and_the_total_is_what_the_disk_holds(spool: Spool, folder: Path) -> None:
    keep(spool, page("a", "b"))
    _half_end(keep(spool, page("a"), ask=replace(ASK, limit=5)))
    listed = list(kept(folder))
    assert sorted((each.status, each.final, each.rows) for each in listed) == [
        ("Complete", True, 2),
        ("damaged", False, 0),
    ]
    sizes = sum(path.stat().st_size for path in (folder / "asks").rglob("*") if path.is_file())
    assert sum(each.bytes for each in listed) == sizes == total_bytes(folder)


def test_clearing_removes_what_is_older_and_only_that(spool: Spool, folder: Path) -> None:
    keep(spool, page("old"))
    keep(spool, page("new"), ask=replace(ASK, limit=5), asked=ASKED + timedelta(days=2))
    assert clear(folder, before=ASKED + timedelta(days=1))[0] == 1
    assert spool.found(ASK) is None
    assert spool.found(replace(ASK, limit=5)) is not None
    count, size = clear(folder)
    assert count == 1
    assert size > 0
    assert list((folder / "asks").iterdir()) == []
    assert total_bytes(folder) == 0
