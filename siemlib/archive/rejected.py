"""What could not be read, kept with its reason: one JSON object to a line under ``rejected/``."""

from __future__ import annotations

import base64
import json
from threading import Lock
from typing import TYPE_CHECKING

from siemlib.archive.record import settle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from siemlib.archive.batch import Rejection
    from siemlib.archive.openfile import OpenFile


class Rejected:
    """The file of one load, made when the first text comes. May be used by two threads."""

    def __init__(self, folder: Path, load: str) -> None:
        self.name = f"rejected/{load}.ndjson"
        self._path = folder / self.name
        self._one_at_a_time = Lock()
        self._count = 0

    def add(self, file: OpenFile, rejections: Sequence[Rejection], *, loaded: bool = False) -> None:
        """Keep these texts of ``file``; ``loaded`` says that the event is there as well, with mended text."""
        if not rejections:
            return
        with self._one_at_a_time, self._path.open("a", encoding="utf-8") as out:
            for each in rejections:
                out.write(json.dumps(_kept(file, each, loaded=loaded)) + "\n")
            self._count += len(rejections)
            if not loaded:
                file.rejected += len(rejections)
                file.reasons.update(each.reason for each in rejections)

    def drop(self, digest: str) -> None:
        """Forget the texts of a file of which nothing may be loaded."""
        if not self._count:
            return
        with self._path.open(encoding="utf-8") as lines:
            kept = [line for line in lines if json.loads(line)["file"] != digest]
        self._path.write_text("".join(kept), encoding="utf-8")
        self._count = len(kept)

    def settle(self) -> str | None:
        """Wait until the file is on disk; its name, or ``None`` when there is nothing in it."""
        if not self._count:
            return None
        settle(self._path)
        settle(self._path.parent)
        return self.name


def _kept(file: OpenFile, rejection: Rejection, *, loaded: bool) -> dict[str, object]:
    """``text``, or ``base64`` where it is not UTF-8; both may be cut, ``length`` is the whole."""
    try:
        text = {"text": rejection.text.decode()}
    except UnicodeDecodeError:
        text = {"base64": base64.b64encode(rejection.text).decode()}
    return {
        "file": file.digest,
        "name": file.name,
        "ordinal": rejection.ordinal,
        "reason": rejection.reason,
        "length": rejection.length,
        "loaded": loaded,
        **text,
    }
