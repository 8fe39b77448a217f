"""A message → the words of a space-delimited pattern, in Python and in SQL, alike to the letter.

Words are separated by white space (blanks, tabs, line breaks). One that begins with ``[`` or ``"`` goes on, over white
space, to the first ``]`` or ``"``, and from there to the next white space. What is never closed is a word like others.
Brackets hold at most 1,000 characters, so that a message of nothing but ``[`` costs no more than another.
"""

from __future__ import annotations

from siemlib.ql.sql.writer import literal

_WHITE = " \t\n\r\f\v"
_LONGEST_IN_BRACKETS = 1_000
_RE2_WHITE = r" \t\n\r\f\v"
_RE2_WORD = (
    rf"\[[^\]]{{0,{_LONGEST_IN_BRACKETS}}}\][^{_RE2_WHITE}]*"
    rf'|"[^"]*"[^{_RE2_WHITE}]*'
    rf"|[^{_RE2_WHITE}]+"
)
_RE2_NOT_PLAIN = r'[\["\t\n\r\f\v]|  |^ | $|^$'


def split(message: str) -> list[str]:
    """The words of ``message``; of one in brackets or quotation marks, what is between them."""
    words: list[str] = []
    at = 0
    last_quote = message.rfind('"')
    while at < len(message):
        if message[at] in _WHITE:
            at += 1
            continue
        end = at
        if message[at] == "[":
            end = max(at, message.find("]", at + 1, at + 2 + _LONGEST_IN_BRACKETS))
        elif message[at] == '"' and at < last_quote:
            end = message.index('"', at + 1)
        while end < len(message) and message[end] not in _WHITE:
            end += 1
        words.append(_stripped(message[at:end]))
        at = end
    return words


def _stripped(word: str) -> str:
    closed = len(word) > 1 and (word[0], word[-1]) in {("[", "]"), ('"', '"')}
    return word[1:-1] if closed else word


def split_sql(message_sql: str) -> str:
    """The same as an SQL expression: a list of texts."""
    words = f"regexp_extract_all({message_sql}, {literal(_RE2_WORD)})"
    ends = "left(w, 1) || right(w, 1)"
    stripped = f"CASE WHEN length(w) > 1 AND {ends} IN ('[]', '\"\"') THEN substr(w, 2, length(w) - 2) ELSE w END"
    # Most messages have single blanks and nothing that holds words together, and are far quicker to split.
    return (
        f"CASE WHEN regexp_matches({message_sql}, {literal(_RE2_NOT_PLAIN)}) "
        f"THEN list_transform({words}, lambda w: {stripped}) ELSE string_split({message_sql}, ' ') END"
    )
