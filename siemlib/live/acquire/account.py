"""Who is asked: the account behind an address, its spool, and what it may cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from siemlib.live.address import parse_address
from siemlib.live.client import connect, connect_flow_logs, connect_storage
from siemlib.live.cost import Budget
from siemlib.live.governor import Governor
from siemlib.live.spool import Spool, spool_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.live.flow_logs import FlowLogs
    from siemlib.live.service import Service
    from siemlib.live.storage import Storage
    from siemlib.settings import Settings

_SECONDS = 120.0
"""For what is asked before any query."""


@dataclass(frozen=True)
class Account:
    """An account and a Region, and how it is asked."""

    service: Service
    governor: Governor
    settings: Settings
    spool: Spool
    budget: Budget
    name: str | None
    """Its number."""
    url: str
    """As a record keeps it: without the names of a profile and a role."""
    flow_logs: Callable[[], FlowLogs] | None = None
    """EC2 of the same account and Region; connected when it is asked."""


def open_account(url: str, settings: Settings, *, fresh: bool = False) -> Account:
    """The account that ``url`` names. Raises UsageError for what is no address, LiveError where it cannot be asked."""
    address = parse_address(url)
    governor = Governor(settings.live)
    service = connect(address, pace=_paced(governor))
    name = governor.call("DescribeLogGroups", service.account, until=governor.now() + _SECONDS)
    folder = spool_folder(settings.live.spool)
    spool = Spool(folder, account=name, region=service.region, endpoint=service.endpoint, fresh=fresh)
    budget = Budget(settings.cost, service.region)
    # A network may let nobody through to EC2, and the acquisition goes on without: it does not wait long for it.
    paced = _paced(governor, tries=2)
    flow_logs = partial(connect_flow_logs, replace(address, region=service.region), pace=paced)
    return Account(service, governor, settings, spool, budget, name, address.recorded, flow_logs)


@dataclass(frozen=True)
class Stored:
    """S3, and how it is asked."""

    storage: Storage
    governor: Governor
    settings: Settings
    region: str
    url: str


def open_stored(url: str, settings: Settings) -> Stored:
    """S3 as the one who ``url`` names; nothing is asked yet. Raises as :func:`open_account`."""
    address = parse_address(url)
    governor = Governor(settings.live)
    storage = connect_storage(address, pace=_paced(governor))
    return Stored(storage, governor, settings, address.region or "", address.recorded)


def _paced(governor: Governor, tries: int | None = None) -> Callable[[str, Callable[[], Any]], Any]:
    def paced(operation: str, request: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the request gives
        return governor.call(operation, request, until=governor.now() + _SECONDS, tries=tries)

    return paced
