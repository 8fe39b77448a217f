"""The key of a case, which its pseudonyms are made with: a file that only its owner can read.

``(umask 077 && openssl rand -hex 32 > case.key)`` makes one.
"""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.evidence.documents import open_regular

if TYPE_CHECKING:
    from pathlib import Path

MAKE = "(umask 077 && openssl rand -hex 32 > case.key)"
_FEWEST, _MOST = 32, 4096
_DISTINCT = 8


def read_key(path: Path, report: Path) -> bytes:
    """The key in ``path``, without a line end. Raises UsageError for one that others can read, or could guess.

    ``report`` is the folder that it may not lie in: that is given away.
    """
    try:
        if path.resolve().is_relative_to(report.resolve()):
            raise UsageError(f"the key {path} lies in the report, which is given away", hint="move it elsewhere")
        with open_regular(path) as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read(_MOST + 1).strip(b"\r\n")
    except OSError as error:
        raise UsageError(f"the key {path} cannot be read: {error.strerror or error}", hint=MAKE) from None
    if mode & 0o077:
        raise UsageError(f"others than its owner may read the key {path}", hint="chmod 600 makes it private")
    if not _FEWEST <= len(data) <= _MOST or len(set(data)) < _DISTINCT:
        raise UsageError(f"{path} is no key: at least {_FEWEST} bytes of chance are needed", hint=MAKE)
    return hashlib.sha256(b"siem case key\n" + data).digest()
