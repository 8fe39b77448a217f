"""Pickers beside the parameters: an address, a time range, an alert. Each only mirrors the cell with the parameters."""

from siemlib.lab.pickers.address import pick_ip
from siemlib.lab.pickers.alert import pick_alert
from siemlib.lab.pickers.span import pick_time

PICKERS = (pick_time, pick_ip, pick_alert)
"""Every picker, in the order of the parameters of a notebook."""

__all__ = ["PICKERS", "pick_alert", "pick_ip", "pick_time"]
