"""What every source needs: hostile text made harmless, JSON read safely, conditions written without injection."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from siemlib.errors import UsageError
from siemlib.model.event import FieldType
from siemlib.model.observable import Address, Observable, ObservableKind
from siemlib.sources.source import Entry, StoredField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LONGEST_SUMMARY = 300
_LONGEST_PART = 120
_LOOKED_AT = 50
_LONGEST_NAME = 2048
_MOST_DIGITS = 1000

# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def one_line(text: str, longest: int = LONGEST_SUMMARY) -> str:
    r"""``text`` on one line: what cannot be seen (controls, line ends, direction marks) is written as ``\n``, ``\x1b``.

    Longer text is cut, with ``…`` as its last character.
    """
    cut = text[: longest + 1].strip() if len(text) > longest else text.strip()
    seen = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return seen if len(seen) <= longest and len(text) <= longest else seen[: longest - 1] + "…"


def entry(
    summary: str,
    *,
    actor: str | None = None,
    address: Address | None = None,
    action: str = "line",
    outcome: str | None = None,
) -> Entry:
    """An entry whose every part is one line of visible text; an empty actor or one of ``-`` is no actor."""
    who = one_line(actor, _LONGEST_PART) if actor else ""
    return Entry(
        actor=None if who in {"", "-"} else who,
        address=address.text if address else None,
        action=one_line(action, _LONGEST_PART) or "line",
        outcome=outcome,
        summary=one_line(summary),
    )


def plain_entry(message: str) -> Entry:
    """The entry of a message that says nothing we know how to read."""
    return entry(message)


def json_object(message: str) -> dict[str, object] | None:
    """The JSON object that ``message`` is, or ``None``."""
    if not message.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(message, parse_int=_whole)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _whole(digits: str) -> int | str:
    """A number of thousands of digits, which Python takes for an attack, must not hide the event that it is in."""
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def leaf(event: object, *path: str) -> object:
    """The value at ``path``, or ``None`` where it leads nowhere."""
    for segment in path:
        if not isinstance(event, dict):
            return None
        event = event.get(segment)
    return event


def text_at(event: object, *path: str) -> str | None:
    """The text or number at ``path`` as text; ``None`` for what is missing, blank, ``-``, an object or a list."""
    value = leaf(event, *path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    return None if text in {"", "-"} else text


def first_text(event: object, *paths: tuple[str, ...]) -> str | None:
    """The first of ``paths`` that holds a text."""
    return next((text for path in paths if (text := text_at(event, *path)) is not None), None)


def mostly(messages: Sequence[str], test: Callable[[str], bool]) -> bool:
    """Whether more than half of the first fifty messages pass. Blank lines and ``#`` comments do not count."""
    looked_at = [m for m in messages if m.strip() and not m.startswith("#")][:_LOOKED_AT]
    return 2 * sum(map(test, looked_at)) > len(looked_at)


def observables(
    *,
    addresses: Iterable[Address] = (),
    principals: Iterable[str | None] = (),
    access_keys: Iterable[str | None] = (),
    hosts: Iterable[str | None] = (),
) -> tuple[Observable, ...]:
    """Each value once, in this order."""
    found = [Observable(ObservableKind.ADDRESS, address.text) for address in addresses]
    kinds = (
        (ObservableKind.PRINCIPAL, principals),
        (ObservableKind.ACCESS_KEY, access_keys),
        (ObservableKind.HOST, hosts),
    )
    found += [Observable(kind, value) for kind, values in kinds for value in values if value]
    return tuple(dict.fromkeys(found))


def json_fields(*names: str) -> tuple[StoredField, ...]:
    """Stored JSON leaves. Their type is dynamic, as it is for a leaf that is not stored, so that the answer is too."""
    return tuple(StoredField(name, tuple(name.split(".")), FieldType.DYNAMIC) for name in names)


# ── writing conditions ───────────────────────────────────────────────────────────────────────────────────────────────


def text_literal(value: str) -> str:
    """A string literal of Logs Insights QL."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    # A text in the shape of a parameter is told from one by a leading backslash.
    return f'"\\{escaped}"' if re.fullmatch(r"\{\{.*\}\}", value) else f'"{escaped}"'


def matches(pattern: str, field: str = "@message") -> str:
    """The condition that ``field`` matches ``pattern``."""
    return f"{field} like /{pattern}/"


def names_address(address: Address) -> str:
    """The condition that the raw message names the address, in any spelling. JSON escapes do not split addresses."""
    return matches(address.pattern)


def exact(name: str, *, in_json: bool = False) -> str:
    r"""A regular expression for exactly this name, for RE2, Python's ``re`` and a query literal.

    With ``in_json`` also for the name as JSON text writes it: ``\u00fc`` for ``ü``. Raises UsageError for a name that
    is empty, endless, or holds what cannot be seen.
    """
    if not name.strip():
        raise UsageError("the name is empty", hint="write a user name, a role, an ARN or an access key")
    if not name.isprintable():
        raise UsageError(f"the name holds a control character: {name[:_LONGEST_PART]!r}")
    if len(name) > _LONGEST_NAME:
        raise UsageError(f"the name is longer than {_LONGEST_NAME} characters")
    spellings = [name]
    if in_json:
        spellings += [json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1]]
    patterns = list(dict.fromkeys("".join(map(_escaped, spelling)) for spelling in spellings))
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"


def _escaped(character: str) -> str:
    if character.isalnum() or character in "_-@,=:;<>~ '\"!%&":
        return character
    return f"\\{character}" if character.isascii() else character


_NAME = r"0-9A-Za-z_.@+\-"
NAME_ENDS = rf"(?:$|[^{_NAME}]|[.\-+](?:$|[^{_NAME}]))"
"""What may follow a name: nothing that could continue it; a dot that ends a sentence may."""


def whole_name(name: str, *, in_json: bool = False) -> str:
    """A pattern for ``name`` as a whole name in free text: ``bob`` is not in ``bobby``, ``bob-jr`` or ``bob@x.org``.

    In JSON a line end is a backslash and a letter, and may stand before a name.
    """
    line_end = r"|(?:^|[^\\])\\[nrt]" if in_json else ""
    return rf"(?:^|[^{_NAME}]{line_end}){exact(name, in_json=in_json)}{NAME_ENDS}"


def names_principal(name: str) -> str:
    """The condition that the raw JSON message holds ``name`` as a whole name."""
    return matches(whole_name(name, in_json=True))
