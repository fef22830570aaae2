# ruff: noqa: SIM300

from __future__ import annotations

import html
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import searchkit
from searchkit import QueryError, Snippet
from searchkit.documents import read_documents
from searchkit.highlighting.snippets import Highlighter, Span
from searchkit.query.parse import parse
from tests.searchkit.highlighting.highlighted import ANALYZER, SCHEMA, highlighter, parsed, snippet
from tests.strategies import az_texts, queries, texts, words

CORPUS = Path(__file__).parents[3] / "corpus"


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
        ("Azərbaycanda¹ «Qarabağ»-da 𝐁𝐚𝐤ıda", "azərbaycan qarabağ bakı", ["Azərbaycanda", "Qarabağ»-da", "𝐁𝐚𝐤ıda"]),
        ("i\u0307raqda Beyoncé gə\u0301lir", "iraq Beyonce gəlir", ["i\u0307raqda", "Beyoncé", "gə\u0301lir"]),
        ("CO₂ Ⅳ WWW.AZ.AZ Google™-un", "co2 4 az.az google", ["CO₂", "Ⅳ", "WWW.AZ.AZ", "Google™-un"]),
        # phrases where they stand, and nowhere else
        (
            "Azərbaycan ² kitabı, Azərbaycan² kitabı",
            '"azərbaycan kitab"',
            ["Azərbaycan ² kitabı", "Azərbaycan² kitabı"],
        ),
        ("Neft qaz, qaz neft, neft qazı. Neft.", '"neft qaz"', ["Neft qaz", "neft qazı"]),
        ("Qaz neft", '"neft qaz"', []),
        ("Xəzərin dənizində neft", '"xəzər dənizi" neft', ["Xəzərin dənizində", "neft"]),
        ("neft neft neft", '"neft neft"', ["neft neft neft"]),
        ("Kasım-Jomart Tokayev, Jomart bəy", '"Kasım-Jomart Tokayev"', ["Kasım-Jomart Tokayev"]),
        ("on qala, ön qala, on ev", '"on qala"', ["on qala", "ön qala"]),
        ("neft qaz neft qaz", '"neft qaz"', ["neft qaz", "neft qaz"]),
        ("neft — qaz, Neft-qaz", '"neft qaz"', ["neft — qaz", "Neft-qaz"]),
        ("neft qaz neft", '"neft qaz" neft', ["neft qaz", "neft"]),
        ("нефт газы вә газ", '"neft qaz"', ["нефт газы"]),
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
        ("neft və qaz, neft; qaz", '"neft qaz"~1', ["neft", "qaz", "neft; qaz"]),
        ("neft və ya qaz, neft qaz", '"neft qaz"~1', ["neft qaz"]),
        ("xəzər neft neft qaz", '"xəzər neft qaz"~1', ["xəzər neft", "neft qaz"]),
        ("xəzər neft su su qaz", '"xəzər neft qaz"~1', []),
        ("qaz neft", '"neft qaz"~5', []),
        # patterns, near words, ranges, in this field
        ("kitab kətan kitabxana", "k?t*", ["kitab", "kətan", "kitabxana"]),
        ("kitab kətan", "title:k?t* body:kit?b", ["kitab"]),
        ("dəniz dəpniz dinaz dəniiz", "dənizdə~", ["dəniz", "dəpniz", "dəniiz"]),
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
    found = Highlighter(parse(query, SCHEMA, ANALYZER, syntax="full"), ANALYZER).snippet(text, "body", 240)
    assert expected == [found.text[start:end] for start, end in found.spans]


