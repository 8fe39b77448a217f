"""Files and folders as they are given on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args, get_type_hints

from siemlib.errors import UsageError

if TYPE_CHECKING:
    import typer


def refuse_empty_paths(app: typer.Typer) -> None:
    """Have every verb refuse an empty path, which a shell makes of a variable that is not set.

    Python takes it for the folder one stands in: that would be loaded, verified, or written to.
    """
    for group in app.registered_groups:
        if group.typer_instance is not None:
            refuse_empty_paths(group.typer_instance)
    for command in app.registered_commands:
        function = command.callback
        if function is None:
            continue
        # As objects: each look at annotations that are text would make the parser's words for them anew.
        function.__annotations__ = get_type_hints(function, include_extras=True)
        for hint in function.__annotations__.values():
            if (options := getattr(hint, "__metadata__", ())) and _is_path(get_args(hint)[0]):
                options[0].parser = given_path


def given_path(text: str) -> Path:
    """The path that a text names. Raises UsageError for an empty one."""
    if not text:
        raise UsageError("an empty path names no file and no folder", hint="is a variable of the shell not set?")
    return Path(text)


def _is_path(kind: object) -> bool:
    return kind is Path or any(_is_path(each) for each in get_args(kind))
