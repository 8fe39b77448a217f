"""``siem evidence seal`` and ``timestamp``: what could not be had when a report was built, later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import tell, visible
from siemlib.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from siemlib.evidence.seal import Seal

_SET = 'siem.toml: [seal] {} = "…"'
_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a report.")]


def seal(report: _Folder) -> int:
    """Seal a report that was built while its key could not be used, with that same key: [seal] of siem.toml.

    Only what verifies is signed. Compare the digest that is printed with the one that was printed when the report was
    built: until it is signed, whoever may write there could have changed it. Exits with 3 without its time stamp.
    """
    from siemlib.cli.report import open_seal
    from siemlib.report.later import seal_later

    _check_folder(report)
    sealing = open_seal(report.resolve().parent)
    if sealing is None:
        raise UsageError("no key is named to seal it with", hint=_SET.format("key"))
    found, new = seal_later(report, sealing)
    if found.plan.fingerprint:
        was = "signed" if new else "was signed before, which holds"
        tell(f"{was} ({found.plan.algorithm}), key {visible(found.plan.fingerprint, keep='')}")
    _tell_stamp(found, report)
    _print_digest(report)
    return ExitCode.INCOMPLETE if found.unstamped else ExitCode.DONE


def timestamp(
    report: _Folder,
    *,
    authority: Annotated[
        str | None,
        typer.Option("--authority", metavar="URL", help="Who is asked; else the one of [seal] in siem.toml."),
    ] = None,
    timestamp_roots: Annotated[
        Path | None,
        typer.Option(
            "--timestamp-roots", metavar="FILE", help="Certificates that it must descend from; else of [seal]."
        ),
    ] = None,
) -> int:
    """Have a sealed report stamped with the time (RFC 3161), whose authority did not answer when it was built.

    Nothing that is signed is touched. The stamp tells that the signature existed now, not when the report was built.
    Prints the line that checks it: the page has one for a stamp of the time of building.
    """
    from siemlib.report.later import stamp_later
    from siemlib.report.sealing import open_stamper
    from siemlib.settings import settings_of

    _check_folder(report)
    given = {"timestamp": authority, "timestamp_roots": None if timestamp_roots is None else str(timestamp_roots)}
    named = {name: value for name, value in given.items() if value is not None}
    stamper = open_stamper(settings_of().seal.model_copy(update=named))
    if stamper is None:
        raise UsageError("no authority is named", hint=f"--authority URL, or {_SET.format('timestamp')}")
    found, new = stamp_later(report, stamper)
    if not new:
        tell("it has a time stamp already, which holds")
    _tell_stamp(found, report)
    _print_line(found)
    return ExitCode.DONE


def _check_folder(report: Path) -> None:
    from siemlib.evidence.manifest import TAG_MANIFEST

    if not report.is_dir():
        raise UsageError(f"there is no folder {report}")
    if not (report / TAG_MANIFEST).is_file():
        raise UsageError(f"{report} is no report", hint=f"name the folder that {TAG_MANIFEST} is in")


def _tell_stamp(found: Seal, report: Path) -> None:
    if found.stamped:
        tell(f"time stamp: {visible(found.stamped, keep='')}")
    elif found.unstamped:
        tell(f"siem: the report has no time stamp: {visible(found.unstamped, keep='')}")
        tell(f"  to ask for it later: siem evidence timestamp {visible(report.as_posix(), keep='')}")


def _print_digest(report: Path) -> None:
    from siemlib.evidence.chain import digest_of

    print(visible(f"{digest_of(report)}  {report.as_posix()}", keep=""))


def _print_line(found: Seal) -> None:
    from datetime import datetime

    from siemlib.evidence.seal import stamp_line

    time = int(datetime.fromisoformat(found.stamped).timestamp())
    print(stamp_line(signed=bool(found.plan.algorithm), time=time))
