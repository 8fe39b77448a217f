"""Whether a redacted copy is that of a report: it is made again from the original, and every byte compared."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError
from siemlib.evidence.chain import REDACTED, digest_of
from siemlib.evidence.digest import sha256_file
from siemlib.evidence.manifest import SEAL, contents, read_info
from siemlib.evidence.seal_files import read_plan
from siemlib.evidence.steps import Found, Outcome, verdict
from siemlib.evidence.verify import verify_report
from siemlib.evidence.visible import visible
from siemlib.report.redact.internal import networks_digest
from siemlib.report.redact.make import redacted_copy
from siemlib.report.redacted import NETWORKS

if TYPE_CHECKING:
    from siemlib.model.inventory import Inventory

TITLE = "the redacted copy, against its original"
_SAID = 10
_MAKER = "Bag-Software-Agent"


def check_copy(copy: Path, original: Path, key: bytes, inventory: Inventory) -> Found:
    """Make the copy of ``original`` again, sealed as ``copy`` says that it is, and compare all but the seal itself."""
    try:
        tags = dict(read_info(copy))
        if REDACTED not in tags:
            return Outcome.FAILED, ["it does not say that it is a redacted copy"]
        if tags[REDACTED] != digest_of(original):
            return Outcome.FAILED, [f"it was made of a report with the tag manifest {tags[REDACTED]}, which is another"]
        found = verify_report(original)
        if not found.holds:
            return Outcome.FAILED, [f"the original does not verify: {found.failed[0].details[0]}"]
        if tags.get(NETWORKS) != networks_digest(key, inventory):
            return Outcome.FAILED, ["it was made with another key, or with another inventory"]
        with tempfile.TemporaryDirectory(prefix="siem-redact-") as place:
            again = redacted_copy(original, Path(place), key, inventory, read_plan(copy))
            return verdict(_differences(copy, again), f"made again from {original.name}, it is the same in every byte")
    except EvidenceError as error:
        return Outcome.FAILED, [error.message]


def _differences(copy: Path, again: Path) -> list[str]:
    own, made = ({name for name in contents(folder) if not name.startswith(f"{SEAL}/")} for folder in (copy, again))
    found = [f"{name} is not in what is made of the original" for name in sorted(own - made)]
    found += [f"{name}, which is made of the original, is missing" for name in sorted(made - own)]
    found += [
        f"{name} is not what is made of the original"
        for name in sorted(own & made)
        if sha256_file(copy / name) != sha256_file(again / name)
    ]
    more = [f"… and {len(found) - _SAID:,} more"] if len(found) > _SAID else []
    makers = [dict(read_info(folder)).get(_MAKER, "") for folder in (copy, again)]
    if found and makers[0] != makers[1]:
        more.append(
            f"it was made by {visible(makers[0])}, and this is {makers[1]}: only the same version makes it again"
        )
    return [*found[:_SAID], *more]
