"""``siem policy``: the least that IAM must allow, as JSON that can be attached as it is."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from siemlib.cli.console import json_text, tell, visible
from siemlib.errors import ExitCode, UsageError


class For(StrEnum):
    """Who is to be allowed."""

    ANALYST = "analyst"
    SCHEDULED = "scheduled"
    ACQUIRE = "acquire"


def policy(  # noqa: PLR0917 - typer gives them by name
    profile: Annotated[For, typer.Argument(help="Who: an analyst, scheduled reports, or siem acquire.")],
    log_group: Annotated[
        list[str] | None,
        typer.Option(
            "--log-group", help="A log group, NAME* or an ARN; repeat it. Without: every one.", metavar="NAME"
        ),
    ] = None,
    region: Annotated[str | None, typer.Option("--region", help="Without: every Region.", metavar="REGION")] = None,
    account: Annotated[
        str | None, typer.Option("--account", help="Twelve digits. Without: of any account.", metavar="ID")
    ] = None,
    bucket: Annotated[
        str | None, typer.Option("--bucket", help="Of an export that acquire reads.", metavar="NAME[/PREFIX]")
    ] = None,
    kms_key: Annotated[
        str | None, typer.Option("--kms-key", help="The key of encrypted log groups or exports.", metavar="ARN")
    ] = None,
    seal_key: Annotated[
        str | None, typer.Option("--seal-key", help="The key of KMS that signs reports ([seal] kms).", metavar="ARN")
    ] = None,
) -> int:
    """Print the least IAM policy for what siem calls. It reads, and signs with --seal-key; it creates nothing."""
    from siemlib.live.policy import Scope, calls_of
    from siemlib.live.policy import policy as made

    if bucket is not None and profile is not For.ACQUIRE:
        raise UsageError(f"{profile.value} reads no bucket", hint="leave --bucket out, or ask for acquire")
    if seal_key is not None and profile is For.ACQUIRE:
        raise UsageError("acquire builds no report to sign", hint="leave --seal-key out, or ask for scheduled")
    scope = Scope(tuple(log_group or ()), region, account, bucket, kms_key, seal_key)
    sys.stdout.write(json_text(made(profile.value, scope)) + "\n")
    sys.stdout.flush()
    for call in calls_of(profile.value, scope):
        tell(visible(f"{call.permission}: {call.why}", keep=""))
    if kms_key is None:
        tell("kms:Decrypt is left out: give --kms-key if a query of an encrypted log group is denied for want of it")
    return ExitCode.DONE
