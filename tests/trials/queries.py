"""Random and grammar-made queries in both syntaxes: each is answered or refused with a QueryError, within a second.

    python -m tests.trials.queries --count 200000 --seed 1

The index has articles in the words of a large vocabulary, in several segments. A query is random characters, words and
operators in any order, made by the grammar of docs/query.md, one of those with characters changed, or made to cost as
much as a query can: hundreds of patterns, similar words and phrases, groups in groups, words of thousands of
characters. Of each, hits with snippets, now and then facets and an order, and the suggestion are asked for as well;
some are also completed, or taken as a text that documents should be like.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import searchkit
from benchmarks.collection import generate
from searchkit import Date, Keyword, Number, QueryError, Schema, Text
from tests.trials.children import Outcome, Report, asked, tried

__all__ = ["Queries", "main", "run"]

SCHEMA = Schema(title=Text(boost=2.0), body=Text(), section=Keyword(), date=Date(), pages=Number())
_SLOW = 1.0  # seconds of the processor; by the clock it may be more where other processes have it
_FIELDS = ("title", "body", "section", "date", "pages", "id")
_OPERATORS = (
    *("AND", "OR", "NOT", "VƏ", "VƏ YA", "DEYİL", "TO", "(", ")", "((", "))", "[", "]", "{", "}", '"', '""', "“", "»"),
    *(
        "-",
        "--",
        "*",
        "?",
        "**",
        "~",
        "~2",
        "~100",
        "^",
        "^2",
        "^0.001",
        "^1000",
        ":",
        ">",
        "<=",
        "\\",
        "\\*",
        "title:",
    ),
    *("date:", "pages:>", "section:", "id:", "nosuch:", "http://", ".*", "(a+)+$", "[^a]", "|", "$", "%s", "{0}", "/*"),
)
_STRANGE = (
    *("\0", "\x1b[31m", "\u202e", "\u200f", "\u200d", "\ufeff", "\ud800", "\udfff", "\U0010ffff", "İ\u0307", "e\u0301"),
    *("ß", "ﬁ", "İIıi", "ə", "😀", "\u00ad", "\u2028", "\u3000", "１２", "٣", "Ⅷ", "𝟙", "\u0307" * 9, "кәнд", "文字"),
)
_VALUES = (
    *("2022", "2022-08", "2022-08-24", "24.08.2022", "24 avqust 2022", "dünən", "keçən ay", "son 7 gün", "9999-12-31"),
    *("0000", "0001-01-01", "99999-99-99", "1" * 400, "-1", "1e308", "1e999", "-1e-999", "nan", "inf", "0x10", "1_000"),
    *("1.000.000", "3,14", "XXXIX", "2022-13-45", "son 99999999999 gün", "T", "2022-08-24T10:00+14:00", "*", ""),
)


def prepare(folder: Path, documents: int) -> None:
    """The index that is asked, in folder/index; a tenth of its documents was deleted or written again."""
    index = searchkit.create(folder / "index", SCHEMA)
    made = [{**document, "pages": number % 300} for number, document in enumerate(generate(documents))]
    for part in (made[: documents // 2], made[documents // 2 : -documents // 10], made[-documents // 10 :]):
        with index.writer() as writer:
            for document in part:
                writer.add(document)
    with index.writer() as writer:
        for document in made[::20]:
            writer.delete(document["id"])
        for document in made[1::20]:
            writer.add({**document, "title": "Yenə"})


class Maker:
    """Makes queries of the words that the index has."""

    def __init__(self, chance: random.Random, words: list[str]) -> None:
        self._chance = chance
        self._words = words
        self.kinds: dict[str, Callable[[], str]] = {
            "characters": self.characters,
            "operators": self.operators,
            "grammar": self.grammar,
            "grammar, changed": self.changed,
            "costly": self.costly,
        }

    def word(self) -> str:
        """As somebody types it: inflected, in any case and alphabet, sometimes misspelled."""
        chance = self._chance
        word = chance.choice(self._words)
        kind = chance.random()
        if kind < 0.1:
            word += chance.choice(["lar", "larımızdan", "ın", "-dan", "'ın", "da"])
        elif kind < 0.2:
            word = word.translate(str.maketrans("əğıöüçş", "egioucs"))
        elif kind < 0.3:
            place = chance.randrange(len(word))
            word = word[:place] + chance.choice("abcəzx") + word[place + 1 :]
        elif kind < 0.35:
            word = chance.choice([word.upper(), word.capitalize(), word[::-1], word * 30])
        elif kind < 0.4:
            word = chance.choice(_STRANGE) + word
        return word

    def value(self) -> str:
        return self._chance.choice(_VALUES) if self._chance.random() < 0.7 else self.word()

    def characters(self) -> str:
        chance = self._chance
        length = chance.choice([1, 5, 20, 100]) if chance.random() < 0.99 else chance.choice([2_000, 10_000, 10_001])
        spans = chance.choice(
            [[(0, 0x10FFFF)], [(32, 126)], [(0, 32)], [(0x20, 0x24F), (0x400, 0x4FF)], [(0x200B, 0x206F)]]
        )
        return "".join(chr(chance.randint(*chance.choice(spans))) for _ in range(length))

    def operators(self) -> str:
        chance = self._chance
        pieces = [
            chance.choice([self.word, self.value, lambda: chance.choice(_OPERATORS), lambda: chance.choice(_STRANGE)])()
            for _ in range(chance.choice([2, 4, 8, 20, 60]))
        ]
        return chance.choice(["", " ", " "]).join(pieces)

    def grammar(self) -> str:
        return self._sequence(self._chance.randrange(5))

    def changed(self) -> str:
        chance = self._chance
        text = list(self.grammar())
        for _ in range(chance.choice([1, 1, 2, 5])):
            place = chance.randrange(len(text) + 1)
            text[place : place + chance.randrange(3)] = chance.choice([*_OPERATORS, *_STRANGE, " ", ""])
        return "".join(text)

    def _sequence(self, depth: int) -> str:
        chance = self._chance
        items = [self._item(depth) for _ in range(chance.choice([1, 1, 2, 3, 6]))]
        joins = [chance.choice([" ", " ", " AND ", " OR ", " VƏ ", " VƏ YA ", " AND NOT "]) for _ in items]
        return "".join(part for pair in zip(items, joins, strict=True) for part in pair).removesuffix(joins[-1])

    def _item(self, depth: int) -> str:
        chance = self._chance
        sign = chance.choice(["", "", "", "", "-", "NOT ", "DEYİL "])
        field = chance.choice(["", "", "", "title:", "body:"])
        is_group = depth and chance.random() < 0.4
        item = f"{field}({self._sequence(depth - 1)})" if is_group else self._leaf(field)
        boost = chance.choice(["", "", "", "", "^2", "^0.5", "^999"])
        return sign + item + boost

    def _leaf(self, field: str) -> str:
        chance = self._chance
        word = re.sub(r'[\s()\[\]{}"^~\\*?:]', "", self.word()) or "söz"
        low, high = sorted((word, chance.choice(self._words)))
        return chance.choice(
            [
                lambda: field + word,
                lambda: f"{field}{word[: chance.randint(1, 4)]}*",
                lambda: f"{field}{word[0]}{chance.choice(['?', '*'])}{word[1:3]}{chance.choice(['*', '?', '*a*'])}",
                lambda: f"{field}{word[:40]}~{chance.choice(['', '1', '2'])}",
                lambda: f'{field}"{word} {self.word().replace(chr(34), "")}"' + chance.choice(["", "~3", "~100"]),
                lambda: f"{field or 'body:'}{chance.choice('[{')}{low} TO {high}{chance.choice(']}')}",
                lambda: f"{chance.choice(_FIELDS)}:{self.value() or '*'}",
                lambda: f"{chance.choice(['date', 'pages'])}:{chance.choice(['>', '<', '>=', '<='])}{self.value()}",
                lambda: f"date:[{self.value()} TO {self.value()}]",
                lambda: f"pages:{{{chance.randint(-9, 400)} TO {chance.randint(-9, 10**18)}]",
                lambda: "*",
            ]
        )()

    def costly(self) -> str:
        chance = self._chance
        count = chance.choice([20, 100, 255, 256, 257])
        first = chance.choice(self._words)[0]
        word = self.word()
        nested = chance.choice([10, 50, 51, 3_000])
        short = [other for other in self._words[:300] if len(other) < 6]
        text = chance.choice(
            [
                lambda: " ".join(f"{chance.choice(self._words)[:2]}*" for _ in range(count)),
                lambda: " ".join(f"{chance.choice(self._words)[0]}*{chance.choice('aeəiıur')}*" for _ in range(count)),
                lambda: " ".join(f"{chance.choice(self._words)[:1]}?{chance.choice('aeəiıur')}*" for _ in range(count)),
                lambda: " ".join(f"{chance.choice(self._words)[:40]}~2" for _ in range(count)),
                lambda: " ".join(f'"{chance.choice(short)} {chance.choice(short)}"~100' for _ in range(count)),
                lambda: " OR ".join(f"body:[{chance.choice(self._words)} TO *]" for _ in range(count)),
                lambda: " AND ".join(chance.choice(self._words[:50]) for _ in range(count)),
                lambda: " ".join(chance.choice(self._words[:200]) for _ in range(count)),
                lambda: " ".join(f"-{chance.choice(self._words[:200])}" for _ in range(count)),
                lambda: " ".join(f"date:{1990 + n % 40}" for n in range(count)),
                lambda: '"' + " ".join(chance.choice(self._words[:50]) for _ in range(count * 3)) + '"~100',
                lambda: "(" * nested + word + ")" * nested,
                lambda: "(a OR " * nested + word + ")" * nested,
                lambda: "(" * nested,
                lambda: "NOT " * nested + word,
                lambda: word * (9_000 // len(word)),
                lambda: first * 9_999 + chance.choice(["", "*", "~"]),
                lambda: (first + "*") * 49 + first,
                lambda: first + "*" + "?" * 90 + "*",
                lambda: "a" * chance.choice([10_001, 100_000]),
                lambda: chance.choice(_STRANGE) * 2_000,
                lambda: chance.choice(_OPERATORS) * 2_000,
                lambda: "-".join([word] * 250),
                lambda: ".".join([first] * 4_000),
                lambda: "9" * 5_000,
            ]
        )()
        return text if chance.random() < 0.1 else text[:10_000]


class Queries:
    """See `tests.trials.children.Trial`."""

    def __init__(self, folder: Path, seed: int, options: Any) -> None:
        self._seed = seed
        self._index = searchkit.open(folder / "index")
        found = {word.lower() for document in generate(300) for word in document["body"].split() if word.isalpha()}
        self._words = sorted(found)
        random.Random(seed).shuffle(self._words)
        self._index.search("isinmə").total  # noqa: B018 what is read once is not counted

    def run(self, number: int) -> Outcome:
        chance = random.Random(f"{self._seed} {number}")
        maker = Maker(chance, self._words)
        [kind] = chance.choices(list(maker.kinds), [20, 20, 35, 15, 10])
        query = maker.kinds[kind]()
        syntax = chance.choice(["simple", "full"])
        options: dict[str, Any] = {
            "syntax": syntax,
            "match": chance.choice(["any", "all"]),
            "limit": chance.choice([0, 1, 10, 50]),
        }
        if chance.random() < 0.1:
            options |= {
                "facets": ["section", "date:month"],
                "sort": chance.choice([None, "-date", ["section", "title"]]),
            }
        shown = query if len(query) < 200 else f"{query[:100]}… ({len(query)} characters)"
        more = chance.random() < 0.1
        started = time.perf_counter()
        try:
            told, took = self._asked(query, options, more)
        except Exception as error:
            return Outcome("raised something else", f"{type(error).__name__}: {error}: {shown!r} {options}")
        passed = time.perf_counter() - started
        failure = f"{took:.2f} s: {shown!r} {options}" if took > _SLOW else ""
        return Outcome(f"{syntax}, {kind}: {told}", failure, (took, passed))

    def _asked(self, query: str, options: dict[str, Any], more: bool) -> tuple[str, float]:
        """Ask for all that a page of results shows; whether it was answered, and the seconds of the processor."""
        started = time.process_time()
        try:
            results = self._index.search(query, **options)
            for hit in results[:10]:
                hit.snippet("body").html()
            results.suggestion  # noqa: B018
            if more:
                self._index.autocomplete(query)
                self._index.autocomplete(query, kind="titles")
                self._index.more_like_this(query, limit=3)
        except QueryError as error:
            str(error)
            return "refused", time.process_time() - started
        took = time.process_time() - started
        assert len(results) <= min(options["limit"], results.total)
        return ("answered" if results.total else "nothing found"), took


def run(base: Path, count: int, seed: int, jobs: int = 1, documents: int = 5_000) -> Report:
    """Ask `count` queries of an index in the folder `base`."""
    report = Report(f"queries over {documents:,} documents")
    (base / "prepared").mkdir()
    prepare(base / "prepared", documents)
    times: list[float] = []
    longest = 0.0
    for number, outcome in tried(Queries, base / "prepared", seed, count, jobs=jobs):
        report.count(number, outcome)
        times += outcome.figures[:1]
        longest = max(longest, *outcome.figures[1:], 0.0)
    times.sort()
    for share in (0.5, 0.99, 0.9999, 1.0):
        if times:
            took = times[min(int(len(times) * share), len(times) - 1)]
            report.notes.append(f"{share:.2%} of the queries took at most {took * 1000:,.1f} ms of the processor")
    report.notes.append(f"by the clock the longest took {longest * 1000:,.1f} ms")
    return report


def main() -> int:
    options = asked(__doc__, 200_000, ("--documents", {"type": int, "default": 5_000, "help": "of the index"}))
    with tempfile.TemporaryDirectory() as base:
        return run(Path(base), options.count, options.seed, options.jobs, options.documents).show()


if __name__ == "__main__":
    sys.exit(main())
