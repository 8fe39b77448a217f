"""The company of the sample: its hosts, its customers, and the noise of the internet."""

from __future__ import annotations

from dataclasses import dataclass

from siemlib.sample import story

ACCOUNT = "111122223333"
REGION = "us-east-1"
VPC = "vpc-0a1b2c3d4e5f60718"


@dataclass(frozen=True, slots=True)
class Host:
    """A machine, or a node of the load balancer, with one network interface."""

    name: str
    address: str
    number: int
    """From which its ids are made."""

    @property
    def interface(self) -> str:
        """The id of its network interface."""
        return f"eni-0{self.number:016x}"

    @property
    def instance(self) -> str:
        """The id of the instance."""
        return f"i-0{self.number:016x}"

    @property
    def subnet(self) -> str:
        """The id of its subnet, one for each 24 bit network."""
        return f"subnet-0{self.address.split('.')[2]:0>16}"


BASTION = Host("bastion-1", story.BASTION, 0xB5710A10)
BALANCERS = (Host("lb-a", "10.0.1.30", 0xA1B0A30), Host("lb-b", "10.0.1.31", 0xA1B0B31))
BALANCERS_IPV6 = ("2001:db8:ff00::30", "2001:db8:ff00::31")
WEB = (Host("web-1", "10.0.2.21", 0x3EB0A021), Host("web-2", "10.0.2.22", 0x3EB0B022))
APP = Host("app-1", "10.0.2.31", 0xA990A031)
DATABASE = Host("db-1", "10.0.3.40", 0xDB50A040)
NAT = Host("nat-a", "10.0.1.5", 0xA7A0A005)
SCANNER = Host("vulnscan-1", story.EXPECTED_SCANNER, 0x5CA00909)
QUIET = Host("spare-1", "10.0.4.77", 0x5BA00477)
"""An interface with no traffic at all: its records say NODATA."""
INSIDE = (*WEB, APP, DATABASE)
EXPOSED = (BASTION, *BALANCERS, NAT)
"""What the internet can reach, if only to be rejected."""

OPEN = frozenset({(BASTION.name, 22)} | {(host.name, port) for host in BALANCERS for port in (80, 443)})
"""The ports that are open to the internet."""

CUSTOMERS = (
    *(f"192.0.2.{n}" for n in range(1, 240)),
    *(f"198.51.100.{n}" for n in range(20, 220)),
    *(f"203.0.113.{n}" for n in range(1, 61)),
    *(f"2001:db8:{n:x}::{n * 7:x}" for n in range(1, 30)),
)
NOISE = (
    *(f"203.0.113.{n}" for n in range(150, 200)),
    *(f"198.51.100.{n}" for n in range(230, 255)),
)
"""Scanners that try everybody, every day."""
NOISE_PORTS = (22, 23, 80, 443, 445, 1433, 2323, 3306, 3389, 5060, 5432, 5555, 5900, 6379, 8080, 8443, 9200, 27017)
SERVICES = ("192.0.2.245", "192.0.2.246", "198.51.100.225")
"""Outside services that the company's hosts call through the NAT gateway."""
OFFICE = "198.51.100.5"
"""The address that calls of the build machine come from, as the cloud sees them."""
