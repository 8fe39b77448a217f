"""The examples of the analyst's case do what they show, over the sample."""

from __future__ import annotations

import doctest
import inspect
from typing import TYPE_CHECKING, Any

import pytest

from siemlib import workbook

if TYPE_CHECKING:
    from siemlib import Case

pytestmark = pytest.mark.xdist_group("sample")
CLASSES = [getattr(workbook, name) for name in workbook.__all__ if inspect.isclass(getattr(workbook, name))]


def _examples() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(recurse=True)
    found = {test.name: test for kind in CLASSES for test in finder.find(kind, kind.__name__) if test.examples}
    return list(found.values())


EXAMPLES = _examples()


def _public(kind: type[Any]) -> list[str]:
    return [name for name in vars(kind) if not name.startswith("_")]


def test_there_are_examples_of_the_questions_that_are_asked_most() -> None:
    names = {test.name for test in EXAMPLES}

    assert {"Case.query", "Case.pivot_ip", "Case.finding", "Found.exhibit", "Found.pivot"} <= names


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_everything_public_is_documented(kind: type[Any]) -> None:
    wanting = [
        name for name in _public(kind) if callable(getattr(kind, name)) and not inspect.getdoc(getattr(kind, name))
    ]

    assert wanting == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda test: test.name)
def test_an_example_gives_what_it_shows(example: doctest.DocTest, case: Case) -> None:
    example.globs = {"case": case}
    runner = doctest.DocTestRunner(verbose=False)
    told: list[str] = []

    runner.run(example, out=told.append)

    assert runner.summarize(verbose=False).failed == 0, "".join(told)
