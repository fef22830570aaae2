"""What a text is cut into: each line a text with its tokens as text:term:kind."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from azanalyzer import Analyzer, tokenizer
from azanalyzer.language import shared_morphology
from azanalyzer.tokenizer import APOSTROPHES, DASHES, RawToken, scan
from azanalyzer.words import _JOINED
from tests.strategies import any_text, az_texts

ANALYZER = Analyzer()

CASES = """
1.000.000 manat | 1.000.000:1000000:number manat:manat:word
3,14 | 3,14:3.14:number
1,234.5 | 1,234.5:1234.5:number
2,5-ə | 2,5-ə:2.5:number
12.3.4 | 12.3.4:12.3.4:number
45%-i 18%dən 5 %, | 45:45:number %-i:faiz:word 18:18:number %dən:faiz:word 5:5:number %:faiz:word
5%artım 20%-endirim | 5:5:number %:faiz:word artım:artım:word 20:20:number %:faiz:word endirim:endirim:word
100₼ 5$-lıq $3 50€ 50‰ | 100:100:number ₼:manat:word 5:5:number $-lıq:dollar:word $:dollar:word 3:3:number \
50:50:number €:avro:word 50:50:number
a%b $x US$5 | a:a:word b:b:word x:x:word US:us:acronym 5:5:number
№5 | 5:5:number
24.08.2022 | 24.08.2022:2022-08-24:date 24.08.2022:2022:number
2022-08-24 | 2022-08-24:2022-08-24:date 2022-08-24:2022:number
24/08/2022-ci | 24/08/2022-ci:2022-08-24:date 24/08/2022-ci:2022:number
31.13.2022 | 31.13.2022:31.13.2022:number
2022-2026 | 2022:2022:number 2026:2026:number
2022–2026-cı | 2022:2022:number 2026-cı:2026:number
2022-ci | 2022-ci:2022:number
20-dək | 20-dək:20:number
90-larda | 90-larda:90:number
1990'lar | 1990'lar:1990:number
12:30 | 12:12:number 30:30:number
ad.soyad@mail.example.az, | ad.soyad@mail.example.az:ad.soyad@mail.example.az:email
https://az.example.org/Kitab?x=1). | https://az.example.org/Kitab?x=1:https://az.example.org/kitab?x=1:url \
https://az.example.org/Kitab?x=1:az.example.org:url
www.Example.az, | www.Example.az:www.example.az:url www.Example.az:example.az:url
e-gov.az-ın | e-gov.az-ın:e-gov.az:url e-gov:e-gov:word e:e:word gov:gov:word az:az:word
(Report.az) | Report.az:report.az:url Report:report:word az:az:word
bitdi.Az Node.js kitab.azad | bitdi:bit:word Az:az:word Node:node:word js:js:word kitab:kitab:word azad:azad:word
#Kitablar | #Kitablar:kitab:hashtag
ad.soyad@mail.ru-ya a@e-qanun.az | ad.soyad@mail.ru-ya:ad.soyad@mail.ru:email a@e-qanun.az:a@e-qanun.az:email
a@b.az'a a@b.az'xyz | a@b.az'a:a@b.az:email a@b.az:a@b.az:email xyz:xyz:word
ʼa@b.az ꞌa@b.az a@b.azʼa | a@b.az:a@b.az:email ꞌa@b.az:'a@b.az:email a@b.azʼa:a@b.az:email
ʼ@ali ʼ#şəhər | @ali:ali:mention #şəhər:şəhər:hashtag
www.e-qanun.az-da | www.e-qanun.az-da:www.e-qanun.az:url www.e-qanun.az-da:e-qanun.az:url
WWW.AZ.AZ HTTP://A.AZ | WWW.AZ.AZ:www.az.az:url WWW.AZ.AZ:az.az:url HTTP://A.AZ:http://a.az:url HTTP://A.AZ:a.az:url
https://a.az-dan | https://a.az-dan:https://a.az:url https://a.az-dan:a.az:url
https://a.az/baki-da | https://a.az/baki-da:https://a.az/baki-da:url https://a.az/baki-da:a.az:url
https://a.az/b'nin | https://a.az/b'nin:https://a.az/b:url https://a.az/b'nin:a.az:url
#Qarabağ-da #Bakı-Tiflis | #Qarabağ-da:qarabağ:hashtag #Bakı:bakı:hashtag Tiflis:tiflis:word
@istifadəçi-yə @az'ın | @istifadəçi-yə:istifadəçi:mention @az'ın:az:mention
#ʼkitablar @ʼab | kitablar:kitab:word ab:ab:word
#a-b-c | #a:a:hashtag b-c:b-c:word b:b:word c:c:word
#Bakı_Şəhəri-ndə #_ab #__ | #Bakı_Şəhəri-ndə:bakı_şəhəri:hashtag Bakı:bakı:word Şəhəri:şəhər:word \
#_ab:_ab:hashtag ab:ab:word #__:__:hashtag
#azərbaycan2030 | #azərbaycan2030:azərbaycan2030:hashtag azərbaycan:azərbaycan:word 2030:2030:number
@Istifadəçi.Adı | @Istifadəçi.Adı:istifadəçi.adı:mention
A.Ə.Əliyev | A.Ə.:aə:abbreviation Əliyev:əliyev:word
m. | m:m:abbreviation
Prof. | Prof:prof:abbreviation
2022-ci il s. 15 | 2022-ci:2022:number il:il:word s:s:abbreviation 15:15:number
XX əsr | XX:20:roman əsr:əsr:word
XXI-ci | XXI-ci:21:roman
IV-də | IV-də:4:roman
I-II | I-II:1-2:word I:1:roman II:2:roman
XIX–XX | XIX–XX:19-20:word XIX:19:roman XX:20:roman
III-IV V–VI-cı | III-IV:3-4:word III:3:roman IV:4:roman V–VI-cı:5-6:word V:5:roman VI-cı:6:roman
AZƏRTAC-a | AZƏRTAC-a:azərtac:acronym
«Qarabağ»ın | Qarabağ»ın:qarabağ:word
"Xəzər"in, | Xəzər"in:xəzər:word
«Neft Daşları»nda | Neft:neft:word Daşları»nda:daş:word
"Qarabağ"-ın „Qarabağ”’ın | Qarabağ"-ın:qarabağ:word Qarabağ”’ın:qarabağ:word
‹Xəzər›də ’’Xəzər’’in ''Xəzər''-in | Xəzər›də:xəzər:word Xəzər’’in:xəzər:word Xəzər''-in:xəzər:word
«Гарабағ»ын Google™-un | Гарабағ»ын:qarabağ:word Google™-un:google:word
"Neft"-Bakı | Neft:neft:word Bakı:bakı:word
yaşayır² Azərbaycanda¹, ³Qeyd | yaşayır:yaşa:word Azərbaycanda:azərbaycan:word Qeyd:qeyd:word
Azərbaycan¹-da ailə²yə | Azərbaycan¹-da:azərbaycan:word ailə²yə:ailə:word
102¹-ci 10² 100m² | 102¹-ci:102¹:word 10²:10²:word 100m²:100m²:word
m² km³-dən x²+y² qəm² AÀ¹ | m²:m²:word km³-dən:km³:word x²:x²:word y²:y²:word qəm:qəm:word AÀ:aa:acronym
CO₂ CO2 H₂O | CO₂:co2:word CO2:co2:word H₂O:h2o:word
Ⅳ ⅩⅩ-ci | Ⅳ:4:roman ⅩⅩ-ci:20:roman
𝐁𝐚𝐤ı𝐝𝐚 𝓑𝓪𝓴ı | 𝐁𝐚𝐤ı𝐝𝐚:bakı:word 𝓑𝓪𝓴ı:bakı:word
«Xəzər»və | Xəzər:xəzər:word və:və:word
BMT-nin | BMT-nin:bmt:acronym
BMTnin | BMTnin:bmt:acronym
BMT'nin | BMT'nin:bmt:acronym
FIFA-nın | FIFA-nın:fifa:acronym
G20-nin | G20-nin:g20:acronym
COVID19 IP67 I7 | COVID19:covid19:word IP67:ip67:word I7:i7:word
COVID-19 | COVID-19:covid-19:word COVID:covid:acronym 19:19:word
5G-də 3D-printer | 5G-də:5g:acronym 3D-printer:3d-printer:word 3D:3d:word printer:printer:word
100kq-dan | 100kq-dan:100kq:word
50 kq-dan sağ-dan | 50:50:number kq-dan:kq:word sağ-dan:sağ:word
commit-dən telefon-un | commit-dən:commit:word telefon-un:telefon:word
Roma'nın Əli'ni Qur'anın mə'lum | Roma'nın:roma:word Əli'ni:əli:word Qur'anın:quran:word mə'lum:məlum:word
Coca-Cola'da | Coca-Cola'da:coca-cola:word Coca:coca:word Cola'da:cola:word
Bakıˈda Bakı⸺nın | Bakıˈda:bakı:word Bakı⸺nın:bakı:word
45 %-i 30 $-dan %d | 45:45:number %-i:faiz:word 30:30:number $-dan:dollar:word d:d:word
#BakıŞəhəridir | #BakıŞəhəridir:bakışəhər:hashtag Bakı:bakı:word Şəhəridir:şəhər:word
#COP29-da | #COP29-da:cop29:hashtag COP:cop:acronym 29:29:number
#iPhone #BAKI | #iPhone:iphone:hashtag #BAKI:bakı:hashtag
LinkedIndə ChatGPTnin | LinkedIndə:linkedin:word ChatGPTnin:chatgpt:acronym
24-08-2022 | 24-08-2022:2022-08-24:date 24-08-2022:2022:number
2022/8/4-də | 2022/8/4-də:2022-08-04:date 2022/8/4-də:2022:number
31.02.2022 1.2.22 | 31.02.2022:31.02.2022:number 1.2.22:1.2.22:number
29.02.2024 29.02.2023 | 29.02.2024:2024-02-29:date 29.02.2024:2024:number 29.02.2023:29.02.2023:number
АБШ-ын Бакы-нын Ше'р | АБШ-ын:abş:acronym Бакы-нын:bakı:word Ше'р:şeir:word
BASLADI ACIQLADI KITABI | BASLADI:başla:word ACIQLADI:açıqla:word KITABI:kitab:word
YENI LAKIN DAXIL BAKI QIZIL | YENI:yeni:word LAKIN:lakin:word DAXIL:daxil:word BAKI:bakı:word QIZIL:qızıl:word
5G A4 x2 | 5G:5g:word A4:a4:word x2:x2:word
Bakı'da Bakı’da Bakıʼda | Bakı'da:bakı:word Bakı’da:bakı:word Bakıʼda:bakı:word
Facebook-da | Facebook-da:facebook:word
React-in | React-in:react:word
branch-ı | branch-ı:branch:word
iPhone-u iPhone-un | iPhone-u:iphone:word iPhone-un:iphone:word
mə'lum sən’ət | mə'lum:məlum:word sən’ət:sənət:word
me'lum se'net | me'lum:məlum:word se'net:sənət:word
Kasım-Jomart | Kasım-Jomart:kasım-jomart:word Kasım:kasım:word Jomart:jomart:word
sağ-salamat | sağ-salamat:sağ-salamat:word sağ:sağ:word salamat:salamat:word
kitab/dəftər | kitab:kitab:word dəftər:dəftər:word
«Kitab» (dəftər)… | Kitab:kitab:word dəftər:dəftər:word
C++ (c#), C++-da C++da C c | C++:c++:word c#:c#:word C++-da:c++:word C++:c++:word da:da:word C:c:word c:c:word
C++11 C++/C#-ın F# ab++ ab# | C++:c++:word 11:11:number C++:c++:word C#-ın:c#:word F#:f#:word ab:ab:word ab:ab:word
.NET-də ASP.NET gəldi.Net | .NET-də:.net:word ASP:asp:acronym NET:net:acronym gəldi:gəl:word Net:net:word
AT&T-nin r&d H&M, ab&xyz | AT&T-nin:at&t:word r&d:r&d:word H&M:h&m:word ab:ab:word xyz:xyz:word
Bakı&nbsp;şəhəri &quot;kitab&quot; a&lt;b &#8217; | Bakı:bakı:word şəhəri:şəhər:word kitab:kitab:word a:a:word b:b:word
— ... '' |
"""
LINES = CASES.strip().splitlines()


@pytest.mark.parametrize("line", LINES)
def test_tokens(line: str) -> None:
    text, _, expected = line.partition("|")
    shown = [f"{token.text}:{token.term}:{token.kind}" for token in ANALYZER.tokens(text)]
    assert expected.split() == shown


def test_a_compound_has_its_whole_and_its_parts() -> None:
    tokens = list(ANALYZER.tokens("Kasım-Jomart gəldi"))
    assert [token.position for token in tokens] == [0, 0, 1, 2]
    assert [(token.start, token.end) for token in tokens] == [(0, 12), (0, 5), (6, 12), (13, 18)]


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        ("heç-heçə heç-heçəyə Heç–heçəni HEÇ-HEÇƏ hec-hece һеч-һечәјә", "heç-heçə"),
        ("bir-biri bir-birinə bir-birini bir-birimizə bir-birləri bir-birilə", "bir-biri"),
        ("Ulan-Ude Ulan-Udeyə Ulan-Ude-də ulan-ude", "ulan-ude"),  # -udə is no suffix of it
        ("dedi-qodunu dedi-qodular", "dedi-qodu"),
        ("səs-səsə", "səs-səsə"),
        ("bilə-bilə", "bilə-bilə"),
    ],
)
def test_a_compound_of_the_lexicon_is_one_with_its_forms(texts: str, whole: str) -> None:
    assert {ANALYZER.terms(text)[0] for text in texts.split()} == {whole}
    assert len(ANALYZER.terms(texts.split()[0])) == 3


def test_compounds_of_the_lexicon_have_their_reading_there() -> None:
    morphology = shared_morphology()
    listed = [lemma for lemma in morphology.lexicon if "-" in lemma]
    assert len(listed) > 1_000
    assert [lemma for lemma in listed if ANALYZER.terms(lemma)[0] != morphology.best(lemma)] == []
    assert sum(map(str.__ne__, map(morphology.best, listed), listed)) < 10  # cənub-şərqi is mostly a possessive


def test_a_suffix_set_apart_belongs_to_the_last_part() -> None:
    tokens = list(ANALYZER.tokens("Bakı-Tbilisi-Ceyhanın"))
    assert [token.term for token in tokens] == ["bakı-tbilisi-ceyhan", "bakı", "tbilisi", "ceyhan"]


@pytest.mark.parametrize("dash", list(DASHES))
def test_every_dash(dash: str) -> None:
    assert ANALYZER.terms(f"BMT{dash}nin 2022{dash}ci") == ["bmt", "2022"]
    assert ANALYZER.terms(f"sağ{dash}salamat") == ["sağ-salamat", "sağ", "salamat"]


def test_a_word_after_a_hyphen_is_no_chain_of_suffixes_that_makes_a_verb() -> None:
    assert ANALYZER.terms("Ağlayıb-sızlamaqdan") == ["ağla-sızla", "ağla", "sızla"]


@pytest.mark.parametrize("apostrophe", list(APOSTROPHES))
def test_every_apostrophe(apostrophe: str) -> None:
    assert ANALYZER.terms(f"Bakı{apostrophe}da 2022{apostrophe}ci") == ["bakı", "2022"]
    assert ANALYZER.terms(f"mə{apostrophe}lum") == ["məlum"]
    assert ANALYZER.terms(f"{apostrophe}kitab{apostrophe}") == ["kitab"]
    assert ANALYZER.terms(apostrophe) == []


def test_a_site_has_its_whole_and_its_words() -> None:
    tokens = list(ANALYZER.tokens("saytı report.az-xəbər"))
    assert [token.term for token in tokens] == ["sayt", "report.az", "report", "az", "xəbər"]
    assert [token.position for token in tokens] == [0, 1, 1, 2, 3]
    assert [(token.start, token.end) for token in tokens] == [(0, 5), (6, 15), (6, 12), (13, 15), (16, 21)]


def test_date_and_year_share_a_place() -> None:
    tokens = list(ANALYZER.tokens("24.08.2022 kitab"))
    assert [token.position for token in tokens] == [0, 0, 1]


def test_offsets_with_invisible_characters() -> None:
    text = "bu ki\u00adtab\u200blar'\u200bdan"
    assert [(0, 2), (3, len(text))] == [(token.start, token.end) for token in ANALYZER.tokens(text)]
    text = "\u202abu \u2066ki\u200etablar"
    assert [(1, 3), (5, len(text))] == [(token.start, token.end) for token in ANALYZER.tokens(text)]


def test_scan_finds_pieces_in_order_without_overlap() -> None:
    found = scan("(Bakı,2022-ci;a@b.az)")
    assert [raw[:2] for raw in found] == [("word", "Bakı"), ("number", "2022-ci"), ("email", "a@b.az")]
    ends = [raw.start + len(raw.text) for raw in found]
    assert all(end <= following.start for end, following in zip(ends, found[1:], strict=False))


@given(any_text() | az_texts())
def test_without_marks_and_superscripts_both_scanners_find_the_same(text: str) -> None:
    text = "".join(letter for letter in text if letter not in tokenizer._RARE)
    found = [
        [(match.lastgroup, match.span()) for match in scanner.finditer(text)]
        for scanner in (tokenizer._SCANNER, tokenizer._PLAIN_SCANNER)
    ]
    assert found[0] == found[1]


def test_the_rare_characters_are_those_of_the_pattern() -> None:
    rare = re.compile(f"[{tokenizer._MARKS}{tokenizer._SALTILLO}{tokenizer.SUPERSCRIPTS}]")
    letters = map(chr, range(0x12000))
    assert {letter for letter in letters if rare.match(letter)} == tokenizer._RARE


@pytest.mark.parametrize("chunk", ["səs-küy", "Qur'an-da", "Bakı’da", "ABŞ-ın", "a-b-c'd", "www-az", "İI-Wx"])
def test_plain_words_joined_are_one_token_for_the_scanner_too(chunk: str) -> None:
    assert _JOINED.match(chunk)
    assert scan(chunk) == [RawToken("word", chunk, 0)]


@pytest.mark.parametrize("chunk", ["səs", "səs-", "-səs", "səs--küy", "səs-küy,", "səs–küy", "5-ci", "a-b.az", "é-a"])
def test_other_chunks_are_left_to_the_scanner(chunk: str) -> None:
    assert not _JOINED.match(chunk)


def test_no_sign_alone_is_a_term() -> None:
    for sign in map(chr, range(0x20, 0x3000)):
        assert "" not in ANALYZER.terms(sign), hex(ord(sign))
    assert ANALYZER.query_terms("Bakı\u0374nın \u0374") == [["bakı"]]
