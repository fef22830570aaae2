"""Hypothesis strategies that several tests share: Azerbaijani words and texts, documents, schemas."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from searchkit import Date, Field, Keyword, Number, Schema, Stored, Text

ROOTS = ("kitab", "neft", "şəhər", "işıq", "dəniz", "yol", "qanun", "göz", "uşaq", "məktəb", "Bakı", "İran", "dövlət")
SUFFIXES = ("", "lar", "ımız", "dan", "ın", "da", "ə", "i", "lıq", "çı", "-da", "'nın")
SPACES = (" ", " ", " ", " ", "  ", "\n", "\n\n", "\t", "\u00a0", "\r\n")
STOPS = ("", "", "", "", ",", ".", "!", "?", "…", ":", ";", " —", ".»")
ODD = (
    "<b>&amp;\"'</b>",
    "\x1b[31m",
    "\x00",
    "\u202e",
    "\u200f",
    "İ\u0307",
    "e\u0301",
    "кәнд",
    "кәндлиләримиз",
    "книги",
    "2022-ci",
    "24.08.2022",
    "BMT-nin",
    "Kasım-Jomart",
    "https://az.wikipedia.org/wiki/Kitab",
    "ab" * 60,
    "😀",
)


def words() -> st.SearchStrategy[str]:
    """A word as a text may have it: inflected, in any case, sometimes decomposed, sometimes no Azerbaijani at all."""
    inflected = st.builds(str.__add__, st.sampled_from(ROOTS), st.sampled_from(SUFFIXES))
    shaped = st.builds(
        lambda word, shape: shape(word),
        inflected,
        st.sampled_from([str, str, str, str.capitalize, str.upper, lambda word: unicodedata.normalize("NFD", word)]),
    )
    return st.one_of(shaped, shaped, shaped, st.sampled_from(ODD), st.text(min_size=1, max_size=8))


def texts(max_words: int = 60) -> st.SearchStrategy[str]:
    """A text of such words with stops and spaces of all kinds between them."""
    pieces = st.builds(lambda *parts: "".join(parts), words(), st.sampled_from(STOPS), st.sampled_from(SPACES))
    return st.lists(pieces, max_size=max_words).map("".join)


def any_text() -> st.SearchStrategy[str]:
    """Whatever a `str` can hold, half surrogate pairs too."""
    return st.text(st.characters(codec=None), max_size=200)


def queries() -> st.SearchStrategy[str]:
    """What people and machines type: words, operators in and out of place, noise."""
    fields = st.sampled_from(["title:", "body:", "date:", "source:", "url:", "id:", "nosuch:", "date:-", "12:"])
    operators = st.sampled_from(['"', "-", "--", "*", ":", '-"', '"-', "**", "“", "»", " - ", ' " ', "(", "\\", "~2"])
    values = st.sampled_from(["2022", "2022-08", "9999-12-31", "0001", "2022-08-24T10:00+14:00", "1e999", "", "nan"])
    parts = st.one_of(words(), words(), fields, operators, values, st.sampled_from(SPACES), any_text())
    return st.lists(parts, max_size=20).map("".join)


def fields() -> st.SearchStrategy[Field]:
    """A field of any kind."""
    boosts = st.floats(min_value=1e-3, max_value=1e3)
    texts = st.builds(Text, boost=boosts, k1=st.floats(0, 100), b=st.floats(0, 1))
    return st.one_of(texts, st.builds(Keyword), st.builds(Date), st.builds(Number), st.builds(Stored))


def schemas() -> st.SearchStrategy[Schema]:
    """A schema of one to five fields."""
    names = st.from_regex(r"[a-zəş][a-zəş0-9_-]{0,8}", fullmatch=True).filter(lambda name: name != "id")
    return st.dictionaries(names, fields(), min_size=1, max_size=5).map(lambda made: Schema(**made))


AZ_WORDS = (
    "kitablarımızdan", "oğluna", "şəhərə", "GƏNCƏ", "Bakı'da", "İSTANBUL", "IŞIQ", "mə’lum", "ölkənin", "getmişdik",
    "gence", "azarbaycan", "qiz", "SHUSHA", "sağ-salamat", "Kasım-Jomart", "AZƏRTAC-a", "BMTnin", "branch-ı", "İi̇ı",
    "китабларымыздан", "Азәрбајҹан", "документов", "хәбәр", "москва", "Bаkı", "şirket", "ǝlifba", "töhfä",
)  # fmt: skip
AZ_SIGNS = (
    " ", " ", " ", "\n", "-", "–", "—", "'", "’", "ʼ", ".", ",", "?", "\u00ad", "\u200b", "\u00a0", "#", "@", "%", "…",
    "«", "»", "1", "20", "2022", "1.000.000", "3,14", "24.08.2022", "XX", "https://a.az/b", "a@b.az", "A.Ə.",
    "Ö.Ü.", "@öz-ə", "#iş-də", "e-gov.az-da", ".az", "/", "_",
)  # fmt: skip


def az_texts() -> st.SearchStrategy[str]:
    """Words of all alphabets with numbers, signs and spaces between them or run together."""
    pieces = st.one_of(st.sampled_from(AZ_WORDS), st.sampled_from(AZ_SIGNS), words(), st.characters(codec="utf-8"))
    return st.lists(pieces, max_size=25).map("".join)
