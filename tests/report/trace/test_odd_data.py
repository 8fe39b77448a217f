"""Right sentences over data that are rarely seen are found; the same with a number made wrong never looks right."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pytest

from siemlib.charts import heatmap, matrix
from siemlib.charts.traced import TRACED as OF_CHARTS
from siemlib.evidence.rows import write_rows
from siemlib.investigate.access.witnesses import INNER
from siemlib.investigate.traced import TRACED as OF_READINGS
from siemlib.report.trace.context import Context
from siemlib.report.trace.figure import tables_of_figure
from siemlib.report.trace.runs import table_of_run
from siemlib.report.trace.search import Sentence
from siemlib.report.trace.table import Table, table_of
from siemlib.report.trace.tokens import tokens_of
from siemlib.report.trace.tracer import About, numbers_of
from tests.charts.answers import answer, binned
from tests.report.trace.changing import Fate, fate_of, others

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case.answer import Chart

_TIME = pa.timestamp("ms", "UTC")
_AT = datetime(2026, 3, 10, 4, 15, 10, tzinfo=UTC)
_NAMES = pa.table({"user": ["5", "0", "bob", "12"], "events": [21, 20, 20, 17]})
_LOGINS = pa.table(
    {"user": ["5"], "address": ["203.0.113.5"], "first success": pa.array([_AT], _TIME), "by its address": [13]}
)
_PHASES = pa.table(
    {"subject": ["0", "bob"], "at": ["192.0.2.7", "192.0.2.7"], "source": ["sshd"] * 2, "events": [3, 40]}
)
_ACCOUNTS = pa.table({"from": ["bob", "bob", "eve"], "account": ["111122223333", "444455556666", None]})
_SOURCES = pa.table({"source": ["syslog from 127.0.0.1"], "counted": [INNER], "failures": [84], "successes": [30]})
_AGAIN = pa.table({"of": ["sshd", "sshd", None], "times": [20, 3, 17]})
_SEEN = pa.table({"log group": ["auth", "web"], "events": [1, 0], "first": pa.array([_AT, None], _TIME)})
_PORTS = pa.table({"port": [22, 22, 23, 25, 80, 22], "direction": [*["out"] * 5, "in"], "rejected": [4, 1, 1, 2, 0, 7]})
_SHOWN: dict[str, pa.Table] = {
    "seen-in": _SEEN,
    "ports": _PORTS,
    "known-use": pa.table({"user": ["svc", "deploy", "deploy"], "events": [9, 5, 1], "before the window": [0, 0, 0]}),
    "last-events": pa.table({"log group": ["auth", "web"], "events": [1, 0]}),
    "alerts-silent": pa.table({"kind": ["rule", "rule"], "silent": ["too few", "no"]}),
    "siblings": pa.table({"shares": ["address, rule", "rule"], "alerts": [1, 7]}),
    "steps": pa.table({"from": ["a"], "to": ["b"], "steps": [20], "not provable": [1]}),
    "told-again": _AGAIN,
    "logins-by-source": _SOURCES,
    "beside": _NAMES,
    "logins": _LOGINS,
    "phases": _PHASES,
    "identities": _ACCOUNTS,
}
_WHOM = Context([("5", "parameter user", "report")], [], [], [], 0, {"user": 5.0})


def _fate(name: str, text: str, named: dict[str, list[Table]], context: Context = _WHOM) -> Fate:
    """``named`` are the tables that a rule may ask for: its own under no name."""
    own = named.get("") or named.get(name) or [table_of("E01", pa.table({"fact": ["none"]}))]

    def named_(exhibit: str) -> list[Table]:
        return named.get(exhibit, []) if exhibit else own

    every = [table for tables in named.values() for table in tables]
    drawn = named.get("figure", [])
    about = About(
        name,
        context,
        (*OF_READINGS, *OF_CHARTS),
        lambda: iter([(table, True) for table in [*own, *drawn]]),
        lambda: iter(every),
        named_,
        laid_down=True,
    )
    return fate_of([number.record("reading") for number in numbers_of(text, about)])


def _fates(name: str, text: str, named: dict[str, list[Table]]) -> tuple[Fate, set[Fate]]:
    """What becomes of a sentence as it is, and with each of its numbers made wrong."""
    wrong = {
        _fate(name, f"{text[: token.start]}{other}{text[token.end :]}", named)
        for token in tokens_of(text)
        for other in others(token)
    }
    return _fate(name, text, named), wrong


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("identities", "The name is of 2 AWS accounts, and all of them are in the table."),
        ("first-look", "5: got in from 203.0.113.5 at 2026-03-10 04:15:10 UTC after 13 failures."),
        ("first-look", "5 was seen."),
        ("identities", "No event links 5 to another identity."),
        ("seen-in", "Nothing that names 5 was found."),
        ("phases", "Most failures: 0 at 192.0.2.7 in SSH server."),
        ("logins-in-short", "Of attempts from 127.0.0.1 in syslog 84 failed and 30 succeeded: not counted."),
        ("told-again", "23 of 40 alerts that quote a line quote one that is in the timeline too."),
        ("told-again", "23 alerts quote a line that is in the timeline too."),
        ("told-again", "17 alerts quote a line that is not among the events of the subjects."),
        ("seen-in", "1 event in 1 of 2 log groups names 5, at 2026-03-10 04:15:10 UTC: auth 1."),
        ("last-events", "1 of 2 log groups has events."),
        ("alerts-silent", "1 of them raises alerts too seldom."),
        ("siblings", "Of them 1 shares the address."),
        ("steps", "1 of 20 steps is not provable, from a to b (1 of 20)."),
        ("known-use", "Nobody's successful activity came from there before the window; 15 events since: none."),
        ("ports", "Ports that eve asked for: 3 distinct ones rejected."),
        ("ports", "Ports that others asked it for: 1 distinct ones rejected."),
        ("beside", "With something that succeeded: 5, bob and 12."),
        ("beside", "With something that succeeded: bob and 0."),
        ("first-look", "Changes in the account, by 12."),
        ("first-look", "12 got in, and nobody else."),
        ("identities", "12 created bob at that time. 5 created bob there."),
        ("first-seen", "First: login (sshd, 12) there."),
        ("activity", "Nothing to draw. No event of 5 in any log group."),
    ],
)
def test_names_that_are_numbers_and_what_is_told_of_them_are_found(name: str, text: str) -> None:
    tables = {exhibit: [table_of(f"E0{n}", table)] for n, (exhibit, table) in enumerate(_SHOWN.items(), 1)}

    right, wrong = _fates(name, text, tables)

    assert right is Fate.MISSED
    assert Fate.MISSED not in wrong


def _run(folder: Path, rows: list[dict[str, str]]) -> list[Table]:
    kept = write_rows(folder / "R.jsonl", rows)
    columns = [{"name": name} for name in rows[0]]
    run = {"code": "R01", "rows_file": "R.jsonl", "columns": columns, "statistics": {"rows": kept.rows}}
    return list(table_of_run(folder, run))


def test_the_week_before_is_counted_in_the_rows_of_its_run(tmp_path: Path) -> None:
    first, last = "1772506800000", "1772510340000"  # 2026-03-03 03:00:00 and 03:59:00 UTC
    rows = [
        {"action": "ACCEPT", "records": "40", "first_ms": first, "last_ms": "1772510000000"},
        {"action": "REJECT", "records": "20", "first_ms": "1772506900000", "last_ms": last},
    ]
    said = "The week before has 60 records, from 2026-03-03 03:00:00 UTC to 2026-03-03 03:59:00 UTC."
    own = table_of("E13", pa.table({"direction": ["inbound"], "flows": [5], "flows before": [6]}))

    right, wrong = _fates("compared", said, {"": [own], "run": _run(tmp_path, rows)})

    assert right is Fate.MISSED
    assert wrong == {Fate.REFUSED}


def test_times_of_a_run_that_are_no_whole_numbers_stay_what_they_are(tmp_path: Path) -> None:
    (table,) = _run(tmp_path, [{"first_ms": "soon", "took_ms": "12.5"}, {"first_ms": "17", "took_ms": "1"}])

    assert [column.name for column in table.columns] == ["first_ms", "took_ms"]


def _drawn(chart: Chart) -> list[Table]:
    figure: dict[str, Any] = json.loads(chart.figure.to_json())
    return list(tables_of_figure("E08", figure))[-1:]


def test_each_number_under_a_matrix_is_counted_in_its_fields() -> None:
    rows = [(f"10.0.0.{n}", f"10.1.0.{n % 24}", n + 1) for n in range(28)]
    frame = pd.DataFrame(rows, columns=["sender", "receiver", "accepted"])
    chart = matrix(answer(frame), row="sender", column="receiver", value="accepted")
    own = table_of("E08", pa.Table.from_pandas(frame))

    right, wrong = _fates("pairs", chart.sentence, {"": [own], "figure": _drawn(chart)})

    assert "20 by name, and 8 more summed as others. Columns (receiver): 20 by name" in chart.sentence
    assert right is Fate.MISSED
    assert Fate.MISSED not in wrong


def test_one_field_that_holds_anything_is_said_and_counted() -> None:
    chart = matrix(
        answer(pd.DataFrame([("a", "b", 3)], columns=["sender", "receiver", "accepted"])),
        row="sender",
        column="receiver",
        value="accepted",
    )

    assert "1 field of 1 holds any. Highest: a → b, 3 accepted." in chart.sentence


@pytest.mark.parametrize("group", ["syslog", "/var/log/auth"])
def test_the_most_events_of_a_bin_are_counted_whatever_the_log_group_is_called(group: str) -> None:
    frame = binned("log group", "events", [(0, group, 3), (1, group, 0), (2, "other", 1)])
    chart = heatmap(answer(frame), row="log group", value="events")
    named = {"": [table_of("E01", pa.Table.from_pandas(frame))], "figure": _drawn(chart)}

    assert _fate("coverage", f"logarithmic scale, up to 3 events ({group},", named) is Fate.MISSED
    for wrong in (2, 4, 30):
        assert _fate("coverage", f"logarithmic scale, up to {wrong} events ({group},", named) is not Fate.MISSED


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Users: 4, 5.", True),  # a count beside a name that is a number is still a count
        ("Odd: 5, done.", False),  # beside no name it need not be one
        ("Users: 4, bob.", False),  # beside a name it is one, and there is none of that name
        ("Users: 12, bob.", True),
    ],
)
def test_a_number_in_a_list_is_a_name_where_names_stand_beside_it(text: str, *, found: bool) -> None:
    sentence = Sentence(text, table_of("E01", _NAMES))

    assert (sentence.tell(sentence.tokens[0]) is not None) is found


def test_a_number_elsewhere_is_not_taken_for_whom_the_report_is_about() -> None:
    assert _fate("first-look", "The worst was 5: nothing else.", {}) is Fate.AMBER
