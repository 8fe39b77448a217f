"""``siem spool``: what the live service has answered and is kept on this machine, and how to be rid of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import visible
from siemlib.errors import UsageError

if TYPE_CHECKING:
    from siemlib.live.spool import Kept

app = typer.Typer(no_args_is_help=True, help="What the live service has answered, kept on this machine.")

_SHOWN = 50
_QUERY = 100
"""Characters of a query that are shown."""
_FolderOption = Annotated[
    Path | None,
    typer.Option("--spool", metavar="DIR", help="Where it is; else as siem.toml says, or your cache folder."),
]


@app.command("list")
def list_(
    *,
    spool: _FolderOption = None,
    every: Annotated[bool, typer.Option("--all", help=f"All of them; else the newest {_SHOWN}.")] = False,
) -> None:
    """List the answers that are kept, the newest first, and say how much they take and what asking has cost."""
    from siemlib.live.cost import ledger
    from siemlib.live.spool import kept, total_bytes
    from siemlib.model.certificate import many, money, size

    folder = _folder(spool)
    answers = list(kept(folder))
    for answer in answers if every else answers[:_SHOWN]:
        print(visible(_line(answer)))
    if not every and len(answers) > _SHOWN:
        print(f"… and {len(answers) - _SHOWN:,} older ones (--all)")
    entries = list(ledger(folder))
    dollars = sum(entry["dollars"] for entry in entries if isinstance(entry.get("dollars"), (int, float)))
    print(visible(f"{folder}: {many(len(answers), 'answer', 'answers')}, {size(total_bytes(folder))}"))
    print(f"asked in {many(len(entries), 'run', 'runs')}, for {money(dollars)}")


@app.command("clear")
def clear(
    *,
    spool: _FolderOption = None,
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="LENGTH", help="What was asked so long ago: 30d, 12h.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All of it.")] = False,
) -> None:
    """Remove answers that are kept. Reports have copies of theirs, and the ledger of costs stays."""
    from siemlib.live.spool import clear as clear_spool
    from siemlib.model import clock
    from siemlib.model.certificate import many, size
    from siemlib.model.timespan import TimeSpan

    if every == (older_than is not None):
        raise UsageError("nothing says what to remove", hint="write --older-than 30d, or --all")
    before = TimeSpan.last(older_than, clock.now()).start if older_than is not None else None
    count, gone = clear_spool(_folder(spool), before=before)
    print(f"removed {many(count, 'answer', 'answers')}, {size(gone)}")


def _folder(given: Path | None) -> Path:
    from siemlib.live.spool import prepare, spool_folder
    from siemlib.settings import settings_of

    folder = given or spool_folder(settings_of().live.spool)
    if given is not None and not (given / "asks").is_dir():
        raise UsageError(f"{given} is no spool")
    prepare(folder)
    return folder


def _line(answer: Kept) -> str:
    from siemlib.model.certificate import many, size

    said = answer.document
    state = answer.status if answer.final else f"{answer.status}, not final"
    head = f"{answer.asked:%Y-%m-%d %H:%M:%S}  {state}  {many(answer.rows, 'row', 'rows')}  {size(answer.bytes)}"
    if not said:
        return f"{head}  {answer.name}"
    text = " ".join(str(said.get("text")).split())
    shown = text if len(text) <= _QUERY else f"{text[:_QUERY]}…"
    groups = ", ".join(map(str, said.get("log_groups") or ()))
    return f"{head}  {said.get('region')}  {groups}  {said.get('from')} to {said.get('to_inclusive')}  {shown}"
