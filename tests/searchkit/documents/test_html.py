from __future__ import annotations

import pytest

from searchkit.documents.tags import Tag, tags_and_text, unescape

LONG = "Lahıcda misgərlik sənəti babadan nəvəyə keçir. " * 6


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>{body}</body></html>"


def test_page_gives_its_title_its_text_and_its_facts(write, read) -> None:
    path = write(
        "a.html",
        """<!DOCTYPE html>
<html lang="az">
<head>
  <meta charset="utf-8">
  <title>Lahıc &ndash; misgərlik
     yaşayır</title>
  <meta name="date" content="2017">
  <meta property="article:published_time" content="2017-06-03T10:00:00+04:00" />
  <link rel="stylesheet canonical" href="https://a.az/lahic">
  <style>p { color: red }</style><script>if (a < b) document.write("<p>yox</p>")</script>
</head>
<body>
  <header><h1>Sayt</h1></header> <nav><ul><li>Ana səhifə<li>Əlaqə</ul></nav>
  <h2>Usta&nbsp;Nəcməddin</h2>
  <p>Dükan&#305; <b>baba</b>sından qalıb.<br>Körüyü   əli ilə
  basır.</p>
  <form><input name=q value=Axtar><label>Axtar</label></form>
  <aside>Reklam</aside><template><p>Şablon</p></template><noscript>Skript</noscript><svg><title>Nişan</title></svg>
  <ul><li>mis</li><li>qalay</li></ul>
  <table><tr><td>bir</td><td>iki</td></tr></table>
  <p hidden>gizli</p>
  <pre>a
  b</pre>
  <footer>© 2017</footer>
</body></html>""",
    )
    assert read(path) == (
        [
            (
                {
                    "id": "a.html",
                    "title": "Lahıc – misgərlik yaşayır",
                    "body": "Usta Nəcməddin\n\nDükanı babasından qalıb.\nKörüyü əli ilə basır.\n\n"
                    "mis\n\nqalay\n\nbir iki\n\na\nb",
                    "lang": "az",
                    "url": "https://a.az/lahic",
                    "date": "2017-06-03T10:00:00+04:00",
                },
                str(path),
                None,
                "utf-8",
            )
        ],
        [],
    )


def test_map_renames_what_a_page_gives(write, read) -> None:
    head = '<title>Lahıc</title><meta name="date" content="2017"><link rel="canonical" href="https://a.az/lahic">'
    path = write("a.html", page("mətn", head).replace("<html>", "<html lang=az>"))
    field_map = {"title": "ad", "body": "mətn", "lang": "dil", "date": "tarix", "url": ""}
    documents, errors = read(path, field_map=field_map)
    expected = {"id": "a.html", "ad": "Lahıc", "mətn": "mətn", "dil": "az", "tarix": "2017"}
    assert ([expected], []) == ([document.fields for document in documents], errors)


