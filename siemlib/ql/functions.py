"""The functions of the language, as a table: one row a function. A test executes the example of every row.

Sources: CWL_QuerySyntax-operations-functions, CWL_QuerySyntax-Stats. ``sql`` is a template: ``{0}``, ``{1}`` … are the
arguments, handed over as their kinds say, ``{all}`` all of them with commas; see :mod:`siemlib.ql.sql.expressions`.
"""

from __future__ import annotations

from dataclasses import dataclass

from siemlib.model.event import FieldType
from siemlib.ql.networks import PRIVATE, RESERVED, inside
from siemlib.ql.types import Kind

N, T, V, C, MS = Kind.NUMBER, Kind.TEXT, Kind.VALUE, Kind.CONDITION, Kind.TIME
TEXT, INTEGER, NUMBER, BOOLEAN = FieldType.TEXT, FieldType.INTEGER, FieldType.NUMBER, FieldType.BOOLEAN
TIMESTAMP, DYNAMIC, STRUCTURE = FieldType.TIMESTAMP, FieldType.DYNAMIC, FieldType.STRUCTURE
SAME = None
"""The result has the type that the VALUE arguments share."""

BLANKS = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)"


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it takes, what it gives, what it means, how it is written in SQL."""

    name: str
    parameters: tuple[Kind, ...]
    result: FieldType | None
    meaning: str
    sql: str
    example: tuple[str, str | None]
    """An expression over the event ``{"a": 7, "t": "Hello", "ip": "10.0.0.1"}``, and what it gives as text; ``None`` is
    a missing value. Aggregates are over three such events with ``a`` 7, 1 and 4, in order of time."""
    spellings: tuple[str, ...] = ()
    """Other names, old or of one page of the documentation only."""
    defaults: tuple[str, ...] = ()
    """SQL for the last arguments where they are left out."""
    repeated: bool = False
    """Whether the last parameter may be given again and again."""
    aggregate: bool = False

    @property
    def fewest(self) -> int:
        """The number of arguments that must be given."""
        return len(self.parameters) - len(self.defaults)

    @property
    def most(self) -> int | None:
        """The number of arguments that may be given; ``None`` for any number."""
        return None if self.repeated else len(self.parameters)


F = Function

NUMBERS = (
    F("abs", (N,), NUMBER, "the value without its sign", "abs({0})", ("abs(-5)", "5")),
    F("ceil", (N,), NUMBER, "rounded up", "ceil({0})", ("ceil(1.2)", "2")),
    F("floor", (N,), NUMBER, "rounded down", "floor({0})", ("floor(1.8)", "1")),
    F("sqrt", (N,), NUMBER, "square root", "CASE WHEN {0} >= 0 THEN sqrt({0}) END", ("sqrt(16)", "4")),
    F("log", (N,), NUMBER, "natural logarithm", "CASE WHEN {0} > 0 THEN ln({0}) END", ("log(0)", None)),
    F("greatest", (N,), NUMBER, "the largest", "greatest({all})", ("greatest(3, a, 5)", "7"), repeated=True),
    F("least", (N,), NUMBER, "the smallest", "least({all})", ("least(3, a, 5)", "3"), repeated=True),
    F(
        "round",
        (N, N),
        NUMBER,
        "rounded, to so many decimals; ties away from zero",
        "round({0}, TRY_CAST({1} AS INTEGER))",
        ("round(2.345, 2)", "2.35"),
        defaults=("0",),
    ),
    F("toNumber", (N,), NUMBER, "the number that a text reads as", "{0}", ('toNumber("42.5")', "42.5")),
    F("toDouble", (N,), NUMBER, "the same", "{0}", ('toDouble("abc")', None)),
    F(
        "toInt",
        (N,),
        INTEGER,
        "a whole number of 32 bits, decimals cut off",
        "TRY_CAST(trunc({0}) AS INTEGER)",
        ('toInt("1.9")', "1"),
    ),
    F(
        "toLong",
        (T,),
        INTEGER,
        "a whole number of 64 bits, decimals cut off",
        "coalesce(TRY_CAST(ql_whole({0}) AS BIGINT), TRY_CAST(trunc(ql_number({0})) AS BIGINT))",
        ('toLong("1234567890123456789")', "1234567890123456789"),
    ),
    F("isNumeric", (T,), BOOLEAN, "whether it reads as a number", "ql_number({0}) IS NOT NULL", ("isNumeric(t)", "0")),
    F(
        "haversine",
        (N, N, N, N),
        NUMBER,
        "kilometres between two points (latitude, longitude, degrees; radius 6371)",
        "2 * 6371 * asin(least(1, sqrt(sin(radians({2} - {0}) / 2) ^ 2"
        " + cos(radians({0})) * cos(radians({2})) * sin(radians({3} - {1}) / 2) ^ 2)))",
        ("round(haversine(52.52, 13.405, 48.8566, 2.3522))", "877"),
    ),
    F(
        "hexToDec",
        (T,),
        INTEGER,
        "the number that hexadecimal digits write",
        "TRY(CAST('0x' || regexp_extract({0}, '^-?(?:0[xX])?([0-9a-fA-F]{{1,15}})$', 1) AS BIGINT))"
        " * CASE WHEN {0} LIKE '-%' THEN -1 ELSE 1 END",
        ('hexToDec("0xff")', "255"),
    ),
    F(
        "decToHex",
        (N,),
        TEXT,
        "hexadecimal digits of a number, its decimals cut off",
        "CASE WHEN {0} <= -1 THEN '-' ELSE '' END || '0x' || lower(to_hex(TRY_CAST(abs(trunc({0})) AS BIGINT)))",
        ("decToHex(-255.9)", "-0xff"),
    ),
)

GENERAL = (
    F("ispresent", (V,), BOOLEAN, "whether the event has the field", "{0} IS NOT NULL", ("ispresent(nothing)", "0")),
    F("coalesce", (V,), SAME, "the first that is there", "coalesce({all})", ("coalesce(b, a)", "7"), repeated=True),
    F(
        "if",
        (C, V, V),
        SAME,
        "the second if the first holds, else the third",
        "CASE WHEN {0} THEN {1} ELSE {2} END",
        ('if(a > 5, "big", "small")', "big"),
    ),
    F(
        "case",
        (C, V),
        SAME,
        "the value behind the first condition that holds, else a last value without one",
        "{case}",
        ('case(a > 9, "x", a > 5, "y", "z")', "y"),
        repeated=True,
    ),
    F("isempty", (T,), BOOLEAN, "missing or without a character", "coalesce({0}, '') = ''", ('isempty("")', "1")),
    F(
        "isblank",
        (T,),
        BOOLEAN,
        "missing, or nothing but white space",
        "regexp_full_match(coalesce({0}, ''), '\\s*')",
        ('isblank("  ")', "1"),
    ),
    F("unmask", (V,), SAME, "the value itself: nothing is masked here", "{0}", ("unmask(t)", "Hello")),
    F("messageSize", (T,), INTEGER, "bytes of the text in UTF-8", "strlen({0})", ('messageSize("é")', "2")),
)

TEXTS = (
    F("concat", (T,), TEXT, "one after the other", "{joined}", ('concat(t, "-", a)', "Hello-7"), repeated=True),
    F("strlen", (T,), INTEGER, "Unicode code points", "length({0})", ('strlen("é")', "1"), spellings=("length",)),
    F("toupper", (T,), TEXT, "in capitals", "upper({0})", ("toupper(t)", "HELLO"), spellings=("upper",)),
    F("tolower", (T,), TEXT, "in small letters", "lower({0})", ("tolower(t)", "hello"), spellings=("lower",)),
    F(
        "trim",
        (T, T),
        TEXT,
        "without any of the characters (white space) at both ends",
        "trim({0}, {1})",
        ('trim("xyZxyfooxyxyZ", "xyZ")', "foo"),
        defaults=(BLANKS,),
    ),
    F(
        "ltrim",
        (T, T),
        TEXT,
        "the same, at the start",
        "ltrim({0}, {1})",
        ('ltrim("xyZxyfooxyZ", "xyZ")', "fooxyZ"),
        defaults=(BLANKS,),
    ),
    F(
        "rtrim",
        (T, T),
        TEXT,
        "the same, at the end",
        "rtrim({0}, {1})",
        ('rtrim("xyZfooxyxyZ", "xyZ")', "xyZfoo"),
        defaults=(BLANKS,),
    ),
    F(
        "substr",
        (T, N, N),
        TEXT,
        "from a position (the first is 0), so many characters or to the end",
        "substr({0}, ql_position({1}) + 1, ql_position({2}))",
        ('substr("xyZfooxyZ", 3, 3)', "foo"),
        spellings=("substring",),
        defaults=("1e9",),
    ),
    F(
        "replace",
        (T, T, T),
        TEXT,
        "every occurrence replaced",
        "replace({0}, {1}, {2})",
        ('replace("banana", "a", "o")', "bonono"),
    ),
    F(
        "regexReplace",
        (T, Kind.PATTERN, T),
        TEXT,
        "every match replaced; \\1 is the first group",
        "regexp_replace({0}, {1}, {by}, 'g')",
        ('regexReplace("a1b22", "[0-9]+", "#")', "a#b#"),
        spellings=("regex_replace",),
    ),
    F(
        "strcontains",
        (T, T, C),
        BOOLEAN,
        "whether the text holds the other; true: in any case",
        "CASE WHEN {2} THEN contains(lower({0}), lower({1})) ELSE contains({0}, {1}) END",
        ('strcontains(t, "ELL", true)', "1"),
        defaults=("FALSE",),
    ),
    F("startsWith", (T, T), BOOLEAN, "begins with", "starts_with({0}, {1})", ('startsWith(t, "He")', "1")),
    F("endsWith", (T, T), BOOLEAN, "ends with", "ends_with({0}, {1})", ('endsWith(t, "He")', "0")),
    F("urlencode", (T,), TEXT, "percent-encoded; blank is %20", "url_encode({0})", ('urlencode("a b/")', "a%20b%2F")),
    F("urldecode", (T,), TEXT, "percent-decoded; + stays", "TRY(url_decode({0}))", ('urldecode("a%2Fb")', "a/b")),
    F("base64encode", (T,), TEXT, "the UTF-8 bytes", "base64(encode({0}))", ('base64encode("hello")', "aGVsbG8=")),
    F(
        "base64decode",
        (T,),
        TEXT,
        "missing where it is no base64 of UTF-8 text; the padding may be left out",
        "TRY(decode(from_base64({0} || repeat('=', (4 - length({0}) % 4) % 4))))",
        ('base64decode("aGVsbG8=")', "hello"),
    ),
    F("md5", (T,), TEXT, "digest of the UTF-8 bytes", "md5({0})", ('md5("a")', "0cc175b9c0f1b6a831c399e269772661")),
    F(
        "sha256",
        (T,),
        TEXT,
        "digest of the UTF-8 bytes",
        "sha256({0})",
        ('sha256("a")', "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
    ),
    F("hexToAscii", (T,), TEXT, "text of bytes", "TRY(decode(unhex({0})))", ('hexToAscii("48656c6c6f")', "Hello")),
    F(
        "jsonParse",
        (T,),
        STRUCTURE,
        "the map or list that a text holds in JSON; parts are taken as in m.list[0].key",
        "ql_structure({0})",
        ('jsonParse("{\\"a\\": [1, 2]}").a', "[1,2]"),
    ),
    F(
        "jsonStringify",
        (Kind.STRUCTURE,),
        TEXT,
        "a map or list as a text in JSON",
        "ql_compact({0})",
        ('jsonStringify(split("a b", " "))', '["a","b"]'),
    ),
    F(
        "split",
        (T, T),
        STRUCTURE,
        "the list of what stands between a separator",
        "CAST(to_json(string_split({0}, {1})) AS VARCHAR)",
        ('split("a,b,c", ",")', '["a","b","c"]'),
    ),
    F(
        "jsonArraySize",
        (Kind.STRUCTURE,),
        INTEGER,
        "elements of a list, or of a JSON array in a text",
        "CASE WHEN TRY(json_type({0})) = 'ARRAY' THEN TRY(json_array_length({0})) END",
        ('jsonArraySize("[1, 2, 3]")', "3"),
    ),
    F(
        "jsonArrayContains",
        (Kind.STRUCTURE, T),
        BOOLEAN,
        "whether a list, or a JSON array in a text, has the element",
        "coalesce(list_contains(TRY(json_extract_string({0}, '$[*]')), {1}), FALSE)",
        ('jsonArrayContains(\'["x", 2]\', "x")', "1"),
    ),
)

_SUBNET = "{within}"
_IPV4, _IPV6 = "ql_ipv4({0}) IS NOT NULL", "ql_address6({0}) IS NOT NULL"
_PRIVATE, _RESERVED = inside("{0}", PRIVATE), inside("{0}", RESERVED)
_PUBLIC = f"({_IPV4} OR {_IPV6}) AND NOT {_PRIVATE} AND NOT {_RESERVED}"

ADDRESSES = (
    F("isValidIp", (T,), BOOLEAN, "an IPv4 or IPv6 address", f"{_IPV4} OR {_IPV6}", ('isValidIp("999.1.1.1")', "0")),
    F("isValidIpV4", (T,), BOOLEAN, "an IPv4 address", _IPV4, ("isValidIpV4(ip)", "1")),
    F("isValidIpV6", (T,), BOOLEAN, "an IPv6 address", _IPV6, ('isValidIpV6("2001:db8::1")', "1")),
    F(
        "isIpInSubnet",
        (T, Kind.SUBNET),
        BOOLEAN,
        "whether the address lies in a subnet (CIDR)",
        _SUBNET,
        ('isIpInSubnet("2001:DB8::1", "2001:db8::/32")', "1"),
    ),
    F(
        "isIpv4InSubnet",
        (T, Kind.SUBNET),
        BOOLEAN,
        "the same, of IPv4",
        _SUBNET,
        ('isIpv4InSubnet(ip, "10.0.0.0/8")', "1"),
    ),
    F(
        "isIpv6InSubnet",
        (T, Kind.SUBNET),
        BOOLEAN,
        "the same, of IPv6",
        _SUBNET,
        ('isIpv6InSubnet(ip, "fe80::/10")', "0"),
    ),
    F("isPrivateIP", (T,), BOOLEAN, "RFC 1918, RFC 4193", _PRIVATE, ('isPrivateIP("172.32.0.1")', "0")),
    F("isReservedIP", (T,), BOOLEAN, "special purposes, RFC 6890", _RESERVED, ('isReservedIP("127.0.0.1")', "1")),
    F("isPublicIP", (T,), BOOLEAN, "neither private nor reserved", _PUBLIC, ('isPublicIP("8.8.8.8")', "1")),
    F("ipv4ToNumber", (T,), INTEGER, "an IPv4 address as a number", "ql_ipv4({0})", ("ipv4ToNumber(ip)", "167772161")),
)
