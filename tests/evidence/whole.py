"""A small report folder made by hand: all that a verification looks at, without a notebook having run."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING

from siemlib.evidence import custody
from siemlib.evidence.manifest import write_bag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DRAWING = b"draw();\n"
ASSET = {"name": "plotly-1.min.js", "sha256": hashlib.sha256(DRAWING).hexdigest()}
RAN = {"ip": "192.0.2.7"}


def make_report(  # noqa: PLR0913 - all but the first are named
    root: Path,
    *,
    day: str = "2026-03-04",
    name: str = "pivot-ip",
    folder: str = "",
    built: str = "2026-03-05T06:00:00+00:00",
    status: str = "complete",
    parameters: Mapping[str, str] = RAN,
    info: Mapping[str, str] | None = None,
) -> Path:
    """A report below ``root``, with one run, one exhibit and an asset."""
    place = root / day / (folder or name)
    data = place / "data"
    for part in ("runs", "exhibits"):
        (data / part).mkdir(parents=True)
    assets = root / day / "assets"
    assets.mkdir(exist_ok=True)
    (assets / ASSET["name"]).write_bytes(DRAWING)
    rows = hashlib.sha256(b"").hexdigest()
    (data / "runs" / "r1.json").write_text(json.dumps({"id": "r1", "sequence": 1, "rows_sha256": rows}))
    (data / "exhibits" / "E01-users.json").write_text(json.dumps({"id": "E01", "runs": ["r1"]}))
    (data / "exhibits" / "E01-users.csv").write_text("user\r\n")
    custody.append(data / "custody.jsonl", "started the report", why="a test")
    custody.append(data / "custody.jsonl", "rendered the page", why="a test")
    said = {"name": name, "date": day, "status": status, "built": built, "parameters": dict(parameters)}
    (data / "report.json").write_text(json.dumps({**said, "runs": 1, "exhibits": 1, "asset": ASSET}))
    (data / "report.html").write_text(f'<p id="E01">{rows}</p><script src="{ASSET["sha256"]}">')
    write_bag(place, day=date(2026, 3, 5), info={"External-Identifier": f"{name} {day} ip=x", **(info or {})})
    return place
