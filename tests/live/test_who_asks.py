"""Profiles, roles and Regions are found as every AWS tool finds them, and what lacks is said in words."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import botocore.credentials
import pytest
from moto import mock_aws

from siemlib.errors import SiemError, UsageError
from siemlib.live.address import Address, parse_address
from siemlib.live.client import AwsService, connect
from siemlib.live.errors import CredentialsError, DeniedError, LiveError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROLE = "arn:aws:iam::123456789012:role/audit/Analyst"
CONFIG = """
[default]
region = eu-west-1
[profile audit]
region = eu-central-1
aws_access_key_id = AKIAAUDITAUDITAUDIT0
aws_secret_access_key = hushhushhush
[profile half]
aws_access_key_id = AKIAAUDITAUDITAUDIT0
[profile signed-on]
sso_session = ours
sso_account_id = 123456789012
sso_role_name = Reader
[sso-session ours]
sso_region = eu-west-1
sso_start_url = https://example.awsapps.com/start
[profile circle]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = circular
[profile circular]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = circle
"""


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "PROFILE", "REGION", "DEFAULT_REGION"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    path = tmp_path / "config"
    path.write_text(CONFIG)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return path


@pytest.fixture
def aws() -> Iterator[None]:
    """Log groups and roles of nobody; queries are asked elsewhere, of an endpoint that answers them."""
    with mock_aws(config={"core": {"mock_credentials": False}}):
        yield


def keys(service: AwsService) -> list[str]:
    """The access keys that sign the requests of a service, as they come."""
    seen: list[str] = []

    def look(request: object, **_: object) -> None:
        seen.append(str(request.headers["Authorization"]).split("Credential=")[1].split("/")[0])  # type: ignore[attr-defined]

    service._opened.client.meta.events.register("before-send.cloudwatch-logs", look)
    return seen


# ── Regions ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_region_is_that_of_the_address_then_of_the_environment_then_of_the_profile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert connect(Address()).region == "eu-west-1"
    assert connect(Address()).address.url == "live:eu-west-1"
    assert connect(Address(profile="audit")).region == "eu-central-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-2")
    assert connect(Address()).region == "us-east-2"
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    assert connect(Address(profile="audit")).region == "us-west-2"
    assert connect(parse_address("live:ap-south-1")).region == "ap-south-1"


def test_without_any_region_it_is_said_where_to_write_one(configuration: Path) -> None:
    configuration.write_text("")
    with pytest.raises(UsageError) as error:
        connect(Address())
    assert error.value.message == "no Region is given"
    assert "AWS_REGION" in str(error.value.hint)


@pytest.mark.parametrize(
    ("region", "meant"), [("eu-centrl-1", "eu-central-1"), ("us-esat-1", "us-east-1"), ("zz-central-1", "central-1")]
)
def test_a_region_that_there_is_not_is_refused_before_it_is_asked(region: str, meant: str) -> None:
    with pytest.raises(UsageError) as error:
        connect(Address(region))
    assert "did you mean" in str(error.value.hint)
    assert meant in str(error.value.hint)


def test_at_an_endpoint_of_ones_own_a_region_is_but_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for region in ("eu-nowhere-7", "zz-local-1"):
        service = connect(Address(region))
        assert (service.host, service.address.url) == ("127.0.0.1", f"live:{region}")


@pytest.mark.parametrize(
    ("region", "host"),
    [("eu-central-1", "logs.eu-central-1.amazonaws.com"), ("cn-north-1", "logs.cn-north-1.amazonaws.com.cn")],
)
def test_the_host_is_that_of_the_service(region: str, host: str) -> None:
    assert connect(Address(region)).host == host


# ── profiles and credentials ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("aws")
def test_a_profile_signs_with_its_own_key() -> None:
    service = connect(Address(profile="audit"))
    seen = keys(service)
    assert list(service.log_groups()) == []
    assert service.account() is None
    assert set(seen) == {"AKIAAUDITAUDITAUDIT0"}


def check_refused(error: SiemError, word: str, hint: str) -> None:
    said = f"{error.message} {error.hint}"
    assert word in error.message
    assert hint in str(error.hint)
    assert "hush" not in said
    assert "AKIA" not in said


@pytest.mark.parametrize(
    ("profile", "word", "hint"),
    [
        (None, "there are no AWS credentials", "aws configure sso"),
        ("half", "a part of the credentials is missing", "secret access key"),
        ("signed-on", "sign-on of the profile signed-on has ended", "aws sso login --profile signed-on"),
        ("circle", "circle", ""),
    ],
)
def test_credentials_that_lack_are_said_to_when_they_are_needed(profile: str | None, word: str, hint: str) -> None:
    with pytest.raises(SiemError) as error:
        connect(Address("eu-west-1", profile)).account()
    check_refused(error.value, word, hint)


@pytest.mark.parametrize(
    "program",
    [
        "echo hushhushhush",
        "echo [1]",
        "/no/such/program hushhushhush",
        "sh -c 'echo hushhushhush >&2; exit 3'",
        "echo 'hushhushhush",
        'echo \'{"Version":1,"AccessKeyId":"a","SecretAccessKey":"hushhushhush","Expiration":"soon"}\'',
    ],
)
def test_a_program_that_gives_no_credentials_is_what_is_named(configuration: Path, program: str) -> None:
    configuration.write_text(f"[default]\ncredential_process = {program}\n")
    with pytest.raises(CredentialsError, match="could not be had") as error:
        connect(Address("eu-west-1")).account()
    assert "hushhushhush" not in error.value.message + (error.value.hint or "")


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"])
@pytest.mark.parametrize("tail", ["\n", "\r", "\nx", "ü"])
def test_a_line_break_that_was_copied_with_a_key_is_no_broken_connection(
    monkeypatch: pytest.MonkeyPatch, name: str, tail: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAAUDITAUDITAUDIT0")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hushhushhush")
    monkeypatch.setenv(name, f"hushhushhush{tail}")
    with pytest.raises(CredentialsError, match="no plain text") as error:
        connect(Address("eu-west-1"))
    assert "hushhushhush" not in error.value.message


def test_a_file_of_an_identity_that_is_not_there_is_no_broken_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/no/such/file")
    monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
    with pytest.raises(CredentialsError, match="a file of theirs cannot be read"):
        connect(Address("eu-west-1")).account()


@pytest.mark.parametrize("url", ["localhost:99", "http://[::1", "http://127.0.0.1:99999", "ftp://127.0.0.1", "http://"])
def test_an_endpoint_that_is_no_address_is_refused_before_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", url)
    with pytest.raises(UsageError, match="the endpoint is no address"):
        connect(Address("eu-west-1", "audit"))


def test_a_profile_that_there_is_not_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError) as error:
        connect(Address("eu-west-1", "adit"))
    check_refused(error.value, "there is no profile adit", "there is audit")
    monkeypatch.setenv("AWS_PROFILE", "adit")
    with pytest.raises(UsageError, match="AWS_PROFILE"):
        connect(Address("eu-west-1"))


def test_a_configuration_that_cannot_be_read_is_said_to_be_so(configuration: Path) -> None:
    configuration.write_text("[profile x\nregion")
    with pytest.raises(SiemError, match="configuration file"):
        connect(Address("eu-west-1", "x"))


# ── roles ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("aws")
def test_a_role_is_taken_kept_in_memory_and_taken_anew_before_it_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    service = connect(Address("eu-west-1", "audit", ROLE, "ours:1"))
    seen = keys(service)
    list(service.log_groups())
    list(service.log_groups())
    local_now = botocore.credentials._local_now
    monkeypatch.setattr(botocore.credentials, "_local_now", lambda: local_now() + timedelta(minutes=50))
    service._opened.client._request_signer._credentials._time_fetcher = botocore.credentials._local_now
    list(service.log_groups())
    assert seen[0] == seen[1] != seen[2]
    assert all(key.startswith("ASIA") for key in seen)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config"]


@pytest.mark.usefixtures("aws")
def test_the_role_is_asked_for_by_its_name_with_the_external_id_and_a_session_that_can_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    fetcher = botocore.credentials.AssumeRoleCredentialFetcher
    original = fetcher._assume_role_kwargs

    def look(self: object) -> dict[str, object]:
        asked.append(original(self))
        return asked[-1]

    monkeypatch.setattr(fetcher, "_assume_role_kwargs", look)
    list(connect(Address("eu-west-1", "audit", ROLE, "ours:1")).log_groups())
    assert asked == [{"RoleArn": ROLE, "RoleSessionName": "siem", "ExternalId": "ours:1"}]


def test_a_role_without_credentials_to_take_it_is_said_to_lack_them() -> None:
    with pytest.raises(CredentialsError, match="no AWS credentials"):
        connect(Address("eu-west-1", None, ROLE)).account()


def test_a_role_whose_giver_cannot_be_reached_is_no_error_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    with pytest.raises(UnavailableError):
        connect(Address("eu-west-1", "audit", ROLE)).account()


def test_a_role_that_may_not_be_taken_says_what_must_allow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = {"Error": {"Code": "AccessDenied", "Message": "User: x is not authorized to perform: sts:AssumeRole"}}
    error = botocore.exceptions.ClientError({**refusal, "ResponseMetadata": {"HTTPStatusCode": 403}}, "AssumeRole")

    def refuse(_: object) -> None:
        raise error

    monkeypatch.setattr(botocore.credentials.AssumeRoleCredentialFetcher, "_get_credentials", refuse)
    with pytest.raises(DeniedError) as raised:
        connect(Address("eu-west-1", "audit", ROLE)).account()
    check_refused(raised.value, ROLE, "trust policy")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", UnavailableError),
        (b"<html>a proxy's own page", UnavailableError),
        (b"{}", UnavailableError),
        (b"<AssumeRoleResponse/>", LiveError),
    ],
)
def test_what_is_no_answer_of_the_giver_of_roles_is_said_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, body: bytes, kind: type[LiveError]
) -> None:
    with answering(body) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        service = connect(Address("eu-central-1", "audit", ROLE))
        with pytest.raises(kind):
            service.account()


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """A server that answers this to whatever is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
