"""Events at rest: delivery formats → Parquet → a relation of events, with the digests of the files they came from."""

from siemlib.archive.load import load
from siemlib.archive.store import Archive
from siemlib.archive.summary import GroupSummary, LoadSummary, Passed, Progress

__all__ = ["Archive", "GroupSummary", "LoadSummary", "Passed", "Progress", "load"]
