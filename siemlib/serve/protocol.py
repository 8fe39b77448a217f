"""The protocol, AWS JSON 1.1: what a request must be, and how the service words what it refuses.

The wording of a validation error is the service's; where it is not documented, it says what is wrong.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from siemlib.errors import QueryError

CONTENT_TYPE = "application/x-amz-json-1.1"
TARGET_PREFIX = "Logs_20140328."
_SHOWN = 300

Document = dict[str, Any]
"""A JSON object, of a request or of an answer."""


class RefusedError(Exception):
    """An error of the service: ``code`` is its ``__type``; ``members`` are what it carries beside the message."""

    def __init__(self, code: str, message: str, *, status: int = 400, members: Document | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.members = code, message, status, members or {}

    def document(self) -> Document:
        """The body of the answer."""
        return {"__type": self.code, "message": self.message, **self.members}


def invalid(message: str) -> RefusedError:
    """InvalidParameterException."""
    return RefusedError("InvalidParameterException", message)


def missing(message: str) -> RefusedError:
    """ResourceNotFoundException."""
    return RefusedError("ResourceNotFoundException", message)


def malformed(error: QueryError, text: str) -> RefusedError:
    """MalformedQueryException with the first error of a query, whose place is one of ``text``, in UTF-16."""
    found = error.query_compile_error
    if found is None:
        return RefusedError("MalformedQueryException", error.message)
    last = len(text) + sum(ord(character) > 0xFFFF for character in text)  # noqa: PLR2004 - the last of one unit
    place = found["location"]
    location = {name: min(place[name], last) for name in ("startCharOffset", "endCharOffset")}
    return malformed_at(found["message"], location["startCharOffset"], location["endCharOffset"])


def malformed_at(message: str, start: int, end: int) -> RefusedError:
    """MalformedQueryException for a place that is known already."""
    location = {"startCharOffset": start, "endCharOffset": end}
    members = {"queryCompileError": {"location": location, "message": message}}
    return RefusedError("MalformedQueryException", message, members=members)


def is_long(number: int) -> bool:
    """Whether the protocol, and a database, can hold it."""
    return -(1 << 63) <= number < 1 << 63


def is_text(text: str) -> bool:
    """Whether it can stand in an event: JSON can hold half of a surrogate pair, which UTF-8 cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


# ── what a request must be ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Text:
    """A string member; lengths in characters. ``pattern`` is one of the API model and must match the whole."""

    least: int = 0
    most: int | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    kind = "String"

    def fits(self, value: object) -> bool:
        """Whether it is a string at all."""
        return isinstance(value, str)

    def broken(self, value: str) -> list[str]:
        """The constraints that it does not satisfy."""
        found = _lengths(len(value), self.least, self.most)
        if self.pattern is not None and not re.fullmatch(self.pattern, value):
            found.append(f"Member must satisfy regular expression pattern: {self.pattern}")
        if self.values and value not in self.values:
            found.append(f"Member must satisfy enum value set: [{', '.join(self.values)}]")
        return found


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    least: int | None = None
    most: int | None = None
    kind = "Long"

    def fits(self, value: object) -> bool:
        """Whether it is a whole number at all, of 64 bits."""
        return isinstance(value, int) and not isinstance(value, bool) and is_long(value)

    def broken(self, value: int) -> list[str]:
        """The constraints that it does not satisfy."""
        found = []
        if self.least is not None and value < self.least:
            found.append(f"Member must have value greater than or equal to {self.least}")
        if self.most is not None and value > self.most:
            found.append(f"Member must have value less than or equal to {self.most}")
        return found


@dataclass(frozen=True, slots=True)
class Flag:
    """``true`` or ``false``."""

    kind = "Boolean"

    def fits(self, value: object) -> bool:
        """Whether it is one of them."""
        return isinstance(value, bool)

    def broken(self, _value: bool) -> list[str]:  # noqa: FBT001 - the value of a member
        """Nothing."""
        return []


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of strings."""

    of: Text = field(default_factory=Text)
    least: int = 0
    most: int | None = None
    kind = "List"

    def fits(self, value: object) -> bool:
        """Whether it is a list of strings at all."""
        return isinstance(value, list) and all(isinstance(each, str) for each in value)

    def broken(self, value: Sequence[str]) -> list[str]:
        """The constraints that the list, or one of its members, does not satisfy."""
        found = _lengths(len(value), self.least, self.most)
        inner = {constraint: None for each in value for constraint in self.of.broken(each)}
        return found + [f"Member must satisfy constraint: [{', '.join(inner)}]"] * bool(inner)


@dataclass(frozen=True, slots=True)
class Anything:
    """A member whose operation looks into it itself."""

    kind = "Structure"

    def fits(self, _value: object) -> bool:
        """Always."""
        return True

    def broken(self, _value: object) -> list[str]:
        """Nothing."""
        return []


GROUP_NAME = Text(1, 512, r"[\.\-_/#A-Za-z0-9]+")
GROUP_IDENTIFIER = Text(1, 2048, r"[\w#+=/:,.@-]*")
"""A name or an ARN."""

Shape = Text | Whole | Flag | Texts | Anything


def read(request: Mapping[str, Any], shapes: Mapping[str, Shape], *, required: Sequence[str] = ()) -> Document:
    """The members of a request that are there, checked; ``null`` is not there, unknown members are ignored.

    Raises RefusedError as the service does: SerializationException for a wrong type, InvalidParameterException that
    names every member that breaks a constraint.
    """
    found = {name: request[name] for name in shapes if request.get(name) is not None}
    problems = [f"Value null at '{name}' failed to satisfy constraint: Member must not be null" for name in required]
    problems = [problem for name, problem in zip(required, problems, strict=True) if name not in found]
    for name, value in found.items():
        shape = shapes[name]
        if not shape.fits(value):
            raise RefusedError("SerializationException", f"the member '{name}' is no {shape.kind}")
        told = f"Value '{_shown(value)}' at '{name}' failed to satisfy constraint: "
        problems += [told + constraint for constraint in shape.broken(value)]
    if problems:
        errors = "validation error" if len(problems) == 1 else "validation errors"
        raise invalid(f"{len(problems)} {errors} detected: {'; '.join(problems)}")
    return found


def _lengths(length: int, least: int, most: int | None) -> list[str]:
    found = []
    if length < least:
        found.append(f"Member must have length greater than or equal to {least}")
    if most is not None and length > most:
        found.append(f"Member must have length less than or equal to {most}")
    return found


def _shown(value: object) -> str:
    """The value as the service shows it, but not the whole of a long one."""
    text = f"[{', '.join(value)}]" if isinstance(value, list) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def encoded(document: Mapping[str, Any]) -> bytes:
    """An answer as it is sent. ASCII, so that no half of a surrogate pair in a request can break it."""
    return json.dumps(document, separators=(",", ":")).encode("ascii")
