"""How well azanalyzer reads Azerbaijani, and how fast, with the peers beside it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import click
import ujson

from azanalyzer import Analyzer, fold
from benchmarks.bm25 import BM25, reciprocal_rank
from benchmarks.peers import Terms, text_terms, word_terms

__all__ = ["analyzer", "pair_scores"]

Row = list[str]
_PROCESSES = 7
_OWN, _WITH_BASES = "azanalyzer", "azanalyzer, with bases"
_PARTS = re.compile(r"[-']")


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--only", type=click.Choice(["forms", "coverage", "typing", "retrieval", "speed"]), help="Only this table."
)
def analyzer(data: Path, only: str | None) -> None:
    """Measure azanalyzer on the word lists and texts in the folder DATA.

    DATA holds forms.tsv, unimorph.tsv, wordfreq.tsv, legal-articles.jsonl, legal-queries.jsonl and questions.jsonl.
    """
    for name, table in (
        ("forms", _forms),
        ("coverage", _coverage),
        ("typing", _typing),
        ("retrieval", _retrieval),
        ("speed", _speed),
    ):
        if only in (None, name):
            table(data)
            click.echo()


def pair_scores(pairs: Iterable[tuple[str, str]], terms: dict[str, str]) -> tuple[float, float, float]:
    """Recall, precision and F1 of bringing the forms of one lemma together, each family counting the same.

    `pairs` are (form, lemma), `terms` maps each form to its term. Recall is the share of pairs of a family with one
    term, precision the share of a form's term-mates that are of its family; a form may be in several families.
    """
    families: dict[str, set[str]] = defaultdict(set)
    lemmas: dict[str, set[str]] = defaultdict(set)
    for form, lemma in pairs:
        families[lemma].add(form)
        lemmas[form].add(lemma)
    mates: dict[str, set[str]] = defaultdict(set)
    for form in lemmas:
        mates[terms[form]].add(form)
    recalls, precisions = [], []
    for forms in families.values():
        size = len(forms)
        if size > 1:
            counts = Counter(terms[form] for form in forms)
            recalls.append(sum(n * (n - 1) for n in counts.values()) / (size * (size - 1)))
        near = [(form, mate) for form in forms for mate in mates[terms[form]] if mate != form]
        if near:
            precisions.append(sum(bool(lemmas[form] & lemmas[mate]) for form, mate in near) / len(near))
    recall = sum(recalls) / len(recalls)
    precision = sum(precisions) / len(precisions) if precisions else 1.0
    return recall, precision, 2 * recall * precision / (recall + precision)


def _rows(path: Path) -> list[Row]:
    return [line.split("\t") for line in path.read_text("utf-8").splitlines() if line]


def _forms(data: Path) -> None:
    for name, lemma_column in (("forms.tsv", 2), ("unimorph.tsv", 1)):
        rows = _rows(data / name)
        pairs = [(row[0], row[lemma_column]) for row in rows]
        click.echo(f"{name}: {len(rows):,} rows. Forms of one lemma brought together, family-averaged\n")
        click.echo("| system | recall | precision | F1 | term is the lemma |\n|---|---|---|---|---|")
        for system, term in word_terms().items():
            terms = {form: term(form) for form, _ in pairs}
            recall, precision, f1 = pair_scores(pairs, terms)
            exact = sum(terms[form] == lemma for form, lemma in pairs) / len(pairs)
            click.echo(f"| {system} | {recall:.4f} | {precision:.4f} | {f1:.4f} | {exact:.4f} |")
        click.echo()


def _coverage(data: Path) -> None:
    own = Analyzer.shared()
    rows = [(word, int(count)) for word, count in _rows(data / "wordfreq.tsv")]
    total = sum(count for _, count in rows)
    read: Counter[str] = Counter()
    roots: Counter[str] = Counter()
    for word, count in rows:
        # What stands before a hyphen carries the root: branch-ı. An apostrophe may also stand inside it: mə'lum.
        best = own.explain(word.split("-")[0] or word).best
        if best.source not in ("lexicon", "ascii"):
            best = own.explain(_PARTS.split(word)[0] or word).best
        if best.source in ("lexicon", "ascii"):
            read[best.root] += count
            roots[own.base(best.root) or best.root] += count
    covered = sum(read.values())
    click.echo(f"wordfreq.tsv: {total:,} tokens; share with a reading from the lexicon: {covered / total:.4f}")
    for size in (2_000, 5_000, 10_000):
        entries, bases = (sum(n for _, n in counts.most_common(size)) / total for counts in (read, roots))
        click.echo(f"  the {size:,} commonest entries read {entries:.4f}, roots with what is made of them {bases:.4f}")


def _typing(data: Path) -> None:
    own = Analyzer.shared()
    rows = [(word, int(count)) for word, count in _rows(data / "wordfreq.tsv")]
    total = found = 0
    number = 0.0
    for word, count in rows:
        terms = own.terms(word)
        if len(terms) != 1:
            continue
        meant = own.query_terms(fold(word))
        total += count
        found += count * any(terms[0] in alternatives for alternatives in meant)
        number += count * sum(map(len, meant)) / max(len(meant), 1)
    click.echo(
        f"typed in ASCII: the proper form's term is among the query terms for {found / total:.4f} of the tokens,"
    )
    click.echo(f"with {number / total:.3f} terms a typed word")


def _retrieval(data: Path) -> None:
    articles = [ujson.loads(line) for line in (data / "legal-articles.jsonl").open(encoding="utf-8")]
    queries = [ujson.loads(line) for line in (data / "legal-queries.jsonl").open(encoding="utf-8")]
    questions = [ujson.loads(line) for line in (data / "questions.jsonl").open(encoding="utf-8")]
    click.echo(
        "BM25 (k1 1.2, b 0.75) over the terms alone, MRR@10; those of the last column leave out words that ask\n"
    )
    click.echo("| system | legal-queries | typed in ASCII | questions | without asking |\n|---|---|---|---|---|")
    own = Analyzer.shared()
    asking = {_OWN: own.query_terms, _WITH_BASES: lambda text: [own.with_bases(word) for word in own.query_terms(text)]}
    systems = text_terms()
    systems = {_OWN: systems[_OWN], _WITH_BASES: lambda text: own.with_bases(own.terms(text)), **systems}
    for system, terms in systems.items():
        index = BM25([(article["id"], terms(article["body"])) for article in articles])
        answers = BM25([(q["qid"], terms(" ".join(q["answers"]))) for q in questions])
        ask = asking.get(system) or _singly(terms)
        proper = [reciprocal_rank(index.search(ask(q["query"])), q["relevant"]) for q in queries]
        typed = [reciprocal_rank(index.search(ask(fold(q["query"]))), q["relevant"]) for q in queries]
        asked = [reciprocal_rank(answers.search(ask(q["query"])), [q["qid"]]) for q in questions]
        said = [reciprocal_rank(answers.search(ask(_without_asking(q["query"]))), [q["qid"]]) for q in questions]
        figures = [f"{sum(values) / len(values):.4f}" for values in (proper, typed, asked, said)]
        click.echo(f"| {system} | {' | '.join(figures)} |")


def _singly(terms: Terms) -> Callable[[str], list[list[str]]]:
    """Query words that each mean one term."""
    return lambda text: [[term] for term in terms(text)]


def _without_asking(text: str) -> str:
    """A question without the words that only ask (harada, neçə), the same for all systems."""
    own = Analyzer.shared()
    words = [word for word in text.split() if not own.question_words.issuperset(own.terms(word))]
    return " ".join(words) or text


def _speed(data: Path) -> None:
    code = "import time; t = time.perf_counter(); import azanalyzer; azanalyzer.stem('kitablarımızdan')"
    runs = sorted(
        float(_output([sys.executable, "-c", f"{code}; print(time.perf_counter() - t)"])) for _ in range(_PROCESSES)
    )
    click.echo(f"import and first word: {runs[_PROCESSES // 2] * 1000:.0f} ms (median of {_PROCESSES} processes)")
    click.echo(_output([sys.executable, "-m", "benchmarks.speed", str(data)]).rstrip())


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout
