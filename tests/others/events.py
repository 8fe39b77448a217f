"""Two log groups that other programs lose rows of: 25,000 events, one each second, and 250,000, ten each second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.archive.load import load

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 25_000
START = 1_772_582_400
"""2026-03-04T00:00:00Z, in seconds."""
END = START + SECONDS
SMALL, LARGE = "small", "large"
EVENTS = {SMALL: SECONDS, LARGE: 10 * SECONDS}


def message(number: int) -> str:
    """The text of an event: JSON, with a field called ``message``."""
    return f'{{"n":{number},"message":"inner {number}"}}'


def write_events(folder: Path) -> Path:
    """An archive with both groups; gives its folder."""
    for group, count in EVENTS.items():
        times = (START * 1000 + number * SECONDS * 1000 // count for number in range(count))
        texts = (message(number).replace('"', '\\"') for number in range(count))
        file = folder / f"{group}.json"
        with file.open("w", encoding="utf-8") as out:
            out.write('{"events":[')
            out.write(
                ",".join(f'{{"timestamp":{time},"message":"{text}"}}' for time, text in zip(times, texts, strict=True))
            )
            out.write("]}")
        load([file], folder / "archive", log_group=group, source="json_events")
        file.unlink()
    return folder / "archive"
