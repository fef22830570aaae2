from __future__ import annotations

import time

import pytest

from searchkit.documents.front_matter import split_front_matter
from searchkit.documents.markup import plain_text

PARAGRAPH = "Bu abzas bir başlıqdan xeyli uzundur. " * 6


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Başlıq\n\nBirinci sətir.\nİkinci sətir.\n", {"title": "Başlıq", "body": "Birinci sətir.\nİkinci sətir."}),
        ("\n\r\n  Başlıq  \r\nMətn\r\n", {"title": "Başlıq", "body": "Mətn"}),
        ("Başlıq\rMətn\r", {"title": "Başlıq", "body": "Mətn"}),
        ("Tək sətir", {"title": "Tək sətir", "body": ""}),
        (PARAGRAPH, {"body": PARAGRAPH.strip()}),
        ("", {"body": ""}),
        (" \n\t\n", {"body": ""}),
        (
            "---\ntitle: Başlıq\ndate: 2024-05-01\n---\nBirinci sətir.\n",
            {"title": "Başlıq", "date": "2024-05-01", "body": "Birinci sətir."},
        ),
        ("---\nsection: mədəniyyət\n---\nBaşlıq\nMətn", {"section": "mədəniyyət", "title": "Başlıq", "body": "Mətn"}),
        ("# Heading\n*text*", {"title": "# Heading", "body": "*text*"}),
    ],
)
def test_plain_text(write, read, text: str, fields: dict[str, object]) -> None:
    path = write("a.txt", text)
    assert ([({"id": "a.txt", **fields}, str(path), None, "utf-8")], []) == read(path)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("# Başlıq\n\nMətn", {"title": "Başlıq", "body": "Mətn"}),
        ("Giriş\n\n## *Başlıq* ##\nMətn\n# İkinci", {"title": "Başlıq", "body": "Giriş\n\nMətn\nİkinci"}),
        ("Başlıq\n===\nMətn", {"title": "Başlıq", "body": "Mətn"}),
        ("Başlıq **qalın**\nMətn", {"title": "Başlıq qalın", "body": "Mətn"}),
        ("---\ntitle: Başlıq\n---\n# İkinci\nMətn", {"title": "Başlıq", "body": "İkinci\nMətn"}),
        ("```\n# kod\n```\n# Başlıq", {"title": "Başlıq", "body": "# kod"}),
        ("", {"body": ""}),
    ],
)
def test_markdown(write, read, text: str, fields: dict[str, object]) -> None:
    path = write("a.md", text)
    assert ([({"id": "a.md", **fields}, str(path), None, "utf-8")], []) == read(path)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**Bakı**nın *küçə*ləri __və__ _evləri_", "Bakının küçələri və evləri"),
        ("***hər iki*** **qalın *maili* yazı**", "hər iki qalın maili yazı"),
        ("**uzun\nyazı**", "uzun\nyazı"),
        ("2 * 3 * 4, a*b*c, snake_case_name, 5*", "2 * 3 * 4, a*b*c, snake_case_name, 5*"),
        ("~~silinmiş~~ ~30 manat", "silinmiş ~30 manat"),
        ('[mətn](https://a.az/x_(y) "başlıq")a, [mətn][1], [qalıq]', "mətna, mətn, [qalıq]"),
        ('[1]: https://a.az "b"\nmətn', "mətn"),
        ("![şəkil](a.png) [![nişan](b.svg)](https://a.az)", "şəkil nişan"),
        ("cümlə[^1]\n\n[^1]: qeyd", "cümlə\n\n qeyd"),
        ("<https://a.az> <b>qalın</b><br> 1 < 2 > 0 &amp; &#601;", "https://a.az qalın 1 < 2 > 0 & ə"),
        ("`kod` ``a b`` Şəki`nin, Bakı`nın", "kod a b Şəki`nin, Bakı`nın"),
        ("\\*ulduz\\* \\# \\\\", "*ulduz* # \\"),
        ("> sitat\n>> iç\n- bir\n* iki\n  + üç\n1. dörd", "sitat\niç\nbir\niki\nüç\n1. dörd"),
        ("bir\n\n***\n\n- - -\niki", "bir\n\niki"),
        ("| a | b |\n|---|:-:|\n| c | d |", "| a | b |\n\n| c | d |"),
        ("bir <!-- gizli\n\nşərh --> iki <!-- açıq", "bir  iki <!-- açıq"),
        ("```python\nx = a*b*c # şərh\n\n\n*y*\n~~~\n````\n*son*", "x = a*b*c # şərh\n\n*y*\n~~~\nson"),
        ("~~~\n**kod**", "**kod**"),
        ("#\n#5 deyil\n####### yeddi", "#5 deyil\n####### yeddi"),
        ("– Salam!\n— Xoş gördük.", "– Salam!\n— Xoş gördük."),
    ],
)
def test_marks_go_and_words_stay(markdown: str, expected: str) -> None:
    assert (None, expected) == plain_text(markdown, take_heading=False)


