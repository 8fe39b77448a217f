"""Every way to spoil a report that we know, and which step must tell: one asset for each, made by a script.

``python -m tests.evidence.tampering REPORT OUT`` copies the report (which must be sealed) once for each into ``OUT``.

Some of these leave every list in order: whoever may write into the folder can make the manifests anew. What tells then
is the signature, where the reader has the key from elsewhere. Without a key nothing can, and no step claims to.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ed25519

from siemlib.evidence.chain import read_link
from siemlib.evidence.keys import FileSigner
from siemlib.evidence.seal import plan_seal, write_seal
from tests.evidence.whole import rebag

if TYPE_CHECKING:
    from collections.abc import Callable

LISTED = "every file is listed, and no file is unlisted"
DIGESTS = "the digest of every file"
SIZE = "the size that the bag states"
CUSTODY = "the custody log"
RECORDS = "the run records, against rows and exhibits"
PAGE = "the page, against the record"
SIGNATURE = "the signature"
LINK = "the link to the report before"

NEW_KEY = FileSigner(ed25519.Ed25519PrivateKey.from_private_bytes(b"attacker".ljust(32, b"!")))


@dataclass(frozen=True, slots=True)
class Defect:
    """One way to spoil a report. ``fails``: the steps that must fail, whatever other ones do too."""

    name: str
    spoil: Callable[[Path], object]
    fails: tuple[str, ...]
    only_with_the_key: bool = False
    """Whether nothing tells unless the reader has the key: then no step may fail without it."""


# ── what an attacker does ────────────────────────────────────────────────────────────────────────────────────────────


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def swap(first: Path, second: Path) -> None:
    """Let two files change places."""
    held = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(held)


def exhibits(folder: Path) -> tuple[str, str]:
    """The names of two tables with other content, without their endings."""
    found = sorted(path.with_suffix("") for path in (folder / "data" / "exhibits").glob("*.csv"))
    return str(found[0]), str(next(path for path in found[1:] if _data(path) != _data(found[0])))


def _data(stem: Path) -> bytes:
    return stem.with_suffix(".csv").read_bytes()


def swap_exhibits(folder: Path, *endings: str) -> None:
    """Show the data of one exhibit as another's."""
    first, second = exhibits(folder)
    for ending in endings:
        swap(Path(first + ending), Path(second + ending))


def swap_rows(folder: Path) -> None:
    """Keep the rows of one run as another's."""
    found = sorted((folder / "data" / "runs").glob("*.rows.jsonl"))
    other = next(path for path in found if path.read_bytes() != found[0].read_bytes())
    swap(found[0], other)


def edit_custody(folder: Path, *, chained: bool) -> None:
    """Say that somebody else did it; ``chained``: with every later entry made to follow from it."""
    log = folder / "data" / "custody.jsonl"
    entries = [json.loads(line) for line in log.read_bytes().splitlines()]
    entries[0]["who"] = "somebody else"
    previous, lines = "0" * 64, []
    for entry in entries:
        if chained:
            entry["previous"] = previous
        lines.append(json.dumps(entry, ensure_ascii=False).encode())
        previous = hashlib.sha256(lines[-1]).hexdigest()
    log.write_bytes(b"\n".join(lines) + b"\n")


def drop_custody(folder: Path) -> None:
    """Take an entry out of the middle."""
    log = folder / "data" / "custody.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([lines[0], *lines[2:]]))


def edit_page(folder: Path) -> None:
    """Make the page say what suits one."""
    page = folder / "data" / "report.html"
    page.write_bytes(page.read_bytes() + b"<p>Nobody was there.</p>")


def edit_run(folder: Path) -> None:
    """Tell of other rows than there are."""
    record = min((folder / "data" / "runs").glob("*.json"))
    said = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps({**said, "rows_sha256": "0" * 64}, indent=2), "utf-8")


def edit_summary(folder: Path, **members: object) -> None:
    """Change members of the report's summary."""
    summary = folder / "data" / "report.json"
    said = json.loads(summary.read_text("utf-8"))
    summary.write_text(json.dumps({**said, **members}, indent=2), "utf-8")


def sign_again(folder: Path) -> None:
    """Seal with a key of one's own, and let the summary say so."""
    shutil.rmtree(folder / "seal", ignore_errors=True)
    plan = plan_seal(NEW_KEY, None)
    assert plan
    edit_summary(folder, seal=plan.as_json())
    rebag(folder)
    write_seal(folder, NEW_KEY, None)


def unseal(folder: Path, *, said: bool) -> None:
    """Take the seal away; ``said``: also out of the summary, with the lists made anew."""
    shutil.rmtree(folder / "seal")
    if said:
        edit_summary(folder, seal=None)
        rebag(folder)


