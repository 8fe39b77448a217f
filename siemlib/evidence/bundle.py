"""A report as one file: a zip that is the same, byte for byte, each time it is made of the same report.

It holds the bag under its name and, beside it, the script that draws its charts, so that the page works where it is
unpacked. Names are sorted, times are the earliest that a zip can hold, modes are plain, and the compression depends on
the content alone.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path

from siemlib.errors import EvidenceError, UsageError
from siemlib.evidence.digest import sha256_file
from siemlib.evidence.manifest import contents
from siemlib.evidence.paging import ASSETS, asset_of
from siemlib.evidence.unpack import MOST_BYTES, MOST_ENTRIES, MOST_RATIO, RATIO_FROM, refuse_names
from siemlib.evidence.verify import verify_report

_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = stat.S_IFREG | 0o644
_BLOCK = 1 << 20
_PACKED = (".gz", ".parquet")


def export(folder: Path, file: Path, *, anyway: bool = False, force: bool = False) -> str:
    """Write the report in ``folder`` to ``file``; give the SHA-256 of that.

    ``anyway``: also one that does not verify. ``force``: replace a file that is there. Raises EvidenceError for one
    that does not verify or cannot be packed, UsageError where the file may not or cannot be written.
    """
    folder = folder.resolve()
    _refuse_place(folder, file, force=force)
    found = verify_report(folder)
    if not (found.holds or anyway):
        step = found.failed[0]
        raise EvidenceError(
            f"{found.name} does not verify: step {step.number}, {step.title}: {step.details[0]}",
            hint="siem evidence verify tells more; --anyway packs it as it is",
        )
    members = _members(folder)
    refuse_names(list(members))
    size = sum(path.stat().st_size for path in members.values())
    if size > MOST_BYTES or len(members) > MOST_ENTRIES:
        raise EvidenceError(
            f"{found.name} has {size:,} bytes in {len(members):,} files, and no zip is read with more than"
            f" {MOST_BYTES:,} in {MOST_ENTRIES:,}"
        )
    try:
        _write(members, file, force=force)
    except OSError as error:
        # Also what cannot be read, of a report that does not verify.
        where = f" ({error.filename})" if error.filename else ""
        raise UsageError(f"{file} cannot be written: {error.strerror or error}{where}") from None
    return sha256_file(file)


def _refuse_place(folder: Path, file: Path, *, force: bool) -> None:
    if not file.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {file.absolute().parent}")
    if file.is_dir():
        raise UsageError(f"{file} is a folder")
    if file.resolve().is_relative_to(folder):
        raise UsageError(f"{file} would lie within the report, which then no longer verifies")
    if os.path.lexists(file) and not force:
        raise UsageError(f"{file} is there already", hint="--force replaces it")
    if folder.name == ASSETS:
        raise UsageError(f"a folder called {ASSETS} cannot be packed: beside it stands another of that name")


def _members(folder: Path) -> dict[str, Path]:
    """The file behind each name, sorted by name."""
    members = {f"{folder.name}/{name}": folder / name for name in contents(folder)}
    asset = asset_of(folder)
    if asset and asset.path(folder).is_file() and not asset.path(folder).is_symlink():
        members[f"{ASSETS}/{asset.name}"] = asset.path(folder)
    return dict(sorted(members.items()))


def _write(members: dict[str, Path], file: Path, *, force: bool) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.absolute().parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            with zipfile.ZipFile(opened, "w") as zipped:
                for member, path in members.items():
                    _add(zipped, member, path)
            opened.flush()
            os.fsync(opened.fileno())
        aside.chmod(0o644)  # mkstemp makes it for the owner alone, but it is there to be handed on
        if force:
            aside.replace(file)
        else:
            _put_new(aside, file)
    finally:
        aside.unlink(missing_ok=True)


def _put_new(aside: Path, file: Path) -> None:
    """Give it its name, unless somebody else did so meanwhile."""
    try:
        file.hardlink_to(aside)
    except FileExistsError:
        raise UsageError(f"{file} is there already", hint="--force replaces it") from None
    except OSError:  # a file system without hard links
        aside.replace(file)


def _method(path: Path, size: int) -> int:
    """Deflate, but for what is packed already, and for what would become so small that it looks like a bomb."""
    if path.suffix in _PACKED:
        return zipfile.ZIP_STORED
    if size <= RATIO_FROM:
        return zipfile.ZIP_DEFLATED
    machine, packed = zlib.compressobj(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            packed += len(machine.compress(block))
    return zipfile.ZIP_STORED if size > (packed + len(machine.flush())) * MOST_RATIO else zipfile.ZIP_DEFLATED


def _add(zipped: zipfile.ZipFile, member: str, path: Path) -> None:
    info = zipfile.ZipInfo(member, _TIME)
    info.create_system = _UNIX
    info.external_attr = _MODE << 16
    info.file_size = path.stat().st_size  # tells whether it needs the larger form of a header
    info.compress_type = _method(path, info.file_size)
    with path.open("rb") as source, zipped.open(info, "w") as sink:
        shutil.copyfileobj(source, sink, _BLOCK)
