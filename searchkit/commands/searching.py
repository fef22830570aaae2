"""The commands that search: query, suggest, complete, similar; and analyze, which shows how a text is read."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import click

import searchkit
from azanalyzer.patterns import pattern
from searchkit import QueryError, Schema, SearchkitError
from searchkit.commands.shared import (
    INDEX,
    JSON,
    LIMIT,
    LOG,
    PATH,
    count,
    one_line,
    print_json,
    printable,
    standard_input,
    uncollected,
    valid,
)
from searchkit.query.filters import typed_filters

if TYPE_CHECKING:
    from azanalyzer import Analyzer, Explanation, Token

__all__ = ["analyze", "complete", "query", "similar", "suggest"]

_LONGEST_HEADING = 200  # characters of a text that stands for the title of a hit

# What is no word in a query, in either syntax, and phrases, in which everything is.
_SIMPLE = pattern(
    r"""(?P<phrase>"[^"]*") | (?<![\w"])(?:OR|V[ƏE]\s+YA)(?![\w"]) | (?<!\w)\w+\*
      | (?<!\S)-?(?P<field>[^\W\d][\w-]*):(?P<value>"[^"]*"|[^\s"]+)""",
    re.VERBOSE,
)
_FULL = pattern(
    r"""(?P<phrase>"[^"]*") | (?<![\w"])(?:AND|OR|NOT|TO|DEY[İI]L|V[ƏE]\s+YA|V[ƏE])(?![\w"]) | [~^][\d.]*
      | [^\W\d][\w-]*:[\[{][^\]}]*[\]}] | (?<![\w*?])\w*[*?][\w*?]*
      | (?P<field>[^\W\d][\w-]*):(?P<value>"[^"]*"|[^\s"()]+)""",
    re.VERBOSE,
)


class _TextFirst(click.Command):
    """A command whose text may begin with a hyphen, as in `searchkit query '-neft Xəzər' --index DIR`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put what can be no option, since it is not a single letter, behind the mark that ends the options."""
        if "--" not in args:
            taking_value = {flag for option in self.params if _takes_value(option) for flag in option.opts}
            for number, argument in enumerate(args):
                before = args[number - 1] if number else ""
                if len(argument) > 2 and argument[0] == "-" != argument[1] and before not in taking_value:
                    args = [*args[:number], *args[number + 1 :], "--", argument]
                    break
        return super().parse_args(ctx, args)


def _takes_value(option: click.Parameter) -> bool:
    return isinstance(option, click.Option) and not option.is_flag


def _filters(ctx: click.Context, option: click.Parameter, typed: Sequence[str]) -> dict[str, Any] | None:
    try:
        return typed_filters(map(valid, typed)) or None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--filter") from None


_FILTER = click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FIELD=VALUE",
    callback=_filters,
    help="Only documents with this value; FIELD!=VALUE without it, FIELD+=VALUE with it besides others. VALUE may be a "
    "range, FROM..TO, or empty: no value in the field. May be repeated: any of the values of one field.",
)


def _searched(ctx: click.Context, option: click.Parameter, typed: Sequence[str]) -> Sequence[str] | dict[str, float]:
    """Names of fields, or what each counts where that is said of one."""
    if not any("*" in item for item in typed):
        return [*map(valid, typed)]
    found = {}
    for item in map(valid, typed):
        name, _, boost = item.partition("*")
        try:
            found[name] = float(boost or 1)
        except ValueError:
            raise click.BadParameter(f"{item!r}: what a field counts is a number, as in title*2") from None
    return found


@click.command(cls=_TextFirst)
@click.argument("text")
@INDEX
@LIMIT
@click.option("--offset", type=click.IntRange(0), default=0, show_default=True, metavar="N", help="Hits to pass over.")
@click.option(
    "--match", type=click.Choice(["any", "all"]), default="any", show_default=True, help="Any of the words, or all."
)
@click.option(
    "--syntax",
    type=click.Choice(["simple", "full"]),
    default="simple",
    show_default=True,
    help="With full also AND, OR, NOT, groups, ranges, wildcards, fuzzy words and boosts.",
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="FIELD[*BOOST]",
    callback=_searched,
    help="Search only this text field, and those of further --field; title*2 counts twice.",
)
@_FILTER
@click.option(
    "--facet",
    "facets",
    multiple=True,
    metavar="FIELD",
    help="Count the values of a field; date:month for dates, price:..100,100..500 for ranges, each without its end.",
)
@click.option("--sort", multiple=True, metavar="FIELD", help="Sort by a field, -FIELD the other way round.")
@click.option("--group-by", metavar="FIELD", help="Only the best document for each value of a field.")
@click.option("--after", metavar="CURSOR", help="Go on after the page that told this cursor; '' for the first page.")
@click.option("--synonyms", type=PATH, metavar="FILE", help="Synonyms of your own, a group a line: maşın = avtomobil.")
@JSON
@click.option("--explain", is_flag=True, help="Show how each word was read, and of each hit what its score comes from.")
def query(
    text: str,
    index_path: str,
    synonyms: str | None,
    filters: dict[str, Any] | None,
    facets: Sequence[str] | None,
    sort: Sequence[str] | None,
    fields: Sequence[str] | Mapping[str, float] | None,
    as_json: bool,
    explain: bool,
    **options: Any,
) -> None:
    """Search an index for TEXT.

    Words are found in any inflected form, "quoted words" as a phrase, -word excludes, field:word looks in one field,
    word* finds beginnings.

    \b
    searchkit query 'kitabxanalarımızın oxucuları' --index articles.index
    searchkit query '"Xəzər dənizi" -neft' --index articles.index --limit 3
    searchkit query 'date:2022 seçki' --index articles.index --json
    searchkit query 'seçki AND date:[2022-01 TO 2022-08]' --index articles.index --syntax full
    searchkit query neft --index articles.index --filter date=2022-01..2022-08 --facet source --sort -date
    searchkit query neft --index articles.index --filter source!=report --filter date!=
    searchkit query neft --index articles.index --field title
    """
    text = valid(text)
    with uncollected(), searchkit.open(index_path, synonyms=synonyms) as opened:
        facets, sort, fields = facets or None, sort or None, fields or None
        try:
            results = opened.search(text, filters=filters, facets=facets, sort=sort, fields=fields, **options)
        except QueryError as error:
            if options["syntax"] == "simple" or error.position is None:
                raise
            raise SearchkitError(f"{error}\nwithout --syntax full every text can be searched for") from error
        if as_json:
            print_json(_with_reasons(results) if explain else results.to_dict())
            return
        if explain:
            _explain(_words_of(text, opened.schema, full=options["syntax"] == "full"), asked=True)
        _print_hits(results, opened.schema, explain)


@click.command(cls=_TextFirst)
@click.argument("text")
@INDEX
@JSON
def suggest(text: str, index_path: str, as_json: bool) -> None:
    """Show what TEXT was probably meant for, and related queries.

    Words that the index does not know are put right; nothing is printed for them if there is nothing to put right.

    \b
    searchkit suggest 'Xezer dnizi' --index articles.index
    """
    text = valid(text)
    with searchkit.open(index_path) as opened:
        suggestion = opened.suggest(text)
        related = opened.related_queries(suggestion or text)
    if as_json:
        print_json({"text": text, "suggestion": suggestion, "related": related})
        return
    if suggestion:
        click.echo(f"did you mean: {one_line(suggestion)}")
    for other in related:
        click.echo(f"related: {one_line(other)}")


@click.command(cls=_TextFirst)
@click.argument("text")
@INDEX
@click.option(
    "--kind",
    type=click.Choice(["words", "titles"]),
    default="words",
    show_default=True,
    help="Complete the last word, or find titles.",
)
@LIMIT
@JSON
def complete(text: str, index_path: str, kind: Literal["words", "titles"], limit: int, as_json: bool) -> None:
    """Complete TEXT as it is being typed.

    The last word is completed by the words of the index, the most frequent first.

    \b
    searchkit complete gen --index articles.index
    searchkit complete 'xezer den' --index articles.index --kind titles
    """
    text = valid(text)
    with searchkit.open(index_path) as opened:
        completions = opened.autocomplete(text, limit, kind=kind)
    if as_json:
        print_json({"text": text, "completions": [completion._asdict() for completion in completions]})
        return
    for completion in completions:
        click.echo(f"{one_line(completion.text)}  [{count(completion.frequency, 'document')}]")


@click.command()
@click.argument("id_", metavar="ID")
@INDEX
@LIMIT
@_FILTER
@JSON
def similar(id_: str, index_path: str, limit: int, filters: dict[str, Any] | None, as_json: bool) -> None:
    """Find the documents most like the one with this ID.

    \b
    searchkit similar medeniyyet-05 --index articles.index
    searchkit similar medeniyyet-05 --index articles.index --filter date=2022
    """
    id_ = valid(id_)
    with searchkit.open(index_path) as opened:
        if id_ not in opened:
            raise SearchkitError(f"{index_path}: no document has the id {id_!r}")
        results = opened.more_like_this(id_, limit, filters=filters)
        if as_json:
            print_json(results.to_dict())
        else:
            _print_hits(results, opened.schema)


@click.command(cls=_TextFirst)
@click.argument("text")
@JSON
@click.option("--explain", is_flag=True, help="Show how each word was read and what else it could be.")
def analyze(text: str, as_json: bool, explain: bool) -> None:
    """Show the tokens and index terms of TEXT; - reads standard input.

    \b
    searchkit analyze 'AZƏRTAC-a kitablarımızdan'
    searchkit analyze 'oğluna' --explain
    """
    from azanalyzer import Analyzer

    text = standard_input() if text == "-" else valid(text)
    analyzer = Analyzer.shared()
    tokens = list(analyzer.tokens(text))
    if as_json:
        names = ("text", "term", "start", "end", "position", "kind")
        found = [{name: getattr(token, name) for name in names} for token in tokens]
        if explain:
            for token, described in zip(tokens, found, strict=True):
                read = _read(analyzer, token)
                described["explain"] = None if read is None else read.to_dict()
        print_json({"tokens": found})
    elif explain:
        _explain(text)
    else:
        for token in tokens:
            click.echo(f"{token.position}\t{token.start}-{token.end}\t{token.kind}\t{token.text}\t{token.term}")


def _with_reasons(results: searchkit.Results) -> dict[str, Any]:
    found = results.to_dict()
    for hit, described in zip(results, found["hits"], strict=True):
        described["explain"] = hit.explain().to_dict()
    return found


def _print_hits(results: searchkit.Results, schema: Schema, explain: bool = False) -> None:
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for hit in results:
        _print_hit(hit, schema, colour)
        if explain:
            for line in str(hit.explain()).splitlines():
                click.echo(f"   {printable(line)}")
    if not results.hits:
        click.echo("nothing found" if not results.total else "no more hits")
    if results.suggestion:
        click.echo(f"did you mean: {one_line(results.suggestion)}")
    for name, counts in results.facets.items():
        shown = (f"{one_line(value)} {count:,}" for value, count in counts)
        click.echo(f"{name}: {', '.join(shown) or '-'}")
    if results.request.after is not None and results.cursor:
        LOG.info(f"next page: --after {results.cursor}", cursor=results.cursor)
    took_ms = round(results.took_ms, 3)
    LOG.info(f"{count(results.total, 'document')} found in {took_ms:.1f} ms", total=results.total, took_ms=took_ms)


def _print_hit(hit: searchkit.Hit, schema: Schema, colour: bool) -> None:
    """A line with the rank, the title, the id and the score, and below it a passage."""
    heading, others = _heading(hit, schema)
    title = one_line(heading)
    line = f"{hit.rank}. {click.style(title, bold=True) if colour else title}"
    group = "" if hit.group_size is None else f", {hit.group_size:,} in {one_line(hit.group or '-')}"
    click.echo(f"{line}  [{one_line(hit.id)}, {hit.score:.2f}{group}]")
    snippet = _passage(hit, others)
    if snippet is not None and snippet.text:
        click.echo(f"   {snippet.ansi() if colour else snippet.ansi('', '')}")


def _heading(hit: searchkit.Hit, schema: Schema) -> tuple[str, list[str]]:
    """What stands for the title of a hit, and the text fields besides that it has."""
    texts = schema.text_fields
    titled = texts[0] if "title" not in schema.fields and len(texts) > 1 else "title"
    value = hit.get(titled) or ""
    heading = hit.highlight(titled).text if isinstance(value, list) else str(value)
    if titled != "title" and len(heading) > _LONGEST_HEADING:
        heading = ""
    return heading or hit.id, [name for name in texts if hit.get(name) and (name != titled or not heading)]


def _passage(hit: searchkit.Hit, fields: Sequence[str]) -> searchkit.Snippet | None:
    """A passage of the first of the fields that has what was asked for, else of the first; None if there are none."""
    first = None
    for name in fields:
        found = hit.snippet(name)
        if found.spans:
            return found
        first = first or found
    return first


def _words_of(query: str, schema: searchkit.Schema, full: bool) -> str:
    """A query without what is no word in it: operators, names of fields and values of those that are not text."""

    def kept(part: re.Match[str]) -> str:
        name = part["field"]
        if part["phrase"] or (name and name != "id" and name not in schema.fields):
            return part.group()
        return f" {part['value']} " if name in schema.text_fields else " "

    return (_FULL if full else _SIMPLE).sub(kept, query)


def _explain(text: str, asked: bool = False) -> None:
    """Show how the words of a text are read; of a query, as which it was `asked`, what they stand for."""
    from azanalyzer import Analyzer

    analyzer = Analyzer.shared()
    in_ascii, azerbaijani = analyzer.typed_in_ascii(text), analyzer.is_azerbaijani(text)
    for token in analyzer.tokens(text):
        read = _read(analyzer, token)
        if read is not None:
            terms = analyzer.asked(token.text, in_ascii, azerbaijani)[0].terms if asked else (read.best.term,)
            if terms[0] == read.best.term:
                click.echo(str(read))
            else:
                click.echo(f"{token.text} -> {terms[0]}\n  {analyzer.explain(terms[0]).split}")
                click.echo("  why: typed without Azerbaijani letters it means this first")
            if len(terms) > 1:
                click.echo(f"  stands for: {', '.join(terms)}")
        else:
            click.echo(f"{token.text} -> {token.term}\n  {token.kind}")


def _read(analyzer: Analyzer, token: Token) -> Explanation | None:
    """How a token is read as root and suffixes; None if it is not."""
    from azanalyzer import to_latin
    from azanalyzer.explanation import WHY

    read = analyzer.explain(to_latin(token.text)) if token.kind in ("word", "hashtag") else None
    return read if read is not None and read.best.source in WHY else None
