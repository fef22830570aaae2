# ruff: noqa: SIM300

from __future__ import annotations

import html
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.highlighting.snippets import Span
from tests.searchkit.highlighting.highlighted import highlighter, snippet
from tests.strategies import texts, words


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


def test_ansi_keeps_the_lines_of_a_whole_text() -> None:
    text = "Kitab\n\tsətir\x1b[31m\r\nson"
    assert "[Kitab]\n\tsətir [31m \nson" == highlighter("kitab").highlight(text, "body").ansi("[", "]")


def test_text_and_spans() -> None:
    found = snippet("Kitablar və qələm", "qələm kitab")
    assert "Kitablar və qələm" == found.text == str(found)
    assert (Span(0, 8), Span(12, 17)) == found.spans
