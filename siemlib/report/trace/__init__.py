"""Which query, rows and cells each number of a report is from, so that a sentence and its exhibit cannot disagree."""

from siemlib.report.trace.tracer import write_numbers

__all__ = ["write_numbers"]
