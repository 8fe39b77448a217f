"""Opening the account: ``live:REGION?profile=NAME`` and the settings → an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siemlib.live.address import parse_address
from siemlib.live.client import connect
from siemlib.live.engine import LiveEngine
from siemlib.live.governor import Governor
from siemlib.live.spool import Spool, spool_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from siemlib.ql.call_nodes import Definition
    from siemlib.settings import Settings

_SECONDS = 120.0
"""For what is asked before any query."""


def open_live(
    url: str,
    settings: Settings,
    *,
    saved_queries: Callable[[], Mapping[str, Definition]] = dict,
    fresh: bool = False,
) -> LiveEngine:
    """The engine over the account that ``url`` names; its log groups are asked for, so that what is wrong is told.

    ``fresh``: what was asked before is asked again. Raises UsageError for what is no address, LiveError where the
    account cannot be asked.
    """
    address = parse_address(url)
    governor = Governor(settings.live)

    def paced(operation: str, request: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the request gives
        return governor.call(operation, request, until=governor.now() + _SECONDS)

    service = connect(address, pace=paced)
    account = governor.call("DescribeLogGroups", service.account, until=governor.now() + _SECONDS)
    spool = Spool(
        spool_folder(settings.live.spool),
        account=account,
        region=service.region,
        endpoint=service.endpoint,
        fresh=fresh,
    )
    engine = LiveEngine(service, governor, settings, spool, url=service.address.url, saved_queries=saved_queries)
    engine.check()
    return engine
