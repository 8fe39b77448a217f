"""The questions about several addresses and users at once, by name, as a notebook asks them.

``chronology.timeline(case, chronology.subjects("203.0.113.66", "deploy"))``. Every question takes a case and the
subjects and rests on one reading of the events that name any of them; each says so where it was given no subject.
"""

from siemlib.investigate.chronology.about import about
from siemlib.investigate.chronology.again import told_again
from siemlib.investigate.chronology.clocks import clocks
from siemlib.investigate.chronology.firsts import firsts
from siemlib.investigate.chronology.people import subjects
from siemlib.investigate.chronology.phases import phases
from siemlib.investigate.chronology.steps import steps
from siemlib.investigate.chronology.timeline import timeline
from siemlib.investigate.chronology.together import together

__all__ = ["about", "clocks", "firsts", "phases", "steps", "subjects", "timeline", "together", "told_again"]
