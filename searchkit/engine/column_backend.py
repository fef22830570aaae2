"""The engine: an index as segments of columns, searched by plans on arrays."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from azanalyzer.lazy import cached_property
from searchkit.backend import (
    Facet,
    Match,
    Matches,
    Problem,
    RangeFacet,
    Salvaged,
    ShortTexts,
    State,
    View,
    Vocabulary,
)
from searchkit.engine.collection import Collection
from searchkit.engine.compile import Unsupported, compile_all
from searchkit.engine.evidence import by_segment, coverage, evidence, words_of
from searchkit.engine.expand import Expander
from searchkit.engine.hits import Found, Hit, Hits, start_after
from searchkit.engine.planner import plan_query
from searchkit.engine.plans import Plan
from searchkit.engine.posting_columns import form_bits
from searchkit.engine.postings import FieldPostings
from searchkit.engine.segment import Segment, SegmentInfo
from searchkit.engine.store import Fields
from searchkit.engine.term_postings import TermPostings
from searchkit.engine.terms import encode
from searchkit.engine.topk import best_of_all
from searchkit.errors import CorruptIndexError
from searchkit.querytree import Query, Word
from searchkit.ranking import Ranking
from searchkit.schema import Schema
from searchkit.storage.files import storing

if TYPE_CHECKING:
    from searchkit.engine.boosts import Boosts
    from searchkit.engine.explain import DocumentScores
    from searchkit.engine.orders import Orders
    from searchkit.engine.transaction import ColumnTransaction
    from searchkit.engine.whoosh_search import WhooshSearch

__all__ = ["ColumnBackend", "ColumnSnapshot"]

_FOLDER = "segments"
_MOST_SAMPLED = 128  # documents of a segment with a term in which others are looked for
_MOST_COUNTED = 4096  # documents with a term that are looked at to leave out those that are deleted


class ColumnBackend:
    """See `searchkit.backend.Backend`."""

    def __init__(self, folder: Path, schema: Schema) -> None:
        self._folder = folder / _FOLDER
        self._schema = schema

    def snapshot(self, state: State, before: Any = None) -> ColumnSnapshot:
        return ColumnSnapshot(self._folder, self._schema, _infos(state), before)

    def transaction(self, state: State, jobs: int) -> ColumnTransaction:
        from azanalyzer import Analyzer
        from searchkit.engine.transaction import ColumnTransaction  # a reader needs nothing of it

        with storing(self._folder):
            self._folder.mkdir(exist_ok=True)
        return ColumnTransaction(self._folder, self._schema, Analyzer.shared(), _infos(state), jobs)

    def count(self, state: State) -> int:
        return sum(info.live for info in _infos(state))

    def is_optimal(self, state: State) -> bool:
        """Whether everything is in one segment, or as few as can hold it, and nothing in it is deleted."""
        from searchkit.engine.groups import to_merge  # a reader needs nothing of it

        return not to_merge([Segment(self._folder, info) for info in _infos(state)], optimize=True)

    def files(self, state: State) -> Iterable[Path]:
        return (self._folder / name for info in _infos(state) for name in info.files())

    def companions(self, state: State, generation: int) -> dict[str, bytes]:
        """What makes the generation an index of Whoosh's too."""
        from searchkit.engine.whoosh_toc import table_of_contents

        return dict([table_of_contents(self._schema, state, generation)])

    def for_whoosh(self, read: Callable[[], tuple[Schema, State, int]]) -> Any:
        from searchkit.engine.whoosh_index import ManifestIndex

        return ManifestIndex(self._folder.parent, read)

    def is_whole(self, companion: bytes, generation: int) -> bool:
        from searchkit.engine.whoosh_toc import is_whole

        return is_whole(companion, generation)

    def problems(self, state: State, known: dict[object, list[Problem]]) -> list[Problem]:
        """What is wrong with the files of a generation; `known` is filled with those that others may share."""
        from searchkit.engine.verify import check_generation

        return check_generation(self._folder, _infos(state), known)

    def salvage(self, damaged: State, sound: State) -> Iterator[tuple[Any, Iterator[Salvaged]]]:
        """Of each damaged segment, the documents that can be read and that stand in no sound segment."""
        from searchkit.engine.salvage import salvage

        return salvage(self._folder, _infos(damaged), _infos(sound))


