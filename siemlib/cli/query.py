"""``siem query``: one query over an engine, as a table or as data."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import tell, visible
from siemlib.cli.options import (
    EngineOption,
    FreshOption,
    FromOption,
    LastOption,
    LogGroupOption,
    ParameterOption,
    ToOption,
    asked,
    parameters,
)
from siemlib.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from siemlib.engine import Result


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    NDJSON = "ndjson"
    PARQUET = "parquet"


def query(  # noqa: PLR0917 - typer gives them by name
    text: Annotated[str, typer.Argument(help="The query, in Logs Insights QL.", metavar="TEXT")],
    engine: EngineOption,
    log_group: LogGroupOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    last: LastOption = None,
    param: ParameterOption = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every row, not only the first 10,000.")] = False,
    fresh: FreshOption = False,
    format_: Annotated[Format, typer.Option("--format", help="How to write the rows.")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.", metavar="FILE")] = None,
) -> int:
    """Run a query and print its rows. Exit code 3: the answer is not complete."""
    values = parameters(param)
    span, groups = asked(text, log_group, from_, to, last, engine)
    if format_ is Format.PARQUET and output is None and sys.stdout.isatty():
        raise UsageError("Parquet is no text for a terminal", hint="add --output FILE, or redirect the output")
    # The engine is loaded last: a wrong time is told at once.
    from siemlib.case.open import open_engine

    result = open_engine(engine, fresh=fresh).run(text, span, groups, parameters=values, every_row=every)
    _write(result, format_, output)
    _summary(result)
    return ExitCode.DONE if result.completeness == "complete" else ExitCode.INCOMPLETE


def _write(result: Result, format_: Format, output: Path | None) -> None:
    from siemlib.cli import rows

    terminal = output is None and sys.stdout.isatty()
    match format_:
        case Format.TABLE:
            data = rows.table(result, terminal=terminal).encode()
        case Format.JSON:
            data = rows.json_document(result).encode()
        case Format.NDJSON:
            data = rows.ndjson(result).encode()
        case Format.CSV:
            data = rows.csv(result, terminal=terminal).encode()
        case Format.PARQUET:
            data = rows.parquet(result)
    if output is not None:
        try:
            output.write_bytes(data)
        except OSError as error:
            raise UsageError(f"cannot write {output}: {error.strerror}") from None
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _summary(result: Result) -> None:
    statistics = result.statistics
    rows, events = statistics.rows, statistics.records_scanned
    tell(
        f"{rows:,} row{'' if rows == 1 else 's'} · {statistics.records_matched:,} of "
        f"{events:,} event{'' if events == 1 else 's'} matched · {result.completeness.value}"
    )
    for note in result.run.notes:
        tell(visible(note, keep=""))  # a note may hold the name of a file
