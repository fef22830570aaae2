"""Attributes that are worked out when they are first asked for."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

__all__ = ["cached_property"]

if TYPE_CHECKING:
    from functools import cached_property
else:

    class cached_property(functools.cached_property):
        """That of `functools` as it is from Python 3.12 on, without a lock.

        Before, all instances of a class wait for one another, and the child of a process that is forked while a thread
        holds the lock waits for ever. Two threads may work an attribute out at once; both have the same.
        """

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            found = instance.__dict__[self.attrname] = self.func(instance)
            return found
