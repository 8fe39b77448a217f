"""What can go wrong with the live service, each with a name. Messages are for people: what is wrong, what to do.

``again`` says whether the same request may succeed later; only the governor acts on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.errors import ExitCode, QueryError, SiemError, UsageError

if TYPE_CHECKING:
    from siemlib.errors import QueryCompileError


class LiveError(SiemError):
    """The live service did not do what it was asked to do."""

    again = False


class ThrottledError(LiveError):
    """ThrottlingException: too many requests a second."""

    again = True


class BusyError(LiveError):
    """LimitExceededException: the account runs as many queries at once as it may."""

    again = True


class UnavailableError(LiveError):
    """HTTP 500 or 503, a connection that broke or never came about, or an answer that is no whole JSON."""

    again = True


class CredentialsError(LiveError):
    """No credentials, expired ones, or ones that the service does not know."""


class ClockError(CredentialsError):
    """The clock of this machine is too far from that of the service."""


class DeniedError(LiveError):
    """AccessDeniedException: the credentials lack a permission; the message names it."""


class GoneError(LiveError):
    """ResourceNotFoundException: a log group or a query that there is not, or not any more."""


class FrozenError(LiveError):
    """An object of S3 in an archive tier (GLACIER, DEEP_ARCHIVE), which must be restored before it can be read."""


class ChangedError(LiveError):
    """An object of S3 that is another than when it was listed."""


class TokenExpiredError(LiveError):
    """A ``nextToken`` that the service does not take any more: the query must be run again."""


class RefusedQueryError(QueryError):
    """MalformedQueryException: the service does not compile a query that we do; with its own words."""

    def __init__(self, message: str, *, hint: str | None = None, errors: tuple[QueryCompileError, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self._errors = errors

    @property
    def query_compile_errors(self) -> tuple[QueryCompileError, ...]:
        """What the service says of the place, in the text that was sent; mostly it says nothing."""
        return self._errors


class InvalidError(UsageError):
    """InvalidParameterException, and what botocore refuses before it is sent."""


class EndedError(LiveError):
    """A query that ended ``Failed``, ``Cancelled``, ``Timeout`` or ``Unknown`` and gave nothing to go on with."""


class DeadlineError(LiveError):
    """What was asked did not end in the time it was given; the query is stopped."""


class CeilingError(LiveError):
    """What was asked would cost, or has cost, more than the settings allow; the query is stopped."""

    exit_code = ExitCode.INCOMPLETE
