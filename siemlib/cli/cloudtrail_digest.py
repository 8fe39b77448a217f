"""``siem evidence cloudtrail``: are CloudTrail's log files whole and as they were delivered? Checked offline."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siemlib.cli.console import complain, json_text, visible
from siemlib.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from siemlib.evidence.cloudtrail.check import Checked
    from siemlib.evidence.cloudtrail.keys import PublicKeys

_EVERY = 1_000
"""Sentences of one kind that a person gets of one trail."""


def cloudtrail(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Digest files and log files, or folders of them.", metavar="[PATH…]")
    ] = None,
    *,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", metavar="FILE", help="Public keys: aws cloudtrail list-public-keys, or PEM."),
    ] = None,
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="DIR", help="An archive: what was loaded into it.")
    ] = None,
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help="How it is told.")] = "text",
) -> int:
    """Check CloudTrail's log files against its digest files, wherever both were moved, without any network.

    The newest digest file's signature is only in S3's metadata: keep it beside the file, as aws s3api head-object gives
    it (NAME.json.gz.json), or its hexadecimal digits alone (NAME.json.gz.sig). siem load keeps digest files in the
    archive, and siem acquire --by s3 brings them there with their signatures. The keys may be named in siem.toml
    ([cloudtrail] public_keys).

    Exits with 4 when a file is changed, missing or forged, with 3 when something could not be proven, with 0 when
    everything is as CloudTrail delivered it.
    """
    if format_ not in ("text", "json"):
        raise UsageError(f"no such format: {format_!r}", hint="text or json")
    if not paths and archive is None:
        raise UsageError("nothing to check", hint="name folders of digest files and log files, or --archive DIR")
    from siemlib.evidence.cloudtrail.check import check
    from siemlib.evidence.cloudtrail.collect import collect

    # First: a wrong file of keys should not be told after an hour of reading.
    known = _keys(keys, archive)
    with _progress() as progress:
        material = collect(paths or [], progress)
    if archive is not None:
        from siemlib.archive.digests import material_of
        from siemlib.archive.places import check_archive
        from siemlib.archive.record import read_records

        check_archive(archive)
        material.add(material_of(archive, read_records(archive)))
    found = check(material, known)
    print(_as_json(found) if format_ == "json" else _as_text(found))
    return found.verdict.exit_code


def _keys(given: Path | None, archive: Path | None) -> PublicKeys | None:
    """The keys that were named, else those of the settings; without any, stderr says how to come by them."""
    from siemlib.evidence.cloudtrail.keys import HINT, read_keys
    from siemlib.settings import settings_of

    named = settings_of(archive).cloudtrail.public_keys
    path = given or (Path(named) if named else None)
    if path is None:
        complain("no public keys are given, so no signature can be checked: --keys FILE", HINT)
        return None
    return read_keys(path)


def _as_text(found: Checked) -> str:
    lines: list[str] = []
    for number, trail in enumerate(found.trails, start=1):
        lines.append(f"{number:>2}  {_word(trail.verdict)}  {trail.title}")
        lines += [f"{'':16}{sentence}" for sentence in trail.sentences(_EVERY)]
    lines += [*([""] if lines else []), *found.general(_EVERY), "", _word(found.verdict).strip()]
    return "\n".join(visible(line, keep="") for line in lines)


def _word(verdict: str) -> str:
    """In the width of the longest; what is wrong stands out without a colour."""
    return f"{verdict.upper() if verdict == 'wrong' else verdict:<10}"


def _as_json(found: Checked) -> str:
    # ASCII alone: what a file is called reaches no terminal as it is.
    return json_text(found.document())


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """How many files were read, on stderr, where a person can see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield lambda done, total: status.update(f"reading {done:,} of {total:,} files")
