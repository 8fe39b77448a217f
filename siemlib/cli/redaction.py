"""``siem evidence export --redact``, and ``verify --original``: copies with pseudonyms, made and made again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import tell
from siemlib.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.evidence.steps import Verification

RedactKeyOption = Annotated[
    Path | None,
    typer.Option(
        "--redact-key", metavar="FILE", help="The key of the case: (umask 077 && openssl rand -hex 32 > FILE)."
    ),
]
InventoryOption = Annotated[
    Path | None,
    typer.Option("--inventory", metavar="siem.toml", help="The inventory of the report, where it is not the nearest."),
]


def redacted_zip(
    report: Path, to: Path, key: Path | None, inventory: Path | None, *, force: bool, seal: bool
) -> tuple[str, ExitCode]:
    """Write the redacted copy of a report to a zip, sealed as the settings say; give its SHA-256.

    Without the time stamp that the settings ask for, the copy is not all that was asked for.
    """
    if key is None:
        raise UsageError("a redacted copy needs the key of its case", hint="--redact-key FILE; make one: " + _make())
    from siemlib.cli.report import open_seal
    from siemlib.report.redact.case_key import read_key
    from siemlib.report.redact.internal import read_inventory
    from siemlib.report.redact.pack import export_redacted

    secret, known = read_key(key, report), read_inventory(inventory, report)
    sealing = open_seal(report.parent) if seal else None
    packed = export_redacted(report, to, secret, known, sealing=sealing, force=force)
    if packed.seal and packed.seal.unstamped:
        tell(f"siem: the copy has no time stamp: {packed.seal.unstamped}")
        return packed.digest, ExitCode.INCOMPLETE
    return packed.digest, ExitCode.DONE


def against_original(
    original: Path | None, key: Path | None, inventory: Path | None
) -> Callable[[Callable[..., Verification]], Callable[..., Verification]]:
    """What adds a last step to a verification: is it the redacted copy of ``original``? Adds none without that."""
    if original is None:
        if key or inventory:
            raise UsageError("--redact-key and --inventory are to make a copy again", hint="add --original DIR")
        return lambda verify: verify
    if key is None:
        raise UsageError("to make a redacted copy again needs the key of its case", hint="--redact-key FILE")
    from siemlib.evidence.steps import Step
    from siemlib.report.redact.case_key import read_key
    from siemlib.report.redact.check import TITLE, check_copy
    from siemlib.report.redact.internal import read_inventory

    secret, known, whole = read_key(key, original), read_inventory(inventory, original), original.resolve()

    def adding(verify: Callable[..., Verification]) -> Callable[..., Verification]:
        def verified(folder: Path, **how: object) -> Verification:
            found = verify(folder, **how)
            outcome, details = check_copy(folder.resolve(), whole, secret, known)
            return replace(found, steps=(*found.steps, Step(len(found.steps) + 1, TITLE, outcome, tuple(details))))

        return verified

    return adding


def _make() -> str:
    from siemlib.report.redact.case_key import MAKE

    return MAKE
