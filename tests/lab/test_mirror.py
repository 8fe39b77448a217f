"""A picker mirrors the cell with the parameters: same variables, the lines that do the same, nothing in a report."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.case.record import ENVIRONMENT as RECORD
from siemlib.errors import UsageError
from siemlib.lab.literal import literal
from siemlib.lab.mirror import Mirror, Variable

IP = Variable("ip", "one address")


def test_the_lines_assign_what_the_variables_hold() -> None:
    names: dict[str, object] = {"ip": "192.0.2.1", "other": 1}
    mirror = Mirror((IP,), names)
    assert mirror.lines() == 'ip: str = "192.0.2.1"  # one address'
    mirror.set({"ip": '<b>"x"'})
    assert names == {"ip": '<b>"x"', "other": 1}
    assert mirror.lines() == "ip: str = '<b>\"x\"'  # one address"
    assert "&lt;b&gt;" in mirror.widgets[1].value
    assert "<b>" not in mirror.widgets[1].value


def test_what_is_wrong_is_said_and_changes_nothing() -> None:
    names: dict[str, object] = {"ip": "192.0.2.1"}
    mirror = Mirror((IP,), names)
    mirror.refuse(UsageError("not <an> address", hint="write one"))
    assert "not &lt;an&gt; address (write one)" in mirror.widgets[0].value
    assert names == {"ip": "192.0.2.1"}
    mirror.set({"ip": "192.0.2.2"})
    assert mirror.widgets[0].value == ""


def test_a_variable_that_is_not_there_or_no_text_is_empty() -> None:
    assert Mirror((IP,), {}).lines() == 'ip: str = ""  # one address'
    assert Mirror((IP,), {"ip": 7}).get("ip") == ""


def test_a_report_has_no_pickers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RECORD, "record")
    with pytest.raises(UsageError, match="a report has no pickers"):
        Mirror((IP,), {})


def test_outside_a_notebook_it_says_where_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siemlib.lab.mirror.get_ipython", lambda: None)
    with pytest.raises(UsageError, match="there is no notebook here"):
        Mirror((IP,), None)


@given(st.text())
def test_a_literal_is_the_text_and_one_visible_line(text: str) -> None:
    written = literal(text)
    assert ast.literal_eval(written) == text
    assert written.isprintable()
