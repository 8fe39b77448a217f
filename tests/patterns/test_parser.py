"""What is refused, and where the error points."""

from __future__ import annotations

import pytest

from siemlib.patterns import PatternError, parse
from siemlib.patterns.syntax import Any, At, Comparison, Field, Fields, Json, Number, Operator, Selector, Text


def place(text: str) -> tuple[str, str]:
    """What the carets stand under, and the message."""
    with pytest.raises(PatternError) as refused:
        parse(text)
    (found,) = refused.value.diagnostics
    return text[found.span.start : found.span.end], found.message


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        ("ERROR-WARN", "-", "'-' cannot stand in a term without quotes"),
        ("*ERROR", "*", "expected a term, found '*'"),
        ('"open', '"', "this quotation mark is not closed"),
        ("?", "", "expected a term, found the end of the pattern"),
        ('-" "', '-" "', "a blank phrase matches everything, so nothing is left"),
        ("%a", "%", "this '%' is not closed"),
        ("{ }", "}", "expected a selector, found '}'"),
        ("{ $.a == 1 }", "==", "'==' is no operator"),
        ("{ $.a }", "}", "expected an operator, IS or NOT EXISTS, found '}'"),
        ("{ $.a IS 1 }", "1", "expected NULL, TRUE or FALSE behind IS"),
        ("{ $.a = 1 AND $.b = 2 }", "A", "expected '&&', '||' or '}', found 'A'"),
        ("{ $.a = 1 } x", "x", "nothing may stand behind the closing '}'"),
        ("{ $[0] = 1 }", "[", "expected '.' behind '$', found '['"),
        ('{ $.["a.b"] = 1 }', "[", "expected a key in single quotes and brackets"),
        ("{ $.['*'] = 1 }", "['*']", "this key cannot be selected"),
        ("{ $.a[1234567890] = 1 }", "[1234567890]", "no array is that long"),
        ("{ $.a = 1e999 }", "1e999", "this number is too large"),
        ("{ $.a < %x% }", "%x%", "'<' compares numbers"),
        ("[a b]", "b", "expected an operator, ',' or ']', found 'b'"),
        ("[a, a]", "a", "the name 'a' is given twice"),
        ("[1]", "1", "a name of digits would hide an unnamed field"),
        ("[(a=1)]", "(", "expected the name of a field, found '('"),
        ("[a=1 || (a=2)]", "(", "there are no parentheses in a field"),
        ("[a=%x%, b=%y%, c=%z%]", "=%z%", "a pattern of this kind has at most 2 regular expressions"),
        ("%a{1001}%", "{1001}", "a repetition counts to 1,000 at most"),
        ("%a{3,2}%", "{3,2}", "this repetition has its larger number first"),
        ("%a+*%", "*", "a repetition cannot be repeated"),
        ("%^*%", "*", "an anchor cannot be repeated"),
        ("%*a%", "*", "nothing stands before this '*' to be repeated"),
        ("%[[:alpha:]]%", "[:", "there are no named classes"),
        (r"%\(%", r"\(", r"'\(' is not known"),
        ("%ü%", "ü", "'ü' cannot be used in a regular expression"),
        ("%" + "a{1000}" * 3 + "%", "a{1000}" * 3, "the regular expression counts to 3,000; at most 2,000"),
    ],
)
def test_an_error_names_what_is_wrong_at_its_place(text: str, marked: str, message: str) -> None:
    assert place(text) == (marked, message)


def test_a_pattern_has_1024_characters_at_most() -> None:
    parse("x" * 1024)
    assert place("x" * 1025)[1] == "the pattern has 1,025 characters; a pattern has at most 1,024"


def test_parentheses_that_nest_deep_are_refused_and_not_a_stack_overflow() -> None:
    parse("{ " + "(" * 30 + "$.a = 1" + ")" * 30 + " }")
    assert place("{ " + "(" * 500)[1] == "parentheses nest 30 deep at most"


def test_a_selector_is_its_steps() -> None:
    steps = ("a", "b.c", 0, Any.KEY, "d-1")
    equal = Comparison(Operator.EQUAL, Text("x"))
    assert parse("{ $.a.['b.c'][0].*.d-1 = x }") == Json(At(Selector(steps), equal))


def test_quotes_tell_a_text_from_a_number() -> None:
    number, text = parse("[a=6]"), parse('[a="6"]')
    assert number == Fields((Field("a", Comparison(Operator.EQUAL, Number("6"))),))
    assert text == Fields((Field("a", Comparison(Operator.EQUAL, Text("6"))),))


def test_a_pattern_may_have_several_lines_as_templates_do() -> None:
    assert parse('{\n  ($.a = "x") &&\n  ($.b != "y")\n}\n') == parse('{ ($.a = "x") && ($.b != "y") }')
