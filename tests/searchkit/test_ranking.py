# ruff: noqa: SIM300

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import searchkit
from azanalyzer import Analyzer
from searchkit import Index, Keyword, Ranking, Schema, Text

Make = Callable[..., Index]

FALLING = 0.8  # the weight of what a word typed in ASCII may also mean, against the meaning before it


def ids(index: Index, query: str, **options: Any) -> list[str]:
    return [hit.id for hit in index.search(query, limit=100, **options)]


class Bm25:
    """BM25 as Robertson and Zaragoza give it, with the idf of Lucene; the fields of a document add up."""

    def __init__(self, documents: Sequence[Mapping[str, str]], fields: Mapping[str, Text]) -> None:
        terms = Analyzer.shared().terms
        self.fields = fields
        self.texts = {field: [terms(document.get(field, "")) for document in documents] for field in fields}

    def term(self, number: int, field: str, term: str) -> float:
        texts = self.texts[field]
        frequency = texts[number].count(term)
        average = sum(map(len, texts)) / len(texts)
        length = len(texts[number])
        idf = self.idf(field, term)
        k1, b = self.fields[field].k1, self.fields[field].b
        return idf * frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length / average)) if frequency else 0.0

    def idf(self, field: str, term: str) -> float:
        texts = self.texts[field]
        having = sum(term in text for text in texts)
        return math.log(1 + (len(texts) - having + 0.5) / (having + 0.5)) if having else 0.0

    def weights(self, field: str, terms: Sequence[str]) -> list[float]:
        """What each of the terms that a word may mean counts, none of them more than the likeliest that is there."""
        idfs = [self.idf(field, term) for term in terms]
        most = next(filter(None, idfs), 0.0)
        return [FALLING**rank * min(1.0, most / idf if idf else 1.0) for rank, idf in enumerate(idfs)]

    def score(self, number: int, query: str) -> float:
        return sum(
            kind.boost
            * max(
                weight * self.term(number, field, term)
                for term, weight in zip(alternatives, self.weights(field, alternatives), strict=True)
            )
            for alternatives in Analyzer.shared().query_terms(query)
            for field, kind in self.fields.items()
        )


WORDS = ("kitab", "kitablar", "neft", "dəniz", "şəhərdə", "qanunun", "on", "ön", "yol", "məktəb", "dağ", "çay")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "fields",
    [
        {"title": Text(boost=2.5), "body": Text()},
        {"title": Text(k1=0.5, b=0), "body": Text(k1=3, b=1)},
        {"title": Text(k1=0), "body": Text(k1=100, b=0.5)},
    ],
)
def test_scores_are_those_of_another_implementation(seed: int, fields: dict[str, Text], make_index: Make) -> None:
    choose = random.Random(seed)
    documents = [
        {
            "id": str(number),
            "title": " ".join(choose.choices(WORDS, k=choose.randrange(1, 4))),
            "body": " ".join(choose.choices(WORDS, k=choose.randrange(1, 11))),
        }
        for number in range(30)
    ]
    index = make_index(documents, Schema(**fields))
    expected = Bm25(documents, fields)
    for query in ("neft", "kitab dəniz", "on", "qanunun şəhərdə çay", "on yol dag", "məktəbdə kitabımızın"):
        hits = index.search(query, limit=100, ranking=Ranking.plain())
        assert {hit.id: pytest.approx(expected.score(int(hit.id), query), rel=1e-6) for hit in hits} == {
            hit.id: hit.score for hit in hits
        }
        found = {hit.id for hit in hits}
        assert [] == [n for n in range(30) if str(n) not in found and expected.score(n, query) > 0]
        scores = [hit.score for hit in hits]
        assert sorted(scores, reverse=True) == scores


def test_a_rarer_word_weighs_more(make_index: Make) -> None:
    index = make_index(["neft dağ", "neft çay", "neft yol", "kitab dağ"])
    assert "4" == ids(index, "neft kitab")[0]


def test_more_of_the_words_weigh_more(make_index: Make) -> None:
    index = make_index(["neft dəniz dağ", "neft dəniz qaz", "yol dağ çay", "neft yol çay"])
    assert ["2", "1", "4"] == ids(index, "neft dəniz qaz")


def test_a_word_that_comes_more_often_weighs_more(make_index: Make) -> None:
    index = make_index(["neft dağ çay yol", "neft neft neft yol", "dağ çay yol yol"])
    assert ["2", "1"] == ids(index, "neft")