def cut(folder: Path) -> None:
    """Name no report before this one."""
    info = folder / "bag-info.txt"
    kept = [line for line in info.read_text("utf-8").splitlines(keepends=True) if not line.startswith("Previous-")]
    info.write_text("".join(kept), "utf-8")


def before(folder: Path) -> Path:
    """The report before."""
    link = read_link(folder)
    assert link
    return folder.parent.parent / link.place


def asset(folder: Path) -> Path:
    """The script that the page draws its charts with."""
    return folder.parent / "assets" / json.loads((folder / "data" / "report.json").read_bytes())["asset"]["name"]


def _anew(spoil: Callable[[Path], object]) -> Callable[[Path], None]:
    """The same, and the lists made anew."""

    def both(folder: Path) -> None:
        spoil(folder)
        rebag(folder)

    return both


def _unsealed(spoil: Callable[[Path], object]) -> Callable[[Path], None]:
    """The same, with the lists made anew and the seal taken away."""

    def both(folder: Path) -> None:
        spoil(folder)
        unseal(folder, said=True)

    return both


def _signed(spoil: Callable[[Path], object]) -> Callable[[Path], None]:
    """The same, sealed again with another key."""

    def both(folder: Path) -> None:
        spoil(folder)
        sign_again(folder)

    return both


