"""What a request must be, in the service's words."""

from __future__ import annotations

from typing import Any

import pytest

from siemlib.serve.protocol import Flag, RefusedError, Text, Texts, Whole, read

SHAPES = {
    "name": Text(1, 3, r"[a-z]+"),
    "count": Whole(1, 10),
    "names": Texts(Text(1, 3), 1, 2),
    "kind": Text(values=("A", "B")),
    "flag": Flag(),
}


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({}, "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"),
        ({"name": None}, "Value null at 'name'"),
        (
            {"name": "", "count": 11},
            "3 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length ",
        ),
        (
            {"name": "", "count": 11},
            "; Value '' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]",
        ),
        (
            {"name": "", "count": 11},
            "; Value '11' at 'count' failed to satisfy constraint: Member must have value less than or equal to 10",
        ),
        ({"name": "abcd"}, "Value 'abcd' at 'name' failed to satisfy constraint: Member must have length less than or"),
        ({"name": "a\n"}, "Member must satisfy regular expression pattern: [a-z]+"),
        ({"name": "a", "count": 0}, "Member must have value greater than or equal to 1"),
        ({"name": "a", "names": []}, "Value '[]' at 'names' failed to satisfy constraint: Member must have length"),
        ({"name": "a", "names": ["b", "c", "d"]}, "Value '[b, c, d]' at 'names' failed"),
        ({"name": "a", "names": ["toolong"]}, "Member must satisfy constraint: [Member must have length less than"),
        ({"name": "a", "kind": "C"}, "Member must satisfy enum value set: [A, B]"),
    ],
)
def test_a_broken_constraint_is_told_in_the_services_words(request_: dict[str, Any], words: str) -> None:
    with pytest.raises(RefusedError) as raised:
        read(request_, SHAPES, required=("name",))
    assert raised.value.code == "InvalidParameterException"
    assert words in raised.value.message


@pytest.mark.parametrize("request_", [{"name": 1}, {"count": "1"}, {"count": 1.5}, {"names": "a"}, {"names": [1]}])
def test_a_wrong_type_cannot_be_read(request_: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as raised:
        read(request_, SHAPES)
    assert raised.value.document()["__type"] == "SerializationException"


def test_what_fits_is_given_and_the_rest_is_not_looked_at() -> None:
    request = {"name": "abc", "names": ["a", "b"], "flag": False, "kind": None, "unknown": object()}
    assert read(request, SHAPES) == {"name": "abc", "names": ["a", "b"], "flag": False}


def test_a_long_value_is_not_told_whole() -> None:
    with pytest.raises(RefusedError) as raised:
        read({"name": "x" * 100_000}, SHAPES)
    assert len(raised.value.message) < 1000
