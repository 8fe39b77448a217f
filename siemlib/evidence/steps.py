"""The steps of a verification and what came of each, for whoever carries them out and whoever shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What came of a step. ``ABSENT`` is never shown as passed: there was nothing to check."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"


Found = tuple[Outcome, Sequence[str]]
"""What a step finds: its outcome, and sentences for people that say why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step, as it was carried out. ``details`` may hold text of the evidence: show them through ``visible``."""

    number: int
    title: str
    outcome: Outcome
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """Every step, in order. ``name`` is that of the folder, ``digest`` that of its tag manifest, empty without one."""

    steps: tuple[Step, ...]
    name: str = ""
    digest: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the evidence; what is absent does not speak for it either."""
        return not self.failed

    @property
    def failed(self) -> tuple[Step, ...]:
        """The steps that failed."""
        return tuple(step for step in self.steps if step.outcome is Outcome.FAILED)

    @property
    def absent(self) -> tuple[Step, ...]:
        """The steps for which there was nothing to check."""
        return tuple(step for step in self.steps if step.outcome is Outcome.ABSENT)


def verdict(problems: Sequence[str], good: str) -> Found:
    """Failed, with the problems, or passed, with one sentence."""
    return (Outcome.FAILED, problems) if problems else (Outcome.PASSED, [good])
