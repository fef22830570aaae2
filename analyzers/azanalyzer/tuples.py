"""`typing.NamedTuple` for modules that are imported whenever a program starts.

That of `typing` compiles the annotation of each field and a constructor, which takes many times as long as to make the
class; with some sixty classes that adds up to more than a query takes. Here annotations stay the strings that they are,
and all classes have one constructor, which is as fast where all fields are given in their order.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING or sys.version_info >= (3, 14):  # where annotations are not evaluated before somebody asks
    from typing import NamedTuple
else:
    from collections import _tuplegetter, namedtuple

    class _Signature:
        """What `inspect.signature` takes for that of the class, which is made when somebody asks."""

        def __get__(self, instance: object, owner: type) -> Any:
            import inspect

            signature = inspect.signature(_compiled(owner))
            return signature.replace(parameters=list(signature.parameters.values())[1:])

    def _compiled(kind):
        """The constructor that `collections.namedtuple` makes of a class."""
        defaults = kind._field_defaults.values()
        function = namedtuple(kind.__name__, kind._fields, defaults=defaults, module=kind.__module__).__new__
        function.__annotations__ = kind.__annotations__
        return function

    def _arranged(kind, values, named):
        """The values of all fields, where some are given by their names; TypeError if they cannot be."""
        fields = kind._fields
        if named.keys() <= set(fields[len(values) :]) and len(values) <= len(fields):
            complete = {**kind._field_defaults, **named, **dict(zip(fields, values, strict=False))}
            if len(complete) == len(fields):
                return map(complete.__getitem__, fields)
        return _compiled(kind)(kind, *values, **named)  # which says what is wrong

    def _constructor(count, defaults):
        required = count - len(defaults)
        make = tuple.__new__

        def construct(kind, /, *values, **named):
            if named or len(values) != count:
                if named or not required <= len(values) < count:
                    values = _arranged(kind, values, named)
                else:
                    values += defaults[len(values) - required :]
            return make(kind, values)

        return construct

    class _Named(tuple):
        """What named tuples have in common: the methods of `collections.namedtuple`."""

        __slots__ = ()
        __signature__ = _Signature()

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changes):
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"Got unexpected field names: {list(changes)!r}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            values = ", ".join([f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True)])
            return f"{type(self).__name__}({values})"

        def __getnewargs__(self):
            return tuple(self)

    class _Maker(type):
        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            names = tuple(body.get("__annotations__", ()))
            defaults = {name: body[name] for name in names if name in body}
            body |= {
                "__slots__": (),
                "__new__": _constructor(len(names), tuple(defaults.values())),
                "__match_args__": names,
                "_fields": names,
                "_field_defaults": defaults,
                **{name: _tuplegetter(place, "") for place, name in enumerate(names)},
            }
            return type(name, (_Named,), body)

    class NamedTuple(metaclass=_Maker):
        """See `typing.NamedTuple`."""
