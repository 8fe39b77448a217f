"""The questions of the traffic page, over VPC flow logs: ``traffic.bytes_over_time(case)``.

Each takes a case and gives an :class:`~siemlib.case.answer.Answer`. A flow is one record: one direction of one
connection at one interface within a minute or ten. A connection between two hosts of ours is recorded up to four times.
"""

from siemlib.investigate.traffic.compared import compared
from siemlib.investigate.traffic.directions import bytes_over_time, directions, flows_over_time
from siemlib.investigate.traffic.inner import rejected_inside
from siemlib.investigate.traffic.pairs import pairs
from siemlib.investigate.traffic.ports import of_port, ports
from siemlib.investigate.traffic.records import records
from siemlib.investigate.traffic.scans import scans
from siemlib.investigate.traffic.talkers import talkers

__all__ = [
    "bytes_over_time",
    "compared",
    "directions",
    "flows_over_time",
    "of_port",
    "pairs",
    "ports",
    "records",
    "rejected_inside",
    "scans",
    "talkers",
]
