"""The sample incident, loaded once."""

from __future__ import annotations

from tests.fixtures_sample import sample_archive

__all__ = ["sample_archive"]
