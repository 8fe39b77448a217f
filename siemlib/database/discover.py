"""What CloudWatch discovers in a message, as SQL expressions over the text of the message.

Source: CWL_AnalyzeLogData-discoverable-fields. JSON leaves by path, the fields of a flow record and of a public
Route 53 query log by position, the fields of a Lambda line by pattern.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from siemlib.database.lambda_lines import NAMES as LAMBDA_NAMES
from siemlib.database.lambda_lines import is_lambda, lambda_field
from siemlib.ql.sql.writer import integer, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.model.event import FieldPath

FLOW_FIELDS = (
    "version",
    "accountId",
    "interfaceId",
    "srcAddr",
    "dstAddr",
    "srcPort",
    "dstPort",
    "protocol",
    "packets",
    "bytes",
    "startTime",
    "endTime",
    "action",
    "logStatus",
)
"""The default layout of a VPC flow record, by the names that Logs Insights gives."""

ROUTE53_FIELDS = (
    "version",
    "queryTimestamp",
    "hostZoneId",
    "queryName",
    "queryType",
    "responseCode",
    "protocol",
    "edgeLocation",
    "resolverIp",
    "ednsClientSubnet",
)
"""A public DNS query log line, in order."""

_FLOW = r"^\d+ +(\d{12}|\S+) +\S+ +(\S+ +){10}\S+\s*$"
_FLOW_END = r" (OK|NODATA|SKIPDATA)\s*$"
_ROUTE53 = r"^\d+\.\d+ \d{4}-\d\d-\d\dT\S+Z (\S+ ){7}\S+\s*$"
_JOINED_UP_TO = 4


def json_leaf(message_sql: str, path: FieldPath) -> str:
    """The JSON leaf at ``path`` as text; ``message_sql`` is an expression that gives the text of the message.

    Objects, arrays, null and what is not there are ``NULL``; ``true`` and ``false`` are ``1`` and ``0``; strings are
    unquoted; numbers stand as written, decimals as DuckDB writes the double. A message that is no JSON has no leaves.
    A key that holds dots is found as well: ``a.b`` is first looked for as ``{"a":{"b":…}}`` and then as ``{"a.b":…}``.
    """
    paths = key_paths(path)
    if not paths:
        return "CAST(NULL AS VARCHAR)"
    first, *others = paths
    alternatives = [_leaf(message_sql, first)]
    for keys in others:
        # Reading the text for the key is far cheaper than reading the JSON again, and nearly always says no.
        names = [key for key in keys if "." in key]
        seen = " AND ".join(f"contains({message_sql}, {literal(chr(34) + key + chr(34))})" for key in names)
        leaf = _leaf(message_sql, keys)
        alternatives.append(f"CASE WHEN {seen} THEN {leaf} END" if names else leaf)
    return alternatives[0] if len(alternatives) == 1 else f"coalesce({', '.join(alternatives)})"


def key_paths(path: FieldPath) -> list[FieldPath]:
    """The keys under which the field at ``path`` may stand, in the order in which they are looked for."""
    keys = _keys(path)
    if keys is None:
        return []
    # A name in backticks may be one of the flattened names as well, dots and all.
    single = tuple(".".join(keys).split("."))
    return list(dict.fromkeys([keys, *_joined(keys), *(_joined(single) if single != keys else ()), single]))


def json_pointer(keys: FieldPath) -> str:
    """The JSON pointer to the value under these keys."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)


def flow_field(message_sql: str, name: str) -> str:
    """The field ``name`` of a flow record in the default layout, as text; ``NULL`` for a name that it has not."""
    return _by_position(message_sql, name, FLOW_FIELDS)


def json_text(message_sql: str, log_group_sql: str) -> str:
    """The JSON whose leaves are discovered in a message whose kind is not known; ``NULL`` where there is none.

    That is the message, or the first JSON object within a line of Lambda; text around JSON hides it elsewhere. It ends
    with its 200th leaf. To be asked once for a message, not once for a field.
    """
    is_json = f"regexp_matches({message_sql}, '^\\s*[{{[]') AND json_valid({message_sql})"
    embedded = f"contains({message_sql}, '{{') AND {is_lambda(message_sql, log_group_sql)}"
    return f"CASE WHEN {is_json} THEN ql_leaves({message_sql}) WHEN {embedded} THEN ql_fragment({message_sql}) END"


def guessed_field(message_sql: str, path: FieldPath, json_sql: str) -> str:
    """The field at ``path`` of a message whose kind is not known, decided for each message by its look.

    ``json_sql`` is what :func:`json_text` of the message gives.
    """
    name = ".".join(path)
    cases: list[str] = []
    if name in FLOW_FIELDS:
        cases.append(f"WHEN {_is_flow(message_sql)} THEN {flow_field(message_sql, name)}")
    if name in ROUTE53_FIELDS:
        is_route53 = f"regexp_matches({message_sql}, {literal(_ROUTE53)})"
        cases.append(f"WHEN {is_route53} THEN {_by_position(message_sql, name, ROUTE53_FIELDS)}")
    if name in LAMBDA_NAMES:
        return lambda_field(message_sql, name)
    cases.append(f"WHEN {json_sql} IS NOT NULL THEN {json_leaf(json_sql, path)}")
    return f"CASE {' '.join(cases)} END"


def _is_flow(message_sql: str) -> str:
    return f"regexp_matches({message_sql}, {literal(_FLOW)}) AND regexp_matches({message_sql}, {literal(_FLOW_END)})"


def _keys(path: FieldPath) -> FieldPath | None:
    """``@@key`` is the JSON key ``@key``; a name with one ``@`` is a system field and no JSON key."""
    if not path[0].startswith("@"):
        return path
    return (path[0][1:], *path[1:]) if path[0].startswith("@@") else None


def _leaf(message_sql: str, keys: FieldPath) -> str:
    return f"ql_leaf(CAST(TRY(json_extract({message_sql}, {literal(json_pointer(keys))})) AS VARCHAR))"


def _joined(keys: FieldPath) -> Iterator[FieldPath]:
    """Every way to join neighbours with a dot; of a long path only the whole, to keep the SQL short."""
    if len(keys) > _JOINED_UP_TO:
        yield (".".join(keys),)
        return
    gaps = range(1, len(keys))
    for count in reversed(range(len(keys) - 1)):
        for cuts in combinations(gaps, count):
            bounds = (0, *cuts, len(keys))
            yield tuple(".".join(keys[a:b]) for a, b in pairwise(bounds))


def _by_position(message_sql: str, name: str, names: tuple[str, ...]) -> str:
    if name not in names:
        return "CAST(NULL AS VARCHAR)"
    words = f"regexp_split_to_array(trim({message_sql}, ' ' || chr(9) || chr(10) || chr(13)), ' +')"
    return f"{words}[{integer(names.index(name) + 1)}]"
