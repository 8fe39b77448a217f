"""Fixtures of this folder."""

from __future__ import annotations

from tests.fixtures_sample import sample_archive
from tests.report.conftest import build, built

__all__ = ["build", "built", "sample_archive"]
