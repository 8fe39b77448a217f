"""``live:REGION?profile=…&role=ARN&external-id=…``: where to ask, and as whom.

No credential can stand in an address: they come from where every AWS tool finds them (environment, profiles, single
sign-on, the machine's own role). The endpoint is not in it either: botocore reads ``AWS_ENDPOINT_URL`` and
``AWS_ENDPOINT_URL_CLOUDWATCH_LOGS``, and the profile's ``endpoint_url``.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from siemlib.errors import UsageError

_FORM = "write live:eu-central-1, or live:eu-central-1?profile=NAME&role=arn:aws:iam::123456789012:role/NAME"
REGION = re.compile(r"[a-z]{2,10}(-[a-z]{2,20}){1,3}-\d{1,2}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,576}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_LONGEST = 4096
_LONGEST_PROFILE = 256
_LONGEST_REGION = 24
_SECRET = re.compile(r"secret|access.?key|token|password|passwd|pwd|credential|session", re.IGNORECASE)
_KEYS = ("profile", "role", "external-id")


@dataclass(frozen=True, slots=True)
class Address:
    """What stands behind ``live:``; the parts that are not given are found as every AWS tool finds them."""

    region: str | None = None
    profile: str | None = None
    role: str | None = None
    """The ARN of a role to assume; its credentials are fetched anew before they expire."""
    external_id: str | None = None
    """What the role's trust policy may ask for; AWS does not count it among the secrets."""

    @property
    def url(self) -> str:
        """The address as it can be opened again."""
        given = zip(_KEYS, (self.profile, self.role, self.external_id), strict=True)
        query = "&".join(f"{key}={quote(value, safe=':/@')}" for key, value in given if value is not None)
        return f"live:{self.region or ''}{'?' if query else ''}{query}"

    @property
    def recorded(self) -> str:
        """The address as a record keeps it: without the names of a person's profile and role."""
        return f"live:{self.region or ''}"


def parse_address(url: str) -> Address:
    """The parts of ``url``; ``live:`` alone is whatever the environment says. Raises UsageError.

    What is refused is never repeated where it may be a secret.
    """
    kind, colon, rest = url.partition(":")
    if kind != "live" or not colon or len(url) > _LONGEST or not rest.isprintable():
        raise UsageError("not an address of CloudWatch Logs", hint=_FORM)
    region, _, query = rest.partition("?")
    if region and not REGION.fullmatch(region):
        # What is no longer than the longest Region is no secret key.
        shown = f": {region!r}" if len(region) <= _LONGEST_REGION and not _SECRET.search(region) else ""
        raise UsageError(f"not an AWS Region{shown}", hint=_FORM)
    given = _given(query)
    role, external_id, profile = given.get("role"), given.get("external-id"), given.get("profile")
    if role is not None and not _ROLE.fullmatch(role):
        raise UsageError("the role is no ARN of a role", hint="write role=arn:aws:iam::123456789012:role/NAME")
    if external_id is not None and role is None:
        raise UsageError("an external id is given without a role", hint=_FORM)
    if external_id is not None and not _EXTERNAL_ID.fullmatch(external_id):
        raise UsageError("the external id has characters that AWS does not allow", hint="letters, digits and +=,.@:/-")
    if profile is not None and len(profile) > _LONGEST_PROFILE:
        raise UsageError(f"the name of the profile has more than {_LONGEST_PROFILE} characters")
    return Address(region or None, profile, role, external_id)


def host_of(url: str) -> str:
    """The host of an endpoint. Raises ValueError where no request could be sent there; it is not repeated."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.port == 0 or not parts.hostname:
        raise ValueError
    return parts.hostname


def is_plain(text: str) -> bool:
    """Whether a header of a request can carry it."""
    return text.isascii() and text.isprintable()


def _given(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict")
    except ValueError:
        raise UsageError("what follows the ? is not name=value&name=value", hint=_FORM) from None
    given: dict[str, str] = {}
    for key, value in pairs:
        if key not in _KEYS:
            raise _unknown(key)
        if key in given:
            raise UsageError(f"{key} is given twice", hint=_FORM)
        if not value or not value.isprintable():
            raise UsageError(f"{key} has no value that could be one", hint=_FORM)
        given[key] = value
    return given


def _unknown(key: str) -> UsageError:
    if _SECRET.search(key):
        message = "an address must hold no credentials: it stands in notebooks, shell histories and reports"
        return UsageError(message, hint="use a profile (aws configure, aws configure sso) and write ?profile=NAME")
    if "endpoint" in key.lower():
        return UsageError("an address holds no endpoint", hint="set AWS_ENDPOINT_URL_CLOUDWATCH_LOGS")
    near = difflib.get_close_matches(key.lower().replace("_", "-"), _KEYS, n=1)
    # What is not one of ours is named only where it is a word: a key pasted by mistake is not repeated.
    shown = f" {key!r}" if re.fullmatch(r"[A-Za-z_-]{1,20}", key) else ""
    hint = f"did you mean {near[0]}?" if near else f"an address may say {', '.join(_KEYS)}"
    return UsageError(f"an address says nothing of the kind{shown}", hint=hint)
