"""``SOURCE …`` at the head of a query: which log groups it is asked of, and of what time (specification 1.29)."""

from __future__ import annotations

from dataclasses import dataclass

from siemlib.ql.nodes import Node

MOST_NAMES = 50
MOST_PREFIXES = 5
MOST_ACCOUNTS = 20
MOST_DATA_SOURCES = 10
MOST_TAGS = 5
MOST_TAG_VALUES = 5
MOST_GROUPS = 10_000
"""Log groups that one query may read."""

CLASSES = ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY")
"""The classes of log groups, as DescribeLogGroups names them."""


@dataclass(frozen=True, slots=True)
class Moment(Node):
    """A time in milliseconds: of the epoch, or with ``before_now`` so long before the moment of the query."""

    millis: int
    before_now: bool = False


@dataclass(frozen=True, slots=True)
class Tag(Node):
    """A tag and the values it may have; ``*`` stands for any text, a ``!`` in front negates."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Groups(Node):
    """``logGroups(namePrefix: […], accountIdentifier: […], class: […])``; what is empty does not restrict."""

    prefixes: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection(Node):
    """Either ``names``, or the selectors: log groups that meet all of them. ``end`` is inclusive, to the millisecond.

    ``START`` without ``END`` goes up to the moment of the query; ``END`` never stands alone.
    """

    names: tuple[str, ...] = ()
    groups: Groups | None = None
    data: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    start: Moment | None = None
    end: Moment | None = None
