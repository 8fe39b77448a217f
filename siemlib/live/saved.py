"""What ``$Name()`` calls in a query of the account: a file of ours, else what is saved in the account.

The account is asked only by a query that calls what no file is named by.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from siemlib.evidence.visible import visible
from siemlib.model.timespan import from_millis
from siemlib.ql.call_nodes import Definition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LANGUAGE = "CWLI"
"""Of Logs Insights; a saved query may be of SQL or PPL as well."""


class Saved(Mapping[str, Definition]):
    """The saved queries by their names, for one run."""

    def __init__(
        self, files: Callable[[], Mapping[str, Definition]], account: Callable[[], Iterable[Mapping[str, Any]]]
    ) -> None:
        """``account`` gives the documents of DescribeQueryDefinitions, and may raise LiveError."""
        self._of_files, self._of_account = files, account
        self._called: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """Which of them are the account's and were called, as sentences: nobody else has their text."""
        return tuple(
            f"The saved query {visible(name, keep='')} is the account's, as it was saved on"
            f" {from_millis(_modified(self._documents[name])):%Y-%m-%d %H:%M:%S} UTC."
            for name in self._called
        )

    def __getitem__(self, name: str) -> Definition:
        """The file of this name, or the account's."""
        if name in self._files:
            return self._files[name]
        document = self._documents[name]
        self._called[name] = None
        return _definition(document)

    def __iter__(self) -> Iterator[str]:
        """Files first, then those of the account in the order of the alphabet."""
        return iter(dict.fromkeys((*self._files, *sorted(self._documents))))

    def __len__(self) -> int:
        """How many there are."""
        return len(list(iter(self)))

    @cached_property
    def _files(self) -> Mapping[str, Definition]:
        return self._of_files()

    @cached_property
    def _documents(self) -> dict[str, Mapping[str, Any]]:
        """Those of the account by their names; of several of one name the one that was changed last."""
        told = [each for each in self._of_account() if each.get("queryLanguage", _LANGUAGE) == _LANGUAGE]
        return {str(each.get("name", "")): each for each in sorted(told, key=_modified)}


def _definition(document: Mapping[str, Any]) -> Definition:
    defaults = {
        str(each.get("name")): str(each["defaultValue"])
        for each in document.get("parameters") or ()
        if each.get("defaultValue") is not None
    }
    return Definition(str(document.get("queryString", "")), defaults)


def _modified(document: Mapping[str, Any]) -> int:
    """Epoch milliseconds."""
    found = document.get("lastModified")
    return found if isinstance(found, int) else 0
