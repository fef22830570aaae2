"""Named tuples are those of `typing`, made in less time."""

from __future__ import annotations

import copy
import inspect
import pickle
import typing

import pytest

from azanalyzer import tuples


class Ours(tuples.NamedTuple):
    """A few fields."""

    first: int
    second: str = "two"
    third: tuple[int, ...] = ()

    @property
    def both(self) -> str:
        """Two of them."""
        return f"{self.first} {self.second}"


class Theirs(typing.NamedTuple):
    """A few fields."""

    first: int
    second: str = "two"
    third: tuple[int, ...] = ()

    @property
    def both(self) -> str:
        """Two of them."""
        return f"{self.first} {self.second}"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((1,), {}),
        ((1, "b"), {"third": (3,)}),
        ((), {"second": "b", "first": 1}),
        ((), {}),
        ((1, 2, 3, 4), {}),
        ((1,), {"first": 1}),
        ((1,), {"fourth": 4}),
    ],
)
def test_they_are_made_alike(values: tuple[object, ...], named: dict[str, object]) -> None:
    class Fresh(tuples.NamedTuple):  # none of which has been made
        first: int
        second: str = "two"
        third: tuple[int, ...] = ()

    found = []
    for kind in (Fresh, Fresh, Ours, Theirs):
        try:
            found.append(tuple(kind(*values, **named)))  # type: ignore[arg-type]
        except TypeError as error:
            found.append((str(error).partition(".")[2],))
    assert len(set(found)) == 1, found


def test_they_have_the_same_methods() -> None:
    ours, theirs = Ours(1, "b"), Theirs(1, "b")
    assert ours == theirs
    assert hash(ours) == hash(theirs)
    assert (ours.first, ours.second, ours.third, ours.both) == (1, "b", (), "1 b")
    assert repr(ours).replace("Ours", "Theirs") == repr(theirs)
    assert ours._asdict() == theirs._asdict()
    assert ours._replace(third=(1,)) == theirs._replace(third=(1,))
    assert Ours._make([1, "b", ()]) == ours
    for kind in (Ours, Theirs):
        with pytest.raises((TypeError, ValueError), match="unexpected"):
            kind(1)._replace(fourth=1)  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="3 arguments"):
            kind._make([1])
        with pytest.raises(AttributeError):
            kind(1).first = 2  # type: ignore[misc]
        with pytest.raises(AttributeError):
            kind(1).fourth = 2  # type: ignore[attr-defined]
    match ours:
        case Ours(first, second, _):
            assert (first, second) == (1, "b")


def test_they_are_described_alike() -> None:
    described = [(each.name, each.kind, each.default) for each in inspect.signature(Theirs).parameters.values()]
    assert [(each.name, each.kind, each.default) for each in inspect.signature(Ours).parameters.values()] == described
    for name in ("__doc__", "_fields", "_field_defaults", "__match_args__", "__module__"):
        assert getattr(Ours, name) == getattr(Theirs, name), name
    assert list(Ours.__annotations__) == list(Theirs.__annotations__)
    assert Ours.__name__ == Ours.__qualname__ == "Ours"


def test_they_are_copied_and_kept() -> None:
    ours = Ours(1, third=(3,))
    for copied in (copy.copy(ours), copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):
        assert copied == ours
        assert type(copied) is Ours
