"""How texts become patterns, in DuckDB: what has a type is marked, then words that vary are found.

A mark is one letter in a circle, so that the SQL of every step can be read. Every step is a function of one text, or a
count over equal ones: neither the order of the events nor how they are cut into chunks can change a pattern.
"""

from __future__ import annotations

from siemlib.ql.sql.writer import literal

TYPES: dict[str, str] = {
    "Ⓝ": "Number",
    "Ⓣ": "Time",
    "Ⓐ": "IP",
    "Ⓘ": "ID",
    "Ⓟ": "Path",
    "Ⓤ": "URL",
    "Ⓔ": "Email",
    "Ⓗ": "Host",
    "Ⓢ": "String",
    "Ⓥ": "Token",
}
"""The marks and the names of the types, as they stand in ``<Type-1>``. ``Token`` is a word that varies."""

LONGEST = 4096
"""Characters of a text that count; what stands behind them is not looked at."""

KEPT_WORDS = (
    *("accept", "accepted", "allow", "allowed", "granted", "pass", "passed", "success", "succeeded", "successful"),
    *("block", "blocked", "deny", "denied", "drop", "dropped", "fail", "failed", "failure", "refused", "reject"),
    *("rejected", "invalid", "valid", "true", "false", "yes", "no", "open", "opened", "close", "closed", "reset"),
    *("start", "started", "starting", "stop", "stopped", "stopping", "enabled", "disabled", "added", "removed"),
    *("created", "deleted", "emerg", "alert", "crit", "critical", "fatal", "error", "err", "warn", "warning"),
    *("notice", "info", "debug", "trace"),
    *("get", "post", "put", "delete", "head", "options", "patch", "connect", "propfind"),
)
"""Words that say what was done or how it ended: never a token, because a pattern that hides them is of no use."""

_MARKS = "".join(TYPES)
_QUOTES = "ⓁⓇ"  # those that stay as they are: around keys of JSON, around requests
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[A-Z]{1,3}S?T)\b| ?[+-][0-9]{2}:?[0-9]{2}\b)?"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?"
_DATE = "(?:[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})"
_TIME = rf"\b{_DATE}(?:[T _:-]+(?:{_CLOCK}|[0-9]{{2}}:[0-9]{{2}}\b))?{_ZONE}|\b{_CLOCK}"
_DIGITS = r"\b[0-9]+\b|[0-9]{3,}"
_HEX = "[0-9a-fA-FⓃ]"
_GROUP = f"{_HEX}{{1,4}}"
_ADDRESS6 = "|".join(
    (
        f"{_GROUP}(?::{_GROUP}){{7}}",
        f"(?:{_GROUP}:){{1,6}}(?::{_GROUP}){{1,6}}",
        f"(?:{_GROUP}:){{1,7}}:",
        f"::{_GROUP}",
    )
)
_METHOD = "(?:GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH|CONNECT|TRACE|PROPFIND)"
_DOMAIN = "(?:com|net|org|edu|gov|mil|info|biz|io|dev|cloud|local|localdomain|internal|lan|arpa)"

