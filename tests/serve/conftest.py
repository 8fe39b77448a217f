"""Fixtures of this folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import boto3
import pytest

from siemlib.archive.load import load
from tests.fixtures_sample import sample_archive
from tests.fixtures_serve import serving
from tests.serve.events import APPS, GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from botocore.client import BaseClient

    from tests.fixtures_serve import Endpoint

__all__ = ["sample_archive"]


@pytest.fixture(scope="session")
def small_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log groups of :mod:`tests.serve.events`."""
    folder = tmp_path_factory.mktemp("serve")
    for name, events in GROUPS.items():
        file = folder / f"{name.replace('/', '_')}.json"
        file.write_text(json.dumps({"events": list(events), "searchedLogStreams": []}), "utf-8")
        assert load(
            [file], folder / "archive", log_group=name, source="json_events" if name == APPS else "plain"
        ).groups
    return folder / "archive"


@pytest.fixture(scope="session")
def endpoint(small_archive: Path) -> Iterator[Endpoint]:
    """An endpoint over it."""
    with serving(small_archive) as served:
        yield served


@pytest.fixture(scope="session")
def logs(endpoint: Endpoint) -> BaseClient:
    """boto3's client of that endpoint; making one takes longer than asking it."""
    return boto3.client(
        "logs",
        endpoint_url=endpoint.url,
        region_name="us-east-1",
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",  # noqa: S106 - nobody's
    )
