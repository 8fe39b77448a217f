"""What AWS refuses becomes an error with a name, in words that say what to do and hold no secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siemlib.errors import SiemError, UsageError
from siemlib.evidence.visible import visible
from siemlib.live import faults
from siemlib.live.errors import (
    BusyError,
    ChangedError,
    ClockError,
    CredentialsError,
    DeniedError,
    GoneError,
    InvalidError,
    LiveError,
    RefusedQueryError,
    ThrottledError,
    UnavailableError,
)
from siemlib.live.faults import Asked, Refusal, broken, refused

ASKED = Asked("StartQuery", "eu-central-1", "logs.eu-central-1.amazonaws.com", "audit")
NOW = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)
UNSIGNED = "The request signature we calculated does not match the signature you provided."


def refusal(code: str, message: str = "", status: int = 400, date: datetime | None = None) -> Refusal:
    return Refusal("StartQuery", code, message, status, format_datetime(date, usegmt=True) if date else None)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("code", "status", "kind", "again"),
    [
        ("ThrottlingException", 400, ThrottledError, True),
        ("Throttling", 400, ThrottledError, True),
        ("TooManyRequestsException", 429, ThrottledError, True),
        ("SlowDown", 503, ThrottledError, True),
        ("429", 429, ThrottledError, True),
        ("LimitExceededException", 400, BusyError, True),
        ("ServiceUnavailableException", 500, UnavailableError, True),
        ("InternalFailure", 500, UnavailableError, True),
        ("503", 503, UnavailableError, True),
        ("RequestTimeout", 400, UnavailableError, True),
        ("ExpiredTokenException", 400, CredentialsError, False),
        ("ExpiredToken", 403, CredentialsError, False),
        ("UnrecognizedClientException", 400, CredentialsError, False),
        ("InvalidClientTokenId", 403, CredentialsError, False),
        ("MissingAuthenticationTokenException", 400, CredentialsError, False),
        ("IncompleteSignatureException", 400, CredentialsError, False),
        ("InvalidSignatureException", 403, CredentialsError, False),
        ("AccessDeniedException", 400, DeniedError, False),
        ("AccessDenied", 403, DeniedError, False),
        ("ResourceNotFoundException", 400, GoneError, False),
        ("NoSuchBucket", 404, GoneError, False),
        ("PreconditionFailed", 412, ChangedError, False),
        ("MalformedQueryException", 400, RefusedQueryError, False),
        ("InvalidParameterException", 400, InvalidError, False),
        ("InvalidOperationException", 400, LiveError, False),
        ("404", 404, LiveError, False),
        ("", 200, LiveError, False),
    ],
)
def test_every_code_has_an_error_and_may_be_tried_again_where_that_helps(
    code: str, status: int, kind: type[SiemError], *, again: bool
) -> None:
    error = refused(refusal(code, "as it is", status), ASKED)
    assert type(error) is kind
    assert getattr(error, "again", False) is again
    assert error.message[0] == error.message[0].lower() or error.message.startswith("StartQuery")


def test_a_missing_permission_is_named_and_so_is_where_to_find_it() -> None:
    message = "User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: logs:GetQueryResults on resource: z"
    error = refused(refusal("AccessDeniedException", message), ASKED)
    assert "the profile audit lacks the permission logs:GetQueryResults" in error.message
    assert "siem policy" in str(error.hint)
    assert "logs:StartQuery" in refused(refusal("AccessDeniedException", ""), ASKED).message


def test_a_key_of_kms_that_may_not_be_used_is_told_apart() -> None:
    message = "The ciphertext refers to a key; User is not authorized to perform: kms:Decrypt"
    error = refused(refusal("AccessDeniedException", message), ASKED)
    assert "kms:Decrypt" in error.message
    assert "encrypted" in str(error.hint)


def test_an_expired_session_says_how_to_sign_on_again() -> None:
    error = refused(refusal("ExpiredTokenException", "The security token included in the request is expired"), ASKED)
    assert error.hint == "run aws sso login --profile audit, or renew the credentials that you have"
    role = replace(ASKED, role="arn:aws:iam::123456789012:role/x")
    assert "the role arn:aws:iam::123456789012:role/x" in refused(refusal("ExpiredToken"), role).message


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=7), "7 minutes ahead of"),
        (timedelta(hours=-5), "5 hours behind"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_a_wrong_clock_is_told_by_how_much(ahead: timedelta, words: str) -> None:
    by_date = refused(refusal("InvalidSignatureException", UNSIGNED, 403, NOW - ahead), ASKED)
    ours, theirs = (f"{each:%Y%m%dT%H%M%SZ}" for each in (NOW, NOW - ahead))
    said = f"Signature expired: {ours} is now earlier than {theirs} ({theirs} - 5 min.)"
    by_message = refused(refusal("InvalidSignatureException", said, 403, NOW), ASKED)
    for error in (by_date, by_message):
        assert isinstance(error, ClockError)
        assert words in error.message


def test_a_wrong_clock_is_told_without_a_date_and_a_right_one_is_not_blamed() -> None:
    assert isinstance(refused(refusal("RequestTimeTooSkewed", "", 403), ASKED), ClockError)
    assert not isinstance(refused(refusal("InvalidSignatureException", UNSIGNED, 403, NOW), ASKED), ClockError)
    bad = "Signature expired: 20269999T999999Z is now earlier than 20260230T000000Z"
    assert "differs" in refused(refusal("InvalidSignatureException", bad, 403), ASKED).message


TOKEN = "FwoGZXIvYXdzE" + "Ab3/+" * 40


@pytest.mark.parametrize(
    "code", ["InvalidSignatureException", "SignatureDoesNotMatch", "AccessDenied", "Odd", "MalformedQueryException"]
)
def test_what_the_service_quotes_of_a_request_is_no_secret_any_more(code: str) -> None:
    quoted = f"{UNSIGNED} x-amz-security-token:{TOKEN} AKIAIOSFODNN7EXAMPLE\x1b[2J"
    error = refused(refusal(code, quoted, 403), ASKED)
    said = f"{error.message} {error.hint}"
    assert "Ab3/" not in said
    assert "AKIA" not in said
    assert "\x1b" not in said


@settings(max_examples=30)
@given(st.text(max_size=50), st.text(max_size=80), st.integers(0, 999), st.text(max_size=30))
def test_whatever_is_answered_is_an_error_for_people(code: str, message: str, status: int, date: str) -> None:
    error = refused(Refusal("StartQuery", code, message, status, date), ASKED)
    assert visible(error.message, keep="") == error.message


QUERY = "fields @message | filter é😀 = 1 | nonsense 5"


def test_a_compile_error_is_drawn_under_the_query_that_was_sent() -> None:
    start = len(QUERY[: QUERY.index("nonsense")].encode("utf-16-le")) // 2
    found = {"location": {"startCharOffset": start, "endCharOffset": start + 8}, "message": "unexpected symbol"}
    error = refused(replace(refusal("MalformedQueryException", "bad"), compile_error=found), replace(ASKED, text=QUERY))
    assert isinstance(error, RefusedQueryError)
    drawn, carets = error.message.splitlines()[2:]
    assert drawn.strip() == QUERY
    assert drawn.index("nonsense") + 1 == carets.index("^")  # the emoji takes two columns
    assert carets.count("^") == 8
    assert error.query_compile_error == found


@pytest.mark.parametrize(
    "found",
    [None, {}, {"location": None}, {"location": {"startCharOffset": -1, "endCharOffset": 2}},
     {"location": {"startCharOffset": 5, "endCharOffset": 2}}, {"location": {"startCharOffset": "x"}}],
)  # fmt: skip
def test_a_compile_error_without_a_place_is_told_in_the_services_words(found: dict[str, object] | None) -> None:
    error = refused(replace(refusal("MalformedQueryException", "no such thing"), compile_error=found), ASKED)
    assert error.message == "the service does not take this query: no such thing"
    assert isinstance(error, RefusedQueryError)
    assert error.query_compile_error is None


@pytest.mark.parametrize(
    ("kinds", "kind", "word"),
    [
        (["NoCredentialsError", "BotoCoreError"], CredentialsError, "no credentials"),
        (["UnauthorizedSSOTokenError", "SSOError", "BotoCoreError"], CredentialsError, "sign-on"),
        (["TokenRetrievalError", "BotoCoreError"], CredentialsError, "sign-on"),
        (["LoginRefreshRequired", "LoginError", "BotoCoreError"], CredentialsError, "sign-on"),
        (["CredentialRetrievalError", "BotoCoreError"], CredentialsError, "could not be had"),
        (["EOFError"], CredentialsError, "second factor"),
        (["EndpointConnectionError", "ConnectionError", "BotoCoreError"], UnavailableError, "cannot be reached"),
        (["ReadTimeoutError", "HTTPClientError", "BotoCoreError"], UnavailableError, "in time"),
        (["ConnectionClosedError", "HTTPClientError", "BotoCoreError"], UnavailableError, "broke"),
        (["SSLError", "ConnectionError", "BotoCoreError"], LiveError, "certificate"),
        (["NoRegionError", "BotoCoreError"], UsageError, "Region"),
        (["ParamValidationError", "BotoCoreError"], InvalidError, "cannot be asked so"),
        (["SomethingNewError", "BotoCoreError"], LiveError, "SomethingNewError: the words"),
        (["ValueError"], LiveError, "could not be asked: ValueError"),
    ],
)
def test_what_breaks_on_the_way_has_an_error_too(kinds: list[str], kind: type[SiemError], word: str) -> None:
    error = broken(kinds, "the words", ASKED)
    assert type(error) is kind
    assert word in error.message
    assert ("words" in error.message) == (kinds[0] in {"SomethingNewError", "ParamValidationError"})
