"""HTML: the title and the main text of a page, without what every page of its site has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from searchkit.documents import encoding
from searchkit.documents.base import Record
from searchkit.documents.fields import FieldNames
from searchkit.documents.stream import Source
from searchkit.documents.tags import tags_and_text
from searchkit.errors import DocumentError
from searchkit.schema import parse_date

__all__ = ["read_html"]

# fmt: off
_INVISIBLE = frozenset({
    "button", "canvas", "iframe", "noscript", "object", "script", "select", "style", "svg", "template", "textarea",
})
_AROUND = frozenset({"aside", "footer", "header", "nav"})
_FORM = frozenset({"form"})
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hr", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table",
    "tbody", "tfoot", "thead", "tr", "ul",
})
# fmt: on
_CELLS = ("td", "th")
# Elements whose end tag may be left out, by what then begins (HTML Standard, 13.1.2.4).
_ENDED_BY = {
    "p": _BLOCKS.union(_CELLS),
    "li": frozenset({"li"}),
    **dict.fromkeys(("dt", "dd"), frozenset({"dt", "dd"})),
    "tr": frozenset({"tr", "tbody", "tfoot"}),
    **dict.fromkeys(_CELLS, frozenset({"td", "th", "tr", "tbody", "tfoot"})),
    **dict.fromkeys(("thead", "tbody"), frozenset({"tbody", "tfoot"})),
}
_AREAS = ("main", "article", "h1")
_ENOUGH = 200
"""As many characters make a <main> or an <article> worth preferring to the whole page."""

# Two characters that no page has by the time its text is taken; they mark where paragraphs and lines end.
_PARAGRAPH, _LINE = "\x00", "\x01"

_DATES = ("article:published_time", "datepublished", "date", "dc.date", "dcterms.date")
_LABELS = {
    **dict.fromkeys((b"utf-8", b"utf8"), "utf-8"),
    **dict.fromkeys((b"windows-1254", b"cp1254", b"iso-8859-9", b"latin5"), "windows-1254"),
    **dict.fromkeys((b"windows-1251", b"cp1251"), "windows-1251"),
}
_HEAD = 4096
_CHARSET = re.compile(
    rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml\b[^>]{0,100}?encoding\s*=\s*[\"']([\w-]+)",
    re.IGNORECASE,
)
_GAP = re.compile(r"\n{3,}")


def read_html(source: Source, names: FieldNames) -> Iterator[Record]:
    """The one document of a page: title, body, and lang, date and url where the page tells them.

    The title is that of the page, else its first heading, and the date the first that a date field takes. The body is
    the text of <main>, or of the <article>s, where that is enough text, else of the whole page; never scripts,
    navigation, forms, asides, footers or the header of the page. Should the page put its text into a form, as ASP.NET
    does, the form counts, and should there be nothing but navigation, that does.
    """
    text, source.encoding = _decoded(source.everything())
    text = text.replace(_LINE, " ")
    page = _Page(text, _INVISIBLE | _AROUND | _FORM)
    if len(page.body) < _ENOUGH and "<form" in text.lower():
        with_forms = _Page(text, _INVISIBLE | _AROUND)
        if len(with_forms.body) >= len(page.body) + _ENOUGH:
            page = with_forms
    if not page.body:
        page = _Page(text, _INVISIBLE)
    fields: dict[str, object] = {"title": page.title, "body": page.body, **page.facts}
    yield Record(names.rename({name: value for name, value in fields.items() if value or name == "body"}))


def _decoded(data: bytes) -> tuple[str, str]:
    """By the byte order mark, by what the page says of itself if that can be true, else by what it looks like."""
    declared = _CHARSET.search(data[:_HEAD])
    label = _LABELS.get((declared[1] or declared[2]).lower()) if declared else None
    if label and not data.startswith(encoding.MARKS):
        try:
            return encoding.decode_as(data, label), label
        except DocumentError:
            pass
    return encoding.decode(data)


class _Page:
    """A page taken apart: `title`, `body`, and in `facts` what its head says of it.

    Elements of the `left_out` kinds give no text; a <header> does where it belongs to a <main> or an <article>.
    """

    def __init__(self, page: str, left_out: frozenset[str]) -> None:
        self.facts: dict[str, str] = {}
        self._left_out = left_out
        self._pieces: list[str] = []
        self._title = ""
        self._open: list[tuple[str, bool, int]] = []  # name, whether it hides its text, where its text begins
        self._count: Counter[str] = Counter()  # how often each name is in _open, to look no element up in vain
        self._hidden = 0
        self._areas: dict[str, list[str]] = {name: [] for name in _AREAS}
        self._dates: dict[str, str] = {}
        for item in tags_and_text(page):
            if isinstance(item, str):
                self._take(item)
            elif item.attributes is None:
                self._end(item.name)
            else:
                self._start(item.name, item.attributes)
        while self._open:
            self._close_last()
        for name in _DATES:
            if _is_date(self._dates.get(name)):
                self.facts.setdefault("date", self._dates[name])
        headings = (_collapsed(heading.replace(_PARAGRAPH, " ").replace(_LINE, " ")) for heading in self._areas["h1"])
        self.title = self._title or next(filter(None, headings), "")
        self.body = self._body()

    def _body(self) -> str:
        whole = _paragraphs("".join(self._pieces))
        for name in ("main", "article"):
            text = _paragraphs(_PARAGRAPH.join(self._areas[name]))
            if len(text) >= _ENOUGH or (text and len(text) * 2 >= len(whole)):
                return text
        return whole

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._count["title"]:
            self._end("title")  # a title holds no elements: it has not been closed
        while self._open and tag in _ENDED_BY.get(self._open[-1][0], ()):
            self._close_last()
        if tag in _VOID:
            self._void(tag, attributes)
            return
        hides = tag in self._left_out and not (tag == "header" and (self._count["main"] or self._count["article"]))
        hides = hides or "hidden" in attributes
        if tag == "html" and (lang := attributes.get("lang") or attributes.get("xml:lang")):
            self.facts.setdefault("lang", lang.strip())
        if not self._hidden:
            if tag in _BLOCKS:
                self._pieces.append(_PARAGRAPH)
            elif tag in _CELLS:  # the one before it need not be closed
                self._pieces.append(" ")
        self._open.append((tag, hides, len(self._pieces)))
        self._count[tag] += 1
        self._hidden += hides

    def _end(self, tag: str) -> None:
        if self._count[tag]:
            while self._close_last() != tag:
                pass

    def _take(self, text: str) -> None:
        if self._hidden:
            return
        if self._count["title"]:
            self._title = self._title or _collapsed(text)
        else:
            self._pieces.append(text.replace("\n", _LINE) if self._count["pre"] else text)

    def _close_last(self) -> str:
        tag, hides, start = self._open.pop()
        self._count[tag] -= 1
        self._hidden -= hides
        if not self._hidden:
            if tag in _AREAS and not self._count[tag]:
                self._areas[tag].append("".join(self._pieces[start:]))
            if tag in _BLOCKS:
                self._pieces.append(_PARAGRAPH)
            elif tag in _CELLS:
                self._pieces.append(" ")
        return tag

    def _void(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in ("br", "hr") and not self._hidden:
            self._pieces.append(_LINE if tag == "br" else _PARAGRAPH)
        elif tag == "meta":
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
            if content := attributes.get("content", "").strip():
                self._dates.setdefault(name.lower(), content)
        elif tag == "link" and "canonical" in attributes.get("rel", "").lower().split():
            href = attributes.get("href", "").strip()
            if href.startswith(("http://", "https://")):
                self.facts.setdefault("url", href)


def _is_date(text: str | None) -> bool:
    """Whether an index can take it: what a site writes otherwise is no reason to do without its page."""
    try:
        return text is not None and parse_date(text) is not None
    except ValueError:
        return False


def _paragraphs(text: str) -> str:
    """The text with its white space put in order: an empty line between paragraphs, none around them."""
    paragraphs = ("\n".join(map(_collapsed, paragraph.split(_LINE))).strip() for paragraph in text.split(_PARAGRAPH))
    return _GAP.sub("\n\n", "\n\n".join(filter(None, paragraphs)))


def _collapsed(text: str) -> str:
    return " ".join(text.split())
