"""A redacted copy as a zip: made aside, sealed as the settings say, and packed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.bundle import export
from siemlib.evidence.verify import verify_report
from siemlib.report.redact.make import redacted_copy

if TYPE_CHECKING:
    from siemlib.model.inventory import Inventory
    from siemlib.report.sealing import Sealing


def export_redacted(  # noqa: PLR0913 - each of them is needed, and the last two are named
    original: Path, file: Path, key: bytes, inventory: Inventory, *, sealing: Sealing | None, force: bool
) -> str:
    """Write the zip of a redacted copy; give its SHA-256. Raises EvidenceError and UsageError as :func:`export`."""
    original = original.resolve()
    found = verify_report(original)
    if not found.holds:
        step = found.failed[0]
        raise EvidenceError(f"{found.name} does not verify: step {step.number}, {step.title}: {step.details[0]}")
    with tempfile.TemporaryDirectory(prefix="siem-redact-") as place:
        folder = redacted_copy(original, Path(place), key, inventory, sealing.plan() if sealing else None)
        if sealing:
            sealing.write(folder)
        return export(folder, file, force=force)
