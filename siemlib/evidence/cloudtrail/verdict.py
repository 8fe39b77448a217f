"""What a check comes to. Nothing that was not checked is ever called valid."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from siemlib.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(StrEnum):
    """From the best to the worst."""

    VALID = "valid"
    """As CloudTrail delivered it."""
    UNPROVEN = "not proven"
    """Something that would be needed to tell is not here."""
    WRONG = "wrong"
    """Changed, missing, or not of CloudTrail."""

    @classmethod
    def worst(cls, verdicts: Iterable[Verdict]) -> Verdict:
        """The worst of them; of none, not proven."""
        return max(verdicts, key=list(cls).index, default=cls.UNPROVEN)

    @property
    def exit_code(self) -> ExitCode:
        """What a verb tells the shell."""
        codes = {
            Verdict.VALID: ExitCode.DONE,
            Verdict.UNPROVEN: ExitCode.INCOMPLETE,
            Verdict.WRONG: ExitCode.NOT_VERIFIED,
        }
        return codes[self]
