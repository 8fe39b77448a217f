"""IPython is given our completions in our cells, and its own elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from IPython.core.completer import provisionalcompleter

from siemlib import open_case
from siemlib.lab import completer

if TYPE_CHECKING:
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell

pytestmark = pytest.mark.xdist_group("sample")


def completed(shell: InteractiveShell, code: str) -> list[str]:
    """The cell as it is with each completion, as a front end would insert it."""
    with provisionalcompleter():
        found = list(shell.Completer.completions(code, len(code)))
    return [code[: each.start] + each.text + code[each.end :] for each in found]


@pytest.fixture
def ready(shell: InteractiveShell, sample_archive: Path, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    """The shell with a case over the sample, and somebody with time."""
    monkeypatch.setattr(completer, "PATIENCE", 60)
    shell.user_ns["case"] = open_case(engine=f"local:{sample_archive}")
    return shell


def test_log_groups_fields_functions_and_commands_are_completed(ready: InteractiveShell) -> None:
    assert completed(ready, "%%insights --log-group OS") == ["%%insights --log-group OSSEC"]
    cell = "%%insights --log-group cloudtrail\nfilter "
    assert f"{cell}userIdentity.accessKeyId" in completed(ready, f"{cell}userIdentity.a")
    assert completed(ready, f"{cell}strcontai") == [f"{cell}strcontains("]
    assert completed(ready, f"{cell}x = 1\n| fillm") == [f"{cell}x = 1\n| fillmissing"]


@pytest.mark.parametrize("name", ["`<img src=x onerror=alert(1)>`", "a\nb", "\u202efdp", "a&lt;", "x" * 201])
def test_a_name_that_a_page_could_take_for_more_than_a_name_is_not_offered(name: str) -> None:
    assert not completer.harmless(name)
    assert completer.harmless("userIdentity.`odd name`")


def test_fields_are_looked_for_once(ready: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = "%%insights --log-group sshd\nfields @"
    first = completed(ready, cell)
    monkeypatch.setattr(completer, "_fields", lambda *_: pytest.fail("asked again"))
    assert completed(ready, cell) == first != []


def test_what_takes_too_long_is_left_for_the_next_time(
    ready: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(completer, "PATIENCE", -1)
    assert completed(ready, "%%insights\nfields @mess") == ["%%insights\nfields @mess"]
    monkeypatch.setattr(completer, "PATIENCE", 60)
    assert completed(ready, "%%insights\nfields @mess") == ["%%insights\nfields @message"]


def test_without_a_case_the_language_is_completed_all_the_same(shell: InteractiveShell) -> None:
    del shell.user_ns["case"]
    assert completed(shell, "%%insights\nfilt") == ["%%insights\nfilter", "%%insights\nfilterIndex"]
    assert completed(shell, "%%insights --log-group ") == ["%%insights --log-group "]


def test_names_of_python_are_no_part_of_a_query_and_a_query_none_of_python(ready: InteractiveShell) -> None:
    ready.user_ns["filterable"] = 1
    assert "%%insights\nfilterable" not in completed(ready, "%%insights\nfilt")
    assert completed(ready, "%%insights\nfilter a like 'filt") == ["%%insights\nfilter a like 'filt"]
    assert "filterIndex" not in completed(ready, "filt")
    assert "filterable" in completed(ready, "filt")
