"""What a file of CloudTrail is, by its name without folders: a moved file keeps that, a folder proves nothing.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

# As long as AWS has them at most: keys may be what others wrote, and no file system takes a name beyond 255 bytes.
_DIGEST = (
    r"(?P<account>\d{12})_CloudTrail-Digest_(?P<region>[a-z0-9-]{1,20})_(?P<trail>[A-Za-z0-9._-]{1,128})"
    r"_(?P<home>[a-z0-9-]{1,20})_(?P<end>\d{8}T\d{6}Z)(?P<backfill>_backfill)?\.json(?:\.gz)?"
)
_DIGEST_NAME = re.compile(_DIGEST)
_SIDECAR = re.compile(rf"(?P<digest>{_DIGEST})\.(?:sig|json|head\.json|metadata\.json)")
_LOG = re.compile(
    r"(?P<account>\d{12})_CloudTrail(?:-Insight|-NetworkActivity|-Aggregated)?_(?P<region>[a-z0-9-]+)"
    r"_(?P<delivered>\d{8}T\d{4}Z)_[A-Za-z0-9]+\.json(?:\.gz)?"
)
_LOGS_BELOW = re.compile(r"(?P<base>(?:.*/)?)CloudTrail/(?P<region>[^/]*/?)", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Trail:
    """Whose digest files make up one chain. Backfill digest files are a chain of their own."""

    account: str
    region: str
    """The Region that the events are of."""
    name: str
    home: str
    """The Region in which the trail was made."""
    backfill: bool = False

    def __str__(self) -> str:
        """For people."""
        kind = ", backfill" if self.backfill else ""
        return f"trail {self.name} of account {self.account} in {self.region}{kind}"


def base_name(path: str) -> str:
    """The name without folders and without ``.gz``: one name for a file that was moved or decompressed."""
    return path.rpartition("/")[2].removesuffix(".gz")


def trail_of(path: str) -> Trail | None:
    """The trail that the name of a digest file tells; ``None``: it is no such name."""
    found = _DIGEST_NAME.fullmatch(path.rpartition("/")[2])
    if found is None:
        return None
    return Trail(found["account"], found["region"], found["trail"], found["home"], found["backfill"] is not None)


def digests_of(prefix: str) -> str | None:
    """Where the digest files of the log files below ``prefix`` lie; ``None``: below ``prefix`` itself, if anywhere.

    Those of all of a Region, whatever day ``prefix`` names: the last files of a day are listed in a file of the next.
    """
    found = _LOGS_BELOW.match(prefix)
    return f"{found['base']}CloudTrail-Digest/{found['region']}" if found else None


def is_digest_name(name: str) -> bool:
    """Whether CloudTrail names a digest file so."""
    return _DIGEST_NAME.fullmatch(name) is not None


def is_digest(name: str, begins: bytes) -> bool:
    """Whether a file is a digest file: by its name, or by how it begins, decompressed. It holds no event."""
    return is_digest_name(name) or (b'"digestS3Bucket"' in begins and b'"digestStartTime"' in begins)


def signed_by(name: str) -> str | None:
    """The base name of the digest file whose signature is kept in a file of this name.

    ``<digest file>.sig`` holds the hexadecimal signature; ``<digest file>.json`` (or ``.head.json``) the answer of
    ``aws s3api head-object``.
    """
    found = _SIDECAR.fullmatch(name)
    return base_name(found["digest"]) if found else None


def day_of(path: str) -> str | None:
    """The UTC day on which the time of a digest file ends, ``YYYY-MM-DD``, by its name; ``None``: no such name."""
    found = _DIGEST_NAME.fullmatch(path.rpartition("/")[2])
    return f"{found['end'][:4]}-{found['end'][4:6]}-{found['end'][6:8]}" if found else None


def ended_at(path: str) -> datetime | None:
    """When the time of a digest file ends, by its name; ``None`` where that does not tell."""
    found = _DIGEST_NAME.fullmatch(path.rpartition("/")[2])
    try:
        return datetime.strptime(found["end"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def delivered_at(name: str) -> datetime | None:
    """When a log file was delivered, by its name; ``None`` where that does not tell."""
    found = _LOG.fullmatch(name)
    try:
        return datetime.strptime(found["delivered"], "%Y%m%dT%H%MZ").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def is_log_name(name: str) -> bool:
    """Whether CloudTrail names a log file so."""
    return _LOG.fullmatch(name) is not None
