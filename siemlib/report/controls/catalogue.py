"""The catalogue: which exhibits bear on which controls."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

CATALOGUE = "NIST SP 800-53 Rev. 5"
PARTS = {
    "@runs": ("the queries of this report", "method"),
    "@custody": ("the custody log", "provenance"),
    "@manifest": ("the manifests of this report", "verify"),
    "@seal": ("the signature", "verify"),
    "@timestamp": ("the time stamp", "verify"),
    "@chain": ("the link to the report before", "previous"),
    "@findings": ("the findings", "findings"),
    "@cloudtrail": ("CloudTrail's digest files", "cloudtrail"),
}
"""The parts of a report that are no exhibits: what they are called, and where on the page they are told of."""

_Text = Annotated[str, StringConstraints(min_length=1)]
_Place = Annotated[str, StringConstraints(pattern=r"^(?:\*|[a-z-]+)/[a-z0-9-]+$|^@[a-z]+$")]


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bearing(_Item):
    """What some exhibits say of a control."""

    of: Annotated[tuple[_Place, ...], Field(min_length=1)]
    shows: _Text
    no: Annotated[_Text, Field(alias="not")]
    """What they do not evidence."""
    compares: bool = False
    """Whether they compare two times, so that without any event in one of them they evidence nothing."""

    def holds(self, report: str, exhibit: str) -> bool:
        """Whether it speaks of this exhibit of the report of this name."""
        return f"{report}/{exhibit}" in self.of or f"*/{exhibit}" in self.of


class Control(_Item):
    """One control; ``id`` as NIST writes it: ``AU-6(3)``."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9]+(?:\([0-9]+\))?$")]
    title: _Text
    asks: _Text
    evidence: tuple[Bearing, ...]

    @property
    def oscal_id(self) -> str:
        """As the OSCAL catalogue writes it: ``au-6.3``."""
        return self.id.lower().replace("(", ".").removesuffix(")")


@cache
def catalogue() -> tuple[Control, ...]:
    """Every control, in the order of the file. Raises pydantic's ValidationError for a catalogue that is none."""
    text = files("siemlib.report.controls").joinpath("catalogue.toml").read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text)
    return tuple(Control.model_validate(each) for each in found["control"])
