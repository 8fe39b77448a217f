"""How DuckDB spells what the language needs: macros that keep the SQL of a query readable.

They are part of every connection; ``siem compile --macros`` prints them, so that a printed query can be run by hand.
"""

from __future__ import annotations

from siemlib.ql.sql.patterns import MACROS as PATTERN_MACROS

NAME = "duckdb"

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"

MACROS: tuple[str, ...] = (
    "CREATE OR REPLACE MACRO ql_finite(x) AS CASE WHEN isfinite(x) THEN x END",
    # A text as a number, NULL where it is none. DuckDB would also read 1_000, inf and nan.
    """CREATE OR REPLACE MACRO ql_number(x) AS
  CASE WHEN contains(x, '_') THEN NULL ELSE ql_finite(TRY_CAST(x AS DOUBLE)) END""",
    # A text as a whole number of up to 38 digits, exact.
    """CREATE OR REPLACE MACRO ql_whole(x) AS
  CASE WHEN regexp_full_match(x, '\\s*[-+]?[0-9]{1,38}\\s*') THEN TRY_CAST(x AS HUGEINT) END""",
    # Two texts: both numbers compare as numbers (whole ones exactly), else as texts. Negative, zero, positive; or NULL.
    """CREATE OR REPLACE MACRO ql_compare(a, b) AS CASE
    WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN a = b THEN 0
    WHEN ql_number(a) IS NULL OR ql_number(b) IS NULL THEN CASE WHEN a < b THEN -1 ELSE 1 END
    WHEN ql_number(a) < ql_number(b) THEN -1
    WHEN ql_number(a) > ql_number(b) THEN 1
    ELSE coalesce(sign(ql_whole(a) - ql_whole(b)), 0) END""",
    # A number as text: whole ones as plain digits, others as Java writes a double.
    """CREATE OR REPLACE MACRO ql_text(x) AS list_transform([x], lambda n: CASE
    WHEN n = trunc(n) AND abs(n) <= 9007199254740992 THEN CAST(CAST(n AS BIGINT) AS VARCHAR)
    ELSE regexp_replace(regexp_replace(regexp_replace(CAST(n AS VARCHAR),
      '^(-?[0-9]+)e', '\\1.0e'), 'e\\+', 'E'), 'e-0*', 'E-') END)[1]""",
    # A number of characters: none below zero, and never more than a text can have.
    """CREATE OR REPLACE MACRO ql_position(x) AS CASE
    WHEN x < 0 THEN 0 WHEN x > 1000000000 THEN 1000000000 ELSE CAST(trunc(x) AS BIGINT) END""",
    "CREATE OR REPLACE MACRO ql_time(ms) AS TRY(strftime(make_timestamp_ms(ms), '%Y-%m-%d %H:%M:%S.%g'))",
    "CREATE OR REPLACE MACRO ql_floor(ms, period) AS TRY(ms - ((ms % period) + period) % period)",
    "CREATE OR REPLACE MACRO ql_bucket(ms, period) AS TRY(epoch_ms(time_bucket(period, make_timestamp_ms(ms))))",
    "CREATE OR REPLACE MACRO ql_after(ms, period) AS TRY(epoch_ms(make_timestamp_ms(ms) + period))",
    # The documented order of texts as one text: runs of digits by length, then value; other runs by code point.
    """CREATE OR REPLACE MACRO ql_natural(x) AS array_to_string(list_transform(
    regexp_extract_all(x, '[0-9]+|[^0-9]+'), lambda run: CASE WHEN run[1] BETWEEN '0' AND '9'
    THEN '0' || lpad(CAST(length(run) AS VARCHAR), 7, '0') || run ELSE run || chr(1) END), '')""",
    # What decides between two texts, between two spellings of one number, and between numbers that a double confuses.
    """CREATE OR REPLACE MACRO ql_tie(x) AS CASE
    WHEN ql_number(x) IS NULL OR abs(ql_number(x)) >= 9007199254740992 THEN ql_natural(x) ELSE x END""",
    # The whole order of sort as one value: numbers after texts, numbers by value.
    """CREATE OR REPLACE MACRO ql_rank(x) AS CASE WHEN x IS NOT NULL THEN
    row(ql_number(x) IS NOT NULL, ql_number(x), ql_tie(x)) END""",
    # Two texts that are equal by the rule of "=" have one key. What cannot be a number by its first character, or at
    # all, and what is a plain whole number are told apart first: a join asks this of every row.
    """CREATE OR REPLACE MACRO ql_key(x) AS CASE
    WHEN x >= ':' OR x LIKE '%.%.%' OR TRY_CAST(x AS DOUBLE) IS NULL OR CAST(TRY_CAST(x AS BIGINT) AS VARCHAR) = x
    THEN x
    ELSE coalesce(CAST(ql_whole(x) AS VARCHAR), ql_text(ql_number(x)), x) END""",
    # A JSON value as the text of a discovered field.
    """CREATE OR REPLACE MACRO ql_leaf(j) AS CASE left(j, 1)
    WHEN '"' THEN json_extract_string(j, '$') WHEN '{' THEN NULL WHEN '[' THEN NULL
    WHEN 't' THEN '1' WHEN 'f' THEN '0' WHEN 'n' THEN NULL ELSE j END""",
    # The same of a value that was read as text: a string, a number, or what only looks like one, whose kind is asked
    # for then. All of that sorts behind '[', so that one comparison tells most values.
    """CREATE OR REPLACE MACRO ql_found(x, kind) AS CASE
    WHEN x >= '[' AND (x IN ('true', 'false') OR starts_with(x, '{') OR starts_with(x, '[')) THEN
      CASE kind WHEN 'VARCHAR' THEN x WHEN 'BOOLEAN' THEN if(x = 'true', '1', '0') END
    ELSE x END""",
    # A JSON text up to its 200th leaf. Between leaves stands a comma, so most texts need not be read for that.
    """CREATE OR REPLACE MACRO ql_leaves(j) AS CASE
    WHEN strlen(j) > 400 AND strlen(j) - strlen(replace(j, ',', '')) >= 200 THEN ql_first_leaves(j) ELSE j END""",
    # The first JSON object in a text, up to its 200th leaf; most often there is one only.
    """CREATE OR REPLACE MACRO ql_fragment(x) AS list_transform([regexp_extract(x, '(?s)\\{.*\\}')], lambda t:
    CASE WHEN json_valid(t) THEN ql_leaves(t)
    ELSE ql_first_leaves(list_filter(ql_fragments(x), lambda f: json_valid(f))[1]) END)[1]""",
    # A text that holds a map or a list in JSON; NULL for any other.
    """CREATE OR REPLACE MACRO ql_structure(x) AS list_transform([x], lambda t: CASE
    WHEN regexp_matches(t, '^\\s*[{[]') AND json_valid(t) THEN ltrim(t, ' ' || chr(9) || chr(10) || chr(13)) END)[1]""",
    # The same without blanks.
    """CREATE OR REPLACE MACRO ql_compact(x) AS CAST(TRY(json(ql_structure(x))) AS VARCHAR)""",
    # A part of a JSON text, by JSON pointer.
    """CREATE OR REPLACE MACRO ql_part(j, pointer) AS
  nullif(CAST(TRY(json_extract(j, pointer)) AS VARCHAR), 'null')""",
    # What a JSON text holds as a result shows it: a map or a list stays JSON.
    """CREATE OR REPLACE MACRO ql_cell(j) AS coalesce(ql_compact(j), ql_leaf(j))""",
    # A JSON text, or what a text in it holds.
    """CREATE OR REPLACE MACRO ql_inner(j) AS list_transform([j], lambda t:
    CASE WHEN starts_with(t, '"') THEN json_extract_string(t, '$') ELSE t END)[1]""",
    # The elements of a JSON list, as JSON texts; anything else counts as its only element.
    """CREATE OR REPLACE MACRO ql_elements(j) AS list_transform([j], lambda t: CASE
    WHEN starts_with(t, '[') THEN
      list_transform(CAST(json_extract(t, '$[*]') AS VARCHAR[]), lambda e: nullif(e, 'null'))
    WHEN t IS NOT NULL THEN [t] END)[1]""",
    # The same, also of a list in a text, and of what is missing.
    """CREATE OR REPLACE MACRO ql_expanded(j) AS
  coalesce(ql_elements(coalesce(list_transform([ql_inner(j)], lambda t:
    CASE WHEN starts_with(t, '[') THEN ql_structure(t) END)[1], j)), [CAST(NULL AS VARCHAR)])""",
    # The pairs of a line as a JSON map: key=value, key="value with blanks"; a word without "=" is none,
    # and of a key that comes twice the first counts.
    """CREATE OR REPLACE MACRO ql_pair() AS '([^\\s="]+)=("(?:[^"\\\\]|\\\\.)*"|\\S*)'""",
    """CREATE OR REPLACE MACRO ql_logfmt(x) AS list_transform([x], lambda t: CASE WHEN regexp_matches(t, ql_pair()) THEN
    '{' || array_to_string(list_transform(
      list_filter(list_zip(regexp_extract_all(t, ql_pair(), 1), regexp_extract_all(t, ql_pair(), 2)),
        lambda p, i: list_position(regexp_extract_all(t, ql_pair(), 1), p[1]) = i), lambda p:
        CAST(to_json(p[1]) AS VARCHAR) || ':' || CASE
          WHEN p[2] NOT LIKE '"%"' OR p[2] = '"' THEN CAST(to_json(p[2]) AS VARCHAR)
          WHEN json_valid(p[2]) THEN p[2]
          ELSE CAST(to_json(p[2][2:-2]) AS VARCHAR) END), ',') || '}' END)[1]""",
    # The columns of a line: commas between them, quotes around them as RFC 4180 has it.
    """CREATE OR REPLACE MACRO ql_csv(x) AS list_transform(
    regexp_extract_all(rtrim(x, chr(10) || chr(13)) || ',', '("(?:[^"]|"")*"|[^,]*),', 1), lambda f:
    CASE WHEN f LIKE '"%"' AND f <> '"' THEN replace(f[2:-2], '""', '"') ELSE f END)""",
    """CREATE OR REPLACE MACRO ql_octets(o) AS CAST(o[1] AS BIGINT) * 16777216 + CAST(o[2] AS BIGINT) * 65536
    + CAST(o[3] AS BIGINT) * 256 + CAST(o[4] AS BIGINT)""",
    # An IPv4 address as a number, NULL where it is none.
    f"""CREATE OR REPLACE MACRO ql_ipv4(x) AS
  CASE WHEN regexp_full_match(x, '{_OCTET}(\\.{_OCTET}){{3}}') THEN ql_octets(string_split(x, '.')) END""",
    "CREATE OR REPLACE MACRO ql_address6(x) AS CASE WHEN contains(x, ':') THEN ql_ipv6(x) END",
    *PATTERN_MACROS,
)
"""In order: a macro uses only those before it."""
