"""``SOURCE`` to text, such that it reads back as the same selection."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from siemlib.ql.quoting import print_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siemlib.ql.selection import Groups, Moment, Selection


def print_selection(selection: Selection) -> str:
    """The words behind ``SOURCE`` and that word."""
    parts = [", ".join(map(print_text, selection.names))] if selection.names else []
    if selection.data:
        parts.append(f"dataSource({_texts(selection.data)})")
    if selection.groups is not None:
        parts.append(_groups(selection.groups))
    if selection.tags:
        tags = [{"key": tag.key, "values": list(tag.values)} for tag in selection.tags]
        parts.append(f"logGroupTags({json.dumps(tags)})")
    if selection.start is not None:
        parts.append(f"START={_moment(selection.start)}")
    if selection.end is not None:
        parts.append(f"END={_moment(selection.end)}")
    return f"SOURCE {' '.join(parts)}"


def _groups(groups: Groups) -> str:
    options = {"accountIdentifier": groups.accounts, "namePrefix": groups.prefixes, "class": groups.classes}
    return f"logGroups({', '.join(f'{name}: {_texts(values)}' for name, values in options.items() if values)})"


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(map(print_text, values))}]"


def _moment(moment: Moment) -> str:
    if not moment.before_now:
        return str(moment.millis)
    return f"-{moment.millis}ms" if moment.millis else "now"
