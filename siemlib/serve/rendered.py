"""The rows of a result as the JSON that GetQueryResults sends, made once; a page is a piece of it."""

from __future__ import annotations

import json
import os
import weakref
from array import array
from itertools import groupby, islice
from json.encoder import encode_basestring
from operator import itemgetter
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_IN_MEMORY = 1 << 20
"""Bytes; what is larger is in a file that has no name, so that many kept results need little memory."""
_AT_A_TIME = 500
_ESCAPED = "backslashreplace"


class Rendered:
    """Rows, each a JSON array of ``{"field": …, "value": …}``; safe to read from several threads."""

    def __init__(self, rows: Sequence[Mapping[str, str]] = ()) -> None:
        ends = array("Q")
        bodies: list[bytes] = []
        position = 0
        for body, sizes in _pieces(rows):
            bodies.append(body)
            for size in sizes:
                position += size + 1  # the comma behind it
                ends.append(position)
        body = b",".join(bodies)
        self._ends = ends
        self.size = len(body)
        """Bytes."""
        self._body: bytes | None = body if len(body) <= _IN_MEMORY else None
        self._file = _Unnamed(body) if self._body is None else None

    def first(self, count: int) -> Rendered:
        """The first rows alone."""
        copy = Rendered()
        copy._ends, copy._body, copy._file = self._ends[:count], self._body, self._file
        copy.size = self.size
        return copy

    @property
    def is_file(self) -> bool:
        """Whether an open file is behind it."""
        return self._file is not None

    def __len__(self) -> int:
        return len(self._ends)

    def page(self, first: int, count: int) -> bytes:
        """``count`` rows from the row ``first`` on, with commas between them."""
        last = min(first + count, len(self._ends))
        if first >= last:
            return b""
        start = self._ends[first - 1] if first else 0
        end = self._ends[last - 1] - 1
        if self._body is not None:
            return self._body[start:end]
        assert self._file is not None  # noqa: S101 - it is one or the other
        return self._file.read(start, end)


class _Unnamed:
    """A file that nobody else can open and that goes with us, whatever ends us: what it holds is log content."""

    def __init__(self, body: bytes) -> None:
        self._descriptor, path = mkstemp(prefix="siem-")
        weakref.finalize(self, os.close, self._descriptor)
        Path(path).unlink()
        rest = memoryview(body)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def read(self, start: int, end: int) -> bytes:
        return os.pread(self._descriptor, end - start, start)


def _pieces(rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[bytes, Iterable[int]]]:
    """Some rows at a time, with commas between them, and the bytes of each.

    Rows with the same fields, which most are, are written with the same template. They are few enough that other
    threads, who answer requests, do not wait long for their turn.
    """
    templates: dict[tuple[str, ...], str] = {}
    for names, alike in groupby(rows, key=tuple):
        template = templates.get(names)
        if template is None:
            template = templates[names] = _template(names)
        while some := list(islice(alike, _AT_A_TIME)):
            columns = [map(encode_basestring, map(itemgetter(name), some)) for name in names]
            texts = list(map(template.__mod__, zip(*columns, strict=True))) if names else [template] * len(some)
            text = ",".join(texts)
            # A lone half of a surrogate pair becomes its escape, which is JSON as well.
            body = text.encode("utf-8", _ESCAPED)
            plain = len(body) == len(text)
            yield body, map(len, texts) if plain else [len(each.encode("utf-8", _ESCAPED)) for each in texts]


def _template(names: Sequence[str]) -> str:
    fields = (json.dumps(name).replace("%", "%%") for name in names)
    return "[" + ",".join(f'{{"field":{name},"value":%s}}' for name in fields) + "]"
