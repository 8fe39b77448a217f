"""A folder that proves itself: a BagIt bag (RFC 8493) with SHA-256 manifests.

::

    bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt   data/…

``sha256sum -c manifest-sha256.txt`` in the folder checks the payload, ``sha256sum -c tagmanifest-sha256.txt`` the
rest; neither needs this software.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from siemlib import __version__
from siemlib.errors import EvidenceError
from siemlib.evidence.digest import sha256_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

PAYLOAD = "data"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(.+)")
_OXUM = re.compile(r"^Payload-Oxum: (\d+)\.(\d+)$", re.MULTILINE)


def encode_name(path: str) -> str:
    """A path as a manifest writes it: ``%``, CR and LF are percent-encoded, and nothing else (RFC 8493, 2.1.3)."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def decode_name(text: str) -> str:
    """The path that a manifest line names."""
    return re.sub("%0[dD]", "\r", re.sub("%0[aA]", "\n", text)).replace("%25", "%")


def write_bag(folder: Path, *, day: date, info: Mapping[str, str]) -> str:
    """Make a bag of ``folder``, whose payload is already in ``data/``; give the SHA-256 of its tag manifest.

    That digest stands for every byte of the bag. ``info`` is added to ``bag-info.txt``; its values are cut to one line.
    Raises EvidenceError when the payload holds a link, which would point out of the bag.
    """
    files = _files(folder / PAYLOAD)
    sizes = [path.stat().st_size for path in files]
    _write(folder / MANIFEST, _manifest(folder, files))
    _write(folder / "bagit.txt", _DECLARATION)
    tags = {
        **{name: " ".join(value.split()) for name, value in info.items()},
        "Bagging-Date": day.isoformat(),
        "Bag-Software-Agent": f"siemlib {__version__}",
        "Payload-Oxum": f"{sum(sizes)}.{len(sizes)}",
    }
    _write(folder / "bag-info.txt", "".join(f"{name}: {value}\n" for name, value in tags.items()))
    tag_files = [path for path in _files(folder) if path.parent == folder and path.name != TAG_MANIFEST]
    _write(folder / TAG_MANIFEST, _manifest(folder, tag_files))
    return sha256_file(folder / TAG_MANIFEST)


def verify(folder: Path) -> list[str]:
    """What is wrong with a bag, as sentences; empty when every byte is as it was sealed and no file was added."""
    if not (folder / "bagit.txt").is_file():
        return [f"{folder.name} is no bag: bagit.txt is missing"]
    try:
        present = {path.relative_to(folder).as_posix() for path in _files(folder)}
    except EvidenceError as error:
        return [error.message]
    payload = {name for name in present if name.startswith(f"{PAYLOAD}/")}
    problems = _check(folder, MANIFEST, payload)
    problems += _check(folder, TAG_MANIFEST, present - payload - {TAG_MANIFEST})
    return problems + _check_oxum(folder, payload)


def _check(folder: Path, manifest: str, present: set[str]) -> list[str]:
    if not (folder / manifest).is_file():
        return [f"{manifest} is missing"]
    listed: dict[str, str] = {}
    problems = []
    for number, line in enumerate(_lines(folder / manifest), start=1):
        found = _LINE.fullmatch(line)
        name = decode_name(found[2]) if found else ""
        if not found or _leaves(name):
            problems.append(f"{manifest}, line {number}: not a digest and a path inside the bag")
        elif name in listed:
            problems.append(f"{manifest}, line {number}: {name} is listed twice")
        else:
            listed[name] = found[1].lower()
    problems += [f"{name} is listed but missing" for name in sorted(listed.keys() - present)]
    problems += [f"{name} is not listed in {manifest}" for name in sorted(present - listed.keys())]
    changed = (name for name in sorted(listed.keys() & present) if sha256_file(folder / name) != listed[name])
    return problems + [f"{name} has changed: its digest is not the one in {manifest}" for name in changed]


def _check_oxum(folder: Path, payload: set[str]) -> list[str]:
    info = folder / "bag-info.txt"
    found = _OXUM.search(info.read_text("utf-8", errors="replace")) if info.is_file() else None
    if not found:
        return ["bag-info.txt states no Payload-Oxum"]
    size = sum((folder / name).stat().st_size for name in payload)
    if (size, len(payload)) != (int(found[1]), int(found[2])):
        return [f"the payload is {size} bytes in {len(payload)} files, not {found[1]} in {found[2]}"]
    return []


def _lines(path: Path) -> list[str]:
    """The lines as ``sha256sum`` tells them: other characters that Python takes for line ends may be part of a name."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        return [line.removesuffix("\n") for line in lines]


def _leaves(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts


def _files(folder: Path) -> list[Path]:
    """Every file below ``folder``, sorted by name. Raises EvidenceError for a link."""
    paths = sorted(folder.rglob("*"))
    for path in paths:
        if path.is_symlink():
            raise EvidenceError(f"{path.relative_to(folder).as_posix()} is a link, which evidence may not hold")
    return [path for path in paths if path.is_file()]


def _manifest(folder: Path, files: Iterable[Path]) -> str:
    return "".join(f"{sha256_file(path)}  {encode_name(path.relative_to(folder).as_posix())}\n" for path in files)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
