"""Where ``$Name()`` finds what it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.errors import UsageError
from siemlib.ql.calls import expand
from siemlib.ql.parser import parse
from siemlib.queries import names
from siemlib.queries.library import library

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """# Failed logins
# user: whose
# minutes = 5: a bin
# word="two words" : any
# no parameter here
filter u = {{user}}
# x = 1: y
"""


def test_a_file_is_called_by_its_place_and_name_and_its_heading_gives_values(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "Logins.ql").write_text(TEXT, "utf-8")
    (tmp_path / "team" / "My Query.ql").write_text("fields a", "utf-8")
    (tmp_path / "notes.txt").write_text("no query", "utf-8")
    known = library(tmp_path)
    assert [name for name in known if name not in names()] == ["Logins", "team/My Query"]
    assert known["Logins"].defaults == {"minutes": "5", "word": "two words"}
    text = '$Logins(user="ann") | $`team/My Query`()'
    assert expand(parse(text), text, lambda: known) == parse('filter u = "ann" | fields a')


def test_those_that_come_with_siem_are_called_too_and_ones_own_stand_before_them(tmp_path: Path) -> None:
    assert set(library(None)) == set(names())
    text = "$`any/activity_by_log_group`()"
    assert expand(parse(text), text, lambda: library(None)).commands
    (tmp_path / "any").mkdir()
    (tmp_path / "any" / "activity_by_log_group.ql").write_text("limit 1", "utf-8")
    assert library(tmp_path)["any/activity_by_log_group"].text == "limit 1"


def test_a_folder_that_is_not_there_and_a_file_that_is_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder of saved queries"):
        library(tmp_path / "nowhere")
    (tmp_path / "x.ql").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"x\.ql: cannot be read"):
        library(tmp_path)
