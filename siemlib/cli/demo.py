"""``siem demo``: the sample incident, from raw logs to dated reports, to see on one screen what siem is."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import tell
from siemlib.cli.report import warn
from siemlib.errors import ExitCode, InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.report.build import Built
    from siemlib.report.sealing import Sealing

KEY = "demo-key.pem"
_QUESTION = 'filter srcAddr = "203.0.113.66" | stats count_distinct(dstPort) as ports by dstAddr, action'


def demo(
    *,
    folder: Annotated[Path, typer.Option("--folder", metavar="DIR", help="Where logs and archive go.")] = Path("demo"),
    reports: Annotated[Path, typer.Option("--reports", metavar="DIR", help="Where reports are kept.")] = Path(
        "reports"
    ),
) -> int:
    """Write a day of sample logs with an intrusion in it, load them, and build two reports about it."""
    from siemlib.report.place import prepare
    from siemlib.sample import day, read_truth

    truth = read_truth()
    refuse_another_sample(folder)
    prepare(reports, day.DAY.isoformat())
    started = time.perf_counter()
    archive, worst = make_archive(folder)
    sealing = _sealing(folder)
    for name, parameters in (
        ("pivot-ip", {"ip": str(truth.facts["attacker"])}),
        ("pivot-user", {"user": str(truth.facts["stolen_user"])}),
    ):
        with _step(f"building the report {name} of {' '.join(parameters.values())}"):
            built = _report(name, parameters, archive, reports, sealing)
        worst = _worse(worst, built)
    tell(f"{time.perf_counter() - started:6.1f} s  in all")
    if key := sealing.plan():
        tell(f"the reports are signed with {folder / KEY}, made for this demo; fingerprint {key.fingerprint}")
    tell("to ask more of it:")
    tell(f"  siem query '{_QUESTION}' --engine local:{archive} --log-group vpc-flow --from 2026-03-04 --to 2026-03-05")
    print((reports / "index.html").as_posix())
    return int(worst)


def make_archive(folder: Path) -> tuple[Path, ExitCode]:
    """Write the sample logs and load them; the archive, and ``INCOMPLETE`` if something could not be read."""
    from siemlib.sample import read_truth

    logs, archive = folder / "logs", folder / "archive"
    truth = read_truth()
    refuse_another_sample(folder)
    with _step(f"writing {truth.events:,} events of {truth.facts['day']} to {logs}"):
        _write(logs)
    with _step(f"loading them into {archive}"):
        worst = _load(logs, archive)
    _settle(folder)
    return archive, worst


def refuse_another_sample(folder: Path) -> None:
    """Two samples in one archive would be two incidents in one report. Nothing is ever deleted for it."""
    from siemlib.sample import read_truth

    told = folder / "logs" / "truth.json"
    if told.is_file() and told.read_text(encoding="utf-8", errors="replace") != read_truth().to_json():
        hint = "remove that folder, or name another one with --folder"
        raise UsageError(f"{folder} holds the sample of another version of siem", hint=hint)


def _write(logs: Path) -> None:
    from siemlib.sample import write_sample

    try:
        write_sample(logs)
    except OSError as error:
        raise UsageError(f"{logs}: cannot be written: {error.strerror}") from None


def _load(logs: Path, archive: Path) -> ExitCode:
    """Load every folder into its log group. What of the sample cannot be read is said, because all of it should be."""
    from siemlib.archive.load import load
    from siemlib.sample import LOG_GROUPS

    rejected = 0
    for folder, log_group in LOG_GROUPS.items():
        summary = load([logs / folder], archive, log_group=log_group)
        if summary.refused:
            raise InputError(f"{summary.refused[0].path}: {summary.refused[0].reason}", hint=summary.refused[0].hint)
        rejected += sum(group.rejected for group in summary.groups)
    if not rejected:
        return ExitCode.DONE
    tell(f"siem: {rejected:,} events of the sample could not be read; {archive / 'rejected'} says why")
    return ExitCode.INCOMPLETE


def _settle(folder: Path) -> None:
    """Write the settings of the sample's archive, its inventory; those that somebody wrote there stay."""
    from siemlib.sample import write_settings

    try:
        write_settings(folder)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}") from None


def _sealing(folder: Path) -> Sealing:
    """A key for the demo, made once, so that its reports are sealed as others are; it is worth nothing elsewhere."""
    from siemlib.evidence.keys import make_key, signer_from_file
    from siemlib.report.sealing import Sealing

    path = folder / KEY
    try:
        if not path.exists():
            make_key(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    return Sealing(signer_from_file(path, None), None)


def _report(name: str, parameters: dict[str, str], archive: Path, reports: Path, sealing: Sealing) -> Built:
    from siemlib.report.build import Request, build_report
    from siemlib.report.definition import find
    from siemlib.sample import day

    definition = find(name)
    span = day.timespan()
    request = Request(
        definition=definition,
        parameters=definition.values(parameters),
        engine=f"local:{archive}",
        start=span.start.isoformat(),
        end=span.end.isoformat(),
        day=day.DAY,
        why="siem demo",
        sealing=sealing,
    )
    return build_report(request, reports, lambda _done, _total: None)


def _worse(worst: ExitCode, built: Built) -> ExitCode:
    """A report that failed is said to have failed, with why; and it decides the exit code."""
    warn(built)
    if ExitCode.FAILED in {worst, built.exit_code}:
        return ExitCode.FAILED
    return built.exit_code or worst


@contextmanager
def _step(text: str) -> Iterator[None]:
    """Say what was done and how long it took; on a terminal, also while it is being done."""
    started = time.perf_counter()
    if sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status(text):
            yield
    else:
        yield
    tell(f"{time.perf_counter() - started:6.1f} s  {text}")
