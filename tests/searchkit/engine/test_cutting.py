"""Texts are cut at white space as `str.split` does, and pieces have the same hash where they are the same."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engine.cutting import cut
from tests.strategies import any_text, texts

SPECIAL = re.compile("[\u0400-\u04ff\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
CLOSE_TO_SPACES = "\x00\x08\x0e\x1b\u200b\u200c\u200d\u2010\u2030\u2060\u3001\u167f\u1681\u00ab\u00bb\u03ff\u0500"


def expect(given: list[str]) -> None:
    found = cut([text.encode("utf-8", "surrogatepass") for text in given])
    assert found.special == [place for place, text in enumerate(given) if SPECIAL.search(text)]
    pieces = [[] if place in found.special else text.split() for place, text in enumerate(given)]
    assert found.counts.tolist() == [len(each) for each in pieces]
    flat = [piece for each in pieces for piece in each]
    lines = found.lines(np.arange(len(flat))).decode("utf-8", "surrogatepass")
    assert lines == "\n".join(flat)
    hashes: dict[str, int] = {}
    for piece, value in zip(flat, found.hashes.tolist(), strict=True):
        assert hashes.setdefault(piece, value) == value
    assert len(set(hashes.values())) == len(hashes)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(texts(12), any_text(), st.text(SPACES + CLOSE_TO_SPACES + "aə", max_size=12)), max_size=8))
def test_any_texts(given: list[str]) -> None:
    expect(given)


def test_pieces_around_the_size_of_a_word() -> None:
    for size in (*range(1, 20), 63, 64, 65, 200):
        letters = "a" * size
        changed = [letters[:place] + "b" + letters[place + 1 :] for place in range(size)]
        expect([" ".join([letters, letters + "a", letters + "\0", *changed]), "", " ", *changed])


def test_no_texts() -> None:
    expect([])
    expect(["", "   ", "\n"])


def test_half_a_surrogate_pair() -> None:
    expect(["a \ud800b \udfffc \ud800b"])