def test_a_shorter_text_weighs_more(make_index: Make) -> None:
    index = make_index(["neft " + "dağ çay " * 20, "neft dağ", "yol"])
    assert ["2", "1"] == ids(index, "neft")


def test_a_rare_word_in_a_title_weighs_more_than_in_passing(make_index: Make) -> None:
    body = {"id": "body", "title": "yol", "body": "dağ çay neft yol " * 3}
    index = make_index(
        [body, {"id": "title", "title": "neft", "body": "dağ çay neft yol " * 3}, {"id": "0", "title": "dağ"}]
    )
    assert ["title", "body"] == ids(index, "neft")
    in_body, in_title = ids(index, "body:neft"), ids(index, "title:neft")
    assert ({"body", "title"}, ["title"]) == (set(in_body), in_title)


def test_the_boost_multiplies_the_score(make_index: Make) -> None:
    documents = [{"id": "1", "a": "neft", "b": "neft"}, {"id": "2", "a": "dağ", "b": "dağ"}]
    index = make_index(documents, Schema(a=Text(boost=7), b=Text()))
    for query in ("neft", '"neft"', "neft*"):
        (a,), (b,) = index.search(f"a:{query}"), index.search(f"b:{query}")
        assert pytest.approx(7 * b.score) == a.score


def test_the_boost_counts_for_phrases(make_index: Make) -> None:
    documents = [{"id": "1", "a": "neft qaz", "b": "neft qaz"}, {"id": "2", "a": "dağ", "b": "dağ"}]
    index = make_index(documents, Schema(a=Text(boost=7), b=Text()))
    (a,), (b,) = index.search('a:"neft qaz"'), index.search('b:"neft qaz"')
    assert pytest.approx(7 * b.score) == a.score


def test_what_is_typed_in_ascii_means_first_what_is_spelled_so(make_index: Make) -> None:
    index = make_index(["ön dağ", "on dağ", "dağ çay"])
    assert ["2", "1"] == ids(index, "on")
    assert ["1"] == ids(index, "ön")


def test_conditions_do_not_change_the_order(make_index: Make) -> None:
    documents = [
        {"id": str(number), "body": "neft " * number + "dağ çay yol", "tags": ["a"] * (number % 2 + 1)}
        for number in range(1, 6)
    ]
    index = make_index(documents, Schema(body=Text(), tags=Keyword()))
    expected = ids(index, "neft")
    assert 5 == len(expected)
    assert expected == ids(index, "neft tags:a")


def test_equal_scores_keep_the_order_of_writing(make_index: Make) -> None:
    index = make_index(["neft"] * 25)
    expected = [str(number) for number in range(1, 26)]
    assert expected == ids(index, "neft")
    assert expected[:10] == [hit.id for hit in index.search("neft")]
    assert expected[10:20] == [hit.id for hit in index.search("neft", offset=10)]
    assert expected == ids(index, "-dağ")


def test_a_deleted_document_is_not_ranked(make_index: Make) -> None:
    index = make_index(["neft neft", "neft", "dağ"])
    with index.writer() as writer:
        writer.delete("1")
    assert ["2"] == ids(index, "neft")


def test_scores_are_the_same_where_all_words_must_match(make_index: Make) -> None:
    choose = random.Random(7)
    index = make_index([" ".join(choose.choices(WORDS, k=8)) for _ in range(60)])
    # How rare words are side by side is told from the documents found, which are others.
    ranking = Ranking(pairs=0, typed_pairs=0, triples=0)
    for query in ("neft dəniz", "neft dəniz kitab", "on yol", '"neft dəniz" kitab'):
        scores = {hit.id: hit.score for hit in index.search(query, limit=100, ranking=ranking)}
        found = index.search(query, limit=100, match="all", ranking=ranking)
        assert 0 < len(found) < len(scores)
        assert {hit.id: pytest.approx(scores[hit.id]) for hit in found} == {hit.id: hit.score for hit in found}


def test_hits_that_have_none_of_the_words_typed(make_index: Make) -> None:
    index = make_index(["BMT iclası", "təşkilat millət birləşmiş"])
    assert ["1"] == ids(index, "Birləşmiş Millətlər Təşkilatı", filters={"id": "1"})


def test_an_exact_spelling_comes_before_one_without_diacritics(make_index: Make) -> None:
    index = make_index(["Gence yolu", "Gəncə yolu"])
    assert ["2", "1"] == ids(index, "Gəncə")
    assert ["1", "2"] == ids(index, "Gence")


