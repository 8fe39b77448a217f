"""Reading the JSON documents of a record that anybody may have written: bounded, each member of the kind it must be."""

from __future__ import annotations

import errno
import json
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from siemlib.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import BufferedReader
    from pathlib import Path

T = TypeVar("T")
MOST_BYTES = 64 << 20
"""Of one document. The longest are figures, and records of live runs of thousands of queries."""
MOST_VALUES = 2_000_000
"""Of one document: what takes three bytes in the file takes a hundred in memory."""
_KINDS = {str: "a text", int: "a number", bool: "true or false", list: "a list", dict: "an object"}


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object; ``name`` is its file, as sentences name it. Every method raises EvidenceError, a sentence."""

    name: str
    members: Mapping[str, Any]

    def take(self, member: str, kind: type[T]) -> T:
        """The value of a member, which must be of this kind."""
        value = self.members.get(member)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise EvidenceError(f"{self.name}: {member} is missing, or not {_KINDS[kind]}")
        return value

    def text(self, member: str) -> str:
        """The value of a member that is a text."""
        return self.take(member, str)

    def number(self, member: str) -> int:
        """The value of a member that is a whole number, not below zero."""
        value = self.take(member, int)
        if value < 0:
            raise EvidenceError(f"{self.name}: {member} is below zero")
        return value

    def texts(self, member: str) -> list[str]:
        """The value of a member that is a list of texts."""
        values = self.take(member, list)
        if not all(isinstance(value, str) for value in values):
            raise EvidenceError(f"{self.name}: {member} is not a list of texts")
        return values

    def part(self, member: str) -> Document:
        """The value of a member that is an object."""
        return Document(f"{self.name}: {member}", self.take(member, dict))

    def parts(self, member: str) -> list[Document]:
        """The value of a member that is a list of objects."""
        values = self.take(member, list)
        if not all(isinstance(value, dict) for value in values):
            raise EvidenceError(f"{self.name}: {member} is not a list of objects")
        return [Document(f"{self.name}: {member}", value) for value in values]


def read_document(path: Path, name: str, most: int = MOST_BYTES) -> Document:
    """The JSON object in a file. Raises EvidenceError, with a sentence, for anything else."""
    try:
        with open_regular(path) as descriptor:
            data = descriptor.read(most + 1)
    except OSError as error:
        raise EvidenceError(f"{name} cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise EvidenceError(f"{name} is longer than {most:,} bytes, and is not read")
    if too_many_values(data):
        raise EvidenceError(f"{name} holds more than {MOST_VALUES:,} values, and is not read")
    try:
        # Recorded as the logs have it: a lone surrogate is kept.
        value = json.loads(data.decode("utf-8", "surrogatepass"), object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise EvidenceError(f"{name} is nested too deep to be a record") from None
    except ValueError as error:
        raise EvidenceError(f"{name} is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise EvidenceError(f"{name} is no JSON object")
    return Document(name, value)


def too_many_values(data: bytes) -> bool:
    """Whether JSON holds more than a document of ours does; looked at before it is parsed."""
    return data.count(b",") + data.count(b"[") + data.count(b"{") > MOST_VALUES


def open_regular(path: Path) -> BufferedReader:
    """Open a file for reading bytes. Raises OSError for a link, and for what is no file, which may never end."""
    # A pipe would be waited for until somebody writes to it.
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "it is no file")


def files_of(folder: Path) -> tuple[list[str], list[str]]:
    """The names of the files in a folder, sorted, and of everything else in it. Nothing where it is not there."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return [], [""]
    if not folder.exists():
        return [], []
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_file(follow_symlinks=False)) for entry in entries]
    return sorted(name for name, regular in found if regular), sorted(name for name, regular in found if not regular)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers would take different ones of two members of one name."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("two members have one name")
    return members


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")
