"""Whom a timeline is about, from what people write into a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.investigate import subject

if TYPE_CHECKING:
    from siemlib.investigate.subject import Subject

MOST = 60
"""Subjects of one timeline: each event notes in one number which of them it names."""
NOBODY = "-"


def subjects(addresses: str, users: str) -> tuple[Subject, ...]:
    """The subjects that two lists name, joined by commas, each once, addresses first; ``-`` or nothing names none.

    A user's name is taken as it stands, quotes and stars included. Raises UsageError for what is no address, and for
    more than 60 subjects.
    """
    found = [subject.address(text) for text in _listed(addresses)] + [subject.user(text) for text in _listed(users)]
    once = tuple(dict.fromkeys(found))
    if len(once) > MOST:
        raise UsageError(f"{len(once)} addresses and users are too many for one timeline", hint=f"name at most {MOST}")
    return once


def _listed(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip()) and name != NOBODY]
