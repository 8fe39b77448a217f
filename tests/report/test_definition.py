"""Reports are found by name, and told what they ask for before anything is run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import nbformat
import pytest

from siemlib.errors import InputError, UsageError
from siemlib.report.build import Request
from siemlib.report.definition import Definition, Parameter, definitions, find, folders, read_definition
from tests.report.notebook import write_notebook

PARAMETERS = '''\
engine: str = "local:archive"  # where the logs are
ip: str = "192.0.2.7"  # the address to look for
minutes: int = 60  # width of a bar, 1 to 1440
addresses: str = "-"  # optional: others
time: str = ""  # optional: when
share: float = 0.5
all_rows: bool = False
note: str = ""  # optional: printed under the title
offset: int = -5
start: str = ""
end: str = ""'''


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of one notebook, pivot-ip."""
    write_notebook(tmp_path / "pivot-ip.ipynb", parameters=PARAMETERS)
    return tmp_path


def test_a_definition_has_title_and_typed_parameters_with_their_comments(place: Path) -> None:
    definition = find("pivot-ip", [place])
    assert definition.title == "What did it do?"
    assert definition.parameters[1:3] == (
        Parameter("ip", "192.0.2.7", "the address to look for"),
        Parameter("minutes", 60, "width of a bar, 1 to 1440"),
    )
    assert [parameter.name for parameter in definition.parameters if parameter.required] == ["ip"]


