from __future__ import annotations

import pytest

from searchkit.documents.encoding import SAMPLE, decode, detect, to_utf8
from searchkit.errors import DocumentError

LATIN = "Bakı şəhərində yeni kitabxana açıldı. Üç gün ərzində yüzlərlə oxucu gəlib, çoxu gənclərdir."
TURKISH = LATIN.replace("ə", "e").replace("Ə", "E")  # the Turkish code page has no ə
CYRILLIC = "Бакыда јени китабхана ачылды. Азербайджанская библиотека работает с утра до вечера, и в субботу."
AZERBAIJANI_CYRILLIC = "Азәрбајҹан Республикасынын Милли Китабханасы"


@pytest.mark.parametrize(
    ("text", "codec", "expected"),
    [
        (LATIN, "utf-8", "utf-8"),
        (AZERBAIJANI_CYRILLIC, "utf-8", "utf-8"),
        ("only ASCII", "ascii", "utf-8"),
        ("", "utf-8", "utf-8"),
        (LATIN, "utf-8-sig", "utf-8-sig"),
        ("\ufeff" + LATIN, "utf-16-le", "utf-16-le"),
        ("\ufeff" + LATIN, "utf-16-be", "utf-16-be"),
        (LATIN, "utf-16-le", "utf-16-le"),
        (LATIN, "utf-16-be", "utf-16-be"),
        (AZERBAIJANI_CYRILLIC, "utf-16-le", "utf-16-le"),
        (TURKISH, "windows-1254", "windows-1254"),
        (TURKISH.upper(), "windows-1254", "windows-1254"),
        ("“Dədə Qorqud” – ‘üçüncü’".replace("ə", "ä"), "windows-1254", "windows-1254"),
        ("iş", "windows-1254", "windows-1254"),
        ("ÜÇ", "windows-1254", "windows-1254"),
        (CYRILLIC, "windows-1251", "windows-1251"),
        (CYRILLIC.upper(), "windows-1251", "windows-1251"),
        ("Да", "windows-1251", "windows-1251"),
        ("Windows 95 və «Привет, мир» Linux".replace("ə", "e"), "windows-1251", "windows-1251"),
    ],
)
def test_encodings_are_recognised_and_decoded(text: str, codec: str, expected: str) -> None:
    assert decode(text.encode(codec)) == (text.removeprefix("\ufeff"), expected)


def test_code_page_is_recognised_behind_a_long_ascii_beginning() -> None:
    data = b"var x = 1;\n" * 20_000 + TURKISH.encode("windows-1254")
    assert detect(data) == "windows-1254"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0\0\0\x01\0\x08\x06",
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01",
        b"text\0",
        b"\0",
        b"\0" * 100,
        bytes(range(256)),
        b"\x01\x02\x03\x04 text",
    ],
)
def test_binary_content_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="looks like a binary file; only text is read: convert it"):
        decode(data)


def test_damaged_utf8_is_not_taken_for_a_code_page() -> None:
    data = "Bakı şəhəri\nGəncə\xff".encode().replace("ÿ".encode(), b"\xff") + "şəhər".encode()
    assert detect(data) == "utf-8"
    with pytest.raises(DocumentError) as caught:
        decode(data)
    assert str(caught.value) == "line 2: is not valid utf-8: byte 0xff at offset 23; save the file as UTF-8"


def test_bytes_that_no_encoding_explains_are_not_guessed_at() -> None:
    assert detect(b'{"body": "\xff\x80\x81\xa6"}') == "utf-8"


def test_character_that_the_sample_cuts_does_no_harm() -> None:
    data = "ə".encode() * SAMPLE
    for length in range(SAMPLE - 2, SAMPLE + 2):
        assert detect(data[:length], complete=False) == "utf-8"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16-le", "utf-16-be", "windows-1254"])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_streaming_gives_the_same_text_whatever_the_chunks(codec: str, size: int) -> None:
    text = "Üç\r\ngün\rsonra\n\r\n\r\rşəhər 😀\r".replace("ə" if codec == "windows-1254" else "\0", "e")
    text = text.replace("😀" if codec == "windows-1254" else "\0", "!")
    data = text.encode(codec)
    # The first chunk is never shorter than a byte order mark: it holds the sample.
    chunks = [data[:4], *(data[start : start + size] for start in range(4, len(data), size))]
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    assert expected == b"".join(to_utf8(iter(chunks), codec)).decode()


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        ("a".encode("utf-16-le") + b"\x00", "utf-16-le"),
        (b"\x00\xd8a\x00", "utf-16-le"),
        (b"a\x00\x3d\xd8", "utf-16-le"),
        (b"a\x81b", "windows-1254"),
        (b"a\x98b", "windows-1251"),
        (b"a\xffb", "utf-8"),
    ],
)
def test_what_breaks_an_encoding_breaks_the_utf8_that_is_made_of_it(data: bytes, codec: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        b"".join(to_utf8(iter([data]), codec)).decode("utf-8")


def test_carriage_returns_become_newlines() -> None:
    assert decode(b"bir\r\niki\rdoqquz\n") == ("bir\niki\ndoqquz\n", "utf-8")
