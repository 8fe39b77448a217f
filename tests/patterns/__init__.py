"""Tests of ``siemlib.patterns``."""
