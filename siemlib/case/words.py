"""What a report shows of an error."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from siemlib.errors import SiemError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def whole_words() -> Iterator[None]:
    """Let the text of an error that is raised inside hold its hint as well: a notebook that fails keeps but the text.

    ``message`` and ``hint`` stay as they are, for who shows them apart.
    """
    try:
        yield
    except SiemError as error:
        if error.hint:
            error.args = (f"{error.message} (hint: {error.hint})",)
        raise
