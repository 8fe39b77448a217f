"""Which events of a file came before in it, where the delivery gives each an id: its pages may overlap."""

from __future__ import annotations

_MOST = 200_000


class Recent:
    """The last ids of a file, so that no file fills the memory. Pages that overlap lie side by side."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._ids: dict[str, int] = {}
        self.repeated = 0
        """Ids that came again since :meth:`take`."""

    def before(self, name: object, mark: int = 0) -> int | None:
        """The mark with which this id came before, ``None`` for the first time; from now on it has this ``mark``.

        What is no text is no id, and never came before.
        """
        if not isinstance(name, str) or not name:
            return None
        found = self._ids.pop(name, None)
        self._ids[name] = mark
        if found is not None:
            self.repeated += 1
        elif len(self._ids) > self._most:
            del self._ids[next(iter(self._ids))]
        return found

    def take(self) -> int:
        """How many ids came again since it was last asked."""
        found, self.repeated = self.repeated, 0
        return found
