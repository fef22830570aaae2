# ruff: noqa: SIM300

from __future__ import annotations

import html
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from azanalyzer import Analyzer
from searchkit import QueryError, Schema, Snippet, Text
from searchkit.query import parse
from searchkit.querytree import Phrase, Prefix, Query, Word, wanted_leaves
from searchkit.snippets import Span, make_snippet
from tests.strategies import queries, texts, words

ANALYZER = Analyzer.shared()
SCHEMA = Schema(body=Text(), title=Text())


def parsed(query: str) -> Query:
    return parse(query, SCHEMA, ANALYZER)


def snippet(text: str, query: str, length: int = 240) -> Snippet:
    return make_snippet(text, "body", parsed(query), ANALYZER, length)


def marked(text: str, query: str, length: int = 240) -> list[str]:
    found = snippet(text, query, length)
    return [found.text[start:end] for start, end in found.spans]


# ---------------------------------------------------------------- what is marked


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        # every form of a word
        ("Kitab, kitablar və kitablarımızdan; məktəb.", "kitabın", ["Kitab", "kitablar", "kitablarımızdan"]),
        ("KİTABLARIN İŞIĞI", "kitab işıq", ["KİTABLARIN", "İŞIĞI"]),
        ("Gəncədə və Bakıda", "Bakı", ["Bakıda"]),
        ("BMT-nin 2022-ci il hesabatı", "bmt 2022", ["BMT-nin", "2022-ci"]),
        ("Kasım-Jomart gəldi, Jomart getdi", "jomart", ["Jomart", "Jomart"]),
        ("Kasım-Jomart gəldi, Jomart getdi", "Kasım-Jomart", ["Kasım-Jomart", "Jomart"]),
        ("Neft (neft) «neft»", "neft", ["Neft", "neft", "neft"]),
        # phrases where they stand, and nowhere else
        ("Neft qaz, qaz neft, neft qazı. Neft.", '"neft qaz"', ["Neft", "qaz", "neft", "qazı"]),
        ("Qaz neft", '"neft qaz"', []),
        ("Xəzərin dənizində neft", '"xəzər dənizi" neft', ["Xəzərin", "dənizində", "neft"]),
        ("neft neft neft", '"neft neft"', ["neft", "neft", "neft"]),
        ("Kasım-Jomart Tokayev, Jomart bəy", '"Kasım-Jomart Tokayev"', ["Kasım-Jomart", "Tokayev"]),
        ("on qala, ön qala, on ev", '"on qala"', ["on", "qala", "ön", "qala"]),
        # beginnings
        ("kitab kitabxana məktəb kit", "kit*", ["kitab", "kitabxana", "kit"]),
        # fields, exclusions and conditions
        ("neft qaz", "title:neft qaz", ["qaz"]),
        ("neft qaz", "body:neft", ["neft"]),
        ("neft qaz", "neft -qaz", ["neft"]),
        ("neft qaz", 'neft -"neft qaz"', ["neft"]),
        # other alphabets and decomposed letters
        ("Китаблар вә мәктәб", "kitab məktəb", ["Китаблар", "мәктәб"]),
        ("Kitablar və məktəb", "мәктәбдә", ["məktəb"]),
        ("о новой экономике", "экономика", ["экономике"]),
        (unicodedata.normalize("NFD", "Gözəl şəhərin işığı"), "şəhər", [unicodedata.normalize("NFD", "şəhərin")]),
        ("Gözəl şəhərin işığı", unicodedata.normalize("NFD", "gözəl"), ["Gözəl"]),
        ("İ\u0307şıqlar", "işıq", ["İ\u0307şıqlar"]),
        ("I\u0307ran", "İran", ["I\u0307ran"]),
        ("ki\u00adtab ki\u200btab", "kitab", ["ki\u00adtab", "ki\u200btab"]),
        # stop words alone, nothing
        ("neft və qaz", "və", ["və"]),
        ("neft və qaz", "neft və", ["neft"]),
        ("neft qaz", "", []),
        ("", "neft", []),
    ],
)
def test_what_is_marked(text: str, query: str, expected: list[str]) -> None:
    assert expected == marked(text, query)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        # with other words in between, and nothing that leads nowhere
        ("neft və qaz, neft; qaz", '"neft qaz"~1', ["neft", "qaz", "neft", "qaz"]),
        ("neft və ya qaz, neft qaz", '"neft qaz"~1', ["neft", "qaz"]),
        ("xəzər neft neft qaz", '"xəzər neft qaz"~1', ["xəzər", "neft", "neft", "qaz"]),
        ("xəzər neft su su qaz", '"xəzər neft qaz"~1', []),
        ("qaz neft", '"neft qaz"~5', []),
        # patterns, near words, ranges, in this field
        ("kitab kətan kitabxana", "k?t*", ["kitab", "kətan", "kitabxana"]),
        ("kitab kətan", "title:k?t* body:kit?b", ["kitab"]),
        ("dəniz dəngiz dinaz dəniiz", "dənizdə~", ["dəniz", "dəngiz", "dəniiz"]),
        ("evlər av evlar", "evlər~", ["evlər", "evlar"]),
        ("a[b c", r"a\[* c", ["c"]),
        ("alma armud nar", "body:[al TO an}", ["alma"]),
        ("alma armud nar", "body:>alma", ["armud", "nar"]),
        ("alma armud nar", "body:<=armud", ["alma", "armud"]),
        ("kitablar və kitabxana", "kitablar*", ["kitablar"]),
        # groups and exclusions
        ("neft qaz su", "(neft OR qaz) AND NOT su", ["neft", "qaz"]),
        ("neft qaz", "NOT neft", []),
        ("neft qaz", "*", []),
    ],
)
def test_what_is_marked_in_the_full_syntax(text: str, query: str, expected: list[str]) -> None:
    found = make_snippet(text, "body", parse(query, SCHEMA, ANALYZER, syntax="full"), ANALYZER, 240)
    assert expected == [found.text[start:end] for start, end in found.spans]