def checked(found: Snippet, text: str, length: int) -> None:
    """Fails unless the snippet is made of passages of the text, of whole words, with exact offsets."""
    assert len(found.text) <= length
    end = 0
    shown = found.text
    for number, (start, stop) in enumerate(found.passages):
        assert end <= start < stop <= len(text)
        line = " ".join(text[start:stop].split())
        assert not text[start].isspace()
        assert not text[stop - 1].isspace()
        # What is left out stands for itself.
        left_out = text[end:start].strip() != ""
        gap = ((" … " if left_out else " ") if number else "…") if left_out or number else ""
        following = found.passages[number + 1 : number + 2]
        if any(text[stop : later.start].strip() for later in following):  # one ellipsis is enough
            line = line.rstrip("…").rstrip()
        assert shown.startswith(gap + line)
        shown = shown[len(gap + line) :]
        # Only a word that is too long by itself is cut.
        for place in (start, stop):
            if 0 < place < len(text) and not text[place].isspace() and not text[place - 1].isspace():
                chunk = next(match for match in re.finditer(r"\S+", text) if match.start() < place < match.end())
                assert len(chunk.group()) > min(length // 8, 30)
        end = stop
    assert shown in ("", "…")
    if found.passages and text[end:].strip():
        assert found.text.endswith(("…", ".", "!", "?"))
    # Spans are in order, apart, and the same in both texts.
    assert len(found.spans) == len(found.source_spans)
    end = 0
    for span, source in zip(found.spans, found.source_spans, strict=True):
        assert end <= span.start < span.end <= len(found.text)
        assert " ".join(text[source.start : source.end].split()) == found.text[span.start : span.end]
        assert any(start <= source.start < source.end <= stop for start, stop in found.passages)
        end = span.end


LENGTHS = st.integers(0, 300)


def test_an_ellipsis_of_the_text_is_not_shown_twice_nor_marked() -> None:
    text = f"alma kitab… {'nar ' * 30}kitab alma"
    found = Highlighter(parse('"kitab nar"~1 kitab alma', SCHEMA, ANALYZER, syntax="full"), ANALYZER).snippet(
        text, "body", 40, fragments=2
    )
    checked(found, text, 40)
    assert "……" not in found.text
    assert "… …" not in found.text


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(texts(), az_texts()), st.one_of(queries(), st.lists(words(), max_size=4).map(" ".join)), LENGTHS,
    st.integers(0, 4),
)  # fmt: skip
@example("ab" * 200, "", 50, 1)
@example(" " + "ab" * 200, "", 50, 1)
@example("\n" * 300 + "kitab", "kitab", 50, 1)
@example("e" + "\u0301" * 300, "", 20, 1)
@example("neft " * 3 + "x " * 200 + "neft " * 3, '"neft neft neft"', 20, 2)
@example("neft… " + "x " * 100 + "neft… " + "x " * 100, "neft", 100, 2)
def test_a_snippet_is_made_of_passages(text: str, query: str, length: int, fragments: int) -> None:
    try:
        asked = parsed(query)
    except QueryError:
        assume(False)
    lighter = Highlighter(asked, ANALYZER)
    found = lighter.snippet(text, "body", length, fragments)
    length = max(length, 20)
    checked(found, text, length)
    assert len(found.passages) <= max(1, fragments)
    assert bool(found.passages) == bool(text.strip())
    # A word is marked wherever there is one, and what is marked is a match.
    whole = lighter.highlight(text, "body")
    assert bool(found.spans) == bool(whole.spans)
    for start, end in found.source_spans:
        assert any(first <= start < end <= last for first, last in whole.spans)
    # A text that fits is shown whole.
    if len(text) <= length:
        assert " ".join(text.split()) == found.text


@settings(max_examples=200, deadline=None)
@given(texts(120), st.lists(words(), min_size=1, max_size=3).map(" ".join), st.integers(60, 300))
def test_no_word_is_cut(text: str, query: str, length: int) -> None:
    assume(all(len(chunk) < 30 for chunk in text.split()))
    try:
        found = snippet(text, query, length)
    except QueryError:
        assume(False)
    for start, end in found.passages:
        assert start == 0 or text[start - 1].isspace()
        assert end == len(text) or text[end].isspace()


@settings(max_examples=200, deadline=None)
@given(st.one_of(texts(), az_texts()), st.one_of(queries(), st.lists(words(), max_size=4).map(" ".join)))
def test_all_of_a_text_is_marked(text: str, query: str) -> None:
    try:
        found = highlighter(query).highlight(text, "body")
    except QueryError:
        assume(False)
    assert text == found.text
    assert found.spans == found.source_spans
    assert (Span(0, len(text)),) == found.passages
    roots = highlighter(query).highlight(text, "body", "root")
    end = 0
    for start, stop in roots.spans:
        assert end <= start < stop
        assert any(first <= start < stop <= last for first, last in found.spans)
        end = stop
    assert bool(found.spans) == bool(roots.spans)


