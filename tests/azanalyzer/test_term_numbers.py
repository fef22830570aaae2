from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from azanalyzer.term_numbers import TermNumbers


@given(st.lists(st.lists(st.one_of(st.sampled_from(["", "kitab", "ə", "\ud800"]), st.text()))))
def test_each_term_has_one_number_whenever_it_comes(batches: list[list[str]]) -> None:
    numbers = TermNumbers()
    known: dict[str, int] = {}
    for batch in batches:
        for term, number in zip(batch, numbers.of(batch).tolist(), strict=True):
            assert number == known.setdefault(term, number)
            assert numbers.term(number) == term
    assert sorted(known.values()) == list(range(len(numbers))) == list(range(len(known)))
    data, lengths = numbers.as_bytes()
    by_number = sorted(known, key=known.__getitem__)
    encoded = [term.encode("utf-8", "surrogatepass") for term in by_number]
    assert data == b"".join(encoded)
    assert lengths.tolist() == [*map(len, encoded)]
