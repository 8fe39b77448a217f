"""Access logs of Apache and nginx, common and combined, also with the virtual host in front."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from siemlib.model.event import Shape
from siemlib.model.observable import Address, find_addresses
from siemlib.sources.clock import as_written
from siemlib.sources.reading import entry as make_entry
from siemlib.sources.reading import exact, matches, mostly, names_address, observables, plain_entry
from siemlib.sources.source import LogSource, TextTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siemlib.model.observable import Observable
    from siemlib.sources.source import Entry

_TIME = r"\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}"
# The client chooses the request, the referrer, the agent and the user name; the server escapes quotes in them. A user
# name may hold blanks, and nginx logs the one that is sent even where nobody asked for it.
_LINE = re.compile(
    rf"(?P<who>\S+ .*?) \[{_TIME}\] "
    r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?P<bytes>\d+|-)'
    r'(?: "(?P<referrer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)")?',
    re.ASCII,
)
_FIRST_ERROR = 400


def client_and_user(who: str) -> tuple[str, str]:
    """Of ``client ident user`` or ``virtual-host client ident user``; a user may be of several words, ``-`` is none.

    Of four words and more the second is the client if it is an address, although a virtual host may look like one: that
    is the ``Host`` header, which the client chooses. It does not choose the ident, which is ``-`` on most servers.
    """
    words = who.split(" ")
    client = 1 if len(words) > 3 and Address.read(words[1]) is not None else 0  # noqa: PLR2004 - with a virtual host
    return words[client], " ".join(words[client + 2 :]).strip('"')


def is_access(message: str) -> bool:
    """Whether the message is a line of an access log."""
    return _LINE.match(message) is not None


def _recognise(messages: Sequence[str]) -> bool:
    return mostly(messages, is_access)


def _select_principal(name: str) -> str:
    """The user whom the server authenticated, or the one that a request names in a parameter (``?user=NAME``)."""
    whole = exact(name)
    authenticated = rf"^(?:\S+ )?\S+ \S+ \"?{whole}\"? \[\d"
    parameter = rf"[?&;](?i:user|username|user_name|login|log|account|uid|email)={whole}(?:$|[&;#\s\"])"
    return matches(f"{authenticated}|{parameter}")


def entry(message: str) -> Entry:
    """The request as a line; a status from 400 on is a failure."""
    found = _LINE.match(message)
    if not found:
        return plain_entry(message)
    method, _, rest = found["request"].partition(" ")
    path = rest.rpartition(" ")[0] if " HTTP/" in rest else rest
    action = f"{method} {path}".strip() or "empty request"
    agent, (client, user) = found["agent"], client_and_user(found["who"])
    shown = f" ({agent})" if agent and agent != "-" else ""
    return make_entry(
        f"{found['status']} {action}{shown}",
        actor=user,
        address=Address.read(client),
        action=action,
        outcome="failure" if int(found["status"]) >= _FIRST_ERROR else "success",
    )


def _observables(message: str) -> tuple[Observable, ...]:
    found = _LINE.match(message)
    client = client_and_user(found["who"])[0] if found else None
    return observables(
        addresses=find_addresses(message),
        principals=[entry(message).actor],
        hosts=[client if client and Address.read(client) is None else None],
    )


WEB_ACCESS = LogSource(
    name="web_access",
    title="Web access",
    documentation="https://httpd.apache.org/docs/2.4/logs.html#accesslog",
    shape=Shape.TEXT,
    log_group="web-access",
    recognise=_recognise,
    # The quote behind it tells the server's time from one in a user name, where a quote would be escaped.
    time=(TextTime(rf'\[({_TIME})\] "', "%d/%b/%Y:%H:%M:%S %z"),),
    stored=(),
    select_address=names_address,
    select_principal=_select_principal,
    observables=_observables,
    entry=entry,
    uncertainty=as_written("When the request came (Apache) or was answered (nginx), cut to the second."),
)
