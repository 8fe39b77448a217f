"""Which query, rows and cells each number of a report is from, so that a sentence and its exhibit cannot disagree.

Every number, time and name with a digit of a sentence is a token (``tokens``). Where one is from is decided in this
order (``tracer``):

1. **Rules.** Words around a number say what it counts, and it is counted again (``declared``, ``masks``, ``counting``;
   the rules are ``traced.py`` in ``siemlib/investigate/<page>`` and ``siemlib/charts``). The number is right, or it
   contradicts its data and the report is refused; only where the search finds the very number in the same exhibit, it
   is open which of the two is wrong. What is no result (a limit, a turn of phrase) is declared too, with its digits.
2. **What stands in no table**: period, parameters, spans and counts of runs (``context``).
3. **Search**, for what no rule is about: in the table of the exhibit, the marks of its chart, then in tables that share
   a run with it, and the rows of its runs (``search``, with ``facts``, ``named``, ``read``, ``agree``, ``shapes``,
   ``told``). The words around must agree, and the number be found where one more, one less and ten times it would not
   be: what would fit any of them says nothing.
4. **Nowhere.** In an exhibit with rules only these say what is wrong, so that the report is amber. Else, where the
   next words name a column in which nothing comes to it, it contradicts that; where they do not, the report is amber.

The answers in tables of questions are compared with the readings that they repeat (``cells``).

``bench/wrong_numbers.py`` makes every number of built reports wrong, one at a time, and prints what becomes of each.
"""

from siemlib.report.trace.tracer import write_numbers

__all__ = ["write_numbers"]