def test_given_values_are_typed_and_the_others_are_the_defaults(place: Path) -> None:
    values = find("pivot-ip", [place]).values({"ip": " 2001:DB8::0:1 ", "minutes": "5", "all_rows": "yes"})
    others = {"addresses": "-", "time": "", "share": 0.5, "note": "", "offset": -5}
    assert values == {"ip": "2001:db8::1", "minutes": 5, "all_rows": True, **others}


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({}, "needs the parameter 'ip'", "add -p ip=…"),
        ({"ip": ""}, "needs the parameter 'ip'", "add -p ip=…"),
        ({"ip": "10.0.0.1/8"}, "not an address", "without port or mask"),
        ({"ip": "10.0.0.1", "minute": "5"}, "no parameter 'minute'", "did you mean minutes?"),
        ({"ip": "10.0.0.1", "zzz": "5"}, "no parameter 'zzz'", "it has: ip, minutes"),
        ({"ip": "10.0.0.1", "engine": "local:x"}, "no parameter 'engine'", ""),
        ({"ip": "10.0.0.1", "minutes": "five"}, "takes a whole number, not 'five'", ""),
        ({"ip": "10.0.0.1", "minutes": "0"}, "the parameter 'minutes' is 1 to 1440, not 0", ""),
        ({"ip": "10.0.0.1", "minutes": "1441"}, "the parameter 'minutes' is 1 to 1440, not 1441", ""),
        ({"ip": "10.0.0.1", "addresses": "10.0.0.1, x"}, "not an address: 'x'", "without port or mask"),
        ({"ip": "10.0.0.1", "time": "yesterday"}, "not a time: 'yesterday'", "write it like"),
        ({"ip": "10.0.0.1", "share": "half"}, "takes a number", ""),
        ({"ip": "10.0.0.1", "all_rows": "maybe"}, "takes true or false", ""),
    ],
)
def test_wrong_parameters_are_told_before_anything_is_run(
    place: Path, given: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        find("pivot-ip", [place]).values(given)
    assert hint in (refused.value.hint or "")


def test_the_ends_of_what_a_number_may_be_and_lists_of_addresses_are_taken(place: Path) -> None:
    given = {"ip": "10.0.0.1", "minutes": "1440", "addresses": "10.0.0.1, 2001:db8::1,-", "time": "2026-03-04"}
    report = find("pivot-ip", [place])
    values = report.values(given)
    assert (values["minutes"], values["addresses"], values["time"]) == (1440, given["addresses"], "2026-03-04")
    assert report.values({**given, "minutes": "1"})["minutes"] == 1


WAYS = '''\
engine: str = "local:archive"  # where the logs are
alert: str = "1.1"  # either the id of an alert
rule: str = ""  # or its rule, with the time
time: str = "2026-03-04"  # or its time, with the rule
minutes: int = 15  # the window
start: str = ""
end: str = ""'''


@pytest.fixture
def triage(tmp_path: Path) -> Definition:
    """A report that can be told in two ways what it is about."""
    write_notebook(tmp_path / "triage.ipynb", parameters=WAYS)
    return find("triage", [tmp_path])


def test_of_several_ways_to_say_it_the_ones_that_are_not_used_are_empty_and_not_the_notebooks_example(
    triage: Definition,
) -> None:
    assert not any(parameter.required for parameter in triage.parameters)
    assert triage.values({"alert": "7.7"}) == {"alert": "7.7", "rule": "", "time": "", "minutes": 15}
    assert triage.values({"rule": "5716", "time": "2026-03-05"}) == {
        "alert": "",
        "rule": "5716",
        "time": "2026-03-05",
        "minutes": 15,
    }


@pytest.mark.parametrize("given", [{}, {"minutes": "5"}, {"alert": " ", "rule": ""}])
def test_none_of_several_ways_to_say_it_is_too_few(triage: Definition, given: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="needs one of the parameters alert, rule, time") as refused:
        triage.values(given)
    assert "-p alert=…" in (refused.value.hint or "")


def test_the_report_is_named_by_the_way_that_was_used_even_if_it_is_the_notebooks_example(triage: Definition) -> None:
    values = triage.values({"alert": "1.1"})
    request = Request(triage, values, "local:archive", "", "", date(2026, 3, 4))

    assert request.distinct == {"alert": "1.1"}


@pytest.mark.parametrize(
    ("name", "hint"),
    [("pivot-op", "did you mean pivot-ip?"), ("zzz", "there are: pivot-ip"), ("../pivot-ip", "pivot-ip")],
)
def test_an_unknown_report_is_told_with_its_nearest_name(place: Path, name: str, hint: str) -> None:
    with pytest.raises(UsageError, match="no report is called") as refused:
        find(name, [place])
    assert hint in (refused.value.hint or "")


def test_of_two_reports_with_one_name_the_users_own_is_taken(place: Path, tmp_path: Path) -> None:
    other = tmp_path / "packaged"
    write_notebook(other / "pivot-ip.ipynb", parameters="ip: str = ''")
    write_notebook(other / "traffic.ipynb", parameters="")
    found = definitions([place, other])
    assert [definition.name for definition in found] == ["pivot-ip", "traffic"]
    assert found[0].path.parent == place
    assert found[1].parameters == ()


def test_the_projects_own_notebooks_are_found_from_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    names = {path.stem for place in folders() for path in place.glob("*.ipynb")}
    assert {"pivot-ip", "pivot-user"} <= names
    (tmp_path / "notebooks").mkdir()
    assert folders()[0] == Path("notebooks")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("ip: str = read()", "line 1 .* is not a plain value"),
        ("a: int = 1\nimport os", "line 2 .* is not a plain value"),
        ("a = b = 1", "not a plain value"),
        ("a: int", "not a plain value"),
        ("a: int = [1]", "not a plain value"),
        ("def", "is not Python"),
    ],
)
def test_a_parameters_cell_holds_plain_values_only(tmp_path: Path, parameters: str, message: str) -> None:
    path = write_notebook(tmp_path / "x.ipynb", parameters=parameters)
    with pytest.raises(InputError, match=message):
        read_definition(path)


def test_what_is_no_notebook_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_text("no json")
    with pytest.raises(InputError, match=r"x\.ipynb is no notebook"):
        read_definition(tmp_path / "x.ipynb")
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "y.ipynb")
    with pytest.raises(InputError, match="has 0 cells tagged parameters"):
        read_definition(tmp_path / "y.ipynb")
