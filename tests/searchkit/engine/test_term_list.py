from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from searchkit.engine.term_list import sorted_terms

# Of few letters, so that many begin alike, also over the eight bytes that are compared at a time.
terms_alike = st.lists(st.one_of(st.text("ab", max_size=40), st.text("aə\0", max_size=20)), max_size=30)


@given(st.one_of(terms_alike, st.lists(st.text(st.characters(exclude_categories=["Cs"])))))
@example(["a", "a\0", "a" * 8, "a" * 8 + "\0", "a" * 16, "a" * 16, "", ""])
def test_terms_are_in_the_order_of_their_bytes_each_once(texts: list[str]) -> None:
    terms = [text.encode() for text in texts]
    found, ranks = sorted_terms(b"".join(terms), np.fromiter(map(len, terms), np.int64, len(terms)))
    expected = sorted(set(terms))
    assert expected == list(found) == found[:]
    assert [expected.index(term) for term in terms] == ranks.tolist()


def test_some_of_the_terms() -> None:
    found, _ = sorted_terms(b"neftkitabbal", np.array([4, 5, 3]))
    some = found.taken(np.array([0, 2]))
    assert (len(some), some[1], some[:1], list(some)) == (2, b"neft", [b"bal"], [b"bal", b"neft"])