# In order: of two rules the first has its way. Digits that stand alone are "Ⓝ" by now, dates in digits "Ⓣ".
_RULES: tuple[tuple[str, str], ...] = (
    (rf"\b{_DAY},? (?:Ⓝ )?{_MONTH} +(?:Ⓝ )?(?:Ⓝ )?Ⓣ(?: [+-]?Ⓝ| [A-Z]{{3,4}}\b(?: Ⓝ)?)?", "Ⓣ"),
    (rf"Ⓝ/{_MONTH}/Ⓝ:Ⓣ(?: [+-]Ⓝ)?", "Ⓣ"),
    (rf"\b{_MONTH} +Ⓝ,? (?:Ⓝ,? )?Ⓣ", "Ⓣ"),
    (r"\b((?:session|sessionid|sid|token)=<?)[^\s<>,;&\"]{6,}", r"\1Ⓘ"),
    (rf"({_METHOD} )[^\s\"]+", r"\1Ⓟ"),
    (r"""\b[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s"'<>|\\)\]},]*""", "Ⓤ"),
    (r"[A-Za-z0-9._%+Ⓝ-]+@[A-Za-z0-9Ⓝ-]+(?:\.[A-Za-z0-9Ⓝ-]+)+", "Ⓔ"),
    (f"{_HEX}{{1,8}}(?:-{_HEX}{{1,4}}){{3}}-{_HEX}{{1,12}}", "Ⓘ"),
    (
        rf"[A-Za-z0-9Ⓝ_-]+(?:\.[A-Za-z0-9Ⓝ_-]+)*\.{_DOMAIN}(?:\.[a-z]{{2,3}})?\b|[a-z0-9Ⓝ-]+(?:\.[a-z0-9Ⓝ-]+)+\.[a-z]{{2}}\b",
        "Ⓗ",
    ),
    (r"Ⓝ\.Ⓝ\.Ⓝ\.Ⓝ(?:/Ⓝ)?", "Ⓐ"),
    (
        rf"""(^|[\s\[(=,"'<])(?:{_ADDRESS6})(?:/Ⓝ)?""",
        r"\1Ⓐ",
    ),
    (f"(?:{_HEX}{{1,2}}:){{5}}{_HEX}{{1,2}}", "Ⓘ"),
    (r"""(^|[\s"'=(\[<:,>])(?:/|[A-Za-z]:\\)[^\s"'<>|;,)\]}]*""", r"\1Ⓟ"),
    (rf'"({_METHOD} [^"]*)"', r"Ⓛ\1Ⓡ"),
    (r'"([^"\\]{0,80})"(\s*:)', r"Ⓛ\1Ⓡ\2"),
    (r'"(?:[^"\\]|\\.)*"|"[^"]*$', "Ⓢ"),
    (r"(^|[\s=(\[:,])'[^']*'", r"\1Ⓢ"),
    (r"\b0x[0-9a-fA-FⓃ]+|[A-Za-z]*[0-9Ⓝ]+[A-Za-z]+[0-9Ⓝ][A-Za-z0-9Ⓝ]*", "Ⓘ"),
    (r"\b[0-9a-f]{4,}Ⓝ|[0-9Ⓝ]+[A-Za-z]{5,}|\b[A-Z0-9]{16,}\b|\b[0-9a-f]{8,}\b|[A-Za-z0-9+/=]{40,}", "Ⓘ"),
    (r"\b[0-9]+([A-Za-z%]{1,4}\b)|\b[0-9]+\b", r"Ⓝ\1"),
    (r"_[0-9]+\b", "_Ⓝ"),
    (r"\bv[0-9]+((?:\.Ⓝ)+)", r"vⓃ\1"),
    (r"(?:Ⓝ[-_])*Ⓘ(?:[-_](?:Ⓘ|Ⓝ))*|Ⓝ(?:-Ⓝ)+", "Ⓘ"),
    (r"([\s=:,(\[])[+-]Ⓝ", r"\1Ⓝ"),
    (r"Ⓝ(?:\.Ⓝ)+", "Ⓝ"),
    (r"Ⓝ(?:, ?Ⓝ)+", "Ⓝ"),
    (r"Ⓢ(?:, ?Ⓢ)+", "Ⓢ"),
    (r"\s+", " "),
)
_PART = r"[\p{L}\p{M}\p{N}_.@$+-]+"
_NO_PART = r"[^\p{L}\p{M}\p{N}_.@$+-]+"


def _replaced(sql: str, pattern: str, by: str) -> str:
    return f"regexp_replace({sql}, {literal(pattern)}, {literal(by)}, 'g')"


def _marked(sql: str) -> str:
    for pattern, mark in _RULES:
        sql = _replaced(sql, pattern, mark)
    return sql


MACROS: tuple[str, ...] = (
    # A text without its digits: times, and numbers that stand alone or are long. Few texts of a log differ in more.
    f"""CREATE OR REPLACE MACRO ql_rough(x) AS {
        _replaced(
            _replaced(
                f"list_transform([left(x, {LONGEST})], lambda t: CASE WHEN regexp_matches(t, '[{_MARKS}{_QUOTES}]')"
                f" THEN translate(t, '{_MARKS}{_QUOTES}', 'NTAIPUEHSVLR') ELSE t END)[1]",
                _TIME,
                "Ⓣ",
            ),
            _DIGITS,
            "Ⓝ",
        )
    }""",
    # The same with a mark for everything that has a type.
    f"CREATE OR REPLACE MACRO ql_shape(rough) AS trim({_marked('rough')})",
    # Words and what stands between them, in turn.
    f"CREATE OR REPLACE MACRO ql_parts(shape) AS regexp_extract_all(shape, {literal(f'{_PART}|{_NO_PART}')})",
    # Whether another word might stand in the place of this one.
    rf"""CREATE OR REPLACE MACRO ql_may_vary(part) AS regexp_matches(part, '[\p{{L}}\p{{N}}]')
    AND lower(part) NOT IN ({", ".join(map(literal, KEPT_WORDS))})""",
    # The marks as <Type-n>, counted through the text.
    f"""CREATE OR REPLACE MACRO ql_pattern(shape) AS array_to_string(list_transform(
    list_zip(string_split_regex(translate(shape, '{_QUOTES}', '""'), '[{_MARKS}]'),
      regexp_extract_all(shape, '[{_MARKS}]')),
    lambda z, i: z[1] || coalesce('<' || [{", ".join(map(literal, TYPES.values()))}][strpos('{_MARKS}', z[2])]
      || '-' || i || '>', '')), '')""",
    # A regular expression that finds the texts of a pattern, to be written between slashes; it may find others too.
    rf"""CREATE OR REPLACE MACRO ql_pattern_regex(shape) AS '(?s)^\s*' || array_to_string(list_transform(
    string_split_regex(translate(shape, '{_QUOTES}', '""'), '[{_MARKS}]'), lambda t: replace(
      regexp_replace(t, '([\\.^$|?*+()\[\]{{}}/])', '\\\1', 'g'), ' ', '\s+')), '.*?') || '\s*$'""",
    r"""CREATE OR REPLACE MACRO ql_severity(pattern) AS CASE WHEN contains(lower(pattern), 'error') THEN 'ERROR'
    WHEN contains(lower(pattern), 'warn') THEN 'WARN' ELSE 'INFO' END""",
)
"""In order: a macro uses only those before it."""