def test_who_types_without_diacritics_means_a_form_all_the_same(make_index: Make) -> None:
    index = make_index(["şəhərlər dağ", "şəhərdə dağ", "çay"])
    assert ["2", "1"] == ids(index, "seherde") == ids(index, "şəhərdə")


def test_a_word_of_the_same_base_counts_where_the_word_is_missing(make_index: Make) -> None:
    index = make_index(["dəniz valideyn yol", "dəniz kitab yol", "valideynlik", *["dağ çay"] * 9])
    scores = {hit.id: hit.score for hit in index.search("valideynlik dəniz")}
    without = {hit.id: hit.score for hit in index.search("valideynlik dəniz", ranking=Ranking(relatives=0))}
    assert scores["1"] > without["1"] > scores["2"]
    assert [without["2"], without["3"]] == [scores["2"], scores["3"]]


def test_stop_words_order_what_other_words_find(make_index: Make) -> None:
    index = make_index(["dəniz və yol", "dəniz üçün yol", "yol üçün"])
    assert ["2", "1"] == ids(index, "dəniz üçün")
    assert ["1", "2"] == ids(index, "dəniz üçün", ranking=Ranking(stop_words=0, pairs=0, typed_pairs=0))
    assert ["3", "2"] == ids(index, "üçün")


def test_words_that_only_ask_count_nothing(make_index: Make) -> None:
    index = make_index(["dəniz mavi", "dəniz harada", "yol harada"])
    ranking = Ranking(pairs=0, typed_pairs=0)
    first, second = index.search("dəniz harada", ranking=ranking)
    assert [("1", first.score), ("2", first.score)] == [("1", first.score), (second.id, second.score)]


def test_to_be_early_says_something_in_long_texts_only(make_index: Make) -> None:
    short = make_index(["neft dəniz", "dəniz yol"])
    assert short.search("neft")[0].score == short.search("neft", ranking=Ranking(early=0))[0].score
    rest = " dağ çay" * 30
    long = make_index(["dəniz" + rest + " neft yol", "dəniz neft" + rest + " yol"], name="long")
    assert ["2", "1"] == ids(long, "neft")
    assert ["1", "2"] == ids(long, "neft", ranking=Ranking(early=0))


def _raised(index: Index, query: str) -> set[str]:
    """The documents that score more for how they begin and end."""
    plain = {hit.id: hit.score for hit in index.search(query, 100, ranking=Ranking.plain())}
    ends = Ranking.plain()._replace(ends=0.5)
    return {hit.id for hit in index.search(query, 100, ranking=ends) if hit.score > plain[hit.id]}


def test_a_short_text_that_begins_or_ends_as_the_query_does_counts_more(make_index: Make) -> None:
    index = make_index(["yol neft dağ axır", "neft yol axır dağ", "yol neft axır dağ", "harada neft", "neft haqqında"])
    assert {"1", "2", "5"} == _raised(index, "neft axır")
    assert {"1"} == _raised(index, "neftin axır")
    assert set() == _raised(index, "neft")
    assert set() == _raised(index, "harada neft dəniz")  # that an answer begins with what only asks says nothing
    assert {"5"} == _raised(index, "neftin harada haqqında")
    assert {"1"} == _raised(index, "dəniz " + "çay " * 9 + "axır")
    assert set() == _raised(index, "dəniz " + "çay " * 10 + "axır")  # the end of so long a query is not looked at
    long = make_index(["neft yol " + "çay " * 60 + "axır", "çay neft " * 30 + "axır yol"], name="long")
    assert set() == _raised(long, "neft axır")


def test_a_title_that_begins_or_ends_as_the_query_does_counts_by_a_weight_of_its_own(tmp_path: Path) -> None:
    index = searchkit.create(tmp_path / "index")
    with index.writer() as writer:
        for number, title in enumerate(["yol neft axır", "neft axır yol", "neft yol axır dağ", "çay dağ neft axır"]):
            writer.add({"id": str(number), "title": title, "body": "neft çay dağ axır " * 20})
    plain = {hit.id: hit.score for hit in index.search("neft axır", ranking=Ranking.plain())}
    for weight, expected in ((0.5, {"0", "1", "2", "3"}), (0.0, set())):
        ranking = Ranking.plain()._replace(titles=weight, ends=1.0)
        found = index.search("neft axır", ranking=ranking)
        assert expected == {hit.id for hit in found if hit.score > plain[hit.id]}
    plain = {hit.id: hit.score for hit in index.search("axır", ranking=Ranking.plain())}
    found = index.search("axır", ranking=Ranking.plain()._replace(titles=0.5))
    assert {"0"} == {hit.id for hit in found if hit.score > plain[hit.id]}
    assert "the text begins or ends as the query does" in str(index.search("neft axır")[0].explain())


