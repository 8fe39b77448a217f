"""``make cases``: write what the program says into the language cases; ``git diff`` then shows a person what changed.

Nothing here says whether a change is right: whoever runs it reads the difference. The list of commands and
functions is written as well.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from siemlib.ql.reference import reference
from tests.cases.drawings import ERRORS, EXPLAINED, WANTING, drawn, explained
from tests.cases.files import completed, our_files, read, written

REFERENCE = Path(__file__).parents[2] / "siemlib" / "ql" / "REFERENCE.md"


def rewrite() -> list[Path]:
    """Rewrite every case that is not as it would be written; gives those files."""
    changed = []
    for path in our_files():
        with tempfile.TemporaryDirectory() as folder:
            text = written(completed(read(path), Path(folder)))
        if text != path.read_text("utf-8"):
            path.write_text(text, "utf-8")
            changed.append(path)
    texts = [(path, drawn(path)) for path in sorted([*ERRORS.glob("*.txt"), *WANTING.glob("*.txt")])]
    texts += [(path, explained(path)) for path in sorted(EXPLAINED.glob("*.txt"))]
    for path, text in texts:
        if text != path.read_bytes().decode():
            path.write_bytes(text.encode())
            changed.append(path)
    if not REFERENCE.exists() or REFERENCE.read_text("utf-8") != reference():
        REFERENCE.write_text(reference(), "utf-8")
        changed.append(REFERENCE)
    return changed


if __name__ == "__main__":
    for each in rewrite():
        sys.stdout.write(f"rewritten: {each.name}\n")
