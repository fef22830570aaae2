"""Markdown without its marks: the text that a reader of the page would see.

Not a parser of Markdown: what matters for search is that words stay whole and that marks, addresses and tags do not
count as words. Every expression here needs time in proportion to the text, whatever the text.
"""

from __future__ import annotations

import re

__all__ = ["plain_text"]

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+(.*))?")
_UNDERLINE = re.compile(r" {0,3}(?:=+|--+)[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_PREFIX = re.compile(r"[ \t>]*(?:[-*+][ \t]+)?")  # indentation, quotation, bullet
_DEFINITION = re.compile(r" {0,3}\[[^\]^][^\]]*\]:[ \t]*\S+.*")
_HEADING_END = re.compile(r"(?:^|[ \t])#+[ \t]*$")
_GAP = re.compile(r"\n{3,}")

# Marks are only taken in pairs: "5 * 3", snake_case and the apostrophe in Şəki`nin stay. A suffix may follow the second
# one, as in **Bakı**nın.
#
# Each expression comes with a character without which it need not be tried, and with what it leaves.
_MARKS = (
    ("[", re.compile(r"!?\[([^\[\]]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*){0,8}\)"), r"\1"),  # [text](address)
    ("[", re.compile(r"!?\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),  # [text][reference]
    ("*", re.compile(r"(?<![\w*\\])(\*{1,3})(?![\s*])([^*]*)(?<![\s*])\1(?!\*)"), r"\2"),
    ("_", re.compile(r"(?<![\w\\])(_{1,3})(?![\s_])([^_]*)(?<![\s_])\1(?!\w)"), r"\2"),
    ("~", re.compile(r"(?<![~\\])~~(?![\s~])([^~]*)~~"), r"\1"),
)
_NESTED = 2  # an image in a link, italics in bold
_LAST_MARKS = (
    ("[", re.compile(r"\[\^[^\[\]\s]*\]:?"), ""),  # footnotes
    ("<", re.compile(r"<(https?://[^<>\s]*)>"), r"\1"),
    ("<", re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    ("`", re.compile(r"(?<![\w`])(`+)([^`]+)\1(?!`)"), r"\2"),
    ("\\", re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def plain_text(text: str, *, take_heading: bool) -> tuple[str | None, str]:
    """The text of a Markdown document; where `take_heading` is set, its first heading apart from the rest."""
    title: str | None = None
    done: list[str] = []
    prose: list[str] = []
    fence = ""
    for line in _without_comments(text).split("\n"):
        if fence:
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            else:
                done.append(line)
            continue
        if opening := _FENCE.match(line):
            fence = opening[1]
            done.append(_without_marks("\n".join(prose)))
            prose.clear()
            continue
        heading = _heading(line, prose)
        if heading is None:
            is_text = not (_is_rule(line) or _DEFINITION.fullmatch(line))
            prose.append(_PREFIX.sub("", line, count=1) if is_text else "")
        elif heading and title is None and take_heading:
            title = _without_marks(heading)
        else:
            prose.append(heading)
    done.append(_without_marks("\n".join(prose)))
    return title, _GAP.sub("\n\n", "\n".join(done)).strip()


def _heading(line: str, prose: list[str]) -> str | None:
    """The heading that a line is, or that it makes of the last one of the prose, which is taken out; None if none."""
    if match := _HEADING.fullmatch(line):
        return _HEADING_END.sub("", match[1] or "").strip()
    if prose and prose[-1].strip() and _UNDERLINE.fullmatch(line):
        return prose.pop().strip()
    return None


def _is_rule(line: str) -> bool:
    """Whether the line is a rule across the page, or the one below the head of a table."""
    stripped = line.strip()
    if len(stripped) < 3 or stripped[0] not in "-*_|:":
        return False
    marks = set(stripped) - {" ", "\t"}
    return marks in ({"-"}, {"*"}, {"_"}) or ("-" in marks and marks <= {"-", "|", ":"})


def _without_comments(text: str) -> str:
    kept = []
    place = 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[place:start])
        place = end + 3
    return "".join(kept) + text[place:]


def _without_marks(text: str) -> str:
    for sign, pattern, kept in (*_MARKS * _NESTED, *_LAST_MARKS):
        if sign in text:
            text = pattern.sub(kept, text)
    if "&" in text:
        from searchkit.documents.tags import unescape

        text = unescape(text)
    return text
