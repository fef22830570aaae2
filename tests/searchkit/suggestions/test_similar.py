"""Documents like a document or a text, and queries that lead on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given

import searchkit
from searchkit import Between, Date, Keyword, Not, QueryError, Schema, Text
from tests import strategies

Make = Callable[..., searchkit.Index]


def test_like_a_document(articles: searchkit.Index) -> None:
    results = articles.more_like_this("idman-01")
    assert "idman-01" not in [hit.id for hit in results]
    assert len(results) == 10
    assert sum(hit.id.startswith("idman") for hit in results[:3]) >= 2
    assert results.query == "idman-01"
    assert results.suggestion is None
    assert results.total > 10
    assert results.cursor is None  # it would belong to a search for the word idman-01
    assert "<mark>" in results[0].snippet("body").html()


def test_like_a_text(articles: searchkit.Index) -> None:
    results = articles.more_like_this("Xəzərdə neft yataqlarından çıxarılan xam neft kəmərlərlə Ceyhana axır.", 5)
    assert len(results) == 5
    assert "neft" in results[0]["body"].lower()
    assert articles.more_like_this("qqzzqq xxzz").total == 0
    assert articles.more_like_this("").total == 0
    whole = articles.get("iqtisadiyyat-04")["body"]  # type: ignore[index]
    assert articles.more_like_this(whole * 20)[0].id == "iqtisadiyyat-04"  # longer than a query may be


def test_like_a_document_among_some(articles: searchkit.Index) -> None:
    every = articles.more_like_this("idman-01", 1000)
    filters = {"id": Not(["idman-02", "idman-03"]), "date": Between("2010", None)}
    results = articles.more_like_this("idman-01", 1000, filters=filters)
    met = {hit.id for hit in articles.search("", 1000, filters=filters)}
    assert [(hit.id, hit.score) for hit in every if hit.id in met] == [(hit.id, hit.score) for hit in results]
    assert 0 < results.total < every.total
    assert results.request.filters == filters
    assert articles.more_like_this("Xəzərdə neft yataqları", filters={"id": []}).total == 0
    assert articles.more_like_this("", filters={}).total == 0
    for wrong in ({"nosuch": 1}, {"title": "a"}, ["id"]):
        with pytest.raises(QueryError) as searching:
            articles.search("neft", filters=wrong)  # type: ignore[arg-type]
        for ask in (articles.more_like_this, articles.related_queries):
            with pytest.raises(QueryError) as raised:
                ask("neft", filters=wrong)  # type: ignore[arg-type]
            assert str(raised.value) == str(searching.value)


def test_related_queries_of_some_documents(make_index: Make) -> None:
    schema = Schema(title=Text(), lang=Keyword())
    titles = [("Neft yatağı", "az"), ("Neft kəməri", "az"), ("Neft platforması", "tr")]
    index = make_index([{"id": title, "title": title, "lang": lang} for title, lang in titles], schema)
    assert index.related_queries("neft", filters={"lang": "tr"}) == ["Neft platforması"]
    assert set(index.related_queries("neft", filters={"lang": Not("tr")})) == {"Neft yatağı", "Neft kəməri"}
    assert index.related_queries(" ", filters={"lang": "az"}) == []


def test_the_document_itself_is_left_out(make_index: Make) -> None:
    index = make_index(["Xəzər dənizində neft", "neft Xəzər", "kitab yarmarkası", "nadir söz"])
    assert [hit.id for hit in index.more_like_this("1")] == ["2"]
    assert index.more_like_this("4").total == 0  # no other document has a word of it


def test_common_words_say_less_than_rare_ones(make_index: Make) -> None:
    index = make_index(["ölkə xalça kilim", "ölkə xalça kilim naxış", *["ölkə xəbər"] * 20])
    assert [hit.id for hit in index.more_like_this("1", 1)] == ["2"]


def test_lists_of_text_are_read(make_index: Make) -> None:
    index = make_index([{"id": "1", "body": ["xalça", "kilim"]}, {"id": "2", "body": "kilim"}])
    assert [hit.id for hit in index.more_like_this("1")] == ["2"]


def test_related_queries(make_index: Make) -> None:
    titles = ["Neft kəməri Ceyhanda", "Neft yatağı: Çıraq", "Çıraq yatağından ilkin neft", "Kitab yarmarkası"]
    bodies = ["Kəmərlə neft Ceyhana çatır.", "Çıraq yatağında neft çıxarılır.", "Çıraq neft yatağıdır.", "Kitablar."]
    index = make_index(
        {"id": str(number), "title": title, "body": body}
        for number, (title, body) in enumerate(zip(titles, bodies, strict=True))
    )
    related = index.related_queries("neft")
    assert {"Çıraq", "Neft yatağı"} <= set(related)
    assert "Kitab" not in related
    assert "neft" not in related
    assert index.related_queries("neft", 1) == related[:1]
    for query in related:
        assert index.search(query).total > 0
    assert index.related_queries("nosuchword") == []


def test_related_queries_have_a_verb_only_as_titles_have_it_beside_the_query(make_index: Make) -> None:
    titles = ["Divan künc, boz, açılan", "Divan düz, açılan", "Yağ divanı", "Yağ divanı"]
    index = make_index([*({"id": str(number), "title": title} for number, title in enumerate(titles)), *["başqa"] * 9])
    related = index.related_queries("divan")
    assert "Yağ divanı" in related
    assert not any(query.endswith(("maq", "mək")) for query in related)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Neft BMT-nin", "Neft BMT"),
        ("Neft Bakı'nın", "Neft Bakı"),
        ("Neft Bakı²-nın", "Neft Bakı"),
        ('"Çıraq"da neft', "Çıraqda neft"),
        ("«Çıraq»-da neft", "Çıraq-da neft"),
        ("Neft go\u0308lu\u0308nu\u0308n", "Neft gölü"),  # decomposed, so that its suffix is longer
    ],
)
def test_related_queries_have_no_case_and_no_signs_of_one(title: str, expected: str, make_index: Make) -> None:
    index = make_index([{"id": "1", "title": title}, {"id": "2", "title": title}, *["fərqli mövzu"] * 9])
    assert index.related_queries("neft") == [expected]
    assert index.search(expected, match="all").total == 2


def test_related_queries_of_articles_find_something(articles: searchkit.Index) -> None:
    for query in ("Xəzər dənizi", "Gəncə", "kitabxana"):
        related = articles.related_queries(query)
        assert len(related) == 10
        assert all(articles.search(other).total > 0 for other in related)


def test_without_text_nothing_is_alike(make_index: Make) -> None:
    index = make_index([{"id": "1", "day": "2024-05-03"}], Schema(day=Date()))
    assert index.more_like_this("1").total == 0
    assert index.more_like_this("kitab").total == 0
    assert index.related_queries("kitab") == []


def test_arguments_are_checked(articles: searchkit.Index) -> None:
    with pytest.raises(QueryError, match="string"):
        articles.more_like_this(7)  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="limit"):
        articles.more_like_this("idman-01", -1)
    with pytest.raises(QueryError, match="limit"):
        articles.related_queries("neft", -1)


@given(text=strategies.any_text())
def test_no_text_is_too_odd(text: str, articles: searchkit.Index) -> None:
    assert len(articles.more_like_this(text)) <= 10
    assert len(articles.related_queries(text)) <= 10


def test_what_is_alike_stays_so_when_a_document_is_written_again(make_index: Make) -> None:
    own = " ".join(f"nadirsöz{number}lıq" for number in range(40))
    index = make_index([f"{own} neft qaz kəmər", *["neft qaz kəmər"] * 40])
    before = [hit.id for hit in index.more_like_this("1", 50)]
    assert len(before) == 40
    with index.writer() as writer:
        writer.add({"id": "1", "title": "yeni", "body": f"{own} neft qaz kəmər"})
    assert [hit.id for hit in index.more_like_this("1", 50)] == before


def test_related_queries_have_all_words_of_the_query_that_stand_together(make_index: Make) -> None:
    titles = ["Orta əmək haqqı", "Orta əmək bazarı", "Əmək haqqının ödənilməsi", "Əmək haqqı ödənilir", "Əmək bazarı"]
    documents = [{"id": title, "title": title, "body": "əmək haqqı"} for title in titles * 2]
    index = make_index([*documents, *["başqa sözlər"] * 30])
    related = index.related_queries("əmək haqqı")
    assert related[0] in ("Orta əmək haqqı", "Əmək haqqı ödənilir")
    assert "Orta əmək" not in related


def test_related_queries_are_words_of_dictionaries_or_end_without_a_case(make_index: Make) -> None:
    titles = ["Naxçıvan şəhərinin tarixi", "Naxçıvan şəhərinin qalaları", "Göygölün suyu", "Göygölün sahili"]
    index = make_index([{"id": str(number), "title": title, "body": "Naxçıvan"} for number, title in enumerate(titles)])
    related = index.related_queries("Naxçıvan")
    assert {"Naxçıvan şəhəri", "Göygöl"} <= {*related}
    assert len(related) == len({*related})


def test_related_names_are_written_as_in_documents(make_index: Make) -> None:
    texts = [
        "Smartfon Apple iPhone 13 və USB kabel",
        "Smartfon Apple iPhone 14, Penti corabı, COP29",
        "Smartfon. Sürətli doldurma, Intel Core, Wi-Fi-a qoşulma",
        "Smartfon. Sürətli Intel, Wi-Fi-da",
    ]
    index = make_index([{"id": str(number), "title": "Smartfon", "body": text} for number, text in enumerate(texts)])
    related = index.related_queries("smartfon", 30)
    assert {"iPhone", "Intel", "Wi-Fi", "sürətli", "Apple"} <= {*related}
    others = [{"id": str(number), "title": "kitab"} for number in range(2, 9)]
    index = make_index([{"id": "1", "title": "Qadın corabı Penti"}, *others], name="other")
    assert "corabı Penti" in index.related_queries("corab")  # and not Pent, as if i were a case
