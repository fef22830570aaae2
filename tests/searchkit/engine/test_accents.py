from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azanalyzer import fold
from searchkit.engine.accents import spelled
from tests.searchkit.engine.test_terms import write

words = st.text(st.sampled_from("seşəcu"), min_size=1, max_size=7)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(words, max_size=300), words, st.frozensets(st.integers(1, 8)), st.integers(0, 2))
def test_the_terms_that_differ_in_diacritics_alone(
    tmp_path: Path, terms: set[str], typed: str, lengths: frozenset[int], beyond: int
) -> None:
    dictionary = write(tmp_path, [term.encode() for term in terms])
    folded = fold(typed)
    expected = {term for term in terms if len(term) in lengths and folded.startswith(fold(term))}
    longer = {term for term in terms if 0 < len(term) - len(folded) <= beyond and fold(term).startswith(folded)}
    found = dict(spelled(dictionary, folded, lengths, beyond))
    assert expected <= found.keys() <= expected | longer
    if len(terms) <= 32:  # so that there are few behind each beginning
        assert expected | longer == found.keys()
    assert all(dictionary.term(number).decode() == term for term, number in found.items())


@pytest.mark.parametrize("typed", ["s" * 40, "esosugec" * 4])
def test_a_word_of_very_many_spellings_ends_soon(typed: str, tmp_path: Path) -> None:
    terms = {f"{beginning}{number}" for beginning in (typed, typed.replace("s", "ş")) for number in range(100)}
    dictionary = write(tmp_path, [term.encode() for term in [*terms, typed]])
    assert typed in dict(spelled(dictionary, typed, frozenset([len(typed)]), 0))
