"""``siem evidence``: check a report folder, or the zip of one, make such a zip; check CloudTrail's log files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.cloudtrail_digest import cloudtrail
from siemlib.cli.console import json_text, visible
from siemlib.cli.redaction import InventoryOption, RedactKeyOption, against_original, redacted_zip
from siemlib.cli.reproduce import reproduce
from siemlib.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.evidence.steps import Step, Verification

app = typer.Typer(no_args_is_help=True, help="Check reports, and hand them on; check the files of CloudTrail.")
app.command("cloudtrail")(cloudtrail)

app.command("reproduce")(reproduce)

_KEY_BYTES = 1 << 16
_MOST_LINES = 50
"""Lines beside the first that are shown of a step."""
_LONGEST = 600
"""Characters of a line that are shown."""
_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a report.")]


@app.command("verify")
def verify(
    report: Annotated[Path, typer.Argument(metavar="DIR|FILE.zip", help="The folder of a report, or a zip of one.")],
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
        bool, typer.Option("--chain", help="Walk back every report before it; none may be missing.")
    ] = False,
    original: Annotated[
        Path | None,
        typer.Option("--original", metavar="DIR", help="The report that a redacted copy was made of; needs its key."),
    ] = None,
    redact_key: RedactKeyOption = None,
    inventory: InventoryOption = None,
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help="How it is told.")] = "text",
) -> int:
    """Check a report step by step. Exits with 4 if any step fails; what is absent proves nothing and fails nothing."""
    if format_ not in ("text", "json"):
        raise UsageError(f"no such format: {format_!r}", hint="text or json")
    if not report.exists():
        raise UsageError(f"there is no {report}")
    if not report.is_dir() and not report.is_file():
        raise UsageError(f"{report} is neither a folder nor a file")
    for given in (timestamp_roots, previous):
        if given is not None and not given.exists():
            raise UsageError(f"there is no {given}")
    against = against_original(_folder(original) if original else None, redact_key, inventory)
    from siemlib.evidence.unpack import verify_packed
    from siemlib.evidence.verify import verify_report

    check = partial(
        against(verify_report),
        trusted_key=_public_key(key),
        timestamp_roots=timestamp_roots,
        previous=previous,
        chain=chain,
    )
    found = check(_folder(report)) if report.is_dir() else verify_packed(report, check)
    print(_as_json(found) if format_ == "json" else _as_text(found))
    return ExitCode.DONE if found.holds else ExitCode.NOT_VERIFIED


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
        digest, done = redacted_zip(_folder(report), to, redact_key, inventory, force=force, seal=not no_seal)
    elif redact_key or inventory:
        raise UsageError("--redact-key and --inventory are for a redacted copy", hint="add --redact")
    else:
        digest, done = pack(_folder(report), to, anyway=unverified, force=force), ExitCode.DONE
    print(visible(f"{digest}  {to.as_posix()}"))
    return done


def _folder(report: Path) -> Path:
    """The folder, unless nothing in it looks like a report: then somebody named the wrong one."""
    from siemlib.evidence.manifest import DECLARATION, MANIFEST, PAYLOAD, TAG_MANIFEST

    if not report.is_dir():
        raise UsageError(f"there is no folder {report}")
    if not any((report / name).exists() for name in (DECLARATION, MANIFEST, TAG_MANIFEST, PAYLOAD)):
        raise UsageError(f"{report} is no report", hint=f"name the folder that {DECLARATION} is in")
    return report


def _public_key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(_KEY_BYTES)
    except OSError as error:
        raise UsageError(f"the key {path} cannot be read: {error.strerror}") from None


def _as_text(found: Verification) -> str:
    lines = [line for step in found.steps for line in _lines(step)]
    return "\n".join([*lines, "", *(visible(line, keep="") for line in _conclusion(found))])


def _lines(step: Step) -> list[str]:
    first, *others = step.details or ("",)
    word = step.outcome.upper() if step.outcome == "failed" else step.outcome
    head = f"{step.number:>2}  {word:<6}  {step.title}: {first}"
    more = [f"… and {len(others) - _MOST_LINES:,} more (--format json)"] if len(others) > _MOST_LINES else []
    lines = [head, *(f"{'':12}{other}" for other in [*others[:_MOST_LINES], *more])]
    return [visible(line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …", keep="") for line in lines]


def _conclusion(found: Verification) -> list[str]:
    if not found.holds:
        return [f"{found.name} DOES NOT VERIFY: {_steps(found.failed)} failed"]
    absent = [f"absent, and so proving nothing: {_steps(found.absent)}"] if found.absent else []
    return [f"{found.name} verifies, SHA-256 of its tag manifest {found.digest}", *absent]


def _steps(steps: Sequence[Step]) -> str:
    return f"{'steps' if len(steps) > 1 else 'step'} {', '.join(str(step.number) for step in steps)}"


def _as_json(found: Verification) -> str:
    steps = [
        {"number": step.number, "title": step.title, "outcome": step.outcome, "details": list(step.details)}
        for step in found.steps
    ]
    said = {"report": found.name, "verifies": found.holds, "tagmanifest_sha256": found.digest, "steps": steps}
    # ASCII alone: what a log holds reaches no terminal as it is.
    return json_text(said)
