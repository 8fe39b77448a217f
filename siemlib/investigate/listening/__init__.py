"""The questions about listening ports, by name, as a notebook asks them: ``listening.undeclared(case)``.

They rest on the lists that OSSEC and Wazuh quote in their alerts: rule 533 when a list differs from the one before it,
and local rules that report a list every day. A host that sends no such list may listen on anything.
"""

from siemlib.investigate.listening.changes import changes
from siemlib.investigate.listening.hosts import hosts
from siemlib.investigate.listening.look import first_look
from siemlib.investigate.listening.register import latest, loopback, register, undeclared
from siemlib.investigate.listening.runs import history

__all__ = ["changes", "first_look", "history", "hosts", "latest", "loopback", "register", "undeclared"]
