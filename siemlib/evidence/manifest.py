"""A folder that proves itself: a BagIt bag (RFC 8493) with SHA-256 manifests.

::

    bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt   data/…   seal/…

``sha256sum -c manifest-sha256.txt`` in the folder checks the payload, ``sha256sum -c tagmanifest-sha256.txt`` the
rest; neither needs this software. What is in ``seal/`` vouches for the tag manifest, and so no manifest can list it.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from siemlib import __version__
from siemlib.errors import EvidenceError
from siemlib.evidence.digest import sha256_file
from siemlib.evidence.names import clashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date
    from pathlib import Path

    from siemlib.evidence.sums import Sums

PAYLOAD = "data"
DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SEAL = "seal"
SEAL_FILES = ("seal.json", "signature", "public-key.pem", "timestamp.tsq", "timestamp.tsr", "timestamp-chain.pem")
"""What ``seal/`` may hold: no manifest lists these, so that nothing else may be there."""
IDENTIFIER = "External-Identifier"
OXUM = "Payload-Oxum"
_DECLARED = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(.+)")
_TAG = re.compile(r"([^:\s][^:]*):[ \t]?(.*)")
_END = re.compile(r"\r\n|\r|\n")
_LINE_LENGTH = 79
_LARGEST = {DECLARATION: 1 << 10, INFO: 1 << 20, MANIFEST: 1 << 26, TAG_MANIFEST: 1 << 20}
"""Bytes of what is read whole; a larger one is none of ours, and must not fill the memory."""
_MOST_FAULTS = 1_000
"""Lines of a manifest that list nothing, and are told; what follows is not read."""
_LARGEST_SEAL = 1 << 20
"""Bytes of a file of the seal, which are read whole too."""


def encode_name(path: str) -> str:
    """A path as a manifest writes it: ``%``, CR and LF are percent-encoded, and nothing else (RFC 8493, 2.1.3)."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def decode_name(text: str) -> str:
    """The path that a manifest line names."""
    return re.sub("%0[dD]", "\r", re.sub("%0[aA]", "\n", text)).replace("%25", "%")


def write_bag(folder: Path, *, day: date, info: Mapping[str, str]) -> str:
    """Make a bag of ``folder``, whose payload is already in ``data/``; give the SHA-256 of its tag manifest.

    That digest stands for every byte of the bag. ``info`` is added to ``bag-info.txt``; white space in its values
    becomes single spaces. Raises EvidenceError when the payload holds a link, which would point out of the bag.
    """
    files = {name: size for name, size in contents(folder).items() if name.startswith(f"{PAYLOAD}/")}
    _write(folder / MANIFEST, _manifest(folder, files))
    _write(folder / DECLARATION, _DECLARED)
    tags = {
        **info,
        "Bagging-Date": day.isoformat(),
        "Bag-Software-Agent": f"siemlib {__version__}",
        OXUM: f"{sum(files.values())}.{len(files)}",
    }
    _write(folder / INFO, "".join(_tag(name, value) for name, value in tags.items()))
    tag_files = [name for name in contents(folder) if "/" not in name and name != TAG_MANIFEST]
    _write(folder / TAG_MANIFEST, _manifest(folder, tag_files))
    return sha256_file(folder / TAG_MANIFEST)


def contents(folder: Path) -> dict[str, int]:
    """Every file below ``folder``, by its path with slashes, and its size in bytes; sorted by path.

    Raises EvidenceError for a link, for what is neither file nor folder (a pipe would never end), and for what cannot
    be read.
    """
    found: dict[str, int] = {}
    waiting = [(os.fspath(folder), "")]
    try:
        while waiting:
            place, prefix = waiting.pop()
            with os.scandir(place) as entries:
                for entry in entries:
                    name = f"{prefix}{entry.name}"
                    if entry.is_symlink():
                        raise EvidenceError(f"{name} is a link, which evidence may not hold")
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, f"{name}/"))
                    elif entry.is_file(follow_symlinks=False):
                        found[name] = entry.stat(follow_symlinks=False).st_size
                    else:
                        raise EvidenceError(f"{name} is neither a file nor a folder")
    except OSError as error:
        raise EvidenceError(f"{folder.name} cannot be read: {error.strerror or error}") from None
    return dict(sorted(found.items()))


def check_declaration(folder: Path) -> list[str]:
    """What is wrong with ``bagit.txt`` (RFC 8493, 2.1.1) and with the parts that a bag must have."""
    try:
        declared = _END.split(_text(folder, DECLARATION).rstrip("\r\n"))
    except EvidenceError as error:
        return [error.message]
    problems = [] if (folder / PAYLOAD).is_dir() else [f"the folder {PAYLOAD} is missing"]
    if declared != _DECLARED.splitlines():
        problems.append(f"{DECLARATION} does not declare BagIt 1.0 in UTF-8")
    return problems


def check_listing(folder: Path, present: Mapping[str, int]) -> list[str]:
    """Which files are listed and not there, or there and not listed, and which lines of a manifest list none.

    And which could not both be unpacked on another system, so that the bag would not verify there.
    """
    seal = {name for name in present if name.startswith(f"{SEAL}/")}
    payload = {name for name in present if name.startswith(f"{PAYLOAD}/")}
    problems = _against(folder, MANIFEST, payload, present.keys())
    problems += _against(folder, TAG_MANIFEST, present.keys() - payload - seal - {TAG_MANIFEST}, present.keys())
    allowed = {f"{SEAL}/{name}" for name in SEAL_FILES}
    problems += [f"{name} is no part of a seal, and no manifest lists it" for name in sorted(seal - allowed)]
    problems += [f"{one} and {other} are one name on some systems" for one, other in clashes(present)]
    return problems + [f"{name} is too large" for name in sorted(seal & allowed) if present[name] > _LARGEST_SEAL]


