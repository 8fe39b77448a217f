"""An error that ends a notebook says in its text what to do, and no folder of this machine."""

from __future__ import annotations

import pytest

from siemlib.case.words import whole_words
from siemlib.errors import SiemError, UsageError


def text_of(error: Exception) -> str:
    with pytest.raises(type(error)) as raised, whole_words():
        raise error
    assert raised.value is error
    return str(error)


def test_the_hint_stands_behind_the_message() -> None:
    error = SiemError("the session has expired", hint="run aws sso login")
    assert text_of(error) == "the session has expired (hint: run aws sso login)"
    assert (error.message, error.hint) == ("the session has expired", "run aws sso login")
    assert text_of(error) == "the session has expired (hint: run aws sso login)"


@pytest.mark.parametrize(
    "hint", [None, "", "see /var/me/spool", "its folder is '/srv/x'", "(/tmp/x)", r"see C:\Users\me", "folder:/a"]
)
def test_a_hint_that_names_a_folder_is_left_out(hint: str | None) -> None:
    assert text_of(UsageError("it is full", hint=hint)) == "it is full"


@pytest.mark.parametrize("hint", ["write s3://BUCKET/PREFIX", "see ~/.aws/config", "Error/Warning"])
def test_what_only_looks_like_a_folder_stays(hint: str) -> None:
    assert hint in text_of(UsageError("no", hint=hint))


def test_other_errors_pass() -> None:
    assert text_of(ValueError("x")) == "x"
