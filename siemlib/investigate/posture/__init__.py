"""The questions about an account's defences, by name, as a notebook asks them: ``posture.defences(case)``.

They rest on what the logs tell of the time of the case: which calls were tried, which of them succeeded, who fell
silent. What is declared in the account now (trails, detectors, policies) is another question, that no log answers.
"""

from siemlib.investigate.posture.defences import defences
from siemlib.investigate.posture.firewall import opened
from siemlib.investigate.posture.keys import keys
from siemlib.investigate.posture.last_events import last_events
from siemlib.investigate.posture.look import first_look
from siemlib.investigate.posture.mfa import without_mfa
from siemlib.investigate.posture.root import root_use
from siemlib.investigate.posture.sharing import shared
from siemlib.investigate.posture.silence import alerts_silent
from siemlib.investigate.posture.trust import trust

__all__ = [
    "alerts_silent",
    "defences",
    "first_look",
    "keys",
    "last_events",
    "opened",
    "root_use",
    "shared",
    "trust",
    "without_mfa",
]
