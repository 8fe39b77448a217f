"""Errors meant for people: what is wrong, where, and what to do.

Every error that a user can cause derives from :class:`SiemError`. The command line prints it as one line
(and a hint, if there is one) and exits with ``exit_code``; a traceback is always a bug of ours.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypedDict


class ExitCode(IntEnum):
    """What the command line tells the shell."""

    DONE = 0
    FAILED = 1
    WRONG_USAGE = 2
    INCOMPLETE = 3
    NOT_VERIFIED = 4


class SiemError(Exception):
    """Something that the user can understand and act on.

    ``message`` is lower case and names the thing that is wrong; ``hint`` is given only when it is likely right.
    """

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(SiemError):
    """A wrong argument, address, time, name or setting."""

    exit_code = ExitCode.WRONG_USAGE


class CharLocation(TypedDict):
    """Where an error is: offsets into the query text, the end exclusive, in UTF-16 code units as Java counts them."""

    startCharOffset: int
    endCharOffset: int


class QueryCompileError(TypedDict):
    """The member ``queryCompileError`` of a MalformedQueryException."""

    location: CharLocation
    message: str


class QueryError(SiemError):
    """A query that cannot be compiled; ``message`` is the drawing with every caret, ready to print."""

    exit_code = ExitCode.WRONG_USAGE

    @property
    def query_compile_errors(self) -> tuple[QueryCompileError, ...]:
        """Every error with its place, in the order of the text; none where the text itself is not at fault."""
        return ()

    @property
    def query_compile_error(self) -> QueryCompileError | None:
        """What MalformedQueryException carries as ``queryCompileError``: the first of all errors."""
        return next(iter(self.query_compile_errors), None)


class InputError(SiemError):
    """A file that cannot be loaded: unrecognised, broken, or larger than allowed."""


class EvidenceError(SiemError):
    """Evidence that does not verify."""

    exit_code = ExitCode.NOT_VERIFIED
