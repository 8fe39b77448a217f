"""Fixtures of this folder."""

from __future__ import annotations

from tests.fixtures_sample import sample_archive

__all__ = ["sample_archive"]
