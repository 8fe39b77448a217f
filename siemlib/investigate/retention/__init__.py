"""The questions about retention, by name, as a notebook asks them: ``retention.against_policy(case, 90, 365)``.

An archive proves what it holds. That a log group keeps its events as long as a policy wants, it cannot prove: what was
deleted before it was loaded, or never delivered, leaves no trace in it. So no policy is ever called met here.
"""

from siemlib.investigate.coverage import coverage, silences
from siemlib.investigate.retention.delivered import delivered, not_valid
from siemlib.investigate.retention.files import files
from siemlib.investigate.retention.held import held
from siemlib.investigate.retention.look import first_look
from siemlib.investigate.retention.policy import against_policy
from siemlib.investigate.retention.recorded import recorded

__all__ = [
    "against_policy",
    "coverage",
    "delivered",
    "files",
    "first_look",
    "held",
    "not_valid",
    "recorded",
    "silences",
]
