"""``SOURCE``, saved queries and ``@log`` over an archive, through the engine."""

from __future__ import annotations

import pytest

from siemlib.archive import load
from siemlib.errors import QueryError, UsageError
from siemlib.local.engine import LocalEngine, open_local
from siemlib.ql.call_nodes import Definition
from tests.archive.deliveries import ALWAYS, record

FLOW = "2 111122223333 eni-1 10.0.0.1 10.0.0.2 4022 22 6 1 40 1772618400 1772618460 ACCEPT OK"
DEEP = "[" * 100_000 + "]" * 100_000


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> LocalEngine:
    folder = tmp_path_factory.mktemp("source")
    (folder / "flow.log").write_text(f"{FLOW}\n{FLOW.replace('eni-1', 'eni-2')}\n", "utf-8")
    account = {"recipientAccountId": "444455556666"}
    of_two = [record(2, **account), record(3, recipientAccountId="777788889999")]
    (folder / "one.json").write_text(record(1, **account) + "\n", "utf-8")
    (folder / "two.json").write_text("\n".join(of_two) + "\n", "utf-8")
    odd = b'{"timestamp": "2026-03-04T10:00:00Z", "a": "x\xff"}\n'
    half = odd.replace(b"\xff", b"\\ud800")  # no JSON: an event all the same, of text
    deep = f'{{"timestamp": "2026-03-04T10:00:01Z", "a": {DEEP}}}\n'.encode()
    (folder / "odd.json").write_bytes(odd + odd.replace(b'"x', b'"y') + half + deep)
    for name, group in {"flow.log": "/vpc", "one.json": "trail", "two.json": "org", "odd.json": "/app"}.items():
        assert not load([folder / name], folder / "archive", log_group=group).refused
    saved = {"Of": Definition("filter eventID = {{id}} | fields @log")}
    return open_local(folder / "archive", saved_queries=lambda: saved)


def test_log_has_the_account_that_all_events_of_the_group_name(engine: LocalEngine) -> None:
    rows = engine.run("stats count(*) as n by @log | sort @log", ALWAYS, None).rows
    assert {row["@log"] for row in rows} == {"111122223333:/vpc", "444455556666:trail", "org", "/app"}
    accounts = engine.run("filter eventID = 'id-1' | fields @aws.account as account", ALWAYS, ["trail"]).rows
    assert accounts[0]["account"] == "444455556666"


def test_the_source_of_a_query_takes_the_place_of_what_is_given_beside_it(engine: LocalEngine) -> None:
    text = "SOURCE 'trail' START=1772618401000 END=1772618401000 | fields eventID"
    result = engine.run(text, ALWAYS, ["/vpc"])
    assert [row["eventID"] for row in result.rows] == ["id-1"]
    assert result.run.log_groups == ("trail",)
    assert (result.run.timespan.start_ms, result.run.timespan.end_ms) == (1_772_618_401_000, 1_772_618_401_001)
    groups, span = result.run.notes
    assert groups.startswith("The log groups are those that the query's SOURCE names")
    assert span.startswith("The span of time is that of the query's SOURCE, 2026-03-04 10:00:01")
    assert engine.run(text, None, None).rows == result.rows


@pytest.mark.parametrize(
    ("source", "groups"),
    [
        ("dataSource(['amazon_vpc.flow'])", ("/vpc",)),
        ("logGroups(accountIdentifier: ['444455556666'])", ("org", "trail")),
        ("logGroups(namePrefix: ['/'])", ("/app", "/vpc")),
    ],
)
def test_the_record_names_the_groups_that_were_really_read(
    engine: LocalEngine, source: str, groups: tuple[str, ...]
) -> None:
    assert engine.run(f"SOURCE {source} | stats count(*)", ALWAYS, None).run.log_groups == groups


def test_a_query_inside_another_may_select_its_groups(engine: LocalEngine) -> None:
    text = "filter eventName in (SOURCE logGroups(namePrefix: ['tr']) | fields eventName) | stats count(*) as n"
    assert engine.run(text, ALWAYS, ["org"]).rows == [{"n": "2"}]


def test_a_saved_query_is_called(engine: LocalEngine) -> None:
    assert [row["@log"] for row in engine.run("$Of(id='id-1')", ALWAYS, None).rows] == ["444455556666:trail"]
    with pytest.raises(QueryError, match=r"did you mean \$Of\(\)\?"):
        engine.run("$of(id='id-1')", ALWAYS, None)


def test_without_a_time_anywhere_the_query_is_refused(engine: LocalEngine) -> None:
    with pytest.raises(UsageError, match="no time is given"):
        engine.run("SOURCE 'trail'", None, None)


def test_hostile_messages_are_answered_from_the_archive(engine: LocalEngine) -> None:
    rows = engine.run("fields @message, a, a.0.0, jsonParse(@message) as j | sort a", ALWAYS, ["/app"]).rows
    assert len(rows) == 4
    # Half a character hides no event: it is there as text, without fields.
    (half,) = [row for row in rows if "\\ud800" in row["@message"]]
    assert "a" not in half
    assert any("\ufffd" in row["@message"] for row in rows)
    assert any(len(row["@message"]) > len(DEEP) for row in rows)
