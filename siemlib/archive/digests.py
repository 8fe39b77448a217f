"""CloudTrail digest files in an archive: kept as they were delivered, so that it can be checked without anything else.

``digests/cloudtrail/<SHA-256 of the content>.json.gz`` is a digest file, compressed by us in one way, so that the same
digest file is the same bytes; ``digests/cloudtrail/<SHA-256>.sig.json`` is the signature that S3 kept of one, where it
was saved beside it. What the log files contained is in the records of the loads (``content_sha256``).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import PurePath
from typing import TYPE_CHECKING

from siemlib.archive.places import make_folder
from siemlib.archive.record import ASIDE, write_aside
from siemlib.archive.stage import only_write_errors
from siemlib.errors import InputError
from siemlib.evidence.cloudtrail.format import MOST_BYTES
from siemlib.evidence.cloudtrail.inflate import InflateError, content
from siemlib.evidence.cloudtrail.names import base_name, is_log_name, signed_by
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.archive.record import FileRecord, LoadRecord
    from siemlib.evidence.cloudtrail.material import Log, Material

FOLDER = "digests/cloudtrail"
KEPT = "a CloudTrail digest file, which holds no events; it is kept in the archive, in digests/"
KEPT_SIGNATURE = "the signature of a CloudTrail digest file; it is kept in the archive, in digests/"
_DIGEST, _SIGNATURE = ".json.gz", ".sig.json"
_FORMAT = "cloudtrail_records"


def keep(archive: Path, path: Path) -> str:
    """Keep a digest file, or the signature of one, and say what it is. On disk when this returns; twice is once.

    Raises InputError for a file that cannot be decompressed or is too large to be one, OSError where it cannot be read,
    and WriteError.
    """
    of = signed_by(path.name)
    try:
        found = content(path, MOST_BYTES)
    except InflateError as error:
        raise InputError(f"{path}: a CloudTrail digest file that {error.message}") from None
    if of is None:
        # No time in the header: the same content is always the same file.
        _write(archive, f"{hashlib.sha256(found).hexdigest()}{_DIGEST}", gzip.compress(found, mtime=0))
        return KEPT
    from siemlib.evidence.cloudtrail.material import read_signature  # noqa: PLC0415 - few loads need it

    signature = read_signature(of, found)
    if signature is None:
        raise InputError(f"{path}: named as the signature of a CloudTrail digest file, and holds none")
    generated = signature.generated.isoformat() if signature.generated else None
    text = json.dumps({"digest": of, "signature": signature.value, "generated": generated}, sort_keys=True) + "\n"
    _write(archive, f"{hashlib.sha256(text.encode()).hexdigest()}{_SIGNATURE}", text.encode())
    return KEPT_SIGNATURE


def has_digests(archive: Path) -> bool:
    """Whether the archive keeps any digest file."""
    return any((archive / FOLDER).glob(f"*{_DIGEST}"))


def material_of(archive: Path, loads: tuple[LoadRecord, ...]) -> Material:
    """Everything in an archive that a check of CloudTrail's log files looks at."""
    from siemlib.evidence.cloudtrail.material import Material  # noqa: PLC0415 - few cases need it

    material = Material()
    folder = archive / FOLDER
    for path in sorted(folder.glob(f"*{_DIGEST}")):
        _take(path, material)
    for path in sorted(folder.glob(f"*{_SIGNATURE}")):
        _take_signature(path, material)
    material.logs = list(_logs(loads))
    return material


def clear_digests(archive: Path) -> int:
    """Remove what a killed load left half written, and say how many files it was."""
    left = list((archive / FOLDER).glob(f"*{ASIDE}"))
    for path in left:
        path.unlink()
    return len(left)


def _write(archive: Path, name: str, data: bytes) -> None:
    path = archive / FOLDER / name
    if not path.is_file():
        with only_write_errors(archive):
            make_folder(path.parent)
            write_aside(path, data)


def _take(path: Path, material: Material) -> None:
    name = path.name
    try:
        found = content(path, MOST_BYTES)
    except (InflateError, OSError) as error:
        material.broken.append((f"{FOLDER}/{name}", getattr(error, "message", "it cannot be read")))
        return
    if hashlib.sha256(found).hexdigest() != name.removesuffix(_DIGEST):
        material.broken.append((f"{FOLDER}/{name}", "it has changed since it was loaded"))
    else:
        material.add_digest(f"{FOLDER}/{name}", found)


def _take_signature(path: Path, material: Material) -> None:
    from siemlib.evidence.cloudtrail.material import read_kept  # noqa: PLC0415 - few cases need it

    signature = read_kept(path)
    if signature is None:
        material.notes.append(f"{FOLDER}/{path.name} holds no signature and was passed by.")
    else:
        material.signatures.append(signature)


def _logs(loads: tuple[LoadRecord, ...]) -> Iterator[Log]:
    """The log files of CloudTrail that were loaded, by their names as they were given."""
    from siemlib.evidence.cloudtrail.material import Log  # noqa: PLC0415 - few cases need it

    for load in loads:
        for file in load.files:
            if _is_log(file):
                partly = file.content_sha256 is None and file.completeness is not Completeness.COMPLETE
                problem = "of it, only a part could be read when it was loaded" if partly else ""
                yield Log(base_name(PurePath(file.name).name), file.content_sha256, file.sha256, problem)


def _is_log(file: FileRecord) -> bool:
    """Whether a file is one of CloudTrail's own; what came through CloudWatch Logs is in no digest file."""
    return is_log_name(PurePath(file.name).name) or (file.format == _FORMAT and file.source == "cloudtrail")