def test_front_matter() -> None:
    text = """---
id: x-1
# a comment
title: "Lahıc: misgərlik"
date: '2017-06-03'
url: https://a.az/b:c
empty:
nothing: null
tags:
  - mis
  - "Lahıc"
  - uzun
    söz
authors:
- A. B.
summary: >
  Birinci sətir
  ikinci sətir
---
Mətn
"""
    assert split_front_matter(text) == (
        {
            "id": "x-1",
            "title": "Lahıc: misgərlik",
            "date": "2017-06-03",
            "url": "https://a.az/b:c",
            "empty": None,
            "nothing": None,
            "tags": ["mis", "Lahıc", "uzun söz"],
            "authors": ["A. B."],
            "summary": "Birinci sətir ikinci sətir",
        },
        "\nMətn\n",
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r'"\"Qarabağ\" klubu"', '"Qarabağ" klubu'),
        (r'"C:\\a" # şərh', r"C:\a"),
        (r'"\u018Fli \xFC\n\U0001F600 \ud800 \UFFFFFFFF"', "Əli ü\n😀 \ufffd \ufffd"),
        ("'it''s \\n'", "it's \\n"),
        ("''", ""),
        ("T  # şərh", "T"),
        ("# şərh", None),
        ("https://a.az/#b C# dili", "https://a.az/#b C# dili"),
        ('"a # b"', "a # b"),
        ('"Qarabağ" klubu "x" # y', '"Qarabağ" klubu "x" # y'),
        ('"uzun\n  \\"söz\\""', 'uzun "söz"'),
        ("|\n  bir # iki\n  - üç", "bir # iki - üç"),
        ("bir\n  - iki", "bir - iki"),
        ("\n  - bir # iki\n  - 'it''s'\n  - null\n  -  [a]", ["bir", "it's", "[a]"]),
        ("# şərh\n- bir", ["bir"]),
        ("[Şəki, \"bir, iki\", 'it''s', İçəri Şəhər's ,] # a, b]", ["Şəki", "bir, iki", "it's", "İçəri Şəhər's"]),
        ("[bir,\n  iki\n  ]", ["bir", "iki"]),
        ("[ ]", None),
        ("[Video] Yeni film", "[Video] Yeni film"),
        ("[a, [b], {c: d}]", "[a, [b], {c: d}]"),
    ],
)
def test_values_of_front_matter(written: str, value: object) -> None:
    assert ({"a": value, "b": "c"}, "\n") == split_front_matter(f"---\na: {written}\nb: c\n---\n")


@pytest.mark.parametrize(
    "value",
    ["[a" + " " * 60_000 + "{", "[" + "a," * 30_000 + "{", "'" * 60_001, " " * 60_000 + "x", "a\n" + "  - b\n" * 9000],
)
def test_front_matter_costs_no_more_than_its_length(value: str) -> None:
    started = time.perf_counter()
    split_front_matter(f"---\na: {value}\n---\n")
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "text",
    [
        "---\n",
        "---\ntitle: a\n",
        "---\nBu sadəcə xətdir.\n---\nMətn",
        "--- \n- a\n---\n",
        "---- \na: b\n---\n",
        "\n---\na: b\n---\n",
        "---\n  a: b\n---\n",
        "---\nhttp://a.az\n---\n",
        "---\na: b\n" + "  c\n" * 20_000 + "---\n",
    ],
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    assert ({}, text) == split_front_matter(text)


