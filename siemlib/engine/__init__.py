"""What every engine answers to, and the result that it gives. pandas enters the house here."""

from siemlib.engine.fields import FoundField, FoundFields
from siemlib.engine.protocol import Engine, LogGroup
from siemlib.engine.result import Column, Result

__all__ = ["Column", "Engine", "FoundField", "FoundFields", "LogGroup", "Result"]
