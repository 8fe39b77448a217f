"""The answers in tables of questions: what a cell says, and a reading or a rule says otherwise.

A cell repeats sentences of readings. One that has the words of such a sentence, and other numbers than each that has
them, is wrong: in the table or in the reading. Where no reading has its words, the rules for the exhibit count.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from siemlib.report.trace.tokens import Kind, tokens_of
from siemlib.report.trace.tracer import DECLARED, SAID, contradictions, report_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from siemlib.report.trace.tracer import Report, Subject

_COLUMNS = {"question", "answer"}
_END = re.compile(r"(?<=\.)\s+")
_TELLING, _LONG = 2, 30
"""Numbers and times, and characters, from either of which on two sentences hardly have the same words by chance."""


def misanswered(data: Path, parameters: Mapping[str, str]) -> Iterator[str]:
    """Every cell of the record in ``data`` that is contradicted, as a sentence."""
    report = report_of(data, parameters)
    tables = [each for each in report.subjects if each.name in DECLARED and _columns(each) >= _COLUMNS]
    said = _said(report) if tables else {}
    for subject in tables:
        for cell in _answers(subject):
            for sentence in _END.split(cell):
                words, numbers = _masked(sentence)
                alike = said.get(words, set()) if numbers >= _TELLING or len(words) >= _LONG else set()
                if alike and sentence.rstrip(".") not in alike:
                    yield f"an answer in {subject.code} has other numbers than the reading with its words: {sentence}"
            about = report.about(subject)
            for number in contradictions(cell, replace(about, name=f"{about.name}: answers"), about):
                wrong = f"{number.token.text!r}, which is not in the data ({number.against})"
                yield f"an answer in {subject.code} says {wrong}: {cell}"


def _columns(subject: Subject) -> set[str]:
    return {column["name"] for column in subject.data["columns"]}


def _answers(subject: Subject) -> list[str]:
    if subject.foreign:
        return []  # the readings tell it
    return next((column.texts for column in subject.table.columns if column.name == "answer"), [])


def _said(report: Report) -> dict[str, set[str]]:
    """Every sentence of the readings, by its words."""
    found: dict[str, set[str]] = {}
    for subject in report.subjects:
        for part in SAID:
            for sentence in _END.split(str(subject.data.get(part) or "")):
                found.setdefault(_masked(sentence)[0], set()).add(sentence.rstrip("."))
    return found


def _masked(sentence: str) -> tuple[str, int]:
    """A sentence without its numbers and times, and how many these are."""
    text = sentence.rstrip(".")
    tokens = [token for token in tokens_of(text) if token.kind is not Kind.NAME]
    for token in reversed(tokens):
        text = f"{text[: token.start]}#{text[token.end :]}"
    return text, len(tokens)
