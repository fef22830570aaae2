"""A document has one score to the last bit, however many are scored with it: so equal ones keep their order."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

import searchkit
from searchkit.engine import compound
from searchkit.engine.collection import Collection
from searchkit.engine.expand import Expander
from searchkit.engine.planner import plan_query
from searchkit.engine.plans import DocsPlan
from searchkit.querytree import AllOf, AnyOf, Query, Word

WORDS = ("kitab", "dəniz", "neft", "yol", "qaz", "su")


def test_scores_are_the_same_whichever_way_they_are_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose = random.Random(3)
    index = searchkit.create(tmp_path / "index", searchkit.Schema(title=searchkit.Text(boost=3), body=searchkit.Text()))
    with index.writer() as writer:
        for number in range(400):
            title = " ".join(choose.choices(WORDS, k=choose.randrange(5)))
            writer.add({"id": str(number), "title": title, "body": " ".join(choose.choices(WORDS, k=30))})
    snapshot = index._current_snapshot()
    collection = Collection(snapshot.segments, snapshot.schema)  # type: ignore[attr-defined]
    words = tuple(Word(None, (word,), word, boost) for word, boost in zip(WORDS, (1, 0.7, 3, 0.1, 1.3, 1), strict=True))
    for root in (AnyOf(words), AllOf(words[:3]), AllOf((AnyOf(words[:2]), AnyOf(words[2:]))), AnyOf(words[:1])):
        plan = plan_query(Query(root), collection, 0, Expander())
        assert plan is not None
        docs, scores = plan.scored()
        for most in (0, 1 << 20):
            monkeypatch.setattr(compound, "_MOST_TOGETHER", most)
            assert scores.tolist() == plan.score(docs).tolist()
        assert scores.tolist() == [plan.score_one(doc) for doc in docs.tolist()]
        assert scores[::3].tolist() == plan.score(np.ascontiguousarray(docs[::3])).tolist()


def test_what_all_documents_score_is_what_each_one_does() -> None:
    plan = compound.AllOfPlan([DocsPlan(3, score=0.1) for _ in range(10)])
    assert [plan.level] * 3 == plan.score(plan.docs()).tolist()
