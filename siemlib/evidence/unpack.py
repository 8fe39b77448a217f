"""Unpacking the zip of a report that a stranger sent: whatever is odd about it is refused before a byte is written.

Refused are paths that lead out of the folder, links, two entries of one name (also where only the case of letters or
the way of writing an accent differs: other systems take them for one), encryption, and bombs: too many entries, too
many bytes, too much compression, more bytes than declared.
"""

from __future__ import annotations

import copy
import re
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from siemlib.errors import EvidenceError
from siemlib.evidence.names import clashes, one_name
from siemlib.evidence.paging import ASSETS
from siemlib.evidence.steps import Outcome, Step, Verification
from siemlib.evidence.verify import verify_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MOST_ENTRIES = 50_000
MOST_BYTES = 8 << 30
"""Bytes of all entries, unpacked."""
MOST_RATIO = 300
"""How many times larger than packed an entry may be; deflate can reach 1,032. What is packed here is stored then."""
RATIO_FROM = 1 << 20
"""Bytes from which an entry's compression matters."""
_LARGEST_READ = 16 << 20
"""Bytes of the list of entries, which is read in one piece; everything else is read in smaller ones."""
_BLOCK = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_SECOND_NAME = 0x7075
"""Info-ZIP's Unicode path (APPNOTE 4.6.9): programs that know it, Python's own from 3.13 on, unpack to that name."""
_DRIVE = re.compile(r"[A-Za-z]:")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    RuntimeError,
    ValueError,
)
"""What the reader of zips raises on damaged ones, and on those that need what it does not have."""
_NO_MORE = ("", "File is not a zip file")
"""What it says of them that says nothing new."""


def verify_packed(file: Path, check: Callable[..., Verification] = verify_report) -> Verification:
    """What ``check`` finds of the report in a zip; one step, which failed, where the zip is refused."""
    try:
        with unpacked(file) as folder:
            return check(folder, packed=True)
    except EvidenceError as error:
        return Verification((Step(1, "the zip file", Outcome.FAILED, (error.message,)),), file.name)


@contextmanager
def unpacked(file: Path) -> Iterator[Path]:
    """The folder of the report in a zip, below a temporary folder that is gone afterwards. Raises EvidenceError."""
    with tempfile.TemporaryDirectory(prefix="siem-verify-") as place:
        try:
            with file.open("rb") as opened, zipfile.ZipFile(cast("BinaryIO", _Careful(opened))) as zipped:
                folder = _unpack(zipped, Path(place))
        except _BROKEN as error:
            more = "" if str(error) in _NO_MORE else f": {error}"
            raise EvidenceError(f"{file.name} is no zip file, or is damaged{more}") from None
        except OSError as error:
            raise EvidenceError(f"{file.name} cannot be unpacked: {error.strerror or error}") from None
        yield folder


def refuse_names(names: Sequence[str]) -> None:
    """Raise EvidenceError for a name that could lead out of a folder, or be taken for another one's."""
    seen: set[str] = set()
    for name in names:
        if why := _why_not(name):
            raise EvidenceError(f"the entry {name!r} {why}")
        if name in seen:
            raise EvidenceError(f"the entry {name!r} is there twice")
        seen.add(name)
    _refuse_clashes(names)


def _refuse_clashes(names: Iterable[str]) -> None:
    for one, other in clashes(names):
        raise EvidenceError(f"{one!r} and {other!r} are one name on some systems")


def _refuse_nested(names: Sequence[str]) -> None:
    """Raise EvidenceError for a file that is said to hold another."""
    files = {one_name(name) for name in names}
    for name in names:
        if any(one_name(str(parent)) in files for parent in PurePosixPath(name).parents):
            raise EvidenceError(f"the entry {name!r} lies in a file")


def _why_not(name: str) -> str:
    if not name.isprintable():
        return "has a character in its path that cannot be printed"
    if "\\" in name:
        return "has a backslash in its path"
    if name.startswith("/"):
        return "has an absolute path"
    if _DRIVE.match(name):
        return "names a drive"
    parts = name.split("/")
    if ".." in parts:
        return "leads out of the folder"
    return "has an empty part in its path" if "" in parts or "." in parts else ""


