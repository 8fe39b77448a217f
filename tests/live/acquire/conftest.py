"""One account for all tests of acquiring; faults that a test has planned end with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from siemlib.serve.limits import UNLIMITED
from tests.fixtures_serve import serving
from tests.live.acquire.accounts import account_at, source_archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siemlib.live.acquire.account import Account
    from tests.fixtures_serve import Endpoint


@pytest.fixture(scope="package")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return source_archive(tmp_path_factory.mktemp("account"))


@pytest.fixture(scope="package")
def served(source: Path) -> Iterator[Endpoint]:
    with serving(source, limits=UNLIMITED) as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(served: Endpoint) -> Iterator[Endpoint]:
    yield served
    served.faults.clear()


@pytest.fixture
def account(endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    return account_at(endpoint, tmp_path, monkeypatch)