@pytest.mark.parametrize("count", [2, 40])  # few documents are looked at one by one
def test_a_title_that_only_ends_as_the_query_does_counts_by_how_many_of_the_words_it_has(
    count: int, tmp_path: Path
) -> None:
    index = searchkit.create(tmp_path / "index")
    with index.writer() as writer:
        body = "Dəniz kənarında dağ var. " * 20
        writer.add({"id": "head", "title": "Neft qiyməti", "body": body})
        writer.add({"id": "both", "title": "Üzüm bağlarında üzümün bu ilki qiyməti", "body": body})
        for number in range(2, count):
            writer.add({"id": str(number), "title": "Başqa qiymət haqqında söz", "body": body})
    added = []
    for query in ("qiyməti", "üzümün qiyməti"):
        plain = {hit.id: hit.score for hit in index.search(query, ranking=Ranking.plain())}
        found = {hit.id: hit.score for hit in index.search(query, ranking=Ranking.plain()._replace(titles=2.0))}
        added.append(found["head"] - plain["head"])
    assert added[1] == pytest.approx(added[0] / 4)  # one of two words


@pytest.mark.parametrize("count", [3, 40])  # few documents are looked at one by one
def test_a_title_that_goes_on_as_the_query_does_counts_more_yet(count: int, make_index: Make) -> None:
    documents = [
        {"id": str(number), "title": f"Maddə {number}. Qayda", "body": "Maddə 2 və 7 sayılı qayda " * 9}
        for number in range(1, count + 1)
    ]
    index = make_index(documents)
    for number in (1, 2, 3):
        assert index.search(f"Maddə {number}", 1)[0].id == str(number)
        assert index.search(f"madde {number} qayda", 1)[0].id == str(number)


def test_the_end_is_found_whatever_the_length(make_index: Make) -> None:
    index = make_index(["yol " * number + "axır" for number in range(1, 32)])
    assert {str(number) for number in range(1, 32)} == _raised(index, "dəniz axır")


@pytest.mark.parametrize("filler", [3, 40])  # looked at one by one, and all together
def test_more_words_of_the_query_count_more(filler: int, make_index: Make) -> None:
    schema = Schema(title=Text(boost=3), body=Text())
    one = {"id": "one", "title": "Operaları", "body": "Qədim şəhərin teatrında operaları göstərirlər."}
    all_ = {
        "id": "all",
        "title": "Bəstəkar",
        "body": "Operaları arasında Üzeyir bəyin, sonra Hacıbəyovun əsərləri var.",
    }
    others = [{"id": str(number), "title": "Başqa", "body": "başqa söz operaları"} for number in range(filler)]
    index = make_index([one, all_, *others], schema)
    query = "Üzeyir Hacıbəyovun operaları"
    plain = Ranking(coverage=0)
    score = {hit.id: hit.score for hit in index.search(query, limit=50, ranking=plain)}
    factors = {hit.id: hit.score / score[hit.id] for hit in index.search(query, limit=50)}
    assert factors["all"] == pytest.approx(3**0.2)
    assert all(factor == pytest.approx(1) for key, factor in factors.items() if key != "all")
    assert ids(index, query, ranking=Ranking(coverage=4.0))[0] == "all"
    assert index.search("operaları", ranking=plain)[0].score == index.search("operaları")[0].score
    assert index.search(f"və {query}")[0].score == pytest.approx(index.search(query)[0].score, rel=0.1)


@pytest.mark.parametrize("query", ["neft kəm*", "neft kem*", "neft kəmərl*"])
def test_a_beginning_stands_beside_the_other_words(query: str, make_index: Make) -> None:
    apart = "kəmər çəkildi, sonra uzun müddət heç kim orada yeni neft görmədi"
    beside = "neft kəmərlər boyu axdı, sonra uzun müddət heç kim orada görünmədi"
    index = make_index([apart, beside, *["dağ çay"] * 4])
    assert [hit.id for hit in index.search(query, limit=2)] == ["2", "1"]
    best, other = index.search(query, ranking=Ranking.plain(), limit=2)
    assert best.score == pytest.approx(other.score, rel=0.05)


def test_a_beginning_alone_has_no_evidence(make_index: Make) -> None:
    index = make_index(["kitab satıldı", "kitabxana açıldı"])
    plain = [hit.score for hit in index.search("kit*", ranking=Ranking.plain())]
    assert [hit.score for hit in index.search("kit*")] == plain
