"""Characters that a reader does not see as what they are: they are not drawn, or act on their neighbours."""

from __future__ import annotations

import re

_DRAWN_AS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U0001d159\U000e0100-\U000e01ef]"
)
"""What Python holds for printable, but Unicode's Default_Ignorable_Code_Point does not; and two that are left blank."""


def unseen(character: str) -> bool:
    """Whether ``character`` is a control, a mark of direction, a blank other than the blank, or drawn as nothing.

    ``str.isprintable`` is false for the classes Cc, Cf, Cs, Co, Cn, Zl, Zp, and Zs but the blank.
    """
    return not character.isprintable() or _DRAWN_AS_NOTHING.match(character) is not None