def matching(query: Query, text: str) -> bool:
    """Whether a marked stretch has a term that the query asks for."""
    terms = {token.term for token in ANALYZER.tokens(text)}
    for leaf in wanted_leaves(query.root):
        if leaf.field not in (None, "body"):
            continue
        if isinstance(leaf, Word) and not terms.isdisjoint(leaf.terms):
            return True
        if isinstance(leaf, Phrase) and any(not terms.isdisjoint(place) for place in leaf.places):
            return True
        if isinstance(leaf, Prefix) and any(term.startswith(leaf.prefixes) for term in terms):
            return True
    return False


LENGTHS = st.integers(0, 300)


@settings(max_examples=300, deadline=None)
@given(texts(), st.one_of(queries(), st.lists(words(), max_size=4).map(" ".join)), LENGTHS)
@example("ab" * 200, "", 50)
@example(" " + "ab" * 200, "", 50)
@example("\n" * 300 + "kitab", "kitab", 50)
@example("e" + "\u0301" * 300, "", 20)
def test_a_snippet_is_a_passage_with_words_that_match(text: str, query: str, length: int) -> None:
    try:
        asked = parsed(query)
    except QueryError:
        assume(False)
    found = make_snippet(text, "body", asked, ANALYZER, length)
    length = max(length, 20)
    assert len(found.text) <= length
    # It is a passage of the text, on one line, with an ellipsis where it was cut.
    flat = re.sub(r"\s", " ", text)
    passage = found.text
    if passage not in flat:
        passage = passage.removeprefix("…")
        if passage not in flat:
            passage = passage.removesuffix("…")
    assert passage in flat
    assert passage == passage.strip()
    if text.strip():
        assert passage
    # The spans are in order, do not overlap and hold words that were asked for.
    end = 0
    for span in found.spans:
        assert end <= span.start < span.end <= len(found.text)
        end = span.end
    tokens = {re.sub(r"\s", " ", token.text) for token in ANALYZER.tokens(text)}
    assert {found.text[start:end] for start, end in found.spans} <= tokens
    # A text that fits is shown whole.
    if len(text) <= length:
        assert flat.strip() == found.text


@settings(max_examples=200, deadline=None)
@given(texts(120), st.lists(words(), min_size=1, max_size=3).map(" ".join), st.integers(60, 300))
def test_no_word_is_cut(text: str, query: str, length: int) -> None:
    assume(all(len(chunk) < 30 for chunk in text.split()))
    try:
        found = make_snippet(text, "body", parsed(query), ANALYZER, length)
    except QueryError:
        assume(False)
    whole = set(text.split())
    pieces = found.text.split()
    assert [] == [piece for piece in pieces[1:-1] if piece not in whole]
    for piece in pieces:
        assert (
            piece in whole
            or piece.removeprefix("…") in whole
            or piece.removesuffix("…") in whole
            or (piece.removeprefix("…").removesuffix("…") in whole)
        )


@settings(max_examples=150, deadline=None)
@given(texts(120), st.sampled_from(["kitab", "neft", "dəniz", "qanun"]), st.integers(40, 300))
def test_a_match_is_shown_where_there_is_one(text: str, query: str, length: int) -> None:
    terms = ANALYZER.terms(query)
    found = snippet(text, query, length)
    there = any(token.term in terms and len(token.text) < 30 for token in ANALYZER.tokens(text))
    assert there == bool([span for span in found.spans if span.end - span.start < 30])


def test_marked_words_match() -> None:
    text = "Kitablar neft şəhərdə; kitabxana, Kasım-Jomart və 2022-ci il. " * 3
    for query in ("kitab", "şəhər neft", "kit*", '"neft şəhər"', "Jomart", "2022", "neft -kitab"):
        found = snippet(text, query)
        assert found.spans
        for start, end in found.spans:
            assert matching(parsed(query), found.text[start:end])


# ---------------------------------------------------------------- which passage


def test_the_passage_with_most_of_the_words() -> None:
    text = "Neft haqqında. " + "Boş söz. " * 40 + "Burada neft və qaz var. " + "Boş söz. " * 40
    assert "Burada neft və qaz var." in snippet(text, "neft qaz", 80).text