def test_front_matter_names_are_recognised_and_mapped(write, read) -> None:
    path = write("a.md", "---\nbaşlıq: Bir\ntarix: 2020\nqeyd: x\n---\nMətn")
    assert read(path)[0][0].fields == {"id": "a.md", "title": "Bir", "date": "2020", "qeyd": "x", "body": "Mətn"}
    field_map = {"qeyd": "title", "tarix": ""}
    assert read(path, field_map=field_map)[0][0].fields == {"id": "a.md", "title": "x", "başlıq": "Bir", "body": "Mətn"}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("---\ncontent: a\ntext: b\ntitle: c\n---\nMətn", {"content": "a", "text": "b", "title": "c", "body": "Mətn"}),
        ("---\ncontent: a\ntext: b\ntitle: c\n---\n", {"content": "a", "title": "c", "body": "b"}),
        ("---\nmətn: a\n---\nBaşlıq", {"title": "Başlıq", "body": "a"}),
    ],
)
def test_front_matter_gives_the_body_only_of_a_file_without_text(
    write, read, text: str, fields: dict[str, str]
) -> None:
    assert read(write("a.md", text))[0][0].fields == {"id": "a.md", **fields}


@pytest.mark.parametrize(
    ("text", "field_map", "fields"),
    [
        ("Başlıq\n\nMətn", {"title": "ad", "body": "mətn"}, {"ad": "Başlıq", "mətn": "Mətn"}),
        ("Başlıq\n\nMətn", {"title": "body", "body": ""}, {"body": "Başlıq"}),
        ("---\nad: a\n---\nBaşlıq\n\nMətn", {"title": "ad"}, {"ad": "a", "body": "Başlıq\n\nMətn"}),
        ("---\ntitle: a\n---\nMətn", {"title": "ad"}, {"ad": "a", "body": "Mətn"}),
        ("---\ntitle: a\n---\nMətn", {"title": ""}, {"body": "Mətn"}),
        ("---\nad: a\n---\nMətn", {"ad": "title", "title": "x"}, {"title": "a", "x": "Mətn", "body": ""}),
    ],
)
def test_map_renames_title_and_body(
    write, read, text: str, field_map: dict[str, str], fields: dict[str, object]
) -> None:
    for name in ("a.txt", "a.md"):
        documents, errors = read(write(name, text), field_map=field_map)
        assert ([{"id": name, **fields}], []) == ([document.fields for document in documents], errors)


def test_map_that_makes_title_and_body_one_is_refused(write, read) -> None:
    documents, errors = read(write("a.txt", "Başlıq\n\nMətn"), field_map={"title": "body"})
    assert documents == []
    assert [error.reason.partition(";")[0] for error in errors] == [
        '"title" is mapped to "body", but the document also has "body" itself'
    ]


def test_front_matter_brings_the_id(write, read) -> None:
    assert [document.fields["id"] for document in read(write("a.md", "---\nid: 7\n---\nMətn"))[0]] == ["7"]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-be", "windows-1254"])
def test_text_in_other_encodings(write, read, codec: str) -> None:
    path = write("a.txt", "Üçüncü bağça\r\nYeni açıldı".encode(codec))
    documents, errors = read(path)
    assert (
        [document.fields for document in documents],
        errors,
    ) == ([{"id": "a.txt", "title": "Üçüncü bağça", "body": "Yeni açıldı"}], [])


def test_broken_text_is_named_with_its_line(write, read) -> None:
    path = write("a.txt", "Şəhər\nşəhər\nşəh".encode() + b"\xff")
    documents, errors = read(path)
    assert ([], [f"{path}, line 3: is not valid utf-8: byte 0xff at offset 23; save the file as UTF-8"]) == (
        documents,
        [str(error) for error in errors],
    )