class _Careful:
    """A file that is never read in larger pieces than a sound zip needs."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """As the file's own. Raises EvidenceError."""
        data = self._file.read(min(size, _LARGEST_READ + 1) if size >= 0 else _LARGEST_READ + 1)
        if len(data) > _LARGEST_READ:
            raise EvidenceError(f"its list of entries is larger than {_LARGEST_READ:,} bytes")
        return data

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a file can do
        return getattr(self._file, name)


def _unpack(zipped: zipfile.ZipFile, place: Path) -> Path:
    entries = zipped.infolist()
    if len(entries) > MOST_ENTRIES:
        raise EvidenceError(f"it has {len(entries):,} entries; more than {MOST_ENTRIES:,} are not unpacked")
    files = [info for info in entries if not _is_folder(info)]
    # A name that holds a null byte ends there in ``filename``; what it was before counts.
    refuse_names([info.orig_filename for info in files])
    _refuse_nested([info.filename for info in files])
    refuse_names([info.orig_filename.removesuffix("/") for info in entries if _is_folder(info)])
    _refuse_clashes(info.orig_filename.removesuffix("/") for info in entries)
    for info in files:
        _refuse(info)
    if entries and all(info.header_offset for info in entries):
        raise EvidenceError("something stands before its first entry: other programs may find another zip there")
    total = sum(info.file_size for info in files)
    if total > MOST_BYTES:
        raise EvidenceError(f"it declares {total:,} bytes; more than {MOST_BYTES:,} are not unpacked")
    if total > (free := shutil.disk_usage(place).free):
        raise EvidenceError(f"it declares {total:,} bytes, and {free:,} are free where it would be unpacked")
    name = _only_folder(files)
    for info in files:
        _extract(zipped, info, place / info.filename)
    return place / name


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.is_dir() and info.file_size == 0


def _refuse(info: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise EvidenceError(f"the entry {info.filename!r} is a link")
    if kind not in (0, stat.S_IFREG):
        raise EvidenceError(f"the entry {info.filename!r} is no ordinary file")
    if info.filename != info.orig_filename or _has_second_name(info.extra):
        raise EvidenceError(f"the entry {info.orig_filename!r} has a second name")
    if info.flag_bits & _ENCRYPTED:
        raise EvidenceError(f"the entry {info.filename!r} is encrypted")
    if info.compress_type not in _METHODS:
        raise EvidenceError(f"the entry {info.filename!r} is compressed in a way that is not read")
    if info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * info.compress_size:
        raise EvidenceError(f"the entry {info.filename!r} would be more than {MOST_RATIO} times larger unpacked")


def _has_second_name(extra: bytes) -> bool:
    at = 0
    while at + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, at)
        if tag == _SECOND_NAME:
            return True
        at += 4 + size
    return False


def _only_folder(files: Sequence[zipfile.ZipInfo]) -> str:
    """The one folder at the top that is a report (RFC 8493, 4); beside it may be what draws its charts."""
    alone = [info.filename for info in files if "/" not in info.filename]
    if alone:
        raise EvidenceError(f"the entry {alone[0]!r} belongs to no report")
    folders = {info.filename.partition("/")[0] for info in files} - {ASSETS}
    if len(folders) != 1:
        raise EvidenceError(f"it holds {len(folders)} folders that may be reports, not one")
    return folders.pop()


def _extract(zipped: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    asked = copy.copy(info)
    asked.file_size += 1  # else it would be read up to the declared size, and what follows not be noticed
    size = 0
    with zipped.open(asked) as source, target.open("xb") as sink:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > info.file_size:
                raise EvidenceError(f"the entry {info.filename!r} holds more bytes than it declares")
            sink.write(block)
    if size != info.file_size:
        raise EvidenceError(f"the entry {info.filename!r} holds fewer bytes than it declares")
