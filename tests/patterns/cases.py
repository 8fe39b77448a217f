"""The given cases and our own, in one shape."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

OWN = Path(__file__).resolve().parents[1] / "cases" / "patterns"


@dataclass(frozen=True)
class PatternCase:
    """A pattern and one message. ``extracted`` is ``None`` where nothing is said of it."""

    name: str
    pattern: str
    message: str
    match: bool
    extracted: dict[str, str] | None = None


def given_cases(file: Path) -> list[PatternCase]:
    """The cases of ``filter-patterns.jsonl`` that say whether the message matches."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [
        PatternCase(row["id"], row["pattern"], row["message"], row["match"], row.get("extracted"))
        for row in rows
        if row["match"] is not None
    ]


def given_refusals(file: Path) -> list[str]:
    """The patterns of ``filter-patterns.jsonl`` that are not valid."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [row["pattern"] for row in rows if row.get("invalid")]


def own_cases() -> list[PatternCase]:
    """The cases of ``tests/cases/patterns`` that match something or do not."""
    cases: list[PatternCase] = []
    for file in sorted(OWN.glob("*.json")):
        case = json.loads(file.read_text("utf-8"))
        for place, message in enumerate(case.get("matches", ())):
            extracted = case["extracted"][place] if "extracted" in case else None
            cases.append(PatternCase(file.stem, case["pattern"], message, match=True, extracted=extracted))
        cases += [PatternCase(file.stem, case["pattern"], m, match=False) for m in case.get("others", ())]
    return cases


def own_refusals() -> list[tuple[str, str, str]]:
    """Name, pattern and drawing of the cases that are refused."""
    found = [(file.stem, json.loads(file.read_text("utf-8"))) for file in sorted(OWN.glob("*.json"))]
    return [(name, case["pattern"], "\n".join(case["expect_error"])) for name, case in found if "expect_error" in case]
