"""Whatever the bytes, what comes is documents that can be indexed and errors that can be shown."""

from __future__ import annotations

import gzip
import io
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.documents import FORMATS, Document, Limits, read_documents
from searchkit.errors import DocumentError

NAMES = sorted(set(FORMATS.values()))
LIMITS = Limits(max_document_bytes=5000)

TEXT = 'Lahıcda çəkic səsi – misgərlik yaşayır. «Alüminium» qazan çıxanda dedilər, "mis" daha kimə lazımdır?'
QUOTED = TEXT.replace('"', '""')
SAMPLES = {
    "txt": f"---\ntitle: Lahıc\ntags:\n  - mis\n---\n{TEXT}\n\n{TEXT}\n",
    "md": f'---\nsection: mis\n---\n# *Lahıc*\n\n**{TEXT}** [mis](http://a.az "b")\n\n```py\nx\n```\n'
    "- ![a](b)\n> `kod` &amp; <b>a</b> <!-- b -->\n\n| a | b |\n|---|---|\n",
    "html": "<!DOCTYPE html><html lang=az><head><meta charset=utf-8><title>Lahıc</title><!-- a --></head><body>"
    f"<nav>a</nav><main><h1 class='a'>L</h1><p>{TEXT}<br/>&ouml;&#601;</p></main><script>x</script></body></html>",
    "json": json.dumps({"x": {"y": [1.5, "😀"]}, "documents": [{"id": 1, "body": TEXT}, {"title": TEXT}] * 3}),
    "jsonl": "".join(
        json.dumps({"id": number, "body": TEXT, "x": [number, {"y": None}]}, ensure_ascii=number % 2 == 0) + "\n"
        for number in range(6)
    ),
    "csv": "id,title,body\r\n" + "".join(f'{number},"{QUOTED}","a\r\nb"\r\n' for number in range(4)),
    "tsv": "id\tbody\n" + "".join(f"{number}\t{TEXT}\n" for number in range(6)),
}
CODECS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1254", "windows-1251"]


def check(data: bytes, format: str) -> None:
    told: list[int] = []
    for item in read_documents(["-"], stdin=io.BytesIO(data), format=format, limits=LIMITS, on_bytes=told.append):
        if isinstance(item, Document):
            assert isinstance(item.fields["id"], str)
            assert item.fields["id"]
            json.dumps(item.fields, ensure_ascii=False, allow_nan=False).encode()
            assert all(value is not None for value in item.fields.values())
            assert item.encoding in {*CODECS, "utf-16-be"}
        else:
            assert isinstance(item, DocumentError)
            assert str(item).startswith("<stdin>")
            assert len(item.reason) > 10
            str(item).encode()
    assert sum(told) <= len(data)


@pytest.mark.parametrize("format", NAMES)
@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300))
def test_random_bytes(format: str, data: bytes) -> None:
    check(data, format)


# fmt: off
FRAGMENTS = st.sampled_from([
    '{"', '"}', '":', "[", "]", ",", "\\", "\\ud800", "\n", "\r", '"', '""', "\t", ";", "<", ">", "</", "<!--", "-->",
    "<title>", "<script>", "</script", "&#", "&", "---\n", "# ", "```", "*", "**", "_", "[a](", ")", "- ", ": ",
    "1e999", "NaN", "null", '{"id": 1}', '{"documents":[', "ə", "\ufeff", "\0", "\u2028", "==", "id,body\n", "<p>",
])
# fmt: on


@pytest.mark.parametrize("format", NAMES)
@settings(max_examples=150, deadline=None)
@given(text=st.lists(FRAGMENTS | st.text(max_size=3), max_size=40).map("".join), codec=st.sampled_from(CODECS))
def test_random_syntax(format: str, text: str, codec: str) -> None:
    check(text.encode(codec, "replace"), format)


@pytest.mark.parametrize("format", NAMES)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "windows-1254", "gzip"])
def test_damaged_files(format: str, codec: str) -> None:
    chance = random.Random(f"{format} {codec}")
    text = SAMPLES[format]
    whole = gzip.compress(text.encode(), mtime=0) if codec == "gzip" else text.encode(codec, "replace")
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 1, 2, 5, 20])):
            start = chance.randrange(len(data) or 1)
            end = start + chance.choice([1, 1, 2, 10, 100])
            match chance.randrange(5):
                case 0:
                    data[start:end] = chance.randbytes(len(data[start:end]))
                case 1:
                    if start < len(data):
                        data[start] ^= 1 << chance.randrange(8)
                case 2:
                    del data[start:end]
                case 3:
                    data[start:start] = data[start:end]
                case 4 if chance.random() < 0.2:
                    del data[start:]
        check(bytes(data), format)


@pytest.mark.parametrize("format", NAMES)
def test_samples_are_sound_to_begin_with(format: str) -> None:
    items = list(read_documents(["-"], stdin=io.BytesIO(SAMPLES[format].encode()), format=format))
    assert [Document] * len(items) == [type(item) for item in items]
    assert TEXT.replace('"', "") in json.dumps(items[0].fields, ensure_ascii=False).replace('\\"', "")
