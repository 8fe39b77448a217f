"""What of a report is of its building alone: ``data/build.json`` names every such text, file by file.

Whoever builds a report again, over the same events and with the same versions, gets the same folder byte for byte but
for the times of building and running, who built it, what the service answers anew to a live run, and the digests of
files that hold those. To compare two builds, with any tool:

1. leave out what ``whole`` names (a name that ends with ``/`` is a folder);
2. take every text that ``texts`` names for a file out of that file, the longest first;
3. what is left is the same.

No text is taken out of an exhibit, of the rows of a run, or of the sources. A text that ``build.json`` names without
need, to hide a difference, is told by ``siem evidence verify``, which makes the list again. One that it does not name
hides nothing, so that reports of earlier versions, which knew of less, verify: a later one may find more, never less.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import datetime
from string import ascii_letters, digits
from typing import TYPE_CHECKING, Any

from siemlib.errors import EvidenceError
from siemlib.evidence.custody import MOST_LOG, readable
from siemlib.evidence.documents import files_of, open_regular, read_document, too_many_values
from siemlib.evidence.sums import Sums

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FILE = "build.json"
NAMED = {"Time-Of-Build": "named in data/build.json"}
"""The line of ``bag-info.txt`` that leads there."""
WHOLE = (
    "bag-info.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "seal/",
    "data/build.json",
    "data/report.pdf",
    "data/spool/",
)
_ABOUT = (
    "What of this folder is of its building alone. Leave out what is named as whole, and take out of each file the"
    " texts that are named for it, the longest first: the rest is the same, byte for byte, whenever this report is"
    " built again over the same events with the same versions."
)
_HIDES = "two builds compared by it could seem the same"
_PAGE = "report.html"
_CUSTODY = "custody.jsonl"
_OTHERS = (_PAGE, "report.json", "notebook.ipynb", "case.json", "controls.json", "oscal-assessment-results.json")
_NAMES_DIGESTS = (_PAGE, "report.json", "controls.json", "oscal-assessment-results.json")
_START = "0" * 64
_MOST_BYTES = 512 << 20
"""Of one file: a page with everything in it, or a notebook, is the longest."""
_OF_DAY = r"[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)?"
_TIME = re.compile(rf"\d{{4}}-\d\d-\d\d{_OF_DAY}")
_FEW_DAYS = 8
_SHORTEST, _LONGEST = 8, 256
"""Characters of a name that the service or the engine gave: "None" and "" name nothing, a query id has no more (API
reference of CloudWatch Logs, StartQuery)."""
_FEW_WORDS = 256
_MOST_SHAPES = 16
"""Our reports have three: of query ids, of names in the ledger of costs, and of answers that are kept; and digests."""
_AS_SHAPE = str.maketrans(dict.fromkeys(ascii_letters + digits, "A"))
_NONCE = re.compile(r'nonce="([A-Za-z0-9+/_-]{16,}={0,2})"')  # what logs say has no such quotes in a page


def write_build(data: Path) -> None:
    """Write ``build.json`` into the payload of a report that is otherwise whole."""
    text = json.dumps(build_document(data), indent=1, ensure_ascii=False)
    (data / FILE).write_text(text + "\n", encoding="utf-8", errors="surrogatepass", newline="\n")


def check_build(data: Path, sums: Sums) -> Iterator[str]:
    """A list that is there names nothing but what it may. Raises EvidenceError where it cannot be read."""
    if not (data / FILE).exists() and not (data / FILE).is_symlink():
        return
    told, found = read_document(data / FILE, FILE), build_document(data, sums)["texts"]
    if not set(told.texts("whole")).issubset(WHOLE):
        yield f"{FILE} leaves out more than what is of the time of building: {_HIDES}"
    texts = told.part("texts")
    for name in texts.members:
        named = texts.texts(name)
        if not set(named).issubset(found.get(name, ())) or named != sorted(named, key=_longest_first):
            yield f"{FILE} names for {name} not just what is of the time of building: {_HIDES}"


def build_document(data: Path, sums: Sums | None = None) -> dict[str, Any]:
    """What is of this build alone, found in its records. Raises EvidenceError for records that cannot be read."""
    sums = sums or Sums()
    runs = [f"runs/{name}" for name in files_of(data / "runs")[0] if name.endswith(".json")]
    sections = [f"sections/{name}" for name in files_of(data / "sections")[0]]
    names = [name for name in (*_OTHERS, *runs, *sections) if _is_there(data / name)]
    # Each file is read twice, so that no more than one of them is in memory.
    times, others = _of_runs(_text(data, name) for name in runs)
    times |= _of_report(_text(data, "report.json"))
    others |= set(_NONCE.findall(_text(data, _PAGE)))
    shown = {each for time in times for each in _renderings(time)}
    pattern = _pattern(shown)
    found = {name: _own(_text(data, name), shown, pattern, others) for name in names}
    if _text(data, _CUSTODY, MOST_LOG):
        found[_CUSTODY] = _of_custody(data / _CUSTODY)
    # The page names the digests of the files beside it.
    digests = {sums.of(data / name) for name, own in found.items() if own}
    for name in _NAMES_DIGESTS:
        if name in found:
            found[name] |= _among(digests, _text(data, name))
    listed = {f"data/{name}": sorted(own, key=_longest_first) for name, own in sorted(found.items()) if own}
    return {"about": _ABOUT, "whole": list(WHOLE), "texts": listed}


def _own(text: str, times: set[str], pattern: re.Pattern[str], others: set[str]) -> set[str]:
    return times & set(pattern.findall(text)) | _among(others, text)


def _pattern(times: set[str]) -> re.Pattern[str]:
    """What finds these times where they stand. A report was run on one day or two, and a day is found quickly."""
    days = {re.escape(time[:10]) for time in times if _TIME.fullmatch(time)}
    return re.compile(f"(?:{'|'.join(sorted(days))}){_OF_DAY}") if 0 < len(days) <= _FEW_DAYS else _TIME


def _among(words: set[str], text: str) -> set[str]:
    """Which of these words stand in a text. Many are not looked for one by one: a record may hold half a million."""
    if len(words) <= _FEW_WORDS:
        return {word for word in words if word in text}
    shapes: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        if len(word) <= _LONGEST:
            shapes[word.translate(_AS_SHAPE)].add(word)
    usual = sorted(shapes, key=lambda shape: (-len(shapes[shape]), shape))[:_MOST_SHAPES]
    return {found[1] for shape in usual for found in _shaped(shape).finditer(text) if found[1] in shapes[shape]}


def _shaped(shape: str) -> re.Pattern[str]:
    """What finds every word of a shape: letters and digits in groups of these lengths, the rest as it is.

    Behind the word none follows, before it one may: in JSON a line feed is written as a letter. A word may begin
    within another one of its shape.
    """
    groups = re.sub(r"A+", lambda run: f"[A-Za-z0-9]{{{len(run[0])}}}", re.escape(shape))
    return re.compile(f"(?=({groups}){'(?![A-Za-z0-9])' if shape.endswith('A') else ''})")


def _longest_first(text: str) -> tuple[int, str]:
    return -len(text), text


def _of_runs(records: Iterable[str]) -> tuple[set[str], set[str]]:
    """Times of running, ISO 8601, and names that the service and the engine gave."""
    times: set[str] = set()
    names: set[str] = set()
    for text in records:
        run = _members(text)
        times |= {str(run.get("started")), str(run.get("finished"))}
        certificate, details = run.get("certificate"), run.get("details")
        if isinstance(details, dict) and isinstance(details.get("execution"), str):
            names.add(details["execution"])
        if isinstance(certificate, dict):
            times |= _times_in(certificate)
            names |= {str(each) for one in _slices(certificate) for each in (one.get("query_id"), one.get("evidence"))}
    return times, {name for name in names if _SHORTEST <= len(name) <= _LONGEST}


def _slices(certificate: dict[str, Any]) -> list[dict[str, Any]]:
    slices = certificate.get("slices")
    return [one for one in slices if isinstance(one, dict)] if isinstance(slices, list) else []


def _times_in(certificate: dict[str, Any]) -> set[str]:
    mark = certificate.get("watermark")
    told = [certificate.get("asked"), mark.get("settled") if isinstance(mark, dict) else None]
    told += [each for one in _slices(certificate) for each in (one.get("started"), one.get("finished"))]
    return {each for each in told if isinstance(each, str)}


def _of_report(text: str) -> set[str]:
    """When the report was built, and when it was to be sealed."""
    report = _members(text)
    seal = report.get("seal")
    told = (report.get("built"), seal.get("time") if isinstance(seal, dict) else None)
    return {each for each in told if isinstance(each, str)}


def _of_custody(log: Path) -> set[str]:
    """Times, digests, and who built it, in quotes as the member that says so: a short name may be part of a word."""
    found: set[str] = set()
    for entry in readable(log):
        time, previous, who = (entry.get(member) for member in ("time", "previous", "who"))
        found |= {each for each in (time, previous) if isinstance(each, str) and each} - {_START}
        if isinstance(who, str):
            found.add(f'"who": {json.dumps(who, ensure_ascii=False)}')
    return found


def _renderings(text: str) -> set[str]:
    """A time as records, pages and notebooks write it."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return set()
    seconds, millis = f"{time:%Y-%m-%d %H:%M:%S}", f"{time.microsecond // 1000:03d}"
    plain = {text, seconds, f"{seconds}.{millis}"}
    plain |= {time.isoformat(timespec=spec) for spec in ("seconds", "milliseconds", "microseconds")}
    return plain | {each.replace("+00:00", "Z") for each in plain}


def _members(text: str) -> dict[str, Any]:
    if too_many_values(text.encode("utf-8", "surrogateescape")):  # whoever checks the records tells
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _is_there(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _text(data: Path, name: str, most: int = _MOST_BYTES) -> str:
    """A file of the record as text; empty where it is not there."""
    if not _is_there(data / name):
        return ""
    try:
        with open_regular(data / name) as file:
            content = file.read(most + 1)
    except OSError as error:
        raise EvidenceError(f"{name} cannot be read: {error.strerror}") from None
    if len(content) > most:
        raise EvidenceError(f"{name} is longer than {most:,} bytes, and is not read")
    return content.decode("utf-8", "surrogateescape")
