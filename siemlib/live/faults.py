"""What the service refuses, and what breaks on the way → ``siemlib.live.errors``, in words that say what to do.

Nothing here knows boto3: a refusal comes as its code and message, a failure of the client as the names of its classes.
No secret leaves in a message: what the service says of signatures is not repeated (it quotes the headers, a session
token among them), and of the rest access keys are taken out.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.evidence.visible import visible
from siemlib.live.calls import BY_OPERATION
from siemlib.live.errors import (
    BusyError,
    ChangedError,
    ClockError,
    CredentialsError,
    DeniedError,
    FrozenError,
    GoneError,
    InvalidError,
    LiveError,
    RefusedQueryError,
    ThrottledError,
    TokenExpiredError,
    UnavailableError,
)
from siemlib.live.key_faults import KEY_OPERATIONS, key_fault
from siemlib.model.clock import now
from siemlib.ql.diagnostic import Diagnostic, draw
from siemlib.ql.nodes import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siemlib.errors import QueryCompileError, SiemError

_THROTTLED = re.compile(r"throttl|toomanyrequests|requestlimitexceeded|slowdown|rateexceeded", re.IGNORECASE)
_EXPIRED = re.compile(r"expiredtoken|tokenrefreshrequired", re.IGNORECASE)
_UNKNOWN_KEYS = re.compile(
    r"unrecognizedclient|invalidclienttokenid|invalidaccesskeyid|missingauthentication", re.IGNORECASE
)
_SIGNATURE = re.compile(r"signature|requesttimetooskewed|requestexpired|authfailure|accesskeynotfound", re.IGNORECASE)
_DENIED = re.compile(
    r"accessdenied|unauthorizedoperation|notauthorized|authorizationerror|kmsaccessdenied", re.IGNORECASE
)
_SKEWED = re.compile(r"skewed|requestexpired|signature expired|not yet current|is now (earlier|later)", re.IGNORECASE)
_STAMP = re.compile(r"\b20\d{6}T\d{6}Z", re.ASCII)
_KEY = re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}|[A-Za-z0-9+/=]{100,}")
_PERMISSION = re.compile(r"\bperform: ?([a-z0-9-]{2,40}:\w{2,80})")
_LONGEST = 600
_NO_FILE = "[Errno 2]"
"""Of what opens no file; whose connection breaks names no file."""
_TOO_MANY_REQUESTS = 429
_SERVER = 500
_SKEW_SECONDS = 240
"""AWS takes five minutes; a little less, because the Date header has whole seconds and the answer has travelled."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of whom, for the words of an error."""

    operation: str
    region: str
    host: str
    profile: str | None = None
    role: str | None = None
    text: str | None = None
    """The query that was sent."""
    pages: bool = False
    """Whether it was for a further page."""
    about: str = "what was asked for"
    """In S3: the object, or the bucket."""

    @property
    def login(self) -> str:
        """What to do to be known again."""
        name = f" --profile {self.profile}" if self.profile else ""
        return f"run aws sso login{name}, or renew the credentials that you have"

    @property
    def whom(self) -> str:
        """As whom, for a sentence."""
        if self.role:
            return f"the role {self.role}"
        return f"the profile {self.profile}" if self.profile else "the credentials of this environment"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of AWS that is an error."""

    operation: str
    """As botocore says: ``AssumeRole`` where the role was refused, and not what was asked with it."""
    code: str
    message: str
    status: int
    date: str | None = None
    """The header of the answer."""
    compile_error: object = None


def refused(refusal: Refusal, asked: Asked) -> SiemError:
    """The error that a refusal is."""
    if refusal.operation in {"AssumeRole", "AssumeRoleWithWebIdentity", "GetRoleCredentials"}:
        return _role(refusal, asked)
    judged = _rates(refusal, asked) or _credentials(refusal, asked) or _coded(refusal, asked)
    return judged or LiveError(
        f"{asked.operation} was refused: {visible(refusal.code[:80], keep='')}: {_said(refusal)}"
    )


def broken(kinds: Sequence[str], text: str, asked: Asked) -> SiemError:
    """The error that a failure of the client is; ``kinds`` are the names of its class and of those above it."""
    for kind in kinds:
        if kind in _BY_KIND:
            return _BY_KIND[kind](asked)
    if "ParamValidationError" in kinds:
        return InvalidError(f"{asked.operation} cannot be asked so: {_clean(text)}")
    if "RuntimeError" in kinds and "credentials" in text:
        return CredentialsError(
            f"{asked.whom}: the credentials have expired, and so have those fetched anew", hint=asked.login
        )
    if {"SSOError", "LoginError", "TokenRetrievalError"} & set(kinds):
        return CredentialsError(f"the sign-on of {asked.whom} has ended", hint=asked.login)
    return _on_the_way(kinds, text, asked)


def _on_the_way(kinds: Sequence[str], text: str, asked: Asked) -> LiveError:
    if "HTTPClientError" in kinds and _NO_FILE in text:
        return LiveError("the certificates to trust cannot be read", hint="AWS_CA_BUNDLE names their file")
    if {"HTTPClientError", "ConnectionError", "OSError"} & set(kinds):
        return UnavailableError(f"the connection to {asked.host} broke ({asked.operation})")
    if "ResponseParserError" in kinds:
        return UnavailableError(f"what answered {asked.operation}, or the taking of a role, broke off or is not AWS")
    # What is not botocore's own may quote a header, and in it a session token.
    told = _clean(text) if "BotoCoreError" in kinds else "an answer, or what gives the credentials, has another form"
    return LiveError(f"{asked.operation} could not be asked: {kinds[0]}: {told}")


def no_credentials(asked: Asked, kind: str) -> CredentialsError:
    """What gives credentials gave none that can be used."""
    hint = "see credential_process and the files that the profile names in ~/.aws/config"
    return CredentialsError(f"{asked.whom}: the credentials could not be had ({kind})", hint=hint)


def no_endpoint() -> UsageError:
    """An endpoint that no request could be sent to; it is not repeated."""
    hint = "see AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS and the profile's endpoint_url"
    return UsageError("the endpoint is no address", hint=hint)


def unsendable(asked: Asked) -> CredentialsError:
    """Credentials that no request can carry; they are not repeated."""
    hint = "was a line break copied with it?"
    return CredentialsError(f"{asked.whom}: the access key, or the session token, is no plain text", hint=hint)


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rates(refusal: Refusal, asked: Asked) -> SiemError | None:
    if _THROTTLED.search(refusal.code) or refusal.status == _TOO_MANY_REQUESTS:
        return ThrottledError(f"{asked.host} takes no more requests a second ({asked.operation})")
    if refusal.code == "LimitExceededException":
        return BusyError(f"the account runs as many queries as it may: {_said(refusal)}")
    return None


def _coded(refusal: Refusal, asked: Asked) -> SiemError | None:
    code = refusal.code
    if asked.operation in KEY_OPERATIONS and (fault := key_fault(code, asked.about, _said(refusal))):
        return fault
    if code in _BY_CODE:
        return _BY_CODE[code](refusal, asked)
    if refusal.status >= _SERVER or code in {"RequestTimeout", "RequestTimeoutException"}:
        return UnavailableError(f"{asked.host} could not answer {asked.operation} (HTTP {refusal.status})")
    if code.isdigit() or not code:
        hint = "is there a proxy in between, or is AWS_ENDPOINT_URL set to another service?"
        return LiveError(f"{asked.host} does not speak as CloudWatch Logs does (HTTP {refusal.status})", hint=hint)
    return None


def _role(refusal: Refusal, asked: Asked) -> SiemError:
    if _THROTTLED.search(refusal.code) or refusal.status >= _SERVER:
        return UnavailableError(f"the service that gives roles could not answer (HTTP {refusal.status})")
    if skewed := _clock(refusal, asked):
        return skewed
    if _EXPIRED.search(refusal.code):
        return CredentialsError("the credentials that would take the role have expired", hint=asked.login)
    if _SIGNATURE.search(refusal.code) or _UNKNOWN_KEYS.search(refusal.code):
        return CredentialsError("the credentials that would take the role are not known to AWS", hint=asked.login)
    role = asked.role or "of the profile"
    if _DENIED.search(refusal.code):
        hint = "the role's trust policy must allow it (with this external id), and you need sts:AssumeRole for it"
        return DeniedError(f"the role {role} may not be taken: {_said(refusal)}", hint=hint)
    return CredentialsError(f"the role {role} could not be taken: {_said(refusal)}")


def _credentials(refusal: Refusal, asked: Asked) -> SiemError | None:
    """What the code says of who asks; ``None`` where it says nothing of it."""
    code = refusal.code
    if _EXPIRED.search(code):
        return CredentialsError(f"{asked.whom}: the session has expired", hint=asked.login)
    if skewed := _clock(refusal, asked):
        return skewed
    if _UNKNOWN_KEYS.search(code):
        hint = f"is the Region {asked.region} switched on for the account? if so, {asked.login}"
        return CredentialsError(f"{asked.whom}: AWS does not know the access key in {asked.region}", hint=hint)
    if _SIGNATURE.search(code):
        hint = "the secret access key does not belong to the access key, or was cut when it was copied"
        return CredentialsError(f"{asked.whom}: the signature is wrong", hint=hint)
    return _denied(refusal, asked) if _DENIED.search(code) else None


def _clock(refusal: Refusal, asked: Asked) -> ClockError | None:
    skew = _skew(refusal)
    says = _SKEWED.search(f"{refusal.code} {refusal.message}")
    if not says and not (_SIGNATURE.search(refusal.code) and skew is not None and abs(skew) > _SKEW_SECONDS):
        return None
    way = "differs from"
    if skew is not None and abs(skew) > _SKEW_SECONDS:
        way = f"is {_length(abs(skew))} {'ahead of' if skew > 0 else 'behind'}"
    return ClockError(f"the clock of this machine {way} that of {asked.host}", hint="set it (NTP); AWS takes 5 minutes")


def _skew(refusal: Refusal) -> float | None:
    """Seconds that our clock is ahead, by the Date header of the answer; else by the times that the message says."""
    skew = None
    with suppress(TypeError, ValueError):
        skew = (now() - parsedate_to_datetime(refusal.date or "")).total_seconds()
    said: list[datetime] = []
    with suppress(ValueError):
        said = [datetime.strptime(each, "%Y%m%dT%H%M%S%z") for each in _STAMP.findall(refusal.message)]
    if len(said) > 1 and (skew is None or abs(skew) <= _SKEW_SECONDS):
        # Ours stands first in the sentence, and that of the service last.
        return (said[0] - said[-1]).total_seconds()
    return skew


def _length(seconds: float) -> str:
    minutes, hours = round(seconds / 60), round(seconds / 3600)
    return f"{minutes} minutes" if minutes < 2 * 60 else f"{hours} hours" if hours < 2 * 24 else f"{hours // 24} days"


def _denied(refusal: Refusal, asked: Asked) -> DeniedError:
    named = _PERMISSION.search(refusal.message)
    call = BY_OPERATION.get(asked.operation)
    permission = named[1] if named else call.permission if call else asked.operation
    hint = "siem policy analyst (scheduled, acquire) prints the policy that is needed"
    if permission.startswith("kms:") or "kms" in refusal.message.lower():
        hint = "the log group, or its results, are encrypted: the key's policy must allow kms:Decrypt"
    lacks = "lacks" if asked.role or asked.profile else "lack"
    return DeniedError(f"{asked.whom} {lacks} the permission {permission}: {_said(refusal)}", hint=hint)


def _malformed(refusal: Refusal, asked: Asked) -> SiemError:
    message = f"the service does not take this query: {_said(refusal)}"
    found = _compile_error(refusal.compile_error, refusal.message)
    if found is None or asked.text is None:
        return RefusedQueryError(message)
    place = found["location"]
    span = Span(_characters(asked.text, place["startCharOffset"]), _characters(asked.text, place["endCharOffset"]))
    drawn = draw(asked.text, [Diagnostic(_clean(found["message"]), span)])
    return RefusedQueryError(f"the service does not take this query\n{drawn}", errors=(found,))


def _compile_error(found: object, message: str) -> QueryCompileError | None:
    place = found.get("location") if isinstance(found, dict) else None
    start, end = (place.get("startCharOffset"), place.get("endCharOffset")) if isinstance(place, dict) else (None, None)
    if not isinstance(found, dict) or not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end:
        return None
    return {
        "location": {"startCharOffset": start, "endCharOffset": end},
        "message": str(found.get("message") or message),
    }


def _characters(text: str, units: int) -> int:
    """A place in UTF-16 code units as one in characters."""
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore"))


def _gone(refusal: Refusal, asked: Asked) -> SiemError:
    about = "the query" if asked.operation in {"GetQueryResults", "StopQuery"} else "the log group"
    return GoneError(f"{about} is not there in {asked.region}: {_said(refusal)}")


def _no_object(refusal: Refusal, asked: Asked) -> SiemError:
    return GoneError(f"{asked.about} is not there: {_said(refusal)}")


def _invalid(refusal: Refusal, asked: Asked) -> SiemError:
    if asked.pages and "token" in refusal.message.lower():
        return TokenExpiredError(f"the service does not take the token of the next page any more: {_said(refusal)}")
    return InvalidError(f"{asked.operation} was refused: {_said(refusal)}")


def _unavailable(_: Refusal, asked: Asked) -> SiemError:
    return UnavailableError(f"{asked.host} could not answer {asked.operation}")


_BY_CODE: dict[str, Callable[[Refusal, Asked], SiemError]] = {
    "MalformedQueryException": _malformed,
    "ResourceNotFoundException": _gone,
    "NoSuchBucket": _no_object,
    "NoSuchKey": _no_object,
    "InvalidObjectState": lambda _, asked: FrozenError(
        f"{asked.about} is in an archive tier of S3 and not restored",
        hint="restore it first (aws s3api restore-object), and run the same again",
    ),
    "PreconditionFailed": lambda _, asked: ChangedError(f"{asked.about} is another than when it was listed"),
    "InvalidRange": lambda _, asked: ChangedError(f"{asked.about} is shorter than when it was listed"),
    "InvalidParameterException": _invalid,
    "ValidationException": _invalid,
    "SerializationException": _invalid,
    "ServiceUnavailableException": _unavailable,
    "ServiceUnavailable": _unavailable,
    "InternalFailure": _unavailable,
    "InternalServerError": _unavailable,
    "InternalError": _unavailable,
}


# ── failures on the way ──────────────────────────────────────────────────────────────────────────────────────────────


def _no_credentials(asked: Asked) -> SiemError:
    hint = "set up a profile (aws configure sso) and name it: live:REGION?profile=NAME"
    if asked.profile:
        return CredentialsError(f"the profile {asked.profile} gives no credentials", hint=asked.login)
    return CredentialsError("there are no AWS credentials", hint=hint)


def _not_reached(asked: Asked) -> SiemError:
    hint = "is there a network, and the Region right? AWS_ENDPOINT_URL and HTTPS_PROXY change where it goes"
    return UnavailableError(f"{asked.host} cannot be reached", hint=hint)


def _certificate(asked: Asked) -> SiemError:
    return LiveError(f"the certificate of {asked.host} is not trusted", hint="AWS_CA_BUNDLE names that of a proxy")


_BY_KIND: dict[str, Callable[[Asked], SiemError]] = {
    "NoCredentialsError": _no_credentials,
    "NoAuthTokenError": _no_credentials,
    "PartialCredentialsError": lambda asked: CredentialsError(
        f"{asked.whom}: a part of the credentials is missing", hint="an access key needs its secret access key"
    ),
    "CredentialRetrievalError": lambda asked: CredentialsError(
        f"{asked.whom}: the credentials could not be had", hint=asked.login
    ),
    "MetadataRetrievalError": _no_credentials,
    "RefreshWithMFAUnsupportedError": lambda asked: CredentialsError(
        f"{asked.whom}: a new code of the second factor is needed", hint="start again; a code lasts for one session"
    ),
    "EOFError": lambda asked: CredentialsError(
        f"{asked.whom}: a code of the second factor is asked for, and nobody is there to give one",
        hint="use a role without it for scheduled runs",
    ),
    **dict.fromkeys(
        ("FileNotFoundError", "PermissionError", "IsADirectoryError", "NotADirectoryError"),
        lambda asked: no_credentials(asked, "a file of theirs cannot be read"),
    ),
    "EndpointConnectionError": _not_reached,
    "ConnectTimeoutError": _not_reached,
    "ProxyConnectionError": lambda asked: UnavailableError(f"the proxy does not let us through to {asked.host}"),
    "SSLError": _certificate,
    "ReadTimeoutError": lambda asked: UnavailableError(f"{asked.host} did not answer {asked.operation} in time"),
    "NoRegionError": lambda _: UsageError(
        "no Region is given", hint="write live:eu-central-1, or set AWS_REGION, or give the profile a region"
    ),
    "InvalidRegionError": lambda asked: UsageError(f"not an AWS Region: {asked.region!r}"),
    "ProfileNotFound": lambda asked: UsageError(f"there is no profile {asked.profile or 'of that name (AWS_PROFILE)'}"),
    "ConfigParseError": lambda _: UsageError("the configuration file of AWS cannot be read", hint="~/.aws/config"),
    "InvalidConfigError": lambda asked: UsageError(
        f"{asked.whom}: the configuration is not whole", hint="see its table in ~/.aws/config"
    ),
    "InfiniteLoopConfigError": lambda asked: UsageError(f"{asked.whom}: the profiles name each other in a circle"),
}


def _said(refusal: Refusal) -> str:
    return _clean(refusal.message) or visible(refusal.code[:80], keep="")


def _clean(text: str) -> str:
    """What a stranger says, on one line, without keys."""
    line = " ".join(text.split())
    shown = visible(_KEY.sub("(hidden)", line), keep="")
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
