"""What ``$Name()`` in a query calls: the user's folder of saved queries, and behind it those that come with siem.

``FOLDER/Logins.ql`` is ``$Logins()``; ``FOLDER/team/My Query.ql`` is ``$`team/My Query`()``. The first comment of a
file is its title; further ones describe its parameters and may give them a value for calls that do not::

    # Failed logins of a user
    # user: the user's name
    # minutes = 5: the width of a bin
"""

from __future__ import annotations

import re
from pathlib import Path

from siemlib import queries
from siemlib.errors import UsageError
from siemlib.ql.call_nodes import Definition

ENDING = ".ql"
_PARAMETER = re.compile(r"#[ \t]*([A-Za-z_][A-Za-z0-9_]*)(?:[ \t]*=[ \t]*(\"[^\"\n]*\"|[^\s:\"]+))?[ \t]*:.*")


def library(folder: str | Path | None) -> dict[str, Definition]:
    """Every saved query by the name that calls it, sorted; the user's own first, and in the place of one of ours.

    Raises UsageError for a folder that is not there, and for a file that cannot be read.
    """
    ours = {name: defined(queries.saved(name).text) for name in queries.names()}
    if folder is None:
        return ours
    top = Path(folder)
    if not top.is_dir():
        raise UsageError(f"no folder of saved queries: {top}", hint="siem.toml names it, under [saved_queries]")
    own = {
        path.relative_to(top).as_posix().removesuffix(ENDING): defined(_read(path))
        for path in sorted(top.rglob(f"*{ENDING}"))
        if path.is_file()
    }
    return {**own, **{name: each for name, each in ours.items() if name not in own}}


def defined(text: str) -> Definition:
    """The saved query in the text of a file."""
    defaults: dict[str, str] = {}
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            break
        found = _PARAMETER.fullmatch(line.strip())
        if found and found[2] is not None:
            defaults[found[1]] = found[2].strip('"')
    return Definition(text, defaults)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