def test_every_hit_of_the_articles(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index")
    with index.writer() as writer:
        for document in read_documents([CORPUS / "articles"]):
            writer.add(document.fields)
    count = 0
    queries = [line.split("\t")[2] for line in (CORPUS / "queries.tsv").read_text("utf-8").splitlines()[1:]]
    for query in [*queries, "azərbaycan", "yeni*", "il", "respublika 2"]:
        for hit in index.search(query, limit=100):
            body = hit["body"]
            marked = hit.highlight("body")
            for length, fragments in ((240, 1), (100, 1), (300, 3)):
                found = hit.snippet("body", length, fragments=fragments)
                checked(found, body, length)
                assert bool(marked.spans) == bool(found.spans)
                assert found.spans or hit.highlight("title").spans
                assert html.escape(found.text) == re.sub("</?mark>", "", found.html())
                for start, end in found.passages:
                    assert start == 0 or body[start - 1].isspace()
                    assert end == len(body) or body[end].isspace()
            count += 1
    assert count > 1_000


# ---------------------------------------------------------------- roots


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Kitablarımızdan kitab kitabxanalar", "kitab", ["Kitab", "kitab"]),
        ("oğlum otağa", "oğul otaq", ["oğl", "otağ"]),
        ("BMT-nin 2022-ci ili", "bmt 2022", ["BMT", "2022"]),
        ("Xəzərin dənizində", '"xəzər dənizi"', ["Xəzər", "dəniz"]),
        ("китаблары", "kitab", ["китаб"]),
        ("go\u0308zəldir, I\u0307şıqlar", "gözəl işıq", ["go\u0308zəl", "I\u0307şıq"]),
        ("xanlıg\u0306ı s\u0327əhər", "xanlıq şəhər", ["xanlıg\u0306", "s\u0327əhər"]),
        ("ki\u00adtab\u00adlar", "kitab", ["ki\u00adtab"]),
    ],
)
def test_roots_are_marked(text: str, query: str, expected: list[str]) -> None:
    found = highlighter(query).snippet(text, "body", 240, mark="root")
    assert expected == [found.text[start:end] for start, end in found.spans]


def test_what_can_be_marked() -> None:
    with pytest.raises(ValueError, match="mark is 'word' or 'root', not 'stem'"):
        highlighter("neft").highlight("neft", "body", "stem")


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


def test_a_whole_sentence_is_worth_some_matches() -> None:
    text = "Boş söz. " * 30 + "Bu cümlədə neft var. Neft də, neft də, neft də burada. " + "Boş söz. " * 30
    assert snippet(text, "neft", 70).text.startswith("…Bu cümlədə neft var.")
    # But every word of the query is shown.
    text = text.replace("neft də burada", "qaz da burada")
    assert ["neft", "Neft", "neft", "qaz"] == marked(text, "neft qaz", 45)


def test_a_match_far_within_a_sentence_gets_words_before_it() -> None:
    text = "söz " * 100 + "kitab " + "söz " * 100
    found = snippet(text, "kitab", 60)
    assert found.text.startswith("…söz söz")
    assert found.text.endswith("söz…")
    assert ["kitab"] == [found.text[start:end] for start, end in found.spans]


@pytest.mark.parametrize(
    ("length", "last"), [(20, "qanunvericilik"), (60, "qaydada"), (80, "görə"), (100, "müəssisənin")]
)
def test_of_a_phrase_that_is_too_long_whole_words_are_shown(length: int, last: str) -> None:
    phrase = "qanunvericilik aktları ilə müəyyən edilmiş qaydada aparılmasına görə cavabdehlik müəssisənin rəhbərinin"
    text = f"Giriş sözü. Uçotun {phrase} üzərinə düşür. Son söz."
    found = snippet(text, f'"{phrase}"', length)
    checked(found, text, length)
    assert [phrase[: phrase.index(last) + len(last)]] == [text[start:end] for start, end in found.source_spans]


def test_without_a_match_the_beginning_is_shown() -> None:
    text = "Birinci cümlə. İkinci cümlə buradadır. Üçüncü cümlə."
    assert Snippet("Birinci cümlə. İkinci cümlə buradadır.", (), (), (Span(0, 38),)) == snippet(text, "kitab", 45)
    assert "Birinci cümlə." == snippet(text, "kitab", 30).text
    assert "Birinci cümlə uzundur, çox…" == snippet(text.replace(".", " uzundur, çox uzundur."), "kitab", 30).text


def test_white_space_becomes_one_space() -> None:
    text = "  Neft\nqaz\t\n dəniz\u2028yol\n"
    expected = Snippet("Neft qaz dəniz yol", (Span(0, 4), Span(15, 18)), (Span(2, 6), Span(19, 22)), (Span(2, 22),))
    assert expected == snippet(text, "neft yol")
    assert ["Neft qaz"] == marked("Yol.\n\nNeft \n qaz", '"neft qaz"')


