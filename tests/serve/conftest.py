"""boto3 clients of an endpoint, made once for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from tests.fixtures_serve import lead_boto3_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.client import BaseClient

    from tests.fixtures_serve import Endpoint


@pytest.fixture(scope="module")
def client_of() -> Iterator[Callable[[Endpoint], BaseClient]]:
    """A boto3 client that tries nothing twice."""
    with pytest.MonkeyPatch.context() as patch:

        def made(endpoint: Endpoint) -> BaseClient:
            lead_boto3_to(patch, endpoint)
            return boto3.client("logs", config=Config(retries={"total_max_attempts": 1}))

        yield made
