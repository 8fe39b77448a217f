"""The endpoint is an extra: what it needs is declared, and nothing else of siem needs it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_the_endpoint_is_an_extra_of_the_package(project: Path) -> None:
    declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    names = [each.split(">")[0] for each in declared["optional-dependencies"]["serve"]]
    assert names == ["starlette", "uvicorn"]
    assert not set(names) & {each.split(">")[0] for each in declared["dependencies"]}