def test_the_passage_with_the_phrase() -> None:
    text = "Dəniz neft neft neft. " + "Boş söz. " * 40 + "Neft dənizi buradadır. " + "Boş söz. " * 40
    assert "Neft dənizi buradadır." in snippet(text, '"neft dəniz"', 80).text


def test_it_begins_with_a_sentence_where_that_fits() -> None:
    text = "Birinci cümlə uzundur. " * 10 + "Burada kitab var. " + "Sonuncu cümlə uzundur. " * 10
    assert snippet(text, "kitab", 100).text.startswith("…Burada kitab var. Sonuncu")


def test_a_match_far_within_a_sentence_gets_words_before_it() -> None:
    text = "söz " * 100 + "kitab " + "söz " * 100
    found = snippet(text, "kitab", 60)
    assert found.text.startswith("…söz söz")
    assert found.text.endswith("söz…")
    assert ["kitab"] == [found.text[start:end] for start, end in found.spans]


def test_without_a_match_the_beginning_is_shown() -> None:
    text = "Birinci cümlə. İkinci cümlə buradadır. Üçüncü cümlə."
    assert Snippet("Birinci cümlə. İkinci cümlə buradadır.", ()) == snippet(text, "kitab", 45)
    assert Snippet("Birinci cümlə.", ()) == snippet(text, "kitab", 30)
    assert Snippet("Birinci cümlə uzundur, çox…", ()) == snippet(
        text.replace(".", " uzundur, çox uzundur."), "kitab", 30
    )


def test_lines_become_spaces() -> None:
    assert Snippet("Neft qaz dəniz yol", (Span(0, 4),)) == snippet("  Neft\nqaz\tdəniz\u2028yol\n", "neft")


def test_a_long_text_without_spaces() -> None:
    found = snippet("a" * 10_000, "kitab", 100)
    assert found.text == "a" * 98 + "…"


# ---------------------------------------------------------------- HTML, ANSI, text


class Reader(HTMLParser):
    """What a browser makes of HTML: its text, and the tags with their attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.tags.append("declaration")

    handle_pi = unknown_decl = handle_decl


HOSTILE = st.lists(
    st.one_of(
        words(),
        st.sampled_from(
            ["<script>alert(1)</script>", "<!--", "-->", "&lt;", "&", "<b", "'", '"', "</mark>", "<mark>", "<?", "]]>"]
        ),
    )
).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(HOSTILE, st.sampled_from(["kitab", "neft script", "alert mark lt", "kit*"]))
def test_html_holds_nothing_of_the_document_but_text(text: str, query: str) -> None:
    found = snippet(text, query)
    written = found.html()
    read = Reader()
    read.feed(written)
    read.close()
    assert found.text.replace("\x00", "\ufffd") == read.text.replace("\x00", "\ufffd")
    assert [("mark",), "/mark"] * len(found.spans) == read.tags
    outside = re.sub(r"</?mark>", "", written)
    assert html.escape(found.text) == outside
    assert not set("<>\"'") & set(outside)


def test_html_as_one_wants_it() -> None:
    found = snippet('Kitab "A&B" <i>', "kitab")
    assert "<mark>Kitab</mark> &quot;A&amp;B&quot; &lt;i&gt;" == found.html()
    assert '<em class="hit">Kitab</em> &quot;A&amp;B&quot; &lt;i&gt;' == found.html("em", "hit")
    assert '<em class="&quot; onclick=&quot;x">Kitab</em>' == found.html("em", '" onclick="x')[:45]


@pytest.mark.parametrize("tag", ["", "b onclick=x", "b>", "<b", "1", "b\n", "ə"])
def test_a_tag_is_the_name_of_an_element(tag: str) -> None:
    with pytest.raises(ValueError, match="is not the name of an HTML element"):
        snippet("kitab", "kitab").html(tag)


@settings(max_examples=200, deadline=None)
@given(texts(), st.sampled_from(["kitab", "neft", "31m"]))
def test_ansi_lets_no_document_steer_the_terminal(text: str, query: str) -> None:
    found = snippet(text, query)
    plain = found.ansi("", "")
    assert [] == [char for char in plain if "Cc" == unicodedata.category(char)]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]", plain)
    coloured = found.ansi()
    assert len(found.spans) == coloured.count("\x1b[1;33m") == coloured.count("\x1b[0m")
    assert plain == coloured.replace("\x1b[1;33m", "").replace("\x1b[0m", "")


def test_ansi_marks_words() -> None:
    assert "\x1b[1;33mKitablar\x1b[0m və qələm" == snippet("Kitablar və qələm", "kitab").ansi()
    assert "[Kitablar] və qələm" == snippet("Kitablar və qələm", "kitab").ansi("[", "]")


def test_text_and_spans() -> None:
    found = snippet("Kitablar və qələm", "qələm kitab")
    assert "Kitablar və qələm" == found.text == str(found)
    assert (Span(0, 8), Span(12, 17)) == found.spans