def _live_frequency(segment: Segment, field: str, term: bytes) -> int:
    source = segment.text(field)
    number = source.terms.find(term) if source is not None else -1
    if source is None or number < 0:
        return 0
    count = source.document_frequency(number)
    if segment.live is None or count > _MOST_COUNTED:
        return count
    return int(np.count_nonzero(segment.live[source.postings(number).docs()]))


def _most_frequent(sources: Sequence[FieldPostings], term: bytes) -> TermPostings | None:
    """The postings of a term in the field that has it in most documents."""
    found = [(source.document_frequency(at), source, at) for source in sources if (at := source.terms.find(term)) >= 0]
    if not found:
        return None
    _, source, at = max(found, key=itemgetter(0))
    return source.postings(at)


def _sampled(segment: Segment, postings: Sequence[TermPostings]) -> Any:
    """Documents of a segment that stand in any of the postings and are not deleted, a few of each; i8, ascending."""
    parts = [each.docs()[:: max(-(-each.df // _MOST_SAMPLED), 1)] for each in postings]
    found = parts[0] if len(parts) == 1 else np.unique(np.concatenate([np.zeros(0, np.int64), *parts]))
    return found if segment.live is None else found[segment.live[found]]


def _as_they_are(hits: Hits) -> Any:
    return hits.scores


def _infos(state: State) -> list[SegmentInfo]:
    return [SegmentInfo(*described) for described in state]


class ColumnSnapshot:
    """See `searchkit.backend.Snapshot`."""

    def __init__(
        self, folder: Path, schema: Schema, infos: list[SegmentInfo], before: ColumnSnapshot | None = None
    ) -> None:
        known = {segment.info.name: segment for segment in before.segments} if before is not None else {}
        self.schema = schema
        self.derived: dict[str, Any] = {}
        self.segments: list[Segment] = [
            known[info.name]
            if info.name in known and known[info.name].info == info
            else Segment(folder, info, known.get(info.name))
            for info in infos
        ]
        self._collection = Collection(self.segments, schema)

    @cached_property
    def _orders(self) -> Orders:
        from searchkit.engine.orders import Orders  # a search by score needs nothing of it

        return Orders(self.segments, self.schema)

    def __len__(self) -> int:
        return sum(segment.info.live for segment in self.segments)

    def search(self, query: Query, view: View, ranking: Ranking) -> Matches:
        plans, boosts = self._ranked_plans(query, ranking, Expander(view.deadline))
        words = [] if ranking.is_plain or not view.limit else words_of(query, self._collection)
        raise_best = functools.partial(self._raised, query, words, ranking, boosts) if words else _as_they_are
        depth = ranking.depth if words else 0
        anchor = self._find(view.after.id) if view.after is not None else None
        found: Found = []
        groups = None
        if view.facets or view.sort or view.group_by:
            found = [(place, plan, self.segments[place].living(plan.docs())) for place, plan in plans]
        if view.sort or view.group_by:
            total = sum(len(docs) for _, _, docs in found)
            matches, groups, first = self._listed(found, view, raise_best, depth, anchor)
        else:
            total, first, hits = self._ranked(plans, view, raise_best, depth, anchor)
            stored = self._stored([(place, doc) for _, place, doc in hits])
            matches = [
                Match(score, fields, (score,), None, None) for (score, _, _), fields in zip(hits, stored, strict=True)
            ]
        facets = self._counted(view.facets, found) if view.facets else []
        return Matches(total, matches, facets, groups, first)

    def _listed(
        self,
        found: Found,
        view: View,
        raise_best: Callable[[Hits], Any],
        depth: int,
        anchor: tuple[int, int] | None,
    ) -> tuple[list[Match], int | None, int]:
        """The wanted matches by fields or groups, how many groups there are, and how many stand before these."""
        from searchkit.engine.listing import Listing

        rows, groups, first = Listing(found, view, self.segments, self._orders).page(raise_best, depth, anchor)
        stored = self._stored([(row.place, row.doc) for row in rows])
        matches = [
            Match(row.score, fields, row.values, row.group, row.group_size)
            for row, fields in zip(rows, stored, strict=True)
        ]
        return matches, groups, first

    def _counted(self, facets: Sequence[Facet | RangeFacet], found: Found) -> list[list[tuple[str, int]]]:
        from searchkit.engine.facets import count

        counted = [(self.segments[place], docs) for place, _, docs in found]
        return [count(facet, self.schema, counted) for facet in facets]

    def _stored(self, spots: Sequence[tuple[int, int]]) -> list[Fields]:
        """What is stored of documents, given as segment and number; those of a segment are read together."""
        stores = {place: self.segments[place].store for place, _ in spots}
        heads = {
            place: iter(store.heads_of([doc for own, doc in spots if own == place])) for place, store in stores.items()
        }
        return [Fields(stores[place], doc, next(heads[place])) for place, doc in spots]

    def _ranked_plans(
        self, query: Query, ranking: Ranking, expander: Expander
    ) -> tuple[list[tuple[int, Plan]], Boosts | None]:
        """The plans for a query with the boosts of a ranking, and these where it has some."""
        places = range(len(self.segments))
        found = ((place, plan_query(query, self._collection, place, expander)) for place in places)
        plans = [(place, plan) for place, plan in found if plan is not None]
        if not ranking.boosts:
            return plans, None
        from searchkit.engine.boosts import Boosts

        boosts = Boosts(ranking, self.segments)
        return [(place, boosts.plan(place, plan)) for place, plan in plans], boosts

    def _find(self, key: str) -> tuple[int, int] | None:
        """The segment and the number of the document with this id."""
        found = ((place, segment.find_id(key)) for place, segment in enumerate(self.segments))
        return next((where for where in found if where[1] >= 0), None)

    def _ranked(
        self,
        plans: list[tuple[int, Plan]],
        view: View,
        raise_best: Callable[[Hits], Any],
        depth: int,
        anchor: tuple[int, int] | None,
    ) -> tuple[int, int, list[Hit]]:
        """How many documents match, how many stand before the wanted ones, and these by score."""
        count = view.offset + view.limit + (view.after.rank if view.after is not None else 0)
        while True:
            total, found = self._best(plans, max(count, depth))
            if depth:  # those behind follow as they are, as nothing can have raised them
                has_others = len(found.docs) > depth
                near = (found.taken(slice(depth)) if has_others else found).by_document()
                near = Hits(raise_best(near), near.places, near.docs).in_order()
                found = near.with_others(found.taken(slice(depth, None))) if has_others else near
            if view.after is None:
                start = view.offset
                break
            hits = found.listed()
            start = start_after(view.after, hits, anchor)
            is_met = anchor is None or any(hit[1:] == anchor for hit in hits)
            if len(hits) >= total or (is_met and len(hits) >= start + view.limit):
                break
            count = 4 * max(count, depth, 1)  # the document of the cursor has sunk
        return total, start, found.taken(slice(start, start + view.limit)).listed()

    def _raised(self, query: Query, words: list[Word], ranking: Ranking, boosts: Boosts | None, near: Hits) -> Any:
        """The scores of the best hits, which stand in the order of their documents, with what evidence adds to them."""
        at_hand = by_segment(near.places, near.docs)
        added, held = evidence(words, ranking, self._collection, at_hand, searched=query.fields)
        if boosts is not None and at_hand:
            added = added * np.concatenate([boosts.factors(place, docs) for place, docs in at_hand])
        scores = near.scores + added
        return scores if held is None else scores * coverage(held, ranking)

    def scores(self, query: Query, ranking: Ranking, key: str) -> DocumentScores | None:
        from searchkit.engine.explain import DocumentScores  # a search needs nothing of it

        where = self._find(key)
        if where is None:
            return None
        plans, boosts = self._ranked_plans(query, ranking, Expander())
        return DocumentScores(query, boosts, self._collection, self._best(plans, ranking.depth)[1], *where)

    def search_tree(self, tree: Any, count: int) -> tuple[int, list[tuple[float, int, int]]]:
        """How many documents match a Whoosh query, and the best: score, place of segment, number of document."""
        try:
            total, found = self._best(compile_all(tree, self._collection), count)
            return total, found.listed()
        except Unsupported:
            return self.whoosh.search_tree(tree, count)

    @cached_property
    def whoosh(self) -> WhooshSearch:
        """Whoosh over the same segments."""
        from searchkit.engine.whoosh_search import WhooshSearch

        return WhooshSearch(self._collection)

    def _best(self, plans: list[tuple[int, Plan]], count: int) -> tuple[int, Hits]:
        """How many documents match, and the best."""
        return best_of_all(plans, count, [segment.live for segment in self.segments])

    def get(self, key: str) -> Mapping[str, Any] | None:
        for segment in self.segments:
            if (doc := segment.find_id(key)) >= 0:
                found: Mapping[str, Any] = segment.store.document(doc)
                return found
        return None

    def documents(self) -> Iterator[dict[str, Any]]:
        return itertools.chain.from_iterable(segment.live_documents() for segment in self.segments)

    def vocabularies(self, field: str) -> list[Vocabulary]:
        """The terms of a text field, one vocabulary a segment that has the field."""
        sources = [segment.text(field) for segment in self.segments]
        return [source.vocabulary for source in sources if source is not None]

    def frequency(self, field: str, term: str) -> int:
        """In how many documents a term stands in a text field; deleted ones count where very many have it."""
        return sum(_live_frequency(segment, field, encode(term)) for segment in self.segments)

    def frequencies_beside(self, fields: Sequence[str], terms: Sequence[str], others: Sequence[str]) -> list[int]:
        """How many documents with any of `terms` have each of `others`; of very many a sample is looked at."""
        encoded, wanted = [*map(encode, terms)], [*map(encode, others)]
        counts = [0] * len(others)
        for segment in self.segments:
            sources = [source for field in fields if (source := segment.text(field)) is not None]
            own = [_most_frequent([source], term) for source in sources for term in encoded]
            docs = _sampled(segment, [postings for postings in own if postings is not None])
            for number, term in enumerate(wanted) if len(docs) else ():
                # The field that has it most often tells about enough.
                if (postings := _most_frequent(sources, term)) is not None:
                    counts[number] += int(np.count_nonzero(postings.holds(docs)))
        return counts

    def with_form(self, field: str, term: str, surface: str) -> int:
        """How many documents, deleted ones included, have a term in a surface form; one in 15 is taken for it."""
        bits = form_bits(surface)
        sources = (segment.text(field) for segment in self.segments)
        return sum(
            source.postings(at).with_form(bits)
            for source in sources
            if source is not None and (at := source.terms.find(encode(term))) >= 0
        )

    def spelled(self, fields: Iterable[str], folded: str, lengths: frozenset[int], beyond: int) -> dict[str, int]:
        """The terms that begin or go on like `folded` but for diacritics, and how many documents have each."""
        from searchkit.engine.accents import spelled  # few words need it

        found: dict[str, int] = {}
        for field in fields:
            for segment in self.segments:
                if (source := segment.text(field)) is not None:
                    for term, number in spelled(source.terms, folded, lengths, beyond):
                        found[term] = found.get(term, 0) + source.document_frequency(number)
        return found

    def short_texts(self, field: str) -> list[ShortTexts]:
        """The short texts that a field holds, those of each segment."""
        return [segment.short_texts(field) for segment in self.segments]

    def verify(self) -> None:
        """Check every byte of every file; CorruptIndexError names the first that is damaged."""
        for segment in self.segments:
            segment.file.check_all()
            if segment.live is not None and int(np.count_nonzero(~segment.live)) != segment.info.deleted:
                raise CorruptIndexError(f"{segment.file.path}: the deletions are not those that the manifest counts")
