"""A redacted copy as a zip: made aside, sealed as the settings say, and packed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.bundle import export
from siemlib.evidence.verify import verify_report
from siemlib.report.redact.make import redacted_copy

if TYPE_CHECKING:
    from siemlib.evidence.seal import Seal
    from siemlib.model.inventory import Inventory
    from siemlib.report.sealing import Sealing


@dataclass(frozen=True, slots=True)
class Packed:
    """The zip: its SHA-256, and how the copy in it is sealed."""

    digest: str
    seal: Seal | None


def export_redacted(  # noqa: PLR0913 - each of them is needed, and the last two are named
    original: Path, file: Path, key: bytes, inventory: Inventory, *, sealing: Sealing | None, force: bool
) -> Packed:
    """Write the zip of a redacted copy. Raises EvidenceError and UsageError as :func:`export`.

    The seal of the original is over other files, and never in the copy: ``sealing`` is with what the copy is sealed.
    """
    original = original.resolve()
    found = verify_report(original)
    if not found.holds:
        step = found.failed[0]
        raise EvidenceError(f"{found.name} does not verify: step {step.number}, {step.title}: {step.details[0]}")
    with tempfile.TemporaryDirectory(prefix="siem-redact-") as place:
        folder = redacted_copy(original, Path(place), key, inventory, sealing.plan() if sealing else None)
        seal = sealing.write(folder) if sealing else None
        return Packed(export(folder, file, force=force), seal)
