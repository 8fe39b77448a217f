"""Files of S3, from moto: what is chosen, read in parts, taken up again, and named when it cannot be read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from siemlib.errors import UsageError
from siemlib.live.acquire.by_s3 import FromS3, by_s3
from siemlib.live.errors import DeadlineError, FrozenError, UnavailableError
from siemlib.live.governor import Governor
from siemlib.model.timespan import TimeSpan, parse_time
from siemlib.settings import LiveSettings
from tests.live.acquire.buckets import BUCKET, bucket_of, nobody

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.live.acquire.fetched import Fetched, Step
    from siemlib.live.storage import Storage, StoredObject

SPAN = TimeSpan(parse_time("2026-03-04")[0], parse_time("2026-03-05")[0])
TEXT = bytes(range(256)) * 100
"""25,600 bytes."""


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody(monkeypatch)


class Watched:
    """Storage that notes what is read, and breaks where it is told to."""

    def __init__(self, storage: Storage, *, breaks: dict[int, Any] | None = None) -> None:
        self._storage = storage
        self.reads: list[tuple[str, int, int | None]] = []
        self._breaks = dict(breaks or {})
        """What is called instead of which read, from 1."""
        self.objects = storage.objects

    def read(self, bucket: str, stored: StoredObject, *, start: int = 0, length: int | None = None) -> bytes:
        """As storage does."""
        self.reads.append((stored.key, start, length))
        if act := self._breaks.pop(len(self.reads), None):
            act()
        return self._storage.read(bucket, stored, start=start, length=length)


def wanted(storage: Any, prefix: str = "p/", **more: Any) -> FromS3:  # noqa: ANN401 - as the dataclass says
    governor = Governor(LiveSettings())
    usual = FromS3(storage, BUCKET, prefix, "g", SPAN, governor, governor.now() + 60, lambda _: None, piece=10_000)
    return replace(usual, **more)


def read(fetched: Fetched) -> dict[str, bytes]:
    """What was brought, by the names of the files below their folder."""
    folder = fetched.place.folder / "objects"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in fetched.files}


def test_files_are_brought_by_ranges_and_keep_their_names(tmp_path: Path) -> None:
    objects = {
        "p/task/web-1/000000.gz": TEXT,
        "p/task/web-2/000000.gz": b"x",
        "p/aws-logs-write-test": b"y",
        "p/d/": b"",
    }
    steps: list[Step] = []
    with bucket_of(objects | {"q/other": b"z"}) as (storage, _):
        watched = Watched(storage)
        fetched = by_s3(wanted(watched, tell=steps.append), tmp_path)
    assert read(fetched) == {"p/task/web-1/000000.gz": TEXT, "p/task/web-2/000000.gz": b"x"}
    assert sorted(watched.reads) == [
        ("p/task/web-1/000000.gz", 0, 10_000),
        ("p/task/web-1/000000.gz", 10_000, 10_000),
        ("p/task/web-1/000000.gz", 20_000, 5_600),
        ("p/task/web-2/000000.gz", 0, 1),
    ]
    assert [(step.done, step.total) for step in steps] == [(1, 2), (2, 2)]
    assert "all of them were taken" in fetched.notes[0]
    assert fetched.incomplete == ()


def test_files_are_chosen_by_the_time_in_their_keys(tmp_path: Path) -> None:
    keys = [f"p/2026/03/0{day}/a.gz" for day in (2, 3, 4, 5, 6)]
    with bucket_of(dict.fromkeys([*keys, "p/undated"], b"x")) as (storage, _):
        fetched = by_s3(wanted(storage), tmp_path)
    # The day before ends 0 minutes before the span, and the day after begins within an hour of it.
    assert sorted(read(fetched)) == [*keys[1:4], "p/undated"]
    assert fetched.notes[0].startswith("3 files in S3 were chosen by the time in their keys")
    assert "1 whose keys name no time" in fetched.notes[0]


def test_what_was_read_before_a_break_is_not_read_again(tmp_path: Path) -> None:
    def out_of_time() -> None:
        raise DeadlineError("no time is left")

    with bucket_of({"p/1": TEXT}) as (storage, _):
        with pytest.raises(DeadlineError):
            by_s3(wanted(Watched(storage, breaks={3: out_of_time})), tmp_path)
        again = Watched(storage)
        fetched = by_s3(wanted(again), tmp_path)
        assert again.reads == [("p/1", 20_000, 5_600)]
        assert read(fetched) == {"p/1": TEXT}
        third = Watched(storage)
        assert read(by_s3(wanted(third), tmp_path)) == {"p/1": TEXT}
        assert third.reads == []


def test_a_connection_that_breaks_is_tried_again_at_the_same_place(tmp_path: Path) -> None:
    def broken() -> None:
        raise UnavailableError("the connection broke")

    with bucket_of({"p/1": TEXT}) as (storage, _):
        watched = Watched(storage, breaks={2: broken})
        assert read(by_s3(wanted(watched), tmp_path)) == {"p/1": TEXT}
    assert [start for _, start, _ in watched.reads] == [0, 10_000, 10_000, 20_000]


def test_an_object_that_changes_while_it_is_read_is_begun_again_and_that_is_said(tmp_path: Path) -> None:
    new = TEXT[::-1] + b"more"
    with bucket_of({"p/1": TEXT}) as (storage, client):
        change = {2: lambda: client.put_object(Bucket=BUCKET, Key="p/1", Body=new)}
        fetched = by_s3(wanted(Watched(storage, breaks=change)), tmp_path)
        assert read(fetched) == {"p/1": new}
        assert "p/1 changed while it was read, and was begun again." in fetched.notes


def test_an_object_that_changed_since_the_last_time_lies_beside_its_former_version(tmp_path: Path) -> None:
    with bucket_of({"p/1": b"one"}) as (storage, client):
        (first,) = by_s3(wanted(storage), tmp_path).files
        client.put_object(Bucket=BUCKET, Key="p/1", Body=b"two")
        (second,) = by_s3(wanted(storage), tmp_path).files
        assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
        assert (first.name, first.parent.name) == (second.name, second.parent.name)


def test_half_a_file_of_another_version_is_not_gone_on_with(tmp_path: Path) -> None:
    def out_of_time() -> None:
        raise DeadlineError("no time is left")

    with bucket_of({"p/1": TEXT}) as (storage, client):
        with pytest.raises(DeadlineError):
            by_s3(wanted(Watched(storage, breaks={3: out_of_time})), tmp_path)
        client.put_object(Bucket=BUCKET, Key="p/1", Body=TEXT[::-1])
        assert read(by_s3(wanted(storage), tmp_path)) == {"p/1": TEXT[::-1]}


def test_objects_in_glacier_are_named_and_the_others_come(tmp_path: Path) -> None:
    with bucket_of({"p/1": b"one"}, "GLACIER") as (storage, client):
        with pytest.raises(FrozenError, match="s3://evidence/p/1 is in an archive tier of S3 and not restored"):
            by_s3(wanted(storage), tmp_path)
        client.put_object(Bucket=BUCKET, Key="p/2", Body=b"two")
        fetched = by_s3(wanted(storage), tmp_path)
        assert read(fetched) == {"p/2": b"two"}
        assert fetched.incomplete == ("s3://evidence/p/1 is in an archive tier of S3 and not restored",)


def test_a_place_without_files_of_the_span_is_an_error_that_says_so(tmp_path: Path) -> None:
    with bucket_of({"p/2025/01/01/a.gz": b"x"}) as (storage, _):
        with pytest.raises(UsageError, match="of 1 files, none is of that time"):
            by_s3(wanted(storage), tmp_path)
        with pytest.raises(UsageError, match="there is no log file"):
            by_s3(wanted(storage, "nothing/"), tmp_path)


def test_a_key_cannot_lead_out_of_the_archive_nor_be_a_file_and_a_folder(tmp_path: Path) -> None:
    keys = ["p/../../../../evil", "p/a", "p/a/b", "p//c"]
    with bucket_of({key: key.encode() for key in keys}) as (storage, _):
        fetched = by_s3(wanted(storage), tmp_path)
        assert sorted(path.read_bytes().decode() for path in fetched.files) == sorted(keys)
        for path in fetched.files:
            assert fetched.place.folder in path.resolve().parents
        again = Watched(storage)
        assert len(by_s3(wanted(again), tmp_path).files) == 4
        assert again.reads == []


def test_an_object_that_is_named_as_half_a_file_would_be_loses_nothing(tmp_path: Path) -> None:
    keys = ["p/a", "p/a.part", "p/a.of", "p/a.part.part"]
    with bucket_of({key: f"{key} ".encode() * 2000 for key in keys}) as (storage, _):
        fetched = by_s3(wanted(storage), tmp_path)
        assert read(fetched) == {key: f"{key} ".encode() * 2000 for key in keys}


def test_keys_as_long_as_they_may_be_fit_the_file_system(tmp_path: Path) -> None:
    keys = ["p/" + "/" * 1022, "p/" + "\n/" * 511, "p/" + "d" * 1022, "p/" + "../" * 340, "p/" + "é" * 511]
    deep = tmp_path / ("deep" * 40) / ("deep" * 40) / ("deep" * 40) / ("deep" * 40) / ("deep" * 40) / ("deep" * 40)
    deep.mkdir(parents=True)
    with bucket_of({key + "x": key.encode() for key in keys}) as (storage, _):
        fetched = by_s3(wanted(storage), deep)
    assert (len(set(fetched.files)), fetched.incomplete) == (5, ())


def test_a_list_of_what_is_there_that_was_cut_off_or_forged_leads_nowhere(tmp_path: Path) -> None:
    with bucket_of({"p/1": b"one"}) as (storage, _):
        fetched = by_s3(wanted(storage), tmp_path)
        entries = fetched.place.folder / "objects.ndjson"
        entry = json.loads(entries.read_text(encoding="utf-8"))
        outside = tmp_path / "outside"
        outside.write_bytes(b"bad")
        forged = json.dumps(entry | {"path": "../../../../../outside"})
        entries.write_text(f'{forged}\n{{"key": "p/1", "et', encoding="utf-8")
        assert by_s3(wanted(storage), tmp_path).files[0].read_bytes() == b"one"
