"""Saved queries, as data: one ``.ql`` file each, called by its path, ``vpc_flow/ports``.

A file starts with comments: the first line is the title, then ``# name: what it is`` for each ``{{name}}`` in the text.
The text is the tail of a pipeline; what it is about is put in front of it with :meth:`SavedQuery.after`.

Some are what the notebooks ask (``any/activity_by_log_group``, ``ossec/by_rule``, ``cloudtrail/calls_by_error``,
``cloudtrail/account_changes``, ``vpc_flow/conversations``). The others are for people, to start a question from: in a
notebook of their own, or pasted into the console. None of them counts a thing in another way than the notebooks do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from siemlib.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARAMETER = re.compile(r"# ([a-z][a-z0-9_]*): (.+)")


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query kept by name. ``parameters`` says of each ``{{name}}`` in ``text`` what it is."""

    name: str
    text: str
    title: str
    parameters: Mapping[str, str]

    def after(self, condition: str) -> str:
        """The query over the events that meet ``condition`` (Logs Insights QL, as of ``LogSource.select_address``)."""
        return f"filter {condition}\n| {self.text}"


@cache
def names() -> tuple[str, ...]:
    """Every saved query, sorted by name."""
    folders = [folder for folder in resources.files(__name__).iterdir() if folder.is_dir()]
    files = [(folder.name, file.name) for folder in folders for file in folder.iterdir()]
    return tuple(sorted(f"{folder}/{file.removesuffix('.ql')}" for folder, file in files if file.endswith(".ql")))


@cache
def saved(name: str) -> SavedQuery:
    """The saved query of that name. Raises UsageError, with the nearest names, for one that does not exist."""
    if name not in names():
        near = get_close_matches(name, names(), n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(names())}"
        raise UsageError(f"unknown saved query: {name!r}", hint=hint)
    folder, _, file = name.partition("/")
    lines = resources.files(__name__).joinpath(folder, f"{file}.ql").read_text("utf-8").splitlines()
    size = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    head, text = lines[:size], "\n".join(lines[size:]).strip()
    parameters = {found[1]: found[2] for line in head[1:] if (found := _PARAMETER.fullmatch(line))}
    return SavedQuery(name, text, head[0].removeprefix("#").strip() if head else name, parameters)
