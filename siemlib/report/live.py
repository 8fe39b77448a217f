"""What the page shows of the certificate of a live run, read back from its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from siemlib.model.certificate import COUNT, NO_ROWS, Cost, Watermark, money, size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class LiveView:
    """One live run as a row of the table in *Provenance*; ``code`` is that of the run."""

    code: str
    certificate: Mapping[str, Any]
    answers: Mapping[str, list[str]]
    """Files of the service's answers, by the name of the asking."""

    @property
    def watermark(self) -> Watermark | None:
        """Where its time was not yet closed."""
        held = self.certificate.get("watermark")
        return Watermark(datetime.fromisoformat(held["settled"]), held["delay"], tuple(held["kinds"])) if held else None

    @property
    def asked(self) -> str:
        """When the service was asked first, ISO 8601: long before the run where the spool answered."""
        times = [str(each["started"]) for each in self.certificate["slices"]]
        return min(times, default=str(self.certificate["asked"]))

    @property
    def endpoint(self) -> str:
        """Where it was asked, if not at the service's own endpoint; else empty."""
        return str(self.certificate.get("endpoint", ""))

    @property
    def queries(self) -> str:
        """How many queries of the service, and how many of them only counted or were answered from the spool."""
        slices = self.certificate["slices"]
        counts = sum(each["why"] == COUNT for each in slices)
        spooled = sum(bool(each["from_spool"]) for each in slices)
        parts = [f"{counts:,} to count"] if counts else []
        parts += [f"{spooled:,} from the spool"] if spooled else []
        return f"{len(slices):,}" + (f" ({', '.join(parts)})" if parts else "")

    @property
    def returned(self) -> int:
        """Rows that came, but for those that only count."""
        return sum(each["returned"] for each in self.certificate["slices"] if each["why"] not in NO_ROWS)

    @property
    def checks(self) -> str:
        """What came against what was counted apart from it."""
        checks = self.certificate["checks"]
        return "; ".join(map(_check, checks)) or "no count apart from it"

    @property
    def agrees(self) -> bool:
        """Whether every count agrees: what was left out is told apart from that."""
        checks = self.certificate["checks"]
        return all(each["collected"] + _left_out(each) == each["counted"] for each in checks)

    @property
    def cost(self) -> str:
        """Bytes that the service scanned, and what they cost."""
        held = self.certificate["cost"]
        if not held:
            return "not told"
        cost = Cost(**held)
        return f"{size(cost.bytes)}, {money(cost.dollars)}" if cost.bytes else "nothing"

    @property
    def files(self) -> int:
        """How many answers of the service are kept beside the page."""
        return sum(name.endswith(".gz") for files in self.answers.values() for name in files)


def _check(check: Mapping[str, Any]) -> str:
    told = f"{check['collected']:,} of {check['counted']:,} {check['what']}"
    left_out = _left_out(check)
    return f"{told}, {left_out:,} left out" if left_out else told


def _left_out(check: Mapping[str, Any]) -> int:
    return int(check.get("left_out", 0))  # records of earlier releases do not tell it


def one_watermark(notes: Sequence[str], marks: Sequence[Watermark]) -> tuple[str, ...]:
    """The notes, each once; of the sentences of several watermarks only that of the earliest, which holds for all."""
    first = min(marks, key=lambda mark: mark.settled, default=None)
    others = {mark.sentence for mark in marks if mark != first}
    return tuple(note for note in dict.fromkeys(notes) if note not in others)
