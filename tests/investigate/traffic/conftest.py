"""The small network, loaded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.investigate.traffic.net import network

if TYPE_CHECKING:
    from siemlib.case import Case


@pytest.fixture(scope="package")
def net(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case over the flow log of the network."""
    return network(tmp_path_factory.mktemp("network"))
