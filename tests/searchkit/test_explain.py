"""Why a document was found: the score of a hit taken apart, which has to add up, whatever is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import given

import searchkit
from searchkit import Freshness, Ranking, Reason, Schema, Text
from tests import strategies

Make = Callable[..., searchkit.Index]


def everything(reason: Reason) -> Iterator[Reason]:
    yield reason
    for child in reason.children:
        yield from everything(child)


def labels(reason: Reason) -> list[str]:
    return [each.label for each in everything(reason)]


def check_sums(hit: searchkit.Hit) -> Reason:
    """What `hit.explain()` says, of which every score is that of its children."""
    tree = hit.explain()
    assert tree.score == hit.score
    for reason in everything(tree):
        scores = [child.score for child in reason.children if child.score is not None]
        if scores:
            assert reason.score == pytest.approx(sum(scores), abs=1e-6), str(tree)
    return tree


QUERIES = [
    "Xəzər dənizinin statusu",
    "Gence xalcalari",
    "bu haqda nə deyildi",
    "və bu",
    "Birləşmiş Millətlər Təşkilatı hesabatı",
    "BMT",
    '"Xəzər dənizi" kitab*',
    "kit* neft -qaz",
    "neft neft qaz",
    "Kasım-Jomart 2022-ci il",
    "title:Xəzər body:neft",
    "body:dəniz və",
    "və title:Xəzər",
    "body:Xəzər bu dəniz üçün title:statusu",
    "date:2018 Xəzər",
    "-neft",
]
FULL = [
    "neft^3 AND (qaz OR kitab^0.5)",
    '"neft kəmər"~3 x?zər festivvl~1',
    "kitap~",
    "neft~ kitab~2",
    "NOT neft",
    "(neft NOT qaz) OR (kitab AND şəhər)",
    "qaz source:azərtac^2 date:[2010 TO *]^0.5",
    "body:[a TO k] title:*",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("match", ["any", "all"])
def test_scores_add_up(query: str, match: str, articles: searchkit.Index) -> None:
    for hit in articles.search(query, match=match, limit=20):
        check_sums(hit)


@pytest.mark.parametrize("query", FULL)
def test_scores_add_up_in_the_full_syntax(query: str, articles: searchkit.Index) -> None:
    hits = list(articles.search(query, syntax="full", limit=100))
    assert hits
    for hit in hits[:20]:
        check_sums(hit)


@given(text=strategies.queries())
def test_scores_of_any_query_add_up(text: str, newspaper: searchkit.Index) -> None:
    for hit in newspaper.search(text):
        check_sums(hit)


def test_how_words_were_read_and_what_they_stand_for(articles: searchkit.Index) -> None:
    [hit] = articles.search("Gence xalcalarimiz", limit=1)
    shown = labels(check_sums(hit))
    assert "read as gəncə (proper name)" in shown
    assert "stands for gəncə, gənc, the likeliest first" in shown
    assert "read as xalça (noun) + lar (plural) + ımız (poss.1pl)" in shown


def test_every_view_of_a_word_has_its_score(make_index: Make) -> None:
    schema = Schema(title=Text(boost=2), body=Text())
    document = {"id": "1", "title": "Valideynlik", "body": "valideynlər məktəb valideynlərə"}
    index = make_index([document, *["dağ çay yol"] * 5], schema)
    [hit] = index.search("valideynlər məktəbdə")
    tree = check_sums(hit)
    word, other, beside, several = tree.children
    assert several.label == "2 words of the query in it"
    assert [word.label, other.label] == ["valideynlər", "məktəbdə"]
    by_field = {child.label: [view.label for view in child.children] for child in word.children if child.children}
    assert by_field == {
        "title, boost 2": ["it or words of its base"],
        "body": [
            "valideyn 2 times among some 3 words; 1 document has it",
            "in the form typed, valideynlər",
            "it or words of its base",
        ],
    }
    assert "valideynlər məktəbdə: one after the other" in labels(beside)


def test_only_roots_count_with_the_plain_ranking(make_index: Make) -> None:
    index = make_index(["neft qaz", "neft qaz dağ", "yol"])
    trees = [check_sums(hit) for hit in index.search("neft qaz", ranking=Ranking.plain())]
    assert len(trees) == 2
    for tree in trees:
        assert [len(view.children) for word in tree.children for view in word.children if view.children] == [1, 1]


def test_a_hit_behind_the_best_says_what_did_not_count(make_index: Make) -> None:
    index = make_index(["neft " * (number + 1) + "dağ" for number in range(20)])
    hits = index.search("neft", limit=20, ranking=Ranking(depth=5))
    remarks = ["count for the first 5 hits" in str(check_sums(hit)) for hit in hits]
    assert remarks == [False] * 5 + [True] * 15
    assert "count for the first 60 hits" in str(check_sums(index.search("neft", sort="id")[0]))


def test_another_name_is_shown_as_one(articles: searchkit.Index) -> None:
    found = [check_sums(hit) for hit in articles.search("Birləşmiş Millətlər Təşkilatı", limit=20)]
    assert any("bmt once" in str(tree) or "bmt 3 times" in str(tree) for tree in found)


def test_hits_of_all_searches_explain_themselves(articles: searchkit.Index) -> None:
    grouped = articles.search("neft", group_by="source", facets=["date:year"])
    pages = articles.search("neft qaz", limit=2, offset=2)
    like = articles.more_like_this("medeniyyet-05", 3)
    browsed = articles.search("", sort="-date")
    for results in (grouped, pages, like, browsed):
        assert results.hits
        for hit in results:
            check_sums(hit)


def test_a_document_that_was_replaced_is_explained_as_it_was(make_index: Make) -> None:
    index = make_index(["neft qaz", "qaz"])
    [hit] = index.search("neft")
    with index.writer() as writer:
        writer.add({"id": "1", "body": "kitab"})
    assert index.search("neft").total == 0
    check_sums(hit)


def test_boosts_of_documents_are_shown(make_index: Make) -> None:
    schema = Schema(body=Text(), date=searchkit.Date(), views=searchkit.Number())
    documents = [
        {"id": "new", "body": "neft qaz", "date": "2024-05-01", "views": 3},
        {"id": "old", "body": "neft dağ", "date": "2000-01-01"},
        {"id": "none", "body": "neft yol"},
    ]
    index = make_index(documents, schema)
    ranking = Ranking(freshness=Freshness(half_life=30, weight=0.5, now="2024-05-31"), boost_field="views")
    found = {hit.id: labels(check_sums(hit)) for hit in index.search("neft qaz", ranking=ranking)}
    assert "fresh: date, 30 days old, times 1.250" in found["new"]
    assert "boost: views, times 3" in found["new"]
    assert not any("boost" in label for label in found["old"] + found["none"])
    [hit] = index.search("qaz", ranking=Ranking(freshness=Freshness()))  # aged by the clock, which goes on
    check_sums(hit)


# ---------------------------------------------------------------- how it is shown


TREE = Reason("hit <1>", 3.5, (Reason("neft & qaz", 3.5, (Reason("read as neft"), Reason("body", 3.5))),))


def test_as_text() -> None:
    expected = ["3.500  hit <1>", "  3.500  neft & qaz", "    read as neft", "    3.500  body"]
    assert expected == str(TREE).splitlines()


def test_as_data() -> None:
    described = TREE.to_dict()
    assert described == json.loads(json.dumps(described))
    assert described["children"][0]["children"][0] == {"label": "read as neft", "score": None, "children": []}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_as_html() -> None:
    parser = _Tags()
    parser.feed(TREE.html('x"y'))
    assert (parser.open, parser.seen) == ([], {"div", "details", "summary", "ul", "li", "b"})
    assert "neft & qaz" in parser.text
    assert "hit <1>" in parser.text
    assert TREE.html('x"y').startswith('<div class="x&quot;y"><details open><summary><b>3.500</b> hit &lt;1&gt;')
