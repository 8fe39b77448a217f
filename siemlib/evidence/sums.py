"""What files sum to: in one verification each is read once, however many of its steps ask for its digest."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from siemlib.errors import EvidenceError
from siemlib.evidence.documents import open_regular
from siemlib.evidence.rows import PACKED, SUFFIX, KeptRows, count_rows, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

T = TypeVar("T")
_THREADS = 2
_LARGE = 1 << 18
_BLOCK = 1 << 20
"""Bytes of a file that are read at once: a thread that has summed up a block may wait until another one lets go of
Python, and so blocks are larger than those of :func:`hashlib.file_digest`."""


class Sums:
    """The digests of files that were asked for so far. Threads may ask side by side."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[Path, Future[str]] = {}
        self._rows: dict[Path, KeptRows] = {}
        self._stopped = False

    @contextmanager
    def ahead(self, sizes: Mapping[Path, int]) -> Iterator[None]:
        """While this lasts threads sum up the large ones of these files, of these sizes, the largest first.

        Small ones are left for whoever asks for them: to give one away takes longer than to read it. At the end what
        was not begun yet is left as well, and what was begun is waited for: unless the program is to stop, and then
        there are no more sums.
        """
        large = sorted((path for path, size in sizes.items() if size >= _LARGE), key=lambda path: -sizes[path])
        pool = ThreadPoolExecutor(_THREADS)
        try:
            for path in large:
                pool.submit(self._claim, path)
            yield
        except KeyboardInterrupt:
            self._stopped = True
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def of(self, path: Path) -> str:
        """The SHA-256 of a file, in hexadecimal. Raises OSError for a link, and for what is no file."""
        return self._claim(path).result()

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

    def _claim(self, path: Path) -> Future[str]:
        """The sum of a file, or where it will be: whoever asks first reads it, and the others wait."""
        with self._lock:
            if known := self._known.get(path):
                return known
            mine = self._known[path] = Future()
        try:
            mine.set_result(self._sum(path))
        except OSError as error:
            mine.set_exception(error)
        except BaseException as error:  # who waits for it is stopped as well
            mine.set_exception(error)
            raise
        return mine

    def _sum(self, path: Path) -> str:
        if path.name.endswith(SUFFIX):
            self._rows[path] = count_rows(map(self._going_on, pieces(path)))
            return self._rows[path].sha256
        digest, block = hashlib.sha256(), bytearray(_BLOCK)
        with open_regular(path) as file:
            while size := file.readinto(block):
                digest.update(self._going_on(memoryview(block)[:size]))
        return digest.hexdigest()

    def _going_on(self, block: T) -> T:
        """The same block, unless the program is to stop: a large file may take minutes."""
        if self._stopped:
            raise KeyboardInterrupt
        return block
