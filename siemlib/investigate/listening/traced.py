"""Where the numbers of the readings about open ports are from."""

from __future__ import annotations

from siemlib.investigate.listening.changes import CLOSED, OPENED
from siemlib.investigate.listening.register import EVERYWHERE, LOOPBACK, ONE, UNDECLARED
from siemlib.model.traced import How, Traced, on

_SHORT = "in-short"
_LISTENER = "host+protocol+port+address"

_IN_SHORT = (
    Traced(
        "{n} listener[s] can be reached",
        How.ROWS,
        where=on(f"reach != {LOOPBACK}"),
        exhibit="listening-now",
        within=_SHORT,
    ),
    Traced("{n} undeclared", How.ROWS, where=on(f"declared = {UNDECLARED}"), exhibit="undeclared", within=_SHORT),
    Traced(
        "({n} of them on every address",
        How.ROWS,
        where=on(f"declared = {UNDECLARED}", f"reach = {EVERYWHERE}"),
        exhibit="undeclared",
        within=_SHORT,
    ),
    Traced(
        "{n} of which it is not known",
        How.ROWS,
        where=on(f"declared != {UNDECLARED}"),
        exhibit="undeclared",
        within=_SHORT,
    ),
    Traced(
        "Between lists {n} opened",
        How.DIFFERENT,
        _LISTENER,
        on(f"change = {OPENED}"),
        exhibit="port-changes",
        within=_SHORT,
    ),
    Traced(
        "opened and {n} closed",
        How.DIFFERENT,
        _LISTENER,
        on(f"change = {CLOSED}"),
        exhibit="port-changes",
        within=_SHORT,
    ),
    Traced("{n} of {m} known hosts never", How.ROWS, where=on("lists = 0"), exhibit="port-hosts", within=_SHORT),
    Traced("{m} of {n} known host[s] never", How.ROWS, exhibit="port-hosts", within=_SHORT),
    Traced("{n} of {m} known host never", How.ROWS, where=on("lists = 0"), exhibit="port-hosts", within=_SHORT),
)
_NOW = "listening-now|loopback|register"

TRACED: tuple[Traced, ...] = (
    *_IN_SHORT,
    Traced("{n} listener[s] on {m} host[s]", How.ROWS, within="listening-now|register"),
    Traced("listener[s] on {n} host[s]", How.DIFFERENT, "host", within="listening-now|register"),
    *(
        Traced(f"{{n}} on {reach}", How.ROWS, where=on(f"reach = {reach}"), within="listening-now")
        for reach in (EVERYWHERE, ONE, LOOPBACK)
    ),
    Traced("The oldest of these lists is of {t}", How.LEAST, "last seen", within="listening-now"),
    Traced("{n} listener[s] on loopback", How.ROWS, within="loopback"),
    Traced("loopback only, on {n} host", How.DIFFERENT, "host", within="loopback"),
    Traced("host[s], in {n} list", How.ROWS, exhibit="port-lists", within="register"),
    Traced("{n} address[es] cut by netstat", How.ROWS, where=on("address cut = yes"), within="register"),
    Traced("{n} listener[s] on {m} port[s] opened", How.ROWS, where=on(f"change = {OPENED}"), within="port-changes"),
    Traced("{n} listener[s] on {m} port[s] closed", How.ROWS, where=on(f"change = {CLOSED}"), within="port-changes"),
    Traced("listener[s] on {n} port[s] opened", How.DIFFERENT, "port", on(f"change = {OPENED}"), within="port-changes"),
    Traced("listener[s] on {n} port[s] closed", How.DIFFERENT, "port", on(f"change = {CLOSED}"), within="port-changes"),
    Traced("{n} of {m} host[s] reported", How.ROWS, where=on("lists > 0"), within="port-hosts"),
    Traced("{m} of {n} host[s] reported", How.ROWS, within="port-hosts"),
    Traced("The newest list is of {t}", How.GREATEST, "last list", within="port-hosts"),
    Traced("{n} list[s] of {m} host[s], {y} UTC:", How.ROWS, within="port-lists"),
    Traced("list[s] of {n} host[s], {y} UTC:", How.DIFFERENT, "host", within="port-lists"),
    Traced("host[s], between {t} and", How.LEAST, "time", within="port-lists"),
    Traced("host[s], between {u} and {t}", How.GREATEST, "time", within="port-lists"),
    Traced("host[s], at {t} UTC", How.LEAST, "time", within="port-lists"),
    Traced("{z} {n}", How.ROWS, where=on("host = {z}"), within="port-lists", after=" UTC: "),
)
