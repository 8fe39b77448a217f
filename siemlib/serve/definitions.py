"""Saved queries of the endpoint: what clients put, in memory, and the saved queries of siem, which cannot be changed.

Names with ``/`` are folders, as in the console. A put definition lives as long as the endpoint.
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.model import clock
from siemlib.model.timespan import to_millis
from siemlib.serve.protocol import RefusedError, invalid, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from siemlib.ql.call_nodes import Definition
    from siemlib.serve.protocol import Document

MOST = 1_000
"""Definitions that can be put (specification 5.3)."""
_OURS = uuid.UUID("5b0f3c1e-6d55-4a37-9d0c-6f1f7f0f5a11")
"""The namespace of the ids of read-only definitions, which are the same each time."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One definition."""

    id: str
    name: str
    text: str
    modified: int
    """Epoch milliseconds."""
    log_groups: tuple[str, ...] = ()
    parameters: tuple[Document, ...] = ()

    def document(self) -> Document:
        """As DescribeQueryDefinitions tells it."""
        return {
            "queryLanguage": "CWLI",
            "queryDefinitionId": self.id,
            "name": self.name,
            "queryString": self.text,
            "lastModified": self.modified,
            "logGroupNames": list(self.log_groups),
            **({"parameters": list(self.parameters)} if self.parameters else {}),
        }


class Definitions:
    """All of them; safe to use from several threads."""

    def __init__(self, ours: Callable[[], Mapping[str, Definition]] = dict) -> None:
        """``ours`` gives the saved queries that ``$Name()`` calls, when they are asked for."""
        self._ours = ours
        self._put: dict[str, Saved] = {}
        self._sent: dict[str, str] = {}
        self._lock = threading.Lock()
        self._began = to_millis(clock.now())

    def put(self, asked: Document, parameters: tuple[Document, ...]) -> str:
        """Save what PutQueryDefinition asks for, in the place of an older one if it names that; gives its id.

        The same ``clientToken`` again is the same request again, sent because its answer was lost. Raises RefusedError.
        """
        old, sent = asked.get("queryDefinitionId"), asked.get("clientToken")
        with self._lock:
            if sent in self._sent:
                return self._sent[sent]
            if old is not None:
                self._check(old)
            elif len(self._put) >= MOST:
                raise RefusedError("LimitExceededException", f"at most {MOST:,} query definitions can be kept")
            saved = Saved(
                old or str(uuid.uuid4()),
                asked["name"],
                asked["queryString"],
                to_millis(clock.now()),
                tuple(asked.get("logGroupNames", ())),
                parameters,
            )
            self._put[saved.id] = saved
            if sent is not None:
                self._sent[sent] = saved.id
                if len(self._sent) > MOST:
                    del self._sent[next(iter(self._sent))]
            return saved.id

    def delete(self, definition_id: str) -> None:
        """Forget a definition. Raises RefusedError for one that there is not, or that is read-only."""
        with self._lock:
            self._check(definition_id)
            del self._put[definition_id]

    def listed(self, prefix: str) -> list[Saved]:
        """Those whose names begin so, by name and then by id."""
        with self._lock:
            found = [*self._put.values(), *self._read_only()]
        return sorted((each for each in found if each.name.startswith(prefix)), key=lambda each: (each.name, each.id))

    def _check(self, definition_id: str) -> None:
        if definition_id in self._put:
            return
        if any(each.id == definition_id for each in self._read_only()):
            raise invalid("This query definition is a saved query of siem, a file: it can only be read here.")
        raise missing("The specified query definition does not exist.")

    def _read_only(self) -> list[Saved]:
        return [
            Saved(
                str(uuid.uuid5(_OURS, name)),
                name,
                definition.text,
                self._began,
                parameters=tuple({"name": key, "defaultValue": value} for key, value in definition.defaults.items()),
            )
            for name, definition in self._ours().items()
        ]
