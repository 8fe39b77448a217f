"""What happens in the sample incident, and to whom: the timeline that every log of the sample is made from.

Public addresses are of the documentation ranges (RFC 5737, RFC 3849), inside addresses of RFC 1918, the people's VPN
of 100.64.0.0/10. Every key id ends in EXAMPLE.
"""

from __future__ import annotations

from dataclasses import dataclass

from siemlib.sample import day

ATTACKER = "203.0.113.66"
STOLEN_USER = "deploy"
STOLEN_KEY = "AKIADEPLOY000EXAMPLE"
CREATED_USER = "svc-backup"
CREATED_KEY = "AKIABACKUP000EXAMPLE"
BASTION = "10.0.1.10"
"""The inside address of the host that the attacker gets into, and from which the inside is probed."""
HONEST_USER = "maria"
HONEST_ADDRESS = "100.64.7.21"
RESPONDER = "tomas"
RESPONDER_ADDRESS = "100.64.7.34"
EXPECTED_SCANNER = "10.0.9.9"
"""The company's own vulnerability scanner: louder than the attacker on the inside, and no attack."""
RUNNER = "10.0.4.15"
"""The build machine, which is where ``deploy`` belongs."""
NEIGHBOURS = ("203.0.113.6", "203.0.113.166")
"""Other hosts whose addresses look like the attacker's: a customer and an internet scanner."""
LOOKALIKE_TEXTS = ("203.0.113.660", "1203.0.113.66")
"""Version numbers in free text that contain the attacker's address and are not it."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the incident; ``start`` and ``end`` are UTC clock times, ``seen_in`` are log groups."""

    name: str
    start: str
    end: str
    what: str
    seen_in: tuple[str, ...]

    @property
    def first(self) -> int:
        """The second of the day at which it starts."""
        return day.seconds(self.start)

    @property
    def last(self) -> int:
        """The second of the day at which it is over."""
        return day.seconds(self.end)


TIMELINE = (
    Act("port scan", "01:12:00", "01:41:00", "probes ports of four hosts", ("vpc-flow", "syslog")),
    Act("guessing", "01:45:10", "02:31:40", "guesses SSH passwords", ("sshd", "OSSEC", "vpc-flow")),
    Act("break-in", "02:31:47", "02:31:47", "gets in as deploy", ("sshd", "OSSEC", "vpc-flow")),
    Act("session", "02:31:47", "04:10:20", "works on the bastion", ("sshd", "OSSEC", "vpc-flow")),
    Act("stolen key", "02:41:00", "02:48:30", "tries deploy's access key, mostly denied", ("cloudtrail",)),
    Act("new user", "02:49:12", "02:49:55", "creates an IAM user, rights and a key", ("cloudtrail",)),
    Act("new key", "02:55:00", "03:00:00", "looks around with the new key", ("cloudtrail",)),
    Act("inside probe", "03:02:00", "03:20:00", "probes inside hosts from the bastion", ("vpc-flow",)),
    Act("database", "03:21:00", "03:34:00", "guesses database passwords", ("vpc-flow", "postgresql")),
    Act("invalid URIs", "03:40:00", "04:05:00", "sends invalid URIs to the shop", ("web-access", "OSSEC", "vpc-flow")),
    Act(
        "expected scan", "06:00:00", "06:40:00", "the company scans itself", ("vpc-flow", "sshd", "web-access", "OSSEC")
    ),
    Act("open ports", "06:25:00", "06:26:00", "the daily list of open ports", ("OSSEC",)),
    Act("honest", "08:04:11", "08:04:44", "maria mistypes three times, then gets in", ("sshd", "OSSEC", "vpc-flow")),
    Act("return", "14:05:07", "14:19:30", "comes back with the new key", ("cloudtrail",)),
    Act(
        "response", "15:02:11", "15:03:40", "tomas disables the new key and bans the address", ("cloudtrail", "syslog")
    ),
)


def act(name: str) -> Act:
    """The act of that name in :data:`TIMELINE`."""
    return next(one for one in TIMELINE if one.name == name)
