"""The questions about one alert, by name, as a notebook asks them."""

from __future__ import annotations

from siemlib.investigate.triage.listing import alerts_of

__all__ = ["alerts_of"]
