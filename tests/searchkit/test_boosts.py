"""Scores multiplied by age and by numbers, compared with scores of the same search that are multiplied here."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

import searchkit
from searchkit import Date, Freshness, Keyword, Number, QueryError, Ranking, Schema, SearchRequest, Text

Make = Callable[..., searchkit.Index]

SCHEMA = Schema(title=Text(boost=2), body=Text(), date=Date(), likes=Number(), tag=Keyword())
NOW = datetime(2024, 7, 1)
WORDS = ("neft", "qaz", "dəniz", "şəhər", "kitab", "məktəb", "dağ", "çay", "yol", "valideyn")
FRESH = Freshness("date", half_life=200, weight=1.5, now=NOW)
RANKINGS = [
    Ranking(freshness=FRESH),
    Ranking(boost_field="likes"),
    Ranking.plain()._replace(freshness=FRESH, boost_field="likes"),
    Ranking(freshness=FRESH, boost_field="likes", depth=7),
]
QUERIES = ("neft", "neft qaz dəniz", '"neft qaz"', "kit* -dağ", "neft tag:a", "-neft", "on* valideyn yol çay dağ qaz")


def documents(count: int, seed: int) -> list[dict[str, Any]]:
    choose = random.Random(seed)
    made = []
    for number in range(count):
        document: dict[str, Any] = {
            "id": str(number),
            "title": " ".join(choose.choices(WORDS, k=choose.randrange(1, 4))),
            "body": " ".join(choose.choices(WORDS, k=choose.randrange(1, 30))),
            "tag": choose.choice("ab"),
        }
        if choose.random() < 0.8:
            document["date"] = NOW - timedelta(days=choose.uniform(-30, 2000))
        if choose.random() < 0.8:
            document["likes"] = choose.choice([-1, 0, 0.5, 1, 2, 3.5, 5000])
        made.append(document)
    return made


def factor(document: Any, ranking: Ranking) -> float:
    """What a score is multiplied by."""
    found = 1.0
    if ranking.freshness is not None and document.get("date"):
        date = datetime.fromisoformat(str(document["date"]))
        age = max((NOW - date) / timedelta(days=1), 0.0)
        found += ranking.freshness.weight * 0.5 ** (age / ranking.freshness.half_life)
    if ranking.boost_field is not None and document.get("likes") is not None:
        found *= min(max(float(document["likes"]), 0.001), 1000.0)
    return found


def expected(index: searchkit.Index, query: str, ranking: Ranking) -> dict[str, float]:
    """The score of each document: by roots and boosts, and closer evidence for the first `depth` of them."""
    unboosted = ranking._replace(freshness=None, boost_field=None)
    plain = index.search(query, limit=10_000, ranking=Ranking.plain())
    boosted = sorted(((-hit.score * factor(hit.fields, ranking), n) for n, hit in enumerate(plain)))
    first = [plain[n].id for _, n in boosted[: ranking.depth]]
    # How rare words are side by side is told from the hits that are looked at closely, which are these alone.
    closely = index.search(query, limit=10_000, filters={"id": first}, ranking=unboosted._replace(depth=10_000))
    scores = {hit.id: hit.score for hit in [*plain, *closely]}
    return {hit.id: scores[hit.id] * factor(hit.fields, ranking) for hit in plain}


def check(index: searchkit.Index, query: str, ranking: Ranking, limit: int = 10) -> None:
    wanted = expected(index, query, ranking)
    results = index.search(query, limit=limit, ranking=ranking)
    assert results.total == len(wanted)
    assert [hit.score for hit in results] == pytest.approx(sorted(wanted.values(), reverse=True)[:limit])
    for hit in results:
        assert hit.score == pytest.approx(wanted[hit.id])


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("query", QUERIES)
def test_scores_are_multiplied(query: str, ranking: Ranking, make_index: Make) -> None:
    check(make_index(documents(150, len(query)), SCHEMA), query, ranking, limit=200)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> searchkit.Index:
    """An index whose first segment is so large that not all documents are scored, with some deleted."""
    index = searchkit.create(tmp_path_factory.mktemp("large") / "index", SCHEMA)
    made = documents(7_000, 1)
    for part in (made[:6_500], made[6_500:]):
        with index.writer() as writer:
            for document in part:
                writer.add(document)
    with index.writer() as writer:
        for number in range(0, 7_000, 50):
            writer.delete(str(number))
    return index


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("query", QUERIES)
def test_the_best_are_found_without_scoring_all(query: str, ranking: Ranking, large: searchkit.Index) -> None:
    check(large, query, ranking)


def test_pages_and_cursors(large: searchkit.Index) -> None:
    ranking = RANKINGS[3]
    whole = [(hit.id, hit.score) for hit in large.search("neft qaz", limit=60, ranking=ranking)]
    by_offset = [(h.id, h.score) for o in range(0, 60, 20) for h in large.search("neft qaz", 20, o, ranking=ranking)]
    assert whole == by_offset
    by_cursor = []
    after = ""
    for _ in range(3):
        page = large.search("neft qaz", 20, ranking=ranking, after=after)
        by_cursor += [(hit.id, hit.score) for hit in page]
        after = page.cursor or ""
    assert whole == by_cursor


def test_what_is_found_and_other_orders_stay(large: searchkit.Index) -> None:
    options: dict[str, Any] = {"filters": {"tag": "a"}, "facets": ["tag", "date:year"]}
    usual, boosted = (large.search("neft", ranking=ranking, **options) for ranking in (None, RANKINGS[0]))
    assert (usual.total, usual.facets) == (boosted.total, boosted.facets)
    orders = [large.search("neft", sort="-date", ranking=ranking, **options) for ranking in (None, RANKINGS[0])]
    assert [hit.id for hit in orders[0]] == [hit.id for hit in orders[1]]


def test_groups_show_the_best_of_each_by_the_boosted_score(large: searchkit.Index) -> None:
    ranking = Ranking(freshness=FRESH)
    hits = list(large.search("neft", group_by="tag", ranking=ranking))
    best = [large.search("neft", 1, filters={"tag": hit.group}, ranking=ranking)[0] for hit in hits]
    assert len(hits) > 1
    assert [hit.score for hit in best] == pytest.approx([hit.score for hit in hits])


def test_a_field_that_no_document_has(make_index: Make) -> None:
    index = make_index(["neft", "neft qaz"], SCHEMA)
    expected = [hit.id for hit in index.search("neft")]
    assert len(expected) == 2
    for ranking in RANKINGS:
        assert [hit.id for hit in index.search("neft", ranking=ranking)] == expected


def test_the_age_counts_up_to_the_search_unless_said_otherwise(make_index: Make) -> None:
    today = datetime.now()
    index = make_index([{"id": "1", "body": "neft", "date": today - timedelta(days=10)}, "qaz"], SCHEMA)
    usual = index.search("neft")[0].score
    found = index.search("neft", ranking=Ranking(freshness=Freshness(half_life=10, weight=1)))[0].score
    assert found / usual == pytest.approx(1.5, abs=1e-4)
    later = Freshness(half_life=10, weight=1, now=(today + timedelta(days=10)).isoformat())
    assert index.search("neft", ranking=Ranking(freshness=later))[0].score / usual == pytest.approx(1.25, abs=1e-4)


@pytest.mark.parametrize("ranking", [*RANKINGS, Ranking(freshness=Freshness(now="2024-07-01"))])
def test_a_stored_search_keeps_its_ranking(ranking: Ranking, large: searchkit.Index) -> None:
    import json

    request = SearchRequest("neft", ranking=ranking)
    again = SearchRequest.from_dict(json.loads(json.dumps(request.to_dict())))
    assert [(h.id, h.score) for h in large.run(request)] == [(h.id, h.score) for h in large.run(again)]


@pytest.mark.parametrize(
    ("ranking", "reason"),
    [
        (Ranking(boost_field="title"), "boost_field takes a number field, not 'title'"),
        (Ranking(boost_field="nothing"), "boost_field takes a number field, not 'nothing'"),
        (Ranking(freshness=Freshness("likes")), "freshness takes a date field, not 'likes'"),
        (Ranking(freshness=Freshness(half_life=0)), "half_life is a number of days above 0, not 0"),
        (Ranking(freshness=Freshness(half_life=float("nan"))), "half_life is a number of days above 0, not nan"),
        (Ranking(freshness=Freshness(weight=-1)), "the weight of freshness is from 0 to 1000, not -1"),
        (
            Ranking(freshness=Freshness(now="dünən")),
            "now: a date field takes dates such as 2022-08-24, 24.08.2022 or 24 avqust 2022, not 'dünən'",
        ),
        (Ranking(freshness="date"), "freshness takes a searchkit.Freshness, not str"),  # type: ignore[arg-type]
        (Ranking(depth=-1), "depth is a whole number from 0 on, not -1"),
        (Ranking(early=float("inf")), "early is a number from 0 to 1000, not inf"),
        (Ranking(coverage=11), "coverage is a number from 0 to 10, not 11"),
        (Ranking(surface=10**400), f"surface is a number from 0 to 1000, not {10**400}"),
        (Ranking(freshness=Freshness(half_life=10**400)), f"half_life is a number of days above 0, not {10**400}"),
    ],
)
def test_a_ranking_that_cannot_be_used(ranking: Ranking, reason: str, large: searchkit.Index) -> None:
    with pytest.raises(QueryError) as error:
        large.search("neft", ranking=ranking)
    assert str(error.value) == f"ranking: {reason}"
    with pytest.raises(QueryError):
        large.search("neft", ranking={"depth": 3})  # type: ignore[arg-type]
