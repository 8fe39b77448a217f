"""A small report for the tests of verification."""

from __future__ import annotations

from tests.evidence.whole import make_report

__all__ = ["make_report"]
