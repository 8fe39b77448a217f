"""Where the numbers of the readings about traffic are from."""

from __future__ import annotations

from siemlib.investigate.portscan import SCAN, SWEEP
from siemlib.model.traced import How, Traced, on

_OVER_TIME = {"bytes-over-time": "bytes", "flows-over-time": "flows"}


def _directions() -> tuple[Traced, ...]:
    found: list[Traced] = []
    for way in ("inbound", "outbound", "inside", "outside", "undecided"):
        accepted = on(f"direction = {way}", "action = accepted")
        rejected = on(f"direction = {way}", "action = rejected")
        head = f"{way} {{m}} accepted flow[s] of"
        found += [
            Traced(f"{way} {{n}} accepted flow", How.SUM, "flows", accepted, within="directions"),
            Traced(f"{head} {{n}} byte", How.SUM, "bytes", accepted, within="directions"),
            Traced(f"{head} {{o}} byte[s] and {{n}} rejected", How.SUM, "flows", rejected, within="directions"),
        ]
    return tuple(found)


def _over_time(name: str, value: str) -> tuple[Traced, ...]:
    return (
        Traced(f"{{n}} {value} in {{m}} bin", How.SUM, value, within=name),
        Traced(f"{value[:-1]}[s] in {{n}} bin", How.DIFFERENT, "from", within=name),
        Traced("Most from {t} UTC:", How.PEAK, value, within=name),
        Traced("Most from {t} UTC: {n}", How.TOP, value, within=name),
        Traced(
            "Most from {t} UTC: {m}, of them {n} {y}.",
            How.STANDS,
            where=on("from = {t}", f"{value} = {{n}}", "series = {y}"),
            within=name,
        ),
    )


def _talkers(by: str) -> tuple[Traced, ...]:
    return (
        Traced("{n} address[es] sent", How.GREATEST, "senders", exhibit="run", within=f"talkers-by-{by}"),
        Traced(
            "{z} {n} ({m} %)",
            How.STANDS,
            where=on("address = {z}", f"{by} = {{n}}", f"% of {by} = {{m}}"),
            within=f"talkers-by-{by}",
        ),
    )


TRACED: tuple[Traced, ...] = (
    Traced("{n} record[s]: {m} ACCEPT", How.SUM, "records", within="records"),
    *(
        Traced(f"{{n}} {status}", How.SUM, "records", on(f"action = {status}"), within="records")
        for status in ("ACCEPT", "REJECT")
    ),
    *(
        Traced(f"{{n}} {status}", How.SUM, "records", on(f"status = {status}"), within="records")
        for status in ("NODATA", "SKIPDATA")
    ),
    Traced("lost in {n} window", How.SUM, "records", on("status = SKIPDATA"), within="records"),
    Traced(
        "(SKIPDATA) on {n} interface", How.STANDS, where=on("status = SKIPDATA", "interfaces = {n}"), within="records"
    ),
    *_directions(),
    Traced("The direction of {n} flow", How.SUM, "flows", on("told by = nothing"), within="directions"),
    *(rule for name, value in _OVER_TIME.items() for rule in _over_time(name, value)),
    *_talkers("bytes"),
    *_talkers("flows"),
    Traced("{n} pair[s] exchanged", How.ROWS, where=on("accepted > 0"), within="pairs"),
    Traced("{n} pair[s] had only rejected", How.ROWS, where=on("accepted = 0"), within="pairs"),
    Traced(
        "{w} → {y} {n}",
        How.STANDS,
        where=on("sender = {w}", "receiver = {y}", "accepted = {n}"),
        within="pairs",
        after="Most accepted flows: ",
    ),
    Traced(
        "Highest: {w} → {y}, {n} accepted",
        How.STANDS,
        where=on("sender = {w}", "receiver = {y}", "accepted = {n}"),
        within="pairs",
    ),
    Traced("{n} pair[s] of port and", How.ROWS, within="ports"),
    Traced("asked for, {n} of them rejected", How.ROWS, where=on("rejected > 0"), within="ports"),
    Traced(
        "{m} {x} {n}",
        How.STANDS,
        where=on("port = {m}", "protocol = {x}", "accepted = {n}"),
        within="ports",
        after="Most accepted: ",
    ),
    Traced(
        "{m} {x} {n}",
        How.STANDS,
        where=on("port = {m}", "protocol = {x}", "rejected = {n}"),
        within="ports",
        after="Most rejected: ",
    ),
    # What has no ports, as ICMP.
    *(
        Traced(
            "{x} {n}",
            How.STANDS,
            where=on("protocol = {x}", f"{what} = {{n}}"),
            within="ports",
            after=f"Most {what}: ",
        )
        for what in ("accepted", "rejected")
    ),
    Traced("Port {m}: {n} flow[s] of", How.SUM, "flows"),
    Traced("Port {m}: {o} flow[s] of {n} address[es]", How.ROWS),
    Traced("address[es] ({n} accepted, {m} rejected)", How.SUM, "accepted"),
    Traced("address[es] ({m} accepted, {n} rejected)", How.SUM, "rejected"),
    Traced("rejected), between {t} and", How.LEAST, "first"),
    Traced("rejected), between {u} and {t}", How.GREATEST, "last"),
    Traced(
        "{z} ({n} flow[s], {m} packet[s])",
        How.STANDS,
        where=on("address = {z}", "flows = {n}", "packets = {m}"),
    ),
    Traced("{n} address[es] scanned, {m} of", How.ROWS, where=on("reads as = scan"), within="scans"),
    Traced(
        "{z} {n} port[s] of {m} host[s] between {t} and {u}",
        How.STANDS,
        where=on("address = {z}", "ports = {n}", "hosts = {m}", "first = {t}", "last = {u}"),
        within="scans",
    ),
    Traced(
        "{z} {n} port[s] of {m} host[s] at {t}",
        How.STANDS,
        where=on("address = {z}", "ports = {n}", "hosts = {m}", "first = {t}"),
        within="scans",
    ),
    Traced(
        "scanned, {n} of them inside", How.ROWS, where=on("reads as = scan", "address is != public"), within="scans"
    ),
    Traced(f"at {SCAN} or more distinct ports, or one port of {SWEEP} or more hosts", why="what is read as a scan"),
    Traced("{n} flow[s] of {m} inside address[es] rejected", How.SUM, "flows", within="rejected-inside"),
    Traced("flow[s] of {n} inside address[es] rejected", How.ROWS, within="rejected-inside"),
    Traced(
        "{z}, {n} flow[s] to {m} port[s] of {o} host[s], between {t} and {u}",
        How.STANDS,
        where=on("address = {z}", "flows = {n}", "ports = {m}", "hosts = {o}", "first = {t}", "last = {u}"),
        within="rejected-inside",
    ),
    Traced("The week before has {n} record", How.SUM, "records", exhibit="run", within="compared"),
    Traced(
        "week before has {m} record[s], from {t} UTC to {u}", How.LEAST, "first_ms", exhibit="run", within="compared"
    ),
    Traced(
        "week before has {m} record[s], from {u} UTC to {t}", How.GREATEST, "last_ms", exhibit="run", within="compared"
    ),
    *(
        Traced(
            f"{way} {what} {{n}} ({{m}})",
            How.STANDS,
            where=on(f"direction = {way}", f"action = {what}", "flows = {n}", "flows before = {m}"),
            within="compared",
        )
        for way in ("inbound", "outbound", "inside", "outside", "undecided")
        for what in ("accepted", "rejected")
    ),
)
