"""Taking the paths of this machine out of what is kept: a record is read elsewhere, and by strangers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def archive_of(url: str) -> Path | None:
    """The folder of the archive that an engine's address names; ``None`` for an engine that has none."""
    kind, _, rest = url.partition(":")
    return Path(rest) if kind == "local" else None


def recorded_url(url: str) -> str:
    """The engine's address as a record keeps it: ``local:`` and the name of the folder, or ``live:`` and the region.

    Neither a path nor a query part (profile names, endpoints) is kept.
    """
    kind, _, rest = url.partition(":")
    rest = rest.split("?", 1)[0]
    if kind == "local":
        rest = Path(rest).resolve().name
    return f"{kind}:{rest}"


def path_words(url: str) -> dict[str, str]:
    """What stands for the archive's paths in a record, for :func:`scrub`; empty for an engine without a folder."""
    kind, _, rest = url.partition(":")
    if kind != "local" or not rest:
        return {}
    path = Path(rest)
    spellings = {str(path.absolute()), str(path.resolve())}
    # A relative spelling such as "archive" is an ordinary word and must not be replaced.
    return dict.fromkeys(spellings, path.resolve().name)


def scrub(text: str, words: Mapping[str, str]) -> str:
    """``text`` with every path of ``words`` replaced by the word that stands for it, the longest path first."""
    paths = sorted((path for path in words if len(path) > 1), key=len, reverse=True)
    if not paths:
        return text
    # Not where a longer name begins with the path: /rootkit is not in /root.
    found = re.compile(f"(?:{'|'.join(map(re.escape, paths))})(?![\\w-])")
    return found.sub(lambda match: words[match[0]], text)
