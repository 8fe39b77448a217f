"""A real endpoint over an archive, on a real socket, and boto3 led to it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siemlib.archive.store import Archive
from siemlib.local.engine import open_local
from siemlib.serve.app import app
from siemlib.serve.faults import Faults
from siemlib.serve.limits import UNLIMITED, Limits
from siemlib.serve.server import LOOPBACK, Serving, bound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from siemlib.engine import Engine
    from siemlib.serve.endpoint import Endpoint as State
    from siemlib.serve.endpoint import Entry


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that is being served. ``state`` is what its operations work on."""

    url: str
    faults: Faults
    state: State

    @property
    def log(self) -> Sequence[Entry]:
        """Every request that came, as (time, operation, request)."""
        return self.state.log

    def asked(self, operation: str) -> list[dict[str, Any]]:
        """The requests of one operation that came."""
        return [entry.request for entry in list(self.state.log) if entry.operation == operation]

    def running_queries(self) -> list[str]:
        """The ids of the queries that have not ended."""
        return self.state.queries.running()


@contextmanager
def serving(
    source: Engine | Path,
    *,
    limits: Limits = UNLIMITED,
    faults: Faults | None = None,
    account: str = "000000000000",
    region: str = "us-east-1",
) -> Iterator[Endpoint]:
    """An endpoint over an engine, or over the archive in a folder, on a free port of the loopback."""
    archive = Archive.open(source) if isinstance(source, Path) else None
    engine = open_local(source) if isinstance(source, Path) else source
    faults = faults or Faults()
    application = app(engine, archive, limits=limits, faults=faults, account=account, region=region)
    served = Serving(application, bound(LOOPBACK, 0))
    served.start()
    try:
        yield Endpoint(served.url, faults, application.state.endpoint)
    finally:
        served.stop()


def lead_boto3_to(patch: pytest.MonkeyPatch, endpoint: Endpoint | str, *, region: str = "us-east-1") -> None:
    """Let every boto3 client, and every AWS program that is started, ask ``endpoint`` (or its URL) as nobody."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "AWS_DEFAULT_REGION"):
        patch.delenv(name, raising=False)
    patch.setenv("AWS_ENDPOINT_URL", endpoint if isinstance(endpoint, str) else endpoint.url)
    patch.setenv("AWS_ACCESS_KEY_ID", "nobodys-key")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    patch.setenv("AWS_REGION", region)
    patch.setenv("AWS_DEFAULT_REGION", region)
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("AWS_CONFIG_FILE", "/dev/null")
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
