"""PutQueryDefinition, DescribeQueryDefinitions and DeleteQueryDefinition, asked through boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from siemlib.ql.call_nodes import Definition
from siemlib.serve.definitions import MOST, Definitions
from siemlib.serve.protocol import RefusedError
from tests.serve.events import WORDS

if TYPE_CHECKING:
    from botocore.client import BaseClient

    from tests.fixtures_serve import Endpoint

OURS = Definition("# Failed logins\n# minutes = 5: the width\nstats count(*) by bin({{minutes}}m)", {"minutes": "5"})


@pytest.fixture
def definitions(endpoint: Endpoint, logs: BaseClient, monkeypatch: pytest.MonkeyPatch) -> BaseClient:
    """A client of an endpoint that knows one saved query of siem, and nothing that was put before."""
    monkeypatch.setattr(endpoint.state, "definitions", Definitions(lambda: {"sshd/failed": OURS}))
    return logs


def code_of(raised: pytest.ExceptionInfo[ClientError]) -> str:
    return str(raised.value.response["Error"]["Code"])


def test_a_definition_is_kept_replaced_as_a_whole_and_deleted(definitions: BaseClient) -> None:
    parameters = [{"name": "user", "defaultValue": "root", "description": "whose"}]
    text = "filter user = {{user}}"
    put = {"name": "team/logins", "queryString": text, "logGroupNames": [WORDS], "parameters": parameters}
    saved = definitions.put_query_definition(**put)["queryDefinitionId"]
    (found,) = definitions.describe_query_definitions(queryDefinitionNamePrefix="team/")["queryDefinitions"]
    assert found.pop("lastModified") > 0
    assert found == {"queryDefinitionId": saved, "queryLanguage": "CWLI", **put}
    again = {"name": "team/all", "queryString": "fields @message", "queryDefinitionId": saved}
    assert definitions.put_query_definition(**again)["queryDefinitionId"] == saved
    (found,) = definitions.describe_query_definitions(queryDefinitionNamePrefix="team/")["queryDefinitions"]
    assert (found["name"], found["logGroupNames"], "parameters" in found) == ("team/all", [], False)
    assert definitions.delete_query_definition(queryDefinitionId=saved)["success"] is True
    with pytest.raises(ClientError) as raised:
        definitions.delete_query_definition(queryDefinitionId=saved)
    assert code_of(raised) == "ResourceNotFoundException"


def test_the_saved_queries_of_siem_are_listed_and_cannot_be_changed(definitions: BaseClient) -> None:
    (found,) = definitions.describe_query_definitions()["queryDefinitions"]
    assert (found["name"], found["queryString"]) == ("sshd/failed", OURS.text)
    assert found["parameters"] == [{"name": "minutes", "defaultValue": "5"}]
    with pytest.raises(ClientError) as raised:
        definitions.delete_query_definition(queryDefinitionId=found["queryDefinitionId"])
    assert code_of(raised) == "InvalidParameterException"
    with pytest.raises(ClientError) as raised:
        definitions.put_query_definition(name="x", queryString="x", queryDefinitionId=found["queryDefinitionId"])
    assert code_of(raised) == "InvalidParameterException"


def test_the_same_request_sent_twice_is_kept_once(definitions: BaseClient) -> None:
    put = {"name": "once", "queryString": "fields @message", "clientToken": "a" * 36}
    ids = {definitions.put_query_definition(**put)["queryDefinitionId"] for _ in range(2)}
    found = definitions.describe_query_definitions(queryDefinitionNamePrefix="once")["queryDefinitions"]
    assert [each["queryDefinitionId"] for each in found] == list(ids)


def test_definitions_come_in_pages(definitions: BaseClient) -> None:
    for number in range(5):
        definitions.put_query_definition(name=f"n{number % 2}", queryString="fields @message")
    found: list[tuple[str, str]] = []
    token: dict[str, str] = {}
    while True:
        page = definitions.describe_query_definitions(maxResults=2, **token)
        found += [(each["name"], each["queryDefinitionId"]) for each in page["queryDefinitions"]]
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert (len(found), found) == (6, sorted(set(found)))
    assert definitions.describe_query_definitions(queryLanguage="SQL")["queryDefinitions"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"queryLanguage": "SQL"},
        {"parameters": [{"name": "1st"}]},
        {"parameters": [{"name": "a", "defaultValue": "x" * 1025}]},
        {"parameters": [{"name": f"p{n}"} for n in range(21)]},
        {"name": "x" * 256},
        {"queryString": "x" * 10_001},
    ],
)
def test_what_the_service_refuses_is_refused(definitions: BaseClient, asked: dict[str, object]) -> None:
    with pytest.raises(ClientError) as raised:
        definitions.put_query_definition(**{"name": "n", "queryString": "fields @message", **asked})
    assert code_of(raised) == "InvalidParameterException"


def test_there_are_at_most_a_thousand() -> None:
    kept = Definitions()
    for number in range(MOST):
        kept.put({"name": f"n{number}", "queryString": "x"}, ())
    with pytest.raises(RefusedError) as raised:
        kept.put({"name": "more", "queryString": "x"}, ())
    assert raised.value.code == "LimitExceededException"
