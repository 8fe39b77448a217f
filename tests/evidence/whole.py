"""A small report folder: real records of a real case, and round them by hand what a notebook would have made."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import date
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import pytest

from siemlib.case import Answer, Chart
from siemlib.case.open import case_over
from siemlib.case.record import ENVIRONMENT
from siemlib.evidence import custody
from siemlib.evidence.keys import FileSigner
from siemlib.evidence.manifest import write_bag
from siemlib.evidence.seal import plan_seal, write_seal
from tests.case.engine import engine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

DRAWING = b"draw();\n"
ASSET = {"name": "plotly-1.min.js", "sha256": hashlib.sha256(DRAWING).hexdigest()}
PARAMETERS = {"ip": "192.0.2.7"}
_SUMMARY = {
    "title": "What did it do?",
    "status": "complete",
    "built": "2026-03-05T06:00:00+00:00",
    "start": "2026-03-04T00:00:00+00:00",
    "end": "2026-03-05T00:00:00+00:00",
    "engine": "local:archive",
    "parameters": PARAMETERS,
    "exhibits": 3,
    "runs": 2,
    "answer": ["Most active: violet."],
    "asset": ASSET,
}


def _record(data: Path) -> None:
    """A case with two runs, two tables and a chart."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, str(data))
        case = case_over(engine("local:archive"), start="2026-03-04", end="2026-03-05", title="Why?")
        result = case.run("fields user, events", ["OSSEC"])
        answer = Answer("users", "Users", result.frame, "Most active: violet.", "In OSSEC.", (result.run,))
        case.show(answer, key=True)
        case.show(Chart(answer, go.Figure(go.Bar(x=[1, 2], y=[3, 4])), "Bars."))
        other = case.run("stats count(*) as events by @log", ["vpc"])
        case.show(Answer("fewer", "Fewer", other.frame.head(1), "One.", "In vpc.", (other.run,)))


@pytest.fixture(scope="session")
def make_report(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Gives a report below a folder, ``make_report(root, day, folder, …)``: ``signer`` seals it, ``info`` are tags of
    the bag, and all others are members of its summary.
    """  # noqa: D205 - one sentence
    record = tmp_path_factory.mktemp("record") / "data"
    _record(record)

    def make(root: Path, day: str = "2026-03-04", folder: str = "", **said: object) -> Path:
        info, signer = said.pop("info", {}), said.pop("signer", None)
        assert isinstance(info, dict)
        summary = {"name": "pivot-ip", "date": day, **_SUMMARY, **said}
        if isinstance(signer, FileSigner):
            plan = plan_seal(signer, None)
            assert plan
            summary["seal"] = plan.as_json()
        place = root / day / (folder or str(summary["name"]))
        place.mkdir(parents=True)
        shutil.copytree(record, place / "data")
        assets = root / day / "assets"
        assets.mkdir(exist_ok=True)
        (assets / ASSET["name"]).write_bytes(DRAWING)
        _finish(place / "data", summary)
        name = f"{summary['name']} {day} ip=192.0.2.7"
        write_bag(place, day=date(2026, 3, 5), info={"External-Identifier": name, **info})
        if isinstance(signer, FileSigner):
            write_seal(place, signer, None)
        return place

    return make


def _finish(data: Path, summary: Mapping[str, object]) -> None:
    custody.append(data / "custody.jsonl", "started the report", why="a test")
    custody.append(data / "custody.jsonl", "executed the notebook", why="a test")
    custody.append(data / "custody.jsonl", "rendered the page", why="a test")
    (data / "report.json").write_text(json.dumps(summary))
    runs = [json.loads(path.read_text())["rows_sha256"] for path in sorted((data / "runs").glob("*.json"))]
    files = [path for part in ("runs", "exhibits") for path in (data / part).iterdir()]
    runs += [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    exhibits = sorted({path.name[:3] for path in (data / "exhibits").iterdir()})
    shown = "".join(f'<section id="{code}"></section>' for code in exhibits)
    digests = "".join(f"<td>{digest}</td>" for digest in sorted(runs))
    (data / "report.html").write_text(f"{shown}{digests}<script src='x' data-sha256='{ASSET['sha256']}'></script>")


def rebag(folder: Path) -> None:
    """Write the manifests anew, as an attacker would who knows how, with every tag as it was."""
    text = (folder / "bag-info.txt").read_text("utf-8")
    tags = dict(line.split(": ", 1) for line in re.sub(r"\n ", " ", text).splitlines())
    kept = {name: value for name, value in tags.items() if name not in ("Payload-Oxum", "Bag-Software-Agent")}
    write_bag(folder, day=date.fromisoformat(kept.pop("Bagging-Date")), info=kept)
