"""``siem evidence``: check a report folder, or the zip of one, make such a zip; check CloudTrail's log files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siemlib.cli.cloudtrail_digest import cloudtrail
from siemlib.cli.console import visible
from siemlib.cli.named import report_folder
from siemlib.cli.redaction import InventoryOption, RedactKeyOption, against_original, redacted_zip
from siemlib.cli.reproduce import reproduce
from siemlib.cli.sealing import seal, timestamp
from siemlib.errors import ExitCode, UsageError

app = typer.Typer(no_args_is_help=True, help="Check reports, and hand them on; check the files of CloudTrail.")
app.command("cloudtrail")(cloudtrail)

app.command("reproduce")(reproduce)
app.command("seal")(seal)
app.command("timestamp")(timestamp)

_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a report.")]


@app.command("verify")
def verify(
    reports: Annotated[
        list[Path],
        typer.Argument(metavar="DIR|FILE.zip…", help="Folders of reports, or of all reports of a date, and zips."),
    ],
    *,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="PUBLIC.pem", help="The key that must have signed it, or its fingerprint."),
    ] = None,
    timestamp_roots: Annotated[
        Path | None,
        typer.Option(
            "--timestamp-roots",
            metavar="FILE",
            help="Certificates that the authority of its time stamp must descend from.",
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option("--previous", metavar="DIR", help="The report before it; else it is looked for beside it."),
    ] = None,
    chain: Annotated[
        bool, typer.Option("--chain", help="Walk back every report before it: none may be missing, or changed.")
    ] = False,
    original: Annotated[
        Path | None,
        typer.Option("--original", metavar="DIR", help="The report that a redacted copy was made of; needs its key."),
    ] = None,
    redact_key: RedactKeyOption = None,
    inventory: InventoryOption = None,
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help="How it is told.")] = "text",
) -> int:
    """Check a report step by step; of several, say in a line what comes of each.

    Exits with 4 if any step of any report fails; what is absent proves nothing and fails nothing.
    """
    if format_ not in ("text", "json"):
        raise UsageError(f"no such format: {format_!r}", hint="text or json")
    if original and len(reports) > 1:
        raise UsageError("--original is the report that one copy was made of", hint="verify that copy by itself")
    against = against_original(report_folder(original) if original else None, redact_key, inventory)
    from siemlib.cli.verifying import How, verify_all

    return verify_all(reports, How(key, timestamp_roots, previous, chain, format_, against))


@app.command("export")
def export(
    report: _Folder,
    *,
    to: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.zip", help="The zip to write.")],
    unverified: Annotated[bool, typer.Option("--anyway", help="Also where it does not verify.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    redact: Annotated[
        bool, typer.Option("--redact", help="A copy with pseudonyms for users and internal addresses.")
    ] = False,
    redact_key: RedactKeyOption = None,
    inventory: InventoryOption = None,
    no_seal: Annotated[bool, typer.Option("--no-seal", help="Do not sign the copy, whatever [seal] says.")] = False,
) -> int:
    """Pack a report, with the script of its charts, into one file. Done twice it gives the same bytes."""
    from siemlib.evidence.bundle import export as pack

    if redact:
        if unverified:
            raise UsageError("a redacted copy is only made of a report that verifies", hint="leave out --anyway")
        digest, done = redacted_zip(report_folder(report), to, redact_key, inventory, force=force, seal=not no_seal)
    elif redact_key or inventory:
        raise UsageError("--redact-key and --inventory are for a redacted copy", hint="add --redact")
    else:
        digest, done = pack(report_folder(report), to, anyway=unverified, force=force), ExitCode.DONE
    print(visible(f"{digest}  {to.as_posix()}"))
    return done
