"""What no engine takes in a regular expression."""

from __future__ import annotations

import pytest

from siemlib.ql.regexes import fault


@pytest.mark.parametrize(
    ("pattern", "part", "message"),
    [
        ("a(?=b)", "(?=", "look-around"),
        ("a(?!b)", "(?!", "look-around"),
        ("(?<=a)b", "(?<=", "look-around"),
        ("(?<!a)b", "(?<!", "look-around"),
        (r"(a)\1", r"\1", "a back-reference"),
        (r"(?<x>a)\k<x>", r"\k<x>", "a back-reference"),
        ("(?P<x>a)(?P=x)", "(?P=x)", "a back-reference"),
        ("(?>a)", "(?>", "an atomic group"),
        ("(a)?(?(1)b|c)", "(?(", "a conditional group"),
        ("a++", "++", "a possessive repetition"),
        ("(a", "(", "is not closed"),
        ("((a)", "(", "is not closed"),
        ("a)", ")", "closes nothing"),
        ("[a", "[", "is not closed"),
    ],
)
def test_the_first_fault_is_found_where_it_stands(pattern: str, part: str, message: str) -> None:
    found = fault(pattern)
    assert found is not None
    assert pattern[found.start : found.end] == part
    assert message in found.message


@pytest.mark.parametrize(
    "pattern",
    [
        "(?<name>a)",
        "(?P<name>a)",
        "(?i)a(?:b|c)+?",
        r"\(a\)\[\]",
        r"[()\]]+[](][^])]",
        "[[:alpha:](]",
        r"\\(a)",
        r"\++",
        r"[*+?]+",
        r"\Q(a\E",
        r"\d{1,3}\.\d+",
        r"[\1]",
        "(?=".replace("(", r"\("),
    ],
)
def test_what_the_engines_take_is_taken(pattern: str) -> None:
    assert fault(pattern) is None
