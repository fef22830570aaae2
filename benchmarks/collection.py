"""A collection of articles in the words of `benchmarks.vocabulary`: the same on every machine, and no download.

What search engines feel besides the frequency of words is kept as well: an article says its words again (one in five),
some words like to stand after others (one in eight), and there are years and numbers among them (one in fifty).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import ujson

from benchmarks.vocabulary import Ids, Vocabulary, capital

__all__ = ["Document", "adopt", "generate", "read", "write"]

_BATCH = 2_000  # documents made at a time; part of what makes the collection what it is
_LENGTH, _SPREAD, _SHORTEST = 250, 60, 80  # words of a body: mean, standard deviation, least
_LONGEST_TITLE = 9
_SENTENCES = 7, 20  # words
_REPEATED, _FOLLOWING, _NUMBERS, _COMMAS = 0.2, 0.125, 0.02, 0.6
_FIRST_DAY, _DAYS = datetime.date(2000, 1, 1), 9_131
_SECTIONS = "siyasət", "iqtisadiyyat", "cəmiyyət", "mədəniyyət", "idman", "dünya", "elm", "hüquq", "turizm", "səhiyyə"

Document = dict[str, str]


def generate(documents: int, seed: int = 0) -> Iterator[Document]:
    """The first `documents` articles: id, title of 5 to 9 words, body of about 250, date (ISO 8601), section.

    A smaller collection is the beginning of a larger one.
    """
    vocabulary = Vocabulary()
    followers = vocabulary.sample(np.random.default_rng([seed, 1]), 65_536)
    for start in range(0, documents, _BATCH):
        batch = _batch(vocabulary, followers, np.random.default_rng([seed, 2, start]), start)
        for number, document in enumerate(batch, start):
            if number >= documents:
                return
            yield document


def write(path: Path, documents: Iterable[Document]) -> int:
    """Write documents as JSON lines and return how many; the file appears when it is complete."""
    unfinished = path.with_suffix(".unfinished")
    written = 0
    with unfinished.open("w", encoding="utf-8") as file:
        for document in documents:
            file.write(ujson.dumps(document, ensure_ascii=False) + "\n")
            written += 1
    unfinished.replace(path)
    return written


def read(path: Path) -> Iterator[Document]:
    """The documents that `write` wrote."""
    with path.open("rb") as file:
        for line in file:
            yield ujson.loads(line)


def adopt(path: Path) -> Iterator[Document]:
    """The documents of a file of JSON lines from elsewhere, with the fields that generated ones have; ValueError."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                fields = ujson.loads(line)
                needed = {name: str(fields[name]) for name in ("id", "title", "body")}
            except (ValueError, KeyError, TypeError) as error:
                problem = f"has no field {error}" if isinstance(error, KeyError) else "is no JSON object"
                raise ValueError(f"{path}, line {number}: {problem}; a document needs id, title and body") from error
            yield needed | {name: str(fields[name]) for name in ("date", "section") if name in fields}


def _batch(vocabulary: Vocabulary, followers: Ids, random: np.random.Generator, start: int) -> Iterator[Document]:
    lengths = random.normal(_LENGTH, _SPREAD, _BATCH).astype(np.int64).clip(min=_SHORTEST)
    spans = lengths + _LONGEST_TITLE
    ends = np.cumsum(spans)
    words = vocabulary.words(_text(vocabulary, followers, random, ends - spans, spans))
    for place in np.flatnonzero(random.random(len(words)) < _NUMBERS).tolist():
        words[place] = _number(random)
    days = random.integers(0, _DAYS, _BATCH).tolist()
    sections = random.integers(0, len(_SECTIONS), _BATCH).tolist()
    titles = random.integers(5, _LONGEST_TITLE + 1, _BATCH).tolist()
    sentences = random.integers(*_SENTENCES, (_BATCH, 64)).tolist()
    commas = random.random((_BATCH, 64)).tolist()
    end = 0
    for place, length in enumerate(spans.tolist()):
        begin, end = end, end + length
        title = " ".join(words[begin : begin + titles[place]])
        yield {
            "id": f"az-{start + place}",
            "title": capital(title),
            "body": _sentences(words[begin + _LONGEST_TITLE : end], sentences[place], commas[place]),
            "date": (_FIRST_DAY + datetime.timedelta(days[place])).isoformat(),
            "section": _SECTIONS[sections[place]],
        }


def _text(vocabulary: Vocabulary, followers: Ids, random: np.random.Generator, starts: Ids, spans: Ids) -> Ids:
    """The words of documents that start at these places and are so long, one after the other."""
    total = int(spans.sum())
    words = vocabulary.sample(random, total)
    following = np.flatnonzero(random.random(total - 1) < _FOLLOWING) + 1
    words[following] = followers[words[following - 1] % len(followers)]
    start = np.repeat(starts, spans)
    repeated = random.random(total) < _REPEATED
    source = start + (random.random(total) * (np.arange(total) - start)).astype(np.int64)
    return np.where(repeated, words[source], words)


def _number(random: np.random.Generator) -> str:
    kind, number = random.random(), int(random.integers(1, 1000))
    if kind < 0.4:
        return str(1990 + number % 36)
    if kind < 0.6:
        return f"{1990 + number % 36}-c{'ıiuü'[number % 4]}"
    return str(number) if kind < 0.9 else f"{number % 100},{number % 10}"


def _sentences(words: list[str], lengths: list[int], chances: list[float]) -> str:
    """The words with capitals, commas and full stops."""
    found = []
    begin = 0
    for length, chance in zip(lengths, chances, strict=True):
        sentence = words[begin : begin + length]
        if not sentence:
            break
        begin += length
        middle = len(sentence) // 2
        if chance < _COMMAS and middle:
            text = f"{' '.join(sentence[:middle])}, {' '.join(sentence[middle:])}."
        else:
            text = " ".join(sentence) + ("?" if chance > 0.97 else ".")
        found.append(capital(text))
    return " ".join(found)
