"""``siem serve``: an archive as an endpoint that speaks the protocol of CloudWatch Logs."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import tell
from siemlib.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.applications import Starlette

    from siemlib.engine import LogGroup
    from siemlib.serve.limits import Limits

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NOBODY = "000000000000"


def serve(
    *,
    archive: Annotated[Path, typer.Option("--archive", help="What siem load wrote.", metavar="DIR")],
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="The port; 0 is a free one.")] = 8600,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.", metavar="ADDRESS")] = _LOOPBACK[0],
    no_authentication: Annotated[
        bool,
        typer.Option("--no-authentication", help="Listen on an address that others reach, and answer whoever asks."),
    ] = False,
    account: Annotated[
        str | None,
        typer.Option("--account", help="The account to be; by default the one of the archive.", metavar="ID"),
    ] = None,
    region: Annotated[str, typer.Option("--region", help="The Region to be.")] = "us-east-1",
    rows_per_query: Annotated[int, typer.Option(min=1, max=100_000, help="The most rows of a query.")] = 100_000,
    rows_per_page: Annotated[int, typer.Option(min=1, max=10_000, help="The most rows of a page.")] = 10_000,
    queries_at_once: Annotated[int, typer.Option(min=1, max=10_000, help="Queries that may run at once.")] = 100,
    requests_per_second: Annotated[
        float, typer.Option(min=0, help="StartQuery, and GetQueryResults; 0 is without limit.")
    ] = 10,
    latency: Annotated[float, typer.Option(min=0, max=600, help="Seconds added to every answer.")] = 0,
    query_seconds: Annotated[float, typer.Option(min=0, max=3600, help="A query runs at least so long.")] = 0,
) -> int:
    """Answer AWS SDKs from an archive. Ctrl-C ends it.

    The limits are those of the service; lower them to see what a program does with more rows than it gets.
    """
    _check_host(host, allowed=no_authentication)
    _check_account(account, region)
    limits = _limits(rows_per_query, rows_per_page, queries_at_once, requests_per_second, latency, query_seconds)
    application = _application(archive, limits, account, region, host)
    from siemlib.serve.server import Serving, bound

    serving = Serving(application, bound(host, port))
    _introduce(serving.url, region, len(application.state.endpoint.engine.log_groups()), host)
    with suppress(KeyboardInterrupt):
        serving.run()
    if not serving.ended:
        tell("waiting for a query to end")
        while not application.state.endpoint.queries.close():
            pass
    tell("the endpoint has ended")
    return ExitCode.DONE


def _application(archive: Path, limits: Limits, account: str | None, region: str, host: str) -> Starlette:
    from siemlib.archive.store import Archive
    from siemlib.case.open import open_engine
    from siemlib.queries.library import library
    from siemlib.settings import settings_of

    store, engine = Archive.open(archive), open_engine(f"local:{archive}")
    try:
        from siemlib.serve.app import app
    except ModuleNotFoundError as error:
        raise UsageError(
            f"siem serve needs {error.name}, which is not installed", hint="pip install 'siemlib[serve]'"
        ) from None
    return app(
        engine,
        store,
        limits=limits,
        account=account or _account(engine.log_groups()),
        region=region,
        hosts=[host],
        logged=0,
        saved_queries=lambda: library(settings_of(archive).saved_queries.folder),
    )


def _limits(  # noqa: PLR0917 - the options, in the order of the command line
    rows_per_query: int, rows_per_page: int, queries: int, requests: float, latency: float, seconds: float
) -> Limits:
    from siemlib.serve.limits import Limits

    return Limits(
        rows_of_a_query=rows_per_query,
        rows_without_limit=min(rows_per_query, 10_000),
        rows_of_a_page=rows_per_page,
        queries_at_once=queries,
        starts_per_second=requests or None,
        results_per_second=requests or None,
        latency=latency,
        query_seconds=seconds,
    )


def _check_host(host: str, *, allowed: bool) -> None:
    """Let nobody open log content to a network without having said so."""
    if host in _LOOPBACK:
        return
    if not allowed:
        raise UsageError(
            f"--host {host} lets others ask this archive, and the endpoint checks no signature",
            hint="add --no-authentication if everybody who reaches that address may read every event",
        )
    tell(f"everybody who reaches {host} can read every event: no signature is checked, nothing is encrypted")


def _check_account(account: str | None, region: str) -> None:
    if account is not None and not re.fullmatch(r"[0-9]{12}", account):
        raise UsageError(f"not an account: {account!r}", hint="an account has 12 digits")
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]", region):
        raise UsageError(f"not a Region: {region!r}", hint="write it like eu-central-1")


def _account(groups: Sequence[LogGroup]) -> str:
    """The account that the events name, where it is one."""
    accounts = {account for group in groups for account in group.accounts}
    return accounts.pop() if len(accounts) == 1 else _NOBODY


def _introduce(url: str, region: str, count: int, host: str) -> None:
    """Say how it is used; the URL alone goes to stdout, for a program that has started us."""
    tell(f"{count} log group{'' if count == 1 else 's'}, for every user of this machine; any credentials will do:")
    tell(f"  export AWS_ENDPOINT_URL_CLOUDWATCH_LOGS={url} AWS_REGION={region}")
    tell("  export AWS_ACCESS_KEY_ID=nobody AWS_SECRET_ACCESS_KEY=nothing")
    if host not in _LOOPBACK:
        tell(f"from elsewhere the URL names {host} or an address of this machine")
    tell("Ctrl-C ends it")
    print(url, flush=True)
