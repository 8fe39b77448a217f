"""What holds for every kind of log."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemlib.errors import UsageError
from siemlib.model.event import Shape
from siemlib.model.observable import Address, ObservableKind
from siemlib.ql.ast import Filter
from siemlib.ql.parser import parse
from siemlib.sources import SOURCES, LogSource, recognise, source
from siemlib.sources.source import FlowTime, JsonTime
from tests.sources.conditions import selects
from tests.sources.samples import SAMPLES

every_source = pytest.mark.parametrize("known", SOURCES, ids=lambda known: known.name)
HOSTILE = st.one_of(
    st.text(),
    st.sampled_from([line for lines in SAMPLES.values() for line in lines]).flatmap(
        lambda line: st.tuples(st.integers(0, len(line)), st.text(max_size=20)).map(
            lambda change: line[: change[0]] + change[1] + line[change[0] + len(change[1]) :]
        )
    ),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda value: json.dumps({"rule": value, "level": value, "full_log": value})),
)


@every_source
def test_its_documentation_is_a_link(known: LogSource) -> None:
    assert re.fullmatch(r"https://[\w.-]+/\S+", known.documentation)
    assert known.title
    assert known.title[0].isupper()


def test_names_and_log_groups_are_unique() -> None:
    assert len({known.name for known in SOURCES}) == len(SOURCES)
    assert len({known.log_group for known in SOURCES}) == len(SOURCES)
    assert all(re.fullmatch(r"[.\-_/#A-Za-z0-9]+", known.log_group) for known in SOURCES)


@every_source
def test_it_has_samples(known: LogSource) -> None:
    assert len(SAMPLES[known.name]) >= 2


@every_source
def test_it_recognises_its_samples_and_no_other_source_does(known: LogSource) -> None:
    assert [other.name for other in SOURCES if other.recognise(SAMPLES[known.name])] == [known.name]
    assert recognise(SAMPLES[known.name]) is known
    for line in SAMPLES[known.name]:
        assert recognise([line]) is known, line


@every_source
def test_a_few_broken_lines_do_not_hide_what_a_log_is(known: LogSource) -> None:
    lines = SAMPLES[known.name][:2] * 5
    assert recognise([*lines, "", "garbage", lines[0][: len(lines[0]) // 2]]) is known


@every_source
def test_it_does_not_recognise_nothing(known: LogSource) -> None:
    assert not known.recognise([])
    assert not known.recognise(["", "  "])


@every_source
def test_stored_names_are_unique_in_any_case(known: LogSource) -> None:
    names = [field.name.lower() for field in known.stored]
    assert len(set(names)) == len(names)
    assert all(field.name == ".".join(field.path) for field in known.stored)


@every_source
def test_how_its_time_is_found_fits_its_shape(known: LogSource) -> None:
    expected = {Shape.JSON: JsonTime, Shape.FLOW: FlowTime, Shape.TEXT: tuple}[known.shape]
    assert isinstance(known.time, expected)


@every_source
@given(message=HOSTILE)
def test_no_message_makes_it_raise_and_a_summary_is_one_visible_line(known: LogSource, message: str) -> None:
    known.recognise([message])
    known.observables(message)
    entry = known.entry(message)
    parts = [part for part in (entry.actor, entry.address, entry.action, entry.summary) if part is not None]
    assert len(entry.summary) <= 300
    assert all(part.isprintable() for part in parts)
    assert entry.action
    assert entry.outcome in {"success", "failure", None}
    assert entry.address is None or Address.parse(entry.address).text == entry.address


@pytest.mark.parametrize(
    "known", [known for known in SOURCES if known.shape is not Shape.FLOW], ids=lambda known: known.name
)
@pytest.mark.parametrize("line", [line for lines in SAMPLES.values() for line in lines])
def test_an_address_is_selected_exactly_where_it_is_observed(known: LogSource, line: str) -> None:
    observed = {o.value for o in known.observables(line) if o.kind is ObservableKind.ADDRESS}
    for text in ("203.0.113.66", "203.0.113.6", "03.0.113.66", "2001:db8::1", "2001:db8::", "10.0.0.9", "10.0.9.9"):
        address = Address.read(text)
        if address:
            assert selects(known.select_address(address), line) == (address.text in observed), text


@every_source
@given(name=st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable() and text.strip()))
def test_any_name_gives_a_condition_that_is_one_filter(known: LogSource, name: str) -> None:
    (command,) = parse(f"filter {known.select_principal(name)}").commands
    assert isinstance(command, Filter)


@every_source
@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00", "x" * 3000])
def test_a_name_that_is_none_is_a_clear_error(known: LogSource, name: str) -> None:
    with pytest.raises(UsageError, match="the name"):
        known.select_principal(name)


@every_source
def test_a_megabyte_of_anything_is_read_in_no_time(known: LogSource) -> None:
    for message in (
        "x=" * 500_000,
        "1.1.1.1 " * 120_000,
        '{"a":' * 200_000,
        "Mar  4 10:00:00 h sshd[1]: " + "for x " * 150_000,
    ):
        # The processor's time, not the clock's: what else the machine does says nothing of the source.
        started = time.process_time()
        known.entry(message)
        known.observables(message)
        assert time.process_time() - started < 3


def test_an_unknown_source_is_an_error_with_the_nearest_names() -> None:
    assert source("vpc_flow").title == "VPC flow logs"
    with pytest.raises(UsageError, match="unknown kind of log: 'vpcflow'") as error:
        source("vpcflow")
    assert error.value.hint == "did you mean vpc_flow?"
    with pytest.raises(UsageError) as other:
        source("zzz")
    assert "cloudtrail, ossec" in (other.value.hint or "")


def test_what_nobody_knows_has_no_source() -> None:
    assert recognise(["the quick brown fox", "jumps over"]) is None
