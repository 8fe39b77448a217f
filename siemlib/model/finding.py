"""A claim we make, with what supports it."""

from __future__ import annotations

from dataclasses import dataclass

from siemlib.errors import UsageError
from siemlib.model.run import Completeness


@dataclass(frozen=True)
class Finding:
    """A claim with the runs, exhibits and events that support it, and the facts that speak for and against it.

    Raises UsageError for a claim without words, and for one without a run: what nothing supports is an opinion.
    """

    claim: str
    """One sentence."""
    runs: tuple[str, ...]
    """Ids of the runs that it rests on."""
    events: tuple[str, ...] = ()
    """Ids of the events (``@ptr``) that it names; there may be none where it is about a number of them."""
    exhibits: tuple[str, ...] = ()
    """``E01``, ``E02`` …: where a reader can see them."""
    facts_for: tuple[str, ...] = ()
    facts_against: tuple[str, ...] = ()
    completeness: Completeness = Completeness.UNKNOWN
    """The worst of its runs: a claim is no more complete than what it rests on."""
    given: tuple[tuple[str, str], ...] = ()
    """Phrases of claim and facts whose numbers follow from no exhibit, each with what its number is."""
    id: str = ""
    """``F01``, ``F02`` … in the order of the case; empty until a case has it."""

    def __post_init__(self) -> None:
        """Refuse what is no finding."""
        if not self.claim.strip():
            raise UsageError("a finding without a claim", hint="write one sentence that somebody could dispute")
        if not self.runs:
            raise UsageError(
                f"nothing supports the finding {self.claim.strip()[:80]!r}",
                hint="name what it rests on: exhibits, answers, or what case.query gave; each must rest on a run",
            )
