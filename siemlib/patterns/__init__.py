"""Metric-filter patterns of CloudWatch Logs, on one screen; the grammar is in ``README.md``.

    text ─parser→ syntax ─matcher→ yes or no, extracted values        printer: syntax → text
                         └─sql───→ predicate, extracted values

=============  ========================================================================================================
``syntax``     the three kinds of pattern as frozen dataclasses
``tokens``     a cursor over the text: what may stand where, and the error when it does not
``regex``      ``%…%``: its own small language, read, checked, and run in linear time
``values``     what stands behind an operator: numbers, texts, regular expressions
``selectors``  ``$.a.b[0].c``
``parser``     text → syntax, or :class:`~siemlib.patterns.tokens.PatternError` with a place
``printer``    syntax → text, such that it reads back as the same syntax
``words``      a message → the words of a space-delimited pattern
``document``   a message → the JSON that DuckDB sees in it
``compare``    when a value meets a text or a number: the one meaning that ``matcher`` computes and ``sql`` spells
``matcher``    syntax and message → whether it matches, in plain Python: the oracle, and what ``FILE`` arguments use
``sql``        syntax → a predicate and a map of extracted values for DuckDB: what runs over an archive
``metric``     matches → data points a minute
=============  ========================================================================================================

Source of the language: FilterAndPatternSyntax and FilterAndPatternSyntaxForMetricFilters in the user guide.
"""

from __future__ import annotations

from siemlib.patterns.matcher import extract, matches
from siemlib.patterns.parser import parse
from siemlib.patterns.printer import pattern_text
from siemlib.patterns.sql import extraction, predicate
from siemlib.patterns.tokens import PatternError

__all__ = ["PatternError", "extract", "extraction", "matches", "parse", "pattern_text", "predicate"]
