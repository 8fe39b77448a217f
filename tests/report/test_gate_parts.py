"""What the gate asks of the parts of a page, where another of its questions does not ask the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from siemlib.report.gate import SECTIONS, refusals

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("report")
_STATUS = re.compile(r'(<div class="status is-\w+" role="note"[^>]*>).*?(</div>)', re.DOTALL)


def swapped(one: str, other: str) -> Callable[[str], str]:
    """Two parts under each other's heading."""

    def change(html: str) -> str:
        ids = {one: other, other: one}
        return re.sub(rf'<h2 id="({one}|{other})"', lambda found: f'<h2 id="{ids[found[1]]}"', html)

    return change


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda html: _STATUS.sub(r"\1<p><strong></strong></p>\2", html), "it does not say its status"),
        (swapped("method", "provenance"), "its sections do not stand in their order"),
        (swapped("answer", "scope"), "its sections do not stand in their order"),
        (
            lambda html: html.replace('<li><a href="#scope">', '<li><a href="#secret">x</a></li><li><a href="#scope">'),
            "the section is missing: secret",
        ),
    ],
    ids=["an empty status", "method after provenance", "answer after scope", "a part that is only named"],
)
def test_a_part_that_is_not_as_it_must_be_is_told(built: Built, spoil: Callable[[str], str], told: str) -> None:
    html = built.html.read_text("utf-8")
    assert spoil(html) != html
    assert told in refusals(built.page, spoil(html), built.folder / "data")


@pytest.mark.parametrize("name", SECTIONS)
def test_a_part_that_is_neither_there_nor_named_is_missed_all_the_same(built: Built, name: str) -> None:
    html = built.html.read_text("utf-8")
    without = re.sub(rf'<h2 id="{name}">.*?</h2>', "", html.replace(f'<a href="#{name}">', "<a>"), flags=re.DOTALL)
    assert f"the section is missing: {SECTIONS[name]}" in refusals(built.page, without, built.folder / "data")


def test_the_parts_are_those_of_a_report() -> None:
    assert list(SECTIONS) == [
        *("answer", "scope", "findings", "exhibits"),
        *("method", "provenance", "limitations", "glossary"),
    ]
