"""PutQueryDefinition, DescribeQueryDefinitions, DeleteQueryDefinition (specification 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siemlib.serve.operations.groups import GROUP_NAME, TOKEN
from siemlib.serve.positions import parts_for, token_for
from siemlib.serve.protocol import RefusedError, Text, Texts, Whole, invalid, read

if TYPE_CHECKING:
    from siemlib.serve.endpoint import Endpoint
    from siemlib.serve.protocol import Document

_ID = Text(1, 256)
_LANGUAGE = Text(values=("CWLI", "SQL", "PPL"))
_MOST_PARAMETERS = 20
_PAGE = 1_000
_PARAMETER = {
    "name": Text(1, 128, r"[a-zA-Z_][a-zA-Z0-9_]*"),
    "defaultValue": Text(0, 1024),
    "description": Text(0, 512),
}


def put_query_definition(endpoint: Endpoint, request: Document) -> Document:
    """Save a query, or replace a saved one as a whole: log groups that are left out are gone."""
    asked = read(
        request,
        {
            "queryLanguage": _LANGUAGE,
            "name": Text(1, 255),
            "queryDefinitionId": _ID,
            "logGroupNames": Texts(GROUP_NAME),
            "queryString": Text(1, 10_000),
            "clientToken": Text(36, 128, r"\S{36,128}"),
        },
        required=("name", "queryString"),
    )
    if asked.get("queryLanguage", "CWLI") != "CWLI":
        raise invalid(f"this endpoint speaks Logs Insights QL (CWLI) only, not {asked['queryLanguage']}")
    return {"queryDefinitionId": endpoint.definitions.put(asked, _parameters(request.get("parameters")))}


def _parameters(given: Any) -> tuple[Document, ...]:  # noqa: ANN401 - JSON from outside
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise RefusedError("SerializationException", "the member 'parameters' is no List")
    if len(given) > _MOST_PARAMETERS:
        raise invalid(f"a query definition has at most {_MOST_PARAMETERS} parameters")
    return tuple(read(each, _PARAMETER, required=("name",)) for each in given)


def describe_query_definitions(endpoint: Endpoint, request: Document) -> Document:
    """Saved queries by name."""
    asked = read(
        request,
        {
            "queryLanguage": _LANGUAGE,
            "queryDefinitionNamePrefix": Text(1, 255),
            "maxResults": Whole(1, _PAGE),
            "nextToken": TOKEN,
        },
    )
    found = endpoint.definitions.listed(asked.get("queryDefinitionNamePrefix", ""))
    if asked.get("queryLanguage", "CWLI") != "CWLI":
        found = []
    if "nextToken" in asked:
        behind = tuple(parts_for(asked, asked["nextToken"], str, str))
        found = [each for each in found if (each.name, each.id) > behind]
    most = asked.get("maxResults", _PAGE)
    page = found[:most]
    more = {"nextToken": token_for(asked, page[-1].name, page[-1].id)} if len(found) > most else {}
    return {"queryDefinitions": [each.document() for each in page], **more}


def delete_query_definition(endpoint: Endpoint, request: Document) -> Document:
    """Forget a saved query."""
    asked = read(request, {"queryDefinitionId": _ID}, required=("queryDefinitionId",))
    endpoint.definitions.delete(asked["queryDefinitionId"])
    return {"success": True}
