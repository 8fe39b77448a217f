"""plotly.js stands once beside the reports of a day, whole or not at all, under a digest that each of them names."""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import json
import re
import resource
from typing import TYPE_CHECKING

import pytest
from plotly.offline import get_plotlyjs, get_plotlyjs_version

from siemlib.evidence.paging import ASSETS, Asset
from siemlib.report.assets import HEAD, TAIL, keep_asset, payload_digests, plotly_asset

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")
NAME = f"plotly-{get_plotlyjs_version()}.min.js"


def kept(day: Path) -> tuple[Asset, Path]:
    asset = plotly_asset(day)
    keep_asset(asset, day, day.parent)
    return asset, day / ASSETS / asset.name


def test_a_report_names_the_digest_of_the_file_that_draws_its_charts(built: Built) -> None:
    file = built.folder.parent / "assets" / NAME
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert json.loads((built.folder / "data" / "report.json").read_text())["asset"] == {"name": NAME, "sha256": digest}
    page = built.html.read_text("utf-8")
    assert f'src="../../assets/{NAME}"' in page
    assert f'"sha256":"{digest}"' in page
    assert not list(built.folder.rglob("*.js"))


def test_the_file_holds_plotly_as_it_was_published(built: Built) -> None:
    text = (built.folder.parent / "assets" / NAME).read_text("ascii")
    assert gzip.decompress(base64.b64decode(text.removeprefix(HEAD).removesuffix(TAIL))).decode() == get_plotlyjs()


def test_a_second_report_of_the_day_finds_it_there(tmp_path: Path) -> None:
    first, file = kept(tmp_path / "day")
    before = file.stat()
    assert kept(tmp_path / "day") == (first, file)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["assets", "day", NAME]


def test_a_disk_that_is_full_leaves_no_empty_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path, __: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    asset = plotly_asset()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            keep_asset(asset, tmp_path / "day", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not (tmp_path / "day").exists()
    # It is written, and the folder has no place for its name.
    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space left"):
        keep_asset(asset, tmp_path / "day", tmp_path)
    assert not (tmp_path / "day").exists()


def test_the_same_script_in_another_packing_is_left_alone_since_earlier_reports_name_it(tmp_path: Path) -> None:
    other = base64.b64encode(gzip.compress(get_plotlyjs().encode(), 1, mtime=0)).decode()
    file = tmp_path / "day" / ASSETS / NAME
    file.parent.mkdir(parents=True)
    file.write_text(HEAD + other + TAIL)
    asset, _ = kept(tmp_path / "day")
    assert file.read_text() == HEAD + other + TAIL
    assert asset.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("laid", ["alert(1)", HEAD + "H4sIAAAAAAAA/wMAAAAAAAAAAAA=" + TAIL, HEAD + "AAAA" + TAIL])
def test_whatever_else_has_its_name_is_replaced(tmp_path: Path, laid: str) -> None:
    file = tmp_path / "day" / ASSETS / NAME
    file.parent.mkdir(parents=True)
    file.write_text(laid)
    asset, _ = kept(tmp_path / "day")
    assert file.read_text().startswith(HEAD)
    assert asset.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_link_is_replaced_by_the_file_itself(tmp_path: Path) -> None:
    _, elsewhere = kept(tmp_path / "other")
    file = tmp_path / "day" / ASSETS / NAME
    file.parent.mkdir(parents=True)
    file.symlink_to(elsewhere)
    kept(tmp_path / "day")
    assert not file.is_symlink()
    assert file.read_bytes() == elsewhere.read_bytes()


def test_the_digests_in_a_page_are_those_of_the_files_beside_it(built: Built) -> None:
    data = built.folder / "data"
    held = re.search(r'id="digests">(.*?)</script>', built.html.read_text("utf-8"))
    assert held
    named = json.loads(held[1])
    assert {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in named} == named
    later = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()} - named.keys()
    assert later == {"build.json", "custody.jsonl", "report.html", "report.json"}
    assert payload_digests(data).keys() == named.keys() | later - {"custody.jsonl"}
