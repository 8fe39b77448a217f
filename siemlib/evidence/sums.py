"""What files sum to: in one verification each is read once, however many of its steps ask for its digest."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.documents import open_regular
from siemlib.evidence.rows import PACKED, SUFFIX, KeptRows, count_rows, pieces

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_THREADS = 2
_LARGE = 1 << 18


class Sums:
    """The digests of files that were asked for so far."""

    def __init__(self) -> None:
        self._known: dict[Path, str] = {}
        self._rows: dict[Path, KeptRows] = {}

    def read(self, sizes: Mapping[Path, int]) -> None:
        """Sum files up, of these sizes. One that cannot be read is left for whoever asks for it.

        Large ones are read by threads of their own, the largest first, and the small ones meanwhile: to give one of
        those away takes longer than to read it.
        """
        large = sorted((path for path, size in sizes.items() if size >= _LARGE), key=lambda path: -sizes[path])
        with ThreadPoolExecutor(_THREADS) as pool:
            found = [pool.submit(self._try, path) for path in large]
            try:
                for path, size in sizes.items():
                    if size < _LARGE:
                        self._try(path)
                for each in found:
                    each.result()
            except BaseException:  # who stops it does not wait for every file
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def of(self, path: Path) -> str:
        """The SHA-256 of a file, in hexadecimal. Raises OSError for a link, and for what is no file."""
        if path not in self._known:
            self._known[path] = self._sum(path)
        return self._known[path]

    def rows(self, path: Path, most: int) -> KeptRows:
        """What a file of rows holds. Raises as :func:`pieces`, and EvidenceError for half a row.

        One that is packed is unpacked no further than to ``most`` bytes.
        """
        if path.name.endswith(PACKED):
            held = count_rows(pieces(path, most))
        else:
            self.of(path)
            held = self._rows[path]
        if not held.whole:
            raise EvidenceError("its last row is cut off")
        return held

    def _sum(self, path: Path) -> str:
        if path.name.endswith(SUFFIX):
            self._rows[path] = count_rows(pieces(path))
            return self._rows[path].sha256
        with open_regular(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _try(self, path: Path) -> None:
        try:
            self.of(path)
        except OSError:
            return
