"""Times written and read by a pattern, as SQL. Patterns and zones stand in the query and are known to be right."""

from __future__ import annotations

from siemlib.ql.dates import MONTHS, OTHER_CODES, ZONES, JavaPattern, fixed_offset, java_pattern, strftime_codes
from siemlib.ql.sql.writer import integer, literal

_MINUTE = 60_000


def formatted(millis: str, form: str, zone: str, *, once: bool) -> str:
    """Epoch milliseconds as a text; ``NULL`` for a time beyond what there is. ``once``: they stand in it once."""
    codes = strftime_codes(form)
    if not isinstance(codes, tuple):
        raise TypeError(codes)
    pieces: list[str] = []
    plain = ""
    for code in codes:
        if code.removeprefix("%") in OTHER_CODES and code.startswith("%"):
            pieces += [f"strftime({_local('m', zone)}, {literal(plain)})"] if plain else []
            pieces.append(_other(code[1], _local("m", zone), zone))
            plain = ""
        else:
            plain += code
    if not pieces and not once:
        return f"TRY(strftime({_local(millis, zone)}, {literal(plain)}))"
    pieces += [f"strftime({_local('m', zone)}, {literal(plain)})"] if plain else []
    return f"list_transform([{millis}], lambda m: TRY({' || '.join(pieces)}))[1]"


def parsed(text: str, form: str, zone: str) -> str:
    """A text as epoch milliseconds; ``NULL`` for what is no such time."""
    pattern = java_pattern(form)
    if not isinstance(pattern, JavaPattern):
        raise TypeError(pattern)
    names = ", ".join(literal(f"g{number}") for number in range(len(pattern.parts)))
    groups = f"regexp_extract({text}, {literal(pattern.regex)}, [{names}])"
    return f"list_transform([{groups}], lambda d: TRY({_read(pattern.parts, zone)}))[1]"


def _local(millis: str, zone: str) -> str:
    """The wall clock of a zone at a moment."""
    offset = fixed_offset(zone)
    if offset is None:
        return f"timezone({literal(zone)}, to_timestamp({millis} / 1000.0))"
    return f"make_timestamp_ms({millis} + {integer(offset * _MINUTE)})" if offset else f"make_timestamp_ms({millis})"


def _other(code: str, local: str, zone: str) -> str:
    """A code that the database lacks; ``m`` are the milliseconds."""
    if code == "z":
        minutes = f"date_diff('minute', make_timestamp_ms(m), {local})"
        digits = f"lpad(CAST(abs({minutes}) // 60 * 100 + abs({minutes}) % 60 AS VARCHAR), 4, '0')"
        return f"CASE WHEN {minutes} < 0 THEN '-' ELSE '+' END || {digits}"
    padded = {"e": "%-d", "k": "%-H", "l": "%-I"}
    if code in padded:
        return f"lpad(strftime({local}, '{padded[code]}'), 2, ' ')"
    return {
        "s": "CAST(CAST(floor(m / 1000.0) AS BIGINT) AS VARCHAR)",
        "L": f"strftime({local}, '%g')",
        "Z": literal("UTC" if fixed_offset(zone) == 0 else zone),
        "C": f"left(strftime({local}, '%Y'), 2)",
        "g": f"right(strftime({local}, '%G'), 2)",
        "P": f"lower(strftime({local}, '%p'))",
    }[code]


def _read(parts: tuple[str, ...], zone: str) -> str:
    """The moment that the groups of ``d`` mean."""

    def text(part: str) -> str:
        found = [f"nullif(struct_extract(d, 'g{number}'), '')" for number, each in enumerate(parts) if each == part]
        return f"coalesce({', '.join(found)})" if found else "CAST(NULL AS VARCHAR)"

    def number(part: str) -> str:
        return f"CAST({text(part)} AS BIGINT)"

    months = ", ".join(literal(name[:3]) for name in MONTHS)
    year = f"coalesce({number('year')}, 2000 + {number('year of the century')})"
    month = f"coalesce({number('month')}, list_position([{months}], left({text('name of the month')}, 3)))"
    half = f"{number('hour of the half')} % 12 + CASE {text('half')} WHEN 'PM' THEN 12 ELSE 0 END"
    hour = f"coalesce({number('hour')}, {half}, 0)"
    minute, second = f"coalesce({number('minute')}, 0)", f"CAST(coalesce({number('second')}, 0) AS DOUBLE)"
    clock = f"make_timestamp({year}, {month}, {number('day')}, {hour}, {minute}, {second})"
    fraction = f"CAST(coalesce(left(rpad({text('fraction')}, 3, '0'), 3), '0') AS BIGINT)"
    moment = f"epoch_ms({clock}) + {fraction}"
    default = fixed_offset(zone)
    there = f"epoch_ms(timezone({literal(zone)}, {clock})) + {fraction}"
    at_home = there if default is None else f"{moment} - {integer(default * _MINUTE)}"
    if {"offset", "zone"} & set(parts):
        away = f"coalesce({_offset_sql(text('offset'))}, {_zone_sql(text('zone'))})"
        at_home = f"CASE WHEN {away} IS NULL THEN {at_home} ELSE {moment} - {away} * {_MINUTE} END"
    if "weekday" in parts:
        fits = f"coalesce(left({text('weekday')}, 3) = left(dayname({clock}), 3), TRUE)"
        at_home = f"CASE WHEN {fits} THEN {at_home} END"
    return at_home


def _offset_sql(text: str) -> str:
    """Minutes east of Greenwich of ``Z``, ``GMT``, ``+09``, ``+0900``, ``+09:00``; seconds are left out."""
    digits = f"regexp_replace({text}, '[^0-9]', '', 'g')"
    minutes = f"CAST(left({digits}, 2) AS BIGINT) * 60 + CAST(substr(rpad({digits}, 4, '0'), 3, 2) AS BIGINT)"
    sign = f"CASE WHEN contains({text}, '-') THEN -1 ELSE 1 END"
    return f"CASE WHEN {digits} = '' THEN 0 ELSE {sign} * ({minutes}) END"


def _zone_sql(text: str) -> str:
    whens = " ".join(f"WHEN {literal(name)} THEN {integer(minutes)}" for name, minutes in ZONES.items())
    return f"CASE {text} {whens} END"