def body_of(write, read, html: str) -> object:
    documents, errors = read(write("a.html", html))
    assert (len(documents), errors) == (1, [])
    return documents[0].fields["body"]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"date": "2022-08-24"}, "2022-08-24"),
        ({"date": "24.08.2022"}, "24.08.2022"),
        ({"date": "20220824T103005Z"}, "20220824T103005Z"),
        ({"date": "dünən"}, None),
        ({"date": "2022-02-30"}, None),
        ({"date": "Wed, 24 Aug 2022 10:00:00 GMT"}, "Wed, 24 Aug 2022 10:00:00 GMT"),
        ({"article:published_time": "Wed, 24 Aug 2022", "dc.date": "2022-08"}, "2022-08"),
    ],
)
def test_a_date_that_an_index_does_not_take_is_left_out(write, read, dates: dict[str, str], expected: object) -> None:
    metas = "".join(f'<meta name="{name}" content="{date}">' for name, date in dates.items())
    documents, errors = read(write("a.html", f"<html><head>{metas}</head><body>kitab</body></html>"))
    assert ([expected], []) == ([document.fields.get("date") for document in documents], errors)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (page("<table><tr><th>a<td>b<td>c<tr><td>d<td>e</table>"), "a b c\n\nd e"),
        (page(f"<p>Ətraf</p><main><p>{LONG}</p></main><p>Ətraf</p>"), LONG.strip()),
        (page(f"<p>Ətraf</p><article><header><h1>B</h1></header>{LONG}</article>"), f"B\n\n{LONG.strip()}"),
        (page(f"<article>{LONG}<article>iç</article></article>x<article>s</article>"), f"{LONG.strip()}\n\niç\n\ns"),
        (page(f"<main>az</main><p>{LONG}</p>"), f"az\n\n{LONG.strip()}"),
        (page("<main>az</main>"), "az"),
        (page("<header>Sayt</header><p>mətn</p>"), "mətn"),
        (page(f"<form action=x>{LONG}</form>"), LONG.strip()),
        (page("<p>mətn</p><form>axtar</form>"), "mətn"),
        (page("<nav>yalnız bu</nav>"), "yalnız bu"),
        (page("<div><nav>menyu</div><p>mətn"), "mətn"),
        ("mətn", "mətn"),
        ("", ""),
        ("<p>Ba<b>k</b>ı</p>nın<p>evi", "Bakı\n\nnın\n\nevi"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("<!-- <p>gizli</p> --><p>mətn<!-- açıq", "mətn"),
        ("<![if !IE]>mətn<![endif]><?php echo 1 ?><!ELEMENT x>", "mətn"),
        ("<p>1 < 2 & 3 <> 4 </ 5", "1 < 2 & 3 <> 4 </ 5"),
        ('<p class="a>b" title=\'"\'>mətn</p>', "mətn"),
        ("<script>açıq <p>mətn", ""),
        ("<SCRIPT>x</p></Script ><P>mətn</P>", "mətn"),
        ("<p>birinci söz\x01ikinci", "birinci söz ikinci"),
        (f"<p>&#{'9' * 5000}; &#x110000; &#0; &yox; &ouml;", "\ufffd \ufffd \ufffd &yox; ö"),
        ("<textarea><p>yox</textarea><p>mətn", "mətn"),
        ("</p></div>mətn</br>", "mətn"),
        ("<ul><li hidden>gizli<li>açıq</ul><p hidden>gizli<p>abzas", "açıq\n\nabzas"),
        ("<table><tr hidden><td>a<td>b<tr><td>c<p hidden>d<td>e</table>", "c\n\ne"),
        ("<dl><dt>a<dd hidden>gizli<ul><li>gizli</ul><dt>b</dl>", "a\n\nb"),
    ],
)
def test_main_text(write, read, html: str, expected: str) -> None:
    assert expected == body_of(write, read, html)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (page("<h1>İlk <i>başlıq</i></h1><h1>ikinci</h1>"), "İlk başlıq"),
        (page("<h1> </h1><h1>ikinci</h1>", "<title> </title>"), "ikinci"),
        (page("<h1>x</h1>", "<title>bir</title><title>iki</title>"), "bir"),
        (page("<svg><title>nişan</title></svg>mətn"), None),
        ("<title>a & b <b>c</title>d", "a & b <b>c"),
        ("<title>açıq<p>mətn", "açıq"),
    ],
)
def test_titles(write, read, html: str, expected: str | None) -> None:
    assert expected == read(write("a.html", html))[0][0].fields.get("title")


TURKISH = "Üçüncü bağça açıldı, uşaqlar sevindi"


@pytest.mark.parametrize(
    ("declaration", "text", "codec", "expected"),
    [
        ('<meta charset="windows-1254">', TURKISH, "windows-1254", "windows-1254"),
        ("<META http-equiv=a content='text/html; charset=ISO-8859-9'>", TURKISH, "iso-8859-9", "windows-1254"),
        ('<?xml version="1.0" encoding="windows-1251"?>', "Да", "windows-1251", "windows-1251"),
        ("<meta charset=windows-1251>", "iş", "utf-8-sig", "utf-8-sig"),
        ("<meta charset=utf-8>", TURKISH, "windows-1254", "windows-1254"),
        ("<meta charset=klingon>", TURKISH, "utf-8", "utf-8"),
        ("<meta charset=utf-8>", TURKISH, "utf-16", "utf-16-le"),
        ("", TURKISH, "windows-1254", "windows-1254"),
        ("", TURKISH, "utf-16-be", "utf-16-be"),
    ],
)
def test_encodings(write, read, declaration: str, text: str, codec: str, expected: str) -> None:
    documents, errors = read(write("a.xhtml", f"{declaration}<p>{text}</p>".encode(codec)))
    assert ([(text, expected)], []) == ([(d.fields["body"], d.encoding) for d in documents], errors)


def test_binary_content_is_refused(write, read) -> None:
    path = write("a.html", b"<meta charset=utf-8>\0\0\0\1\2\3\0\0")
    reason = "looks like a binary file; only text is read: convert it to text, HTML or JSON first"
    assert ([], [f"{path}: {reason}"]) == (read(path)[0], [str(error) for error in read(path)[1]])


def test_tags_and_text() -> None:
    html = "a<B c=d E='f>' g = \"&quot;\" c=x h/>i</b j='>k<l/m>n</>o<"
    assert [
        "a",
        Tag("b", {"c": "d", "e": "f>", "g": '"', "h": ""}),
        Tag("b", None),
        "i",
        Tag("b", None),
        "k",
        Tag("l", {"m": ""}),
        "n",
        "<",
        "/>o",
        "<",
        "",
    ] == list(tags_and_text(html))


@pytest.mark.parametrize(
    "piece", ["<a ", "<a b='", "<a b=", "<!--", "<!", "<?", "</a", "<title>", "<script", "&#9", "<p><b></p>"]
)
def test_what_is_never_closed_costs_no_time(write, read, piece: str) -> None:
    # With html.parser the first ones take from minutes to hours.
    documents, errors = read(write("a.html", piece * (200_000 // len(piece))))
    assert (len(documents), errors) == (1, [])


def test_long_references_are_not_numbers() -> None:
    assert unescape("&#" + "1" * 10_000 + "; &#x41;") == "\ufffd A"
