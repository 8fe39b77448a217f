"""What a report costs beside its notebook, how fast a long one opens, and how fast the index of many is written.

The first is measured inside one build of ``pivot-user`` over the sample: everything but the execution of the notebook,
beside that. The second is a page of an exhibit of 100,000 rows in chromium, with the script that it shares. The third
is the index of ten years of one report a day, of which one is new.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from verify import ORDINARY, flows, make

from siemlib.archive.load import load
from siemlib.report import build
from siemlib.report.build import Request, build_report
from siemlib.report.definition import find
from siemlib.report.index import write_index
from siemlib.report.page import About, make_page
from siemlib.report.pdf import BROWSERS
from siemlib.report.record import read_record
from siemlib.report.render import Making, render_report
from siemlib.sample import LOG_GROUPS, write_sample, write_settings

if TYPE_CHECKING:
    from collections.abc import Callable

OVERHEAD, OPENS, LARGEST, INDEX = 0.4, 2.0, 6_000_000, 5.0
REPORTS = 3_650


def sample(place: Path) -> Path:
    """An archive of the sample incident."""
    write_sample(place / "raw")
    for name, group in LOG_GROUPS.items():
        load([place / "raw" / name], place / "demo" / "archive", log_group=group)
    write_settings(place / "demo")
    return place / "demo" / "archive"


def overhead(place: Path) -> tuple[float, Path]:
    """What all but the execution of the notebook takes, as a part of that; and the report."""
    spent: list[float] = []
    execute: Callable[..., Any] = build.execute

    def timed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - passed on
        start = time.perf_counter()
        done = execute(*arguments, **named)
        spent.append(time.perf_counter() - start)
        return done

    build.execute = timed
    definition = find("pivot-user")
    day = date(2026, 3, 4)
    times = (f"{day}T00:00:00+00:00", f"{day + timedelta(1)}T00:00:00+00:00", day)
    request = Request(definition, definition.values({"user": "deploy"}), f"local:{sample(place)}", *times)
    start = time.perf_counter()
    built = build_report(request, place / "reports", lambda _done, _total: None)
    rest = time.perf_counter() - start - spent[0]
    print(f"report: notebook {spent[0]:.1f} s, everything else {rest:.1f} s: {rest / spent[0]:.2f} of it", end="")
    print(f" (bound {OVERHEAD})")
    return rest / spent[0], built.folder


def opening(place: Path, asset: Path) -> bool:
    """Whether the page of an exhibit of 100,000 rows keeps both its bounds."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - for this part alone

    folder = make(place, list(flows(ORDINARY)))
    about = About("flows", "2026-03-04", "2026-03-05T00:00:00+00:00", {})
    notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    page = folder / "data" / "report.html"
    page.write_text(render_report(make_page(notebook, read_record(folder / "data"), None, about), Making()), "utf-8")
    size = page.stat().st_size + asset.stat().st_size
    with sync_playwright() as play:
        chromium = next(filter(None, map(shutil.which, BROWSERS)))
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        seconds = []
        for _ in range(3):
            tab = browser.new_page()
            start = time.perf_counter()
            tab.goto(page.as_uri(), wait_until="load")
            tab.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            seconds.append(time.perf_counter() - start)
            tab.close()
        browser.close()
    print(f"report: 100,000 rows open in {min(seconds):.2f} s (bound {OPENS}), page and script {size:,} bytes", end="")
    print(f" (bound {LARGEST:,})")
    return min(seconds) < OPENS and size < LARGEST


def index(place: Path, report: Path) -> float:
    """Seconds for the index of many reports, of which one is new since it was written last."""
    root = place / "many"
    summary = (report / "data" / "report.json").read_text("utf-8")
    kept = [report / name for name in ("bagit.txt", "bag-info.txt", "tagmanifest-sha256.txt", "manifest-sha256.txt")]
    controls = report / "data" / "controls.json"
    for number in range(REPORTS):
        day = (date(2016, 3, 4) + timedelta(number)).isoformat()
        data = root / day / "pivot-user" / "data"
        data.mkdir(parents=True)
        (data / "report.json").write_text(summary.replace("2026-03-04", day), "utf-8")
        shutil.copyfile(controls, data / "controls.json")
        for path in kept:
            shutil.copyfile(path, data.parent / path.name)
        if number == REPORTS - 2:
            start = time.perf_counter()
            write_index(root)
            whole = time.perf_counter() - start
    start = time.perf_counter()
    write_index(root)
    seconds = time.perf_counter() - start
    print(f"report: index of {REPORTS:,}: {whole:.1f} s at first, {seconds:.2f} s for one more (bound {INDEX})")
    return seconds


def main() -> int:
    """Print all three; the exit code says whether each kept its bound."""
    with tempfile.TemporaryDirectory(prefix="bench-report-") as name:
        place = Path(name)
        part, report = overhead(place)
        asset = next((report.parent / "assets").iterdir())
        quick = opening(place / "long", asset)
        seconds = index(place, report)
    return int(part > OVERHEAD or not quick or seconds > INDEX)


if __name__ == "__main__":
    sys.exit(main())
