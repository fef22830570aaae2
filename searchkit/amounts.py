"""What is a number from 0 on, wherever one is asked for: of seconds, of days, of what something counts."""

from __future__ import annotations

import math
from typing import TypeGuard

__all__ = ["is_amount"]


def is_amount(value: object, *, may_be_infinite: bool = False) -> TypeGuard[int | float]:
    """Whether it is a number from 0 on that is not too large for a float; True and False are none."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    try:
        number = float(value)
    except OverflowError:  # JSON, too, may have a whole number of any length
        return False
    return number >= 0 and (may_be_infinite or number < math.inf)
