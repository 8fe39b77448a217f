"""The sample incident: one day of logs of a small company, made from a seed, in the formats of delivered logs.

``story.py`` is the timeline of what happens, ``attack.py`` its details; one file per kind of log writes what that log
saw of it; ``writers.py`` are the delivery formats; ``truth.json`` is what a search must find; ``inventory.py`` is what
the company knows of its own addresses.
"""

from siemlib.sample.inventory import write_settings
from siemlib.sample.truth import Truth, read_truth
from siemlib.sample.write import LOG_GROUPS, write_sample

__all__ = ["LOG_GROUPS", "Truth", "read_truth", "write_sample", "write_settings"]
