"""Which columns of a run or an exhibit hold users: by their own names, or by what the query makes them of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELDS = """
    account acct actor arn auid authuser createdby dbuser dstuser email enduser identity issuer owner principal
    principalid remoteuser requester rolearn rolename roleorprovider rolesessionname ruser runas sessionname
    sourceuser srcuser subject target targetuser uid upn user userid useridentity username userprincipalname users
    usr who
    """
"""Names of fields, without regard to case, blanks, hyphens, underscores and what stands before the last dot."""
_KNOWN = frozenset(_FIELDS.split())
_AS = re.compile(r"\bas\s+([\w@.-]+)", re.IGNORECASE)
_PATH = re.compile(r"[\w@.-]*\w")


def is_user_field(name: str) -> bool:
    """Whether what is called so holds users."""
    last = re.sub(r"[\s_-]", "", name.rpartition(".")[2].casefold())
    return bool({last, last.removesuffix("s")} & _KNOWN or last.endswith(("username", "accountname", "userarn")))


def user_columns(run: Mapping[str, Any]) -> set[str]:
    """The columns of a run that hold users: ``coalesce(requestParameters.userName, …) as made`` makes one."""
    query = str(run["query"])
    made = {
        match[1]
        for match in _AS.finditer(query)
        if any(map(is_user_field, _PATH.findall(_before(query, match.start()))))
    }
    return made | {column["name"] for column in run["columns"] if is_user_field(column["name"])}


def _before(query: str, end: int) -> str:
    """The expression that ends there: back to the comma, the pipe or the bracket that it is in."""
    depth = 0
    for at in range(end - 1, -1, -1):
        depth += (query[at] == ")") - (query[at] == "(")
        if depth < 0 or (not depth and query[at] in ",|"):
            return query[at + 1 : end]
    return query[:end]
