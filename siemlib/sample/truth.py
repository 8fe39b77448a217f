"""The truth of a sample: what was written, counted while writing and never by reading it back.

``truth.json`` in this package is the truth of seed 7. After a wanted change of the sample, write a new sample and copy
the ``truth.json`` of its folder here; a test compares them byte for byte.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, cast

from siemlib.model.timespan import render_millis
from siemlib.sample import story

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES_ATTACKER = re.compile(rf"(?<![0-9.]){re.escape(story.ATTACKER)}(?!\.?[0-9])")


def names_attacker(message: str) -> bool:
    """Whether the text holds the attacker's address itself, and not a longer number around it."""
    return story.ATTACKER in message and _NAMES_ATTACKER.search(message) is not None


@dataclass(frozen=True, slots=True)
class Seen:
    """How many events, and the times of the first and the last, written as the service writes times (UTC)."""

    events: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class GroupTruth:
    """One log group. ``attacker`` counts the events that name the attacker's address exactly; ``None``: none does.

    ``duplicates`` are further deliveries of events that ``all`` has counted once.
    """

    all: Seen
    attacker: Seen | None
    duplicates: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that a test or a reader may compare a result with. ``facts`` are named in ``truth.json``."""

    seed: int
    log_groups: Mapping[str, GroupTruth]
    facts: Mapping[str, str | int]
    counts: Mapping[str, int]
    alerts: Mapping[str, int]
    """Alerts that name the attacker, by rule id."""
    levels: Mapping[str, int]
    """The same by level."""

    @property
    def events(self) -> int:
        """All events of the sample, duplicates counted once."""
        return sum(group.all.events for group in self.log_groups.values())

    def to_json(self) -> str:
        """The text of ``truth.json``: keys sorted, two blanks of indent, a newline at the end."""
        groups = {
            name: {
                "events": group.all.events,
                "first": group.all.first,
                "last": group.all.last,
                "duplicates": group.duplicates,
                "attacker": _seen_json(group.attacker),
            }
            for name, group in self.log_groups.items()
        }
        content = {
            "seed": self.seed,
            "events": self.events,
            "log_groups": groups,
            "facts": dict(self.facts),
            "counts": dict(self.counts),
            "alerts": dict(self.alerts),
            "levels": dict(self.levels),
        }
        return json.dumps(content, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Truth:
        """Read what :meth:`to_json` wrote."""
        content = json.loads(text)
        groups = {
            name: GroupTruth(
                all=Seen(group["events"], group["first"], group["last"]),
                attacker=Seen(**group["attacker"]) if group["attacker"] else None,
                duplicates=group["duplicates"],
            )
            for name, group in content["log_groups"].items()
        }
        return cls(content["seed"], groups, content["facts"], content["counts"], content["alerts"], content["levels"])


def _seen_json(seen: Seen | None) -> dict[str, str | int] | None:
    return {"events": seen.events, "first": seen.first, "last": seen.last} if seen else None


def read_truth() -> Truth:
    """The truth of the sample that ``siem demo`` makes (seed 7), from the package."""
    return Truth.from_json(resources.files("siemlib.sample").joinpath("truth.json").read_text("utf-8"))


@dataclass(slots=True)
class _Span:
    events: int = 0
    first: int = 0
    last: int = 0

    def add(self, millis: int) -> None:
        self.first = millis if not self.events else min(self.first, millis)
        self.last = max(self.last, millis)
        self.events += 1

    def seen(self) -> Seen:
        return Seen(self.events, render_millis(self.first), render_millis(self.last))


@dataclass(slots=True)
class Tally:
    """Counts while the sample is written."""

    facts: dict[str, str | int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    alerts: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)
    _all: dict[str, _Span] = field(default_factory=dict)
    _attacker: dict[str, _Span] = field(default_factory=dict)

    def event(self, log_group: str, millis: int, message: str) -> None:
        """One event of ``log_group`` at ``millis`` (epoch, UTC); a second delivery of it is no event."""
        self._all.setdefault(log_group, _Span()).add(millis)
        if names_attacker(message):
            self._attacker.setdefault(log_group, _Span()).add(millis)

    def truth(self, seed: int) -> Truth:
        """What was counted."""
        groups = {
            name: GroupTruth(
                span.seen(), self._attacker[name].seen() if name in self._attacker else None, self.duplicates[name]
            )
            for name, span in sorted(self._all.items())
        }
        return Truth(
            seed,
            groups,
            dict(sorted(self.facts.items())),
            cast("Mapping[str, int]", dict(sorted(self.counts.items()))),
            dict(sorted(self.alerts.items())),
            dict(sorted(self.levels.items())),
        )