def check_digests(folder: Path, present: Mapping[str, int], sums: Sums) -> list[str]:
    """Which of the files that are listed and there have changed. Reads each once, two at a time, the largest first."""
    pairs: list[tuple[str, str, str]] = []
    problems = []
    for manifest in (MANIFEST, TAG_MANIFEST):
        listed, faults = read_manifest(folder, manifest)
        if not listed:
            problems += faults or [f"{manifest} lists nothing"]
        pairs += [(manifest, name, digest) for name, digest in listed.items() if name in present]
    with sums.ahead({folder / name: present[name] for _, name, _ in pairs}):
        found = [_differs(folder, sums, *pair) for pair in pairs]
    return problems + sorted(problem for problem in found if problem)


def check_size(folder: Path, present: Mapping[str, int]) -> list[str]:
    """Whether the payload has as many files and bytes as ``bag-info.txt`` states (RFC 8493, 2.2.2)."""
    try:
        stated = [value for name, value in read_info(folder) if name.lower() == OXUM.lower()]
    except EvidenceError as error:
        return [error.message]
    if len(stated) != 1:
        return [f"{INFO} states {OXUM} {len(stated)} times, not once" if stated else f"{INFO} states no {OXUM}"]
    sizes = [size for name, size in present.items() if name.startswith(f"{PAYLOAD}/")]
    if stated[0] != f"{sum(sizes)}.{len(sizes)}":
        return [f"the payload is {sum(sizes)} bytes in {len(sizes)} files, but {INFO} states {stated[0]} (bytes.files)"]
    return []


def read_manifest(folder: Path, manifest: str) -> tuple[dict[str, str], list[str]]:
    """The digest of each file that a manifest lists, by its path, and what is wrong with its lines."""
    try:
        text = _text(folder, manifest)
    except EvidenceError as error:
        return {}, [error.message]
    listed: dict[str, str] = {}
    problems = []
    for number, line in enumerate(_END.split(text), start=1):
        if not line.strip(" \t"):
            continue
        found = _LINE.fullmatch(line)
        name = decode_name(found[2]) if found else ""
        if not found or _leaves(name):
            problems.append(f"{manifest}, line {number}: not a digest and a path inside the bag")
        elif name in listed:
            problems.append(f"{manifest}, line {number}: {name} is listed twice")
        else:
            listed[name] = found[1].lower()
        if len(problems) >= _MOST_FAULTS:
            return listed, [*problems, f"{manifest} is not read beyond line {number}"]
    return listed, problems


def read_info(folder: Path) -> list[tuple[str, str]]:
    """The tags of ``bag-info.txt`` in order, lines that were folded put together. Raises EvidenceError."""
    tags: list[tuple[str, str]] = []
    for number, line in enumerate(_END.split(_text(folder, INFO)), start=1):
        if not line.strip():
            continue
        if line[0] in " \t" and tags:
            name, value = tags[-1]
            tags[-1] = (name, f"{value} {line.strip()}")
        elif found := _TAG.fullmatch(line):
            tags.append((found[1].strip(), found[2].strip()))
        else:
            raise EvidenceError(f"{INFO}, line {number}: not a name and a value")
    return tags


def read_bounded(path: Path, most: int) -> bytes:
    """All of a file. Raises EvidenceError for a missing one, a link or a pipe, and for more than ``most`` bytes."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise EvidenceError(f"{path.name} is no ordinary file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise EvidenceError(f"{path.name} is missing") from None
    except OSError as error:
        raise EvidenceError(f"{path.name} cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise EvidenceError(f"{path.name} is larger than {most:,} bytes")
    return data


def _against(folder: Path, manifest: str, expected: AbstractSet[str], present: AbstractSet[str]) -> list[str]:
    listed, problems = read_manifest(folder, manifest)
    problems += [f"{name} is listed but missing" for name in sorted(listed.keys() - present)]
    problems += [f"{name} does not belong in {manifest}" for name in sorted(listed.keys() & present - expected)]
    return problems + [f"{name} is not listed in {manifest}" for name in sorted(expected - listed.keys())]


def _differs(folder: Path, sums: Sums, manifest: str, name: str, digest: str) -> str | None:
    try:
        found = sums.of(folder / name)
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}"
    return None if found == digest else f"{name} has changed: its digest is not the one in {manifest}"


def _text(folder: Path, name: str) -> str:
    """One of the files beside the payload. Raises EvidenceError where it is missing, too large, or not UTF-8."""
    try:
        return read_bounded(folder / name, _LARGEST[name]).decode("utf-8")
    except UnicodeDecodeError:
        raise EvidenceError(f"{name} is not UTF-8 text") from None


def _leaves(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/")


def _manifest(folder: Path, names: Iterable[str]) -> str:
    return "".join(f"{sha256_file(folder / name)}  {encode_name(name)}\n" for name in names)


def _tag(name: str, value: str) -> str:
    """One tag, folded between words where it would be longer than a line should be (RFC 8493, 2.2.2)."""
    lines = [f"{name}:"]
    for place, word in enumerate(value.split()):
        if place and len(lines[-1]) + 1 + len(word) > _LINE_LENGTH:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
