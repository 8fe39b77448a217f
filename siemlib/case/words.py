"""What a report shows of an error."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from siemlib.errors import SiemError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = re.compile(r"(?:^|[\s'\"(=,]|:(?=/[^/])|\b[A-Za-z]:(?=\\))[/\\]")
"""A folder of this machine, which no record names."""


@contextmanager
def whole_words() -> Iterator[None]:
    """Let the text of an error that is raised inside hold its hint as well: a notebook that fails keeps but the text.

    ``message`` and ``hint`` stay as they are, for who shows them apart. A hint that names a folder is left out.
    """
    try:
        yield
    except SiemError as error:
        if error.hint and not _PLACE.search(error.hint):
            error.args = (f"{error.message} (hint: {error.hint})",)
        raise
