"""A seal, or a time stamp, for a report that was built while KMS or the authority did not answer.

Nothing that is signed is touched: ``data/report.json`` tells since the building how the report is to be sealed, and
``seal/`` is in no list. What does not verify is neither signed nor stamped. The new ``seal/`` is made aside and put in
place at once; whoever is killed before leaves the report as it was.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from siemlib.errors import EvidenceError, SiemError, UsageError
from siemlib.evidence.manifest import SEAL
from siemlib.evidence.seal import add_stamp, read_seal
from siemlib.evidence.seal_files import is_sealed, read_note, read_plan
from siemlib.evidence.steps import Outcome
from siemlib.evidence.verify import verify_report
from siemlib.report.index import write_index
from siemlib.report.place import ASIDE, INDEX, exchange, hold, one_at_a_time, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.evidence.seal import Seal
    from siemlib.evidence.steps import Step
    from siemlib.evidence.timestamp import Stamper
    from siemlib.report.sealing import Sealing

_SIGNATURE, _STAMP = "the signature", "the time stamp"


def seal_later(folder: Path, sealing: Sealing) -> tuple[Seal, bool]:
    """Seal a report that was to be sealed and is not; whether that was done now, or before.

    Raises EvidenceError for a report that was not to be sealed with this key, whose seal does not hold, or that does
    not verify otherwise; and what the signer raises.
    """
    folder = folder.resolve()
    with _aside(folder) as aside:
        sealed = is_sealed(folder)
        _check(folder, but=() if sealed else (_SIGNATURE, _STAMP))
        if sealed and (found := read_seal(folder)):
            return found, False
        if read_plan(folder) is None:
            raise EvidenceError(
                "the report says on its page that it is not signed, and that cannot be changed any more",
                hint="build it again with a key in [seal] of siem.toml",
            )
        seal = sealing.write(folder, aside / SEAL, later=True)
        settle(aside / SEAL)
        (aside / SEAL).rename(folder / SEAL)
    _list_anew(folder)
    return seal, True


def stamp_later(folder: Path, stamper: Stamper) -> tuple[Seal, bool]:
    """Have a sealed report without a time stamp stamped; whether that was done now, or before.

    Raises EvidenceError for a report that is not sealed, or that does not verify, NoStampError without a stamp.
    """
    folder = folder.resolve()
    with _aside(folder) as aside:
        note = read_note(folder)
        if note is None:
            planned = read_plan(folder) is not None
            hint = "siem evidence seal DIR does that" if planned else "siem.toml says with what: [seal]"
            raise EvidenceError("the report is not sealed, so there is nothing to stamp", hint=hint)
        _check(folder)
        if note.stamped and (found := read_seal(folder)):
            return found, False
        seal = add_stamp(folder, stamper, aside / SEAL)
        settle(aside / SEAL)
        _replace(folder / SEAL, aside)
    _list_anew(folder)
    return seal, True


def _replace(place: Path, aside: Path) -> None:
    """Put the seal that was made aside in the place of the one that is there, which must not be lost on the way."""
    if exchange(aside / SEAL, place):
        return
    place.rename(aside / "before")
    try:
        (aside / SEAL).rename(place)
    except BaseException:
        (aside / "before").rename(place)
        raise


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder on the same file system, away at the end.

    Nobody else seals there meanwhile, and no build puts another report in the place of this one: among reports, the
    lock is the one that builds take.
    """
    root = folder.parent.parent
    try:
        with one_at_a_time(root) if (root / INDEX).is_file() else nullcontext(), one_at_a_time(folder.parent):
            aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=folder.parent))
            held = hold(aside)
            try:
                yield aside
            finally:
                shutil.rmtree(aside, ignore_errors=True)
                if held is not None:
                    os.close(held)
    except OSError as error:
        raise UsageError(f"the seal cannot be written in {folder.name}: {error.strerror or error}") from None


def _check(folder: Path, but: tuple[str, ...] = ()) -> None:
    """Refuse what does not verify, but for these steps. Raises EvidenceError."""
    failed = [step for step in verify_report(folder).steps if step.outcome is Outcome.FAILED and step.title not in but]
    if failed:
        raise EvidenceError(f"the report does not verify: {_told(failed[0])}", hint="siem evidence verify tells more")


def _told(step: Step) -> str:
    return f"step {step.number}, {step.title}: {' '.join(step.details[:1])}"


def _list_anew(folder: Path) -> None:
    root = folder.parent.parent
    if not (root / INDEX).is_file():  # it was moved elsewhere
        return
    try:
        with one_at_a_time(root):
            write_index(root)
    except OSError as error:
        raise SiemError(f"it is done, but the index is not written: {error.strerror or error}") from error