def several(text: str, query: str, length: int, fragments: int) -> str:
    return highlighter(query).snippet(text, "body", length, fragments).html("b")


FILLING = "Boş söz buradadır. " * 20


def test_several_passages() -> None:
    text = f"Neft var. {FILLING}Qaz da var. {FILLING}Neft yenə var. {FILLING}Su var. {FILLING}"
    expected = "…<b>Qaz</b> da var. Boş söz buradadır. … <b>Su</b> var. Boş söz buradadır."
    assert expected == several(text, "qaz su", 80, 2)
    # Words that were not shown yet come first.
    assert ["Neft", "Qaz", "Su"] == re.findall("<b>(.*?)</b>", several(text, "neft qaz su", 150, 3))
    assert ["Neft", "Qaz", "Neft", "Su"] == re.findall("<b>(.*?)</b>", several(text, "neft qaz su", 200, 4))


def test_an_ellipsis_of_the_text_leaves_one_space() -> None:
    text = "sözlər bir qaz qaz qaz qaz söz qaz … … söz bir sözlər bir bir qaz Söz. bir qaz qaz söz"
    for length in range(40, 90):
        assert "  " not in several(text, "neft qaz", length, 2)


def test_fewer_passages_are_longer() -> None:
    text = f"{FILLING}Neft var. {FILLING}"
    assert snippet(text, "neft", 200) == highlighter("neft").snippet(text, "body", 200, 3)
    assert "…" not in several("Neft var. Qaz var.", "neft qaz", 100, 2)
    # Too little room for as many.
    assert 1 == several(f"Neft. {FILLING} Qaz. {FILLING}", "neft qaz", 60, 5).count("<b>")


def test_passages_that_meet_are_one_text() -> None:
    text = "Neft burada var idi bu gün. Qaz orada var idi dünən." + " Boş söz buradadır." * 20
    assert "<b>Neft</b> burada var idi bu gün. <b>Qaz</b> orada" in several(text, "neft qaz", 90, 2)


def test_near_the_end_there_are_sentences_before_it() -> None:
    text = FILLING + "Burada neft var."
    found = snippet(text, "neft", 100)
    assert found.text.startswith("…Boş söz buradadır. Boş")
    assert found.text.endswith("Burada neft var.")


def beginning(before: str, after: str) -> bool:
    """Whether a snippet begins with `after` where a word of it matches, so that `before` ends a sentence."""
    found = snippet(f"{'Boş söz ' * 30}{before} {after} neft {'boş söz ' * 30}", "neft", 100)
    return found.text.startswith(f"…{after.strip()} neft")


@pytest.mark.parametrize(
    "before",
    ["bitdi.", "bitdi!", "bitdi?", "bitdi…", "bitdi...", "«bitdi.»", "2022.", "24.08.2022.", "oldu).\n", "bitdi\n\n"],
)
def test_here_sentences_end(before: str) -> None:
    assert beginning(before, "Sonra")


@pytest.mark.parametrize(
    "before",
    [
        "23.2.",
        "1120.2.",
        "1.",
        "(1.",
        "12.3-1.",
        "IV.",
        "məs.",
        "b.e.ə.",
        "A.S.",
        "A.",
        "m.",
        "səh.",
        "(səh.",
        "Prof.",
        "bitdi,",
    ],
)
def test_here_sentences_do_not_end(before: str) -> None:
    assert not beginning(before, "Sonra")


def test_a_line_that_goes_on_is_no_end() -> None:
    assert not beginning("bitdi\n", "sonra")
    assert beginning("bitdi;\n", "sonra")
    assert beginning("bitdi\n", "Sonra")
    assert beginning("bitdi\n\n", "sonra")
    assert not beginning("bitdi.", "sonra")


@pytest.mark.parametrize("length", range(20, 26))
@pytest.mark.parametrize("word", ["ü" * 30, "kitab"], ids=["long", "short"])
def test_letters_keep_their_marks(word: str, length: int) -> None:
    for before in ("", "x", "ü" * 30 + ".", "x" + "ü" * 30 + "."):
        text = unicodedata.normalize("NFD", f"{before}{word}")
        [found] = snippet(text, word, length).passages
        assert not unicodedata.combining(text[found.start])
        assert not unicodedata.combining(f"{text} "[found.end])


def test_a_long_text_without_spaces() -> None:
    found = snippet("a" * 10_000, "kitab", 100)
    assert found.text == "a" * 98 + "…"
