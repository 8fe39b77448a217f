"""A redacted copy of each notebook's report over real logs: nobody is in it, and it says the rest as its original."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import TYPE_CHECKING

import pytest

from siemlib.model.inventory import Inventory
from siemlib.report.controls.catalogue import catalogue
from siemlib.report.redact.make import redacted_copy
from siemlib.report.redact.names import named_in
from siemlib.report.summary import read_summary
from tests.fixtures_real import SUITABLE
from tests.report.redact.leaks import contents, files_of, who_is_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.report.build import Built

pytestmark = pytest.mark.xdist_group("real")  # its reports are there already
KEY = b"the key of the case, 32 bytes of"
WHO = {
    "overview": {"violet"},
    "triage-alert": {"violet"},
    "pivot-user": {"bert-jan"},
    "logins": {"fztu", "webmaster"},
    "timeline": {"violet"},
    "posture": {"bert-jan", "benjamin"},
}
"""Some of those who are in the logs that each report is about."""
OURS = frozenset(re.findall(r"\w+", str(catalogue()).casefold()))
"""Words of the catalogue of controls, which are on each page: people try ``Management`` as a user too."""
LINK = re.compile(r'<a href="#\w+" class="figure"[^>]*')


def pseudonym(user: str) -> str:
    """As the documentation says: it is the same in every report of the case."""
    digits = hmac.new(KEY, f"user:{user}".encode(), hashlib.sha256).hexdigest()[:12]
    return "user-" + digits.translate(str.maketrans("0123456789abcdef", "bcdfghjkmnpqrtwx"))


@pytest.mark.parametrize("name", SUITABLE)
def test_nobody_is_in_a_copy_and_it_is_as_sure_as_its_original(
    name: str, real_report: Callable[[str], Built], tmp_path: Path
) -> None:
    built = real_report(name)
    some = WHO.get(name, set())
    named = named_in(built.folder / "data", built.page.about.parameters)
    assert some <= named.users

    copy = redacted_copy(built.folder, tmp_path, KEY, Inventory(), None)

    assert not who_is_in(files_of(copy), {user for user in named.users if user.casefold() not in OURS})
    whole = b"".join(data for _, data in contents(files_of(copy)))
    assert all(pseudonym(user).encode() in whole for user in some)
    assert KEY not in whole
    assert KEY.hex().encode() not in whole
    assert _numbers(copy) == _numbers(built.folder)
    page = (copy / "data" / "report.html").read_text("utf-8")
    assert len(LINK.findall(page)) == len(LINK.findall(built.html.read_text("utf-8")))
    told, was = read_summary(copy / "data" / "report.json"), read_summary(built.folder / "data" / "report.json")
    assert told is not None
    assert was is not None
    assert (told.status, told.colour) == (was.status, was.colour)


def _numbers(folder: Path) -> dict[str, list[tuple[str, str, bool, bool]]]:
    """In which sentence each number is, from what, and whether that was found, or contradicts it."""
    records = (path for path in sorted((folder / "data").glob("*/[EF]*.json")) if "figure" not in path.name)
    return {
        path.name: [
            (number["in"], number["of"], bool(number["is"]), "against" in number)
            for number in json.loads(path.read_text("utf-8")).get("numbers", ())
        ]
        for path in records
    }