def _of(name: str, what: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda folder: what(folder / name)


def _custody(*, chained: bool) -> Callable[[Path], None]:
    return lambda folder: edit_custody(folder, chained=chained)


def _swapped(*endings: str) -> Callable[[Path], None]:
    return lambda folder: swap_exhibits(folder, *endings)


DEFECTS = (
    Defect("extra file in the payload", _of("data/extra.txt", Path.touch), (LISTED, SIZE)),
    Defect("extra file among the runs", _of("data/runs/extra.json", Path.touch), (LISTED, SIZE, RECORDS)),
    Defect("extra file beside the payload", _of("extra.txt", Path.touch), (LISTED,)),
    Defect("extra file in the seal", _of("seal/extra.txt", Path.touch), (LISTED,)),
    Defect("missing page", _of("data/report.html", Path.unlink), (LISTED, SIZE, PAGE)),
    Defect("missing summary", _of("data/report.json", Path.unlink), (LISTED, SIZE, PAGE)),
    Defect("missing custody log", _of("data/custody.jsonl", Path.unlink), (LISTED, SIZE, CUSTODY)),
    Defect("missing manifest", _of("manifest-sha256.txt", Path.unlink), (LISTED, DIGESTS)),
    Defect("missing tag manifest", _of("tagmanifest-sha256.txt", Path.unlink), (LISTED, DIGESTS, SIGNATURE)),
    Defect("missing seal", lambda folder: unseal(folder, said=False), (SIGNATURE,)),
    Defect("missing signature", _of("seal/signature", Path.unlink), (SIGNATURE,)),
    Defect(
        "missing data of an exhibit, listed anew",
        _anew(lambda f: Path(exhibits(f)[0] + ".parquet").unlink()),
        (RECORDS,),
    ),
    Defect("swapped exhibits", _swapped(".csv", ".parquet"), (DIGESTS, RECORDS)),
    Defect("swapped exhibits, listed anew", _anew(_swapped(".csv", ".parquet")), (RECORDS, SIGNATURE)),
    Defect("swapped tables for people, listed anew", _anew(_swapped(".csv")), (RECORDS, SIGNATURE)),
    Defect("swapped records of exhibits, listed anew", _anew(_swapped(".json")), (RECORDS, SIGNATURE)),
    Defect("swapped rows of runs", swap_rows, (DIGESTS, RECORDS)),
    Defect("swapped rows of runs, listed anew", _anew(swap_rows), (RECORDS, SIGNATURE)),
    Defect("edited record of a run, listed anew", _anew(edit_run), (RECORDS, PAGE, SIGNATURE)),
    Defect("edited custody entry", _custody(chained=False), (DIGESTS, CUSTODY)),
    Defect("edited custody entry, listed anew", _anew(_custody(chained=False)), (CUSTODY, SIGNATURE)),
    Defect("edited custody entry, chained anew", _custody(chained=True), (DIGESTS,)),
    Defect("edited custody entry, chained and listed anew", _anew(_custody(chained=True)), (SIGNATURE,)),
    Defect("dropped custody entry, listed anew", _anew(drop_custody), (CUSTODY, SIGNATURE)),
    Defect("edited page, listed anew", _anew(edit_page), (SIGNATURE,)),
    Defect("cut off from the report before", cut, (DIGESTS,)),
    Defect("cut off from the report before, listed anew", _anew(cut), (SIGNATURE,)),
    Defect("edited the page of the report before, listed anew", lambda f: _anew(edit_page)(before(f)), (LINK,)),
    Defect("another script for the charts", lambda folder: flip(asset(folder)), (PAGE,)),
    Defect("edited page, sealed with another key", _signed(edit_page), (SIGNATURE,), only_with_the_key=True),
    Defect("nothing edited, sealed with another key", sign_again, (SIGNATURE,), only_with_the_key=True),
    Defect("edited page, listed anew, no longer sealed", _unsealed(edit_page), (SIGNATURE,), only_with_the_key=True),
    Defect("edited custody, no longer sealed", _unsealed(_custody(chained=True)), (SIGNATURE,), only_with_the_key=True),
    Defect("cut off from the report before, no longer sealed", _unsealed(cut), (SIGNATURE,), only_with_the_key=True),
)


# ── zips ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def entry(name: str, data: bytes = b"x", kind: int = 0, method: int = zipfile.ZIP_DEFLATED) -> Callable[[Path], None]:
    """Gives what adds an entry to a zip just as it is named, which zipfile would mend."""

    def add(file: Path) -> None:
        info = zipfile.ZipInfo("x")
        info.filename = info.orig_filename = name
        info.external_attr = kind << 16
        info.compress_type = method
        with zipfile.ZipFile(file, "a") as zipped:
            zipped.writestr(info, data)

    return add


def zip_defects(name: str) -> tuple[tuple[Callable[[Path], None], str], ...]:
    """What adds a bad entry to the zip of the report called ``name``, and a part of what is said then."""
    return (
        (entry("../evil"), "leads out of the folder"),
        (entry(f"{name}/../../evil"), "leads out of the folder"),
        (entry(f"{name}/.."), "leads out of the folder"),
        (entry("../evil/"), "leads out of the folder"),
        (entry("/etc/evil"), "has an absolute path"),
        (entry(f"{name}/data/evil/", b"x"), "has an empty part in its path"),
        (entry("/evil/", b""), "has an absolute path"),
        (entry(f"{name}\\..\\evil"), "has a backslash in its path"),
        (entry(f"{name}/\x1b[2J"), "has a character in its path that cannot be printed"),
        (entry(f"{name}/a\u202eb"), "has a character in its path that cannot be printed"),
        (entry("C:/evil"), "names a drive"),
        (entry("c:evil"), "names a drive"),
        (entry(f"{name}//evil"), "has an empty part in its path"),
        (entry(f"{name}/./evil"), "has an empty part in its path"),
        (entry(f"{name}/link", b"/etc/hostname", stat.S_IFLNK | 0o777), "is a link"),
        (entry(f"{name}/pipe", b"", stat.S_IFIFO | 0o644), "is no ordinary file"),
        (entry(f"{name}/device", b"", stat.S_IFCHR | 0o644), "is no ordinary file"),
        (entry(f"{name}/bagit.txt"), "is there twice"),
        (entry(f"{name}/BAGIT.TXT"), "are one name on some systems"),
        (entry(f"{name}/Data/evil"), "are one name on some systems"),
        (entry(f"{name}/BagIt.txt/evil"), "are one name on some systems"),
        (entry(f"{name}/BagIt.txt/", b""), "are one name on some systems"),
        (entry(f"{name}/bagit.txt/more"), "lies in a file"),
        (entry("evil"), "belongs to no report"),
        (entry(f"{name}-2/evil"), "holds 2 folders that may be reports"),
        (entry(f"{name}/x", method=zipfile.ZIP_BZIP2), "is compressed in a way that is not read"),
        (entry(f"{name}/zeros", b"\0" * (2 << 20)), "300 times larger unpacked"),
    )


# ── the assets ───────────────────────────────────────────────────────────────────────────────────────────────────────


def spoiled(report: Path, defect: Defect, root: Path) -> Path:
    """A copy of a report below ``root``, with what its charts are drawn with and the report before it, spoiled."""
    place = root / report.parent.name / report.name
    shutil.copytree(report, place)
    if (report.parent / "assets").is_dir():
        shutil.copytree(report.parent / "assets", place.parent / "assets")
    link = read_link(report)
    if link is not None and not (root / link.place).exists():
        shutil.copytree(report.parent.parent / link.place, root / link.place)
    defect.spoil(place)
    return place


def kinds(report: Path) -> dict[str, str]:
    """A file of each kind that a report holds, by its kind: what its folder is and how it ends."""
    found: dict[str, str] = {}
    for path in sorted(report.rglob("*")):
        name = path.relative_to(report)
        if path.is_file() and path.stat().st_size:
            own = "".join(path.suffixes) if len(name.parts) > 2 else path.name
            found.setdefault("/".join([*name.parts[:-1], own])[:80], name.as_posix())
    return found


def main(report: Path, out: Path) -> None:
    """Make every asset."""
    for number, defect in enumerate(DEFECTS, start=1):
        spoiled(report, defect, out / f"{number:02d} {defect.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
