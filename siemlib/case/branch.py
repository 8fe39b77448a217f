"""Parts of an investigation that are worked out side by side, and recorded as if one after the other.

What a part asks is kept aside until all parts are done, then recorded in the order of the parts, each run once. So the
record does not tell which of two queries the service answered first.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.engine import Result

Asked = list[tuple["Result", bool]]
"""Results, and whether every row was asked for."""

_BRANCH: ContextVar[Asked | None] = ContextVar("siemlib_case_branch", default=None)


def branch() -> Asked | None:
    """What the part that is worked out here has asked so far; ``None`` outside of any part."""
    return _BRANCH.get()


@contextmanager
def branching(asked: Asked) -> Iterator[None]:
    """The code inside is a part, and what it asks is kept in ``asked``."""
    token = _BRANCH.set(asked)
    try:
        yield
    finally:
        _BRANCH.reset(token)
