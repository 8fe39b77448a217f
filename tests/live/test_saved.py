"""A query may call what is saved in the account, where no file of ours has that name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from siemlib.database.memory import MemoryEvent
from siemlib.errors import QueryError
from siemlib.live.errors import DeniedError
from siemlib.live.open import open_live
from siemlib.live.saved import Saved
from siemlib.model.timespan import TimeSpan
from siemlib.ql.call_nodes import Definition
from siemlib.serve.faults import Refuse
from siemlib.settings import Settings
from tests.fixtures_serve import Endpoint, lead_boto3_to, serving
from tests.live.memory_service import START, MemoryService

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.live.engine import LiveEngine

SPAN = TimeSpan.of_millis(START, START + 60_000)
LIST = "DescribeQueryDefinitions"
TEXT = "# Who it was\nfilter who = {{who}} | stats count(*) as n by what"
EVENTS = [MemoryEvent(START + n, f'{{"who": "u{n % 3}", "what": "w{n % 2}"}}') for n in range(30)]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with serving(MemoryService(EVENTS, most=100).engine) as served, pytest.MonkeyPatch.context() as patch:
        lead_boto3_to(patch, served)
        client: Any = boto3.client("logs")
        client.put_query_definition(
            name="team/who", queryString=TEXT, parameters=[{"name": "who", "defaultValue": "u1"}]
        )
        client.put_query_definition(name="Mine", queryString="stats count(*) as theirs")
        client.put_query_definition(name="broken", queryString="stats |")
        yield served


@pytest.fixture
def live(endpoint: Endpoint, tmp_path: Path) -> Iterator[LiveEngine]:
    endpoint.faults.clear()
    endpoint.state.log.clear()
    settings = Settings.model_validate({"live": {"spool": str(tmp_path)}})
    files = {"Mine": Definition("stats count(*) as mine")}
    engine = open_live("live:us-east-1", settings, saved_queries=lambda: files)
    yield engine
    engine.close()


@pytest.mark.parametrize(("call", "who"), [("$`team/who`()", "u1"), ('$`team/who`(who="u2")', "u2")])
def test_a_query_saved_in_the_account_is_called_by_its_name(
    live: LiveEngine, endpoint: Endpoint, call: str, who: str
) -> None:
    found = live.run(f"{call} | sort what", SPAN, ["memory"])
    assert found.rows == [{"what": "w0", "n": "5"}, {"what": "w1", "n": "5"}]
    (note,) = (note for note in found.run.notes if "team/who" in note)
    assert note.startswith("The saved query team/who is the account's, as it was saved on 20")
    # What was run is in the record, whatever becomes of the definition.
    assert f'who = "{who}"' in found.run.details["sent"]
    assert len(endpoint.asked(LIST)) == 1


def test_a_file_comes_first_and_then_nobody_is_asked(live: LiveEngine, endpoint: Endpoint) -> None:
    found = live.run("$Mine()", SPAN, ["memory"])
    assert found.rows == [{"mine": "30"}]
    live.run("stats count(*)", SPAN, ["memory"])
    assert endpoint.asked(LIST) == []
    assert not any("account's" in note for note in found.run.notes)


def test_a_name_that_is_nowhere_is_told_with_those_of_both(live: LiveEngine) -> None:
    with pytest.raises(QueryError, match=r"no saved query '\$nothing'[\s\S]*there are Mine, broken, team/who"):
        live.run("$nothing()", SPAN, ["memory"])
    with pytest.raises(QueryError, match=r"did you mean \$`team/who`\(\)"):
        live.run("$`team/wo`()", SPAN, ["memory"])


def test_what_is_saved_and_no_query_is_drawn_where_it_is_wrong(live: LiveEngine) -> None:
    with pytest.raises(QueryError, match=r"\$broken"):
        live.run("$broken()", SPAN, ["memory"])


def test_who_may_not_list_them_is_told_which_permission_lacks(live: LiveEngine, endpoint: Endpoint) -> None:
    endpoint.faults.add(LIST, Refuse("AccessDeniedException", "no"), times=None)
    with pytest.raises(DeniedError, match="logs:DescribeQueryDefinitions"):
        live.run("$`team/who`()", SPAN, ["memory"])
    assert live.run("$Mine()", SPAN, ["memory"]).rows == [{"mine": "30"}]


def test_queries_of_other_languages_are_passed_by_and_the_last_change_speaks() -> None:
    told: list[dict[str, object]] = [
        {"name": "a", "queryString": "new", "lastModified": 2},
        {"name": "a", "queryString": "old", "lastModified": 1},
        {"name": "b", "queryString": "SELECT 1", "queryLanguage": "SQL", "lastModified": 3},
        {"name": "c", "queryString": "fields c", "queryLanguage": "CWLI", "lastModified": "?"},
    ]
    saved = Saved(dict, lambda: told)
    assert {name: saved[name].text for name in saved} == {"c": "fields c", "a": "new"}
    assert "b" not in saved
    assert saved.notes[0].endswith("as it was saved on 1970-01-01 00:00:00 UTC.")
