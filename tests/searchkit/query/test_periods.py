from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchkit.query.periods import count_words, period
from searchkit.schema import parse_date
from tests.strategies import any_text

TODAY = date(2022, 8, 31)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        # years and months
        ("2022", "2022-01-01", "2023-01-01"),
        ("2022-ci il", "2022-01-01", "2023-01-01"),
        ("2022-ci ildə", "2022-01-01", "2023-01-01"),
        ("2022 il", "2022-01-01", "2023-01-01"),
        ("1999-cu ilin", "1999-01-01", "2000-01-01"),
        ("2022-də", "2022-01-01", "2023-01-01"),
        ("avqust 2022", "2022-08-01", "2022-09-01"),
        ("Avqust 2022-ci il", "2022-08-01", "2022-09-01"),
        ("2022-ci ilin avqustu", "2022-08-01", "2022-09-01"),
        ("2022-ci ilin avqust ayında", "2022-08-01", "2022-09-01"),
        ("2021 dekabr", "2021-12-01", "2022-01-01"),
        ("may", "2022-05-01", "2022-06-01"),
        ("İYUN", "2022-06-01", "2022-07-01"),
        ("Iyul", "2022-07-01", "2022-08-01"),
        ("08.2021", "2021-08-01", "2021-09-01"),
        # from one to another
        ("2020-2021", "2020-01-01", "2022-01-01"),
        ("2020–2021", "2020-01-01", "2022-01-01"),
        ("2020 - 2021", "2020-01-01", "2022-01-01"),
        ("2020-2021-ci illərdə", "2020-01-01", "2022-01-01"),
        ("2021-2021", "2021-01-01", "2022-01-01"),
        ("01.05.2021-09.05.2021", "2021-05-01", "2021-05-10"),
        ("1/5/2021 – 9/5/2021", "2021-05-01", "2021-05-10"),
        # days
        ("24 avqust 2021", "2021-08-24", "2021-08-25"),
        ("24 avqust 2021-ci il", "2021-08-24", "2021-08-25"),
        ("24 avqust, 2021-ci ildə", "2021-08-24", "2021-08-25"),
        ("avqustun 24-ü", "2022-08-24", "2022-08-25"),
        ("avqustun 24-də", "2022-08-24", "2022-08-25"),
        ("avqustun 6-sı", "2022-08-06", "2022-08-07"),
        ("avqustun 24-cü günü", "2022-08-24", "2022-08-25"),
        ("2021-ci il avqustun 24-ü", "2021-08-24", "2021-08-25"),
        ("2021-ci ilin avqust ayının 24-ü", "2021-08-24", "2021-08-25"),
        ("8 mart", "2022-03-08", "2022-03-09"),
        ("31 dekabr 2021", "2021-12-31", "2022-01-01"),
        ("29 fevral 2020", "2020-02-29", "2020-03-01"),
        ("24.08.2021", "2021-08-24", "2021-08-25"),
        ("24/8/2021", "2021-08-24", "2021-08-25"),
        ("24-08-2021", "2021-08-24", "2021-08-25"),
        ("24.08.2021-də", "2021-08-24", "2021-08-25"),
        ("24-avqust-2021", "2021-08-24", "2021-08-25"),
        ("24/avqust/2021-ci il", "2021-08-24", "2021-08-25"),
        ("2021-8-4", "2021-08-04", "2021-08-05"),
        ("2021-8", "2021-08-01", "2021-09-01"),
        ("2021/08", "2021-08-01", "2021-09-01"),
        # short names of months
        ("24 avq 2021", "2021-08-24", "2021-08-25"),
        ("24 avq. 2021-ci il", "2021-08-24", "2021-08-25"),
        ("24-Noy-2021", "2021-11-24", "2021-11-25"),
        ("sen 2021", "2021-09-01", "2021-10-01"),
        ("24.may.2021", "2021-05-24", "2021-05-25"),
        # a year of two digits
        ("24.08.21", "2021-08-24", "2021-08-25"),
        ("4/8/42", "2042-08-04", "2042-08-05"),
        ("24.08.43", "1943-08-24", "1943-08-25"),
        # from today
        ("bu gün", "2022-08-31", "2022-09-01"),
        ("bugünkü", "2022-08-31", "2022-09-01"),
        ("dünən", "2022-08-30", "2022-08-31"),
        ("srağagün", "2022-08-29", "2022-08-30"),
        ("srağa gün", "2022-08-29", "2022-08-30"),
        ("sabah", "2022-09-01", "2022-09-02"),
        ("birigün", "2022-09-02", "2022-09-03"),
        ("o biri gün", "2022-09-02", "2022-09-03"),
        ("bu həftə", "2022-08-29", "2022-09-05"),
        ("keçən həftə", "2022-08-22", "2022-08-29"),
        ("bu ay", "2022-08-01", "2022-09-01"),
        ("keçən ay", "2022-07-01", "2022-08-01"),
        ("ötən ayın", "2022-07-01", "2022-08-01"),
        ("gələn ay", "2022-09-01", "2022-10-01"),
        ("növbəti il", "2023-01-01", "2024-01-01"),
        ("bu ildə", "2022-01-01", "2023-01-01"),
        ("builki", "2022-01-01", "2023-01-01"),
        ("builki mart", "2022-03-01", "2022-04-01"),
        ("keçən ilin dekabrı", "2021-12-01", "2022-01-01"),
        ("bu ayın 5-i", "2022-08-05", "2022-08-06"),
        ("keçən ilin mart ayının 8-i", "2021-03-08", "2021-03-09"),
        ("3 gün əvvəl", "2022-08-28", "2022-08-29"),
        ("iki həftə qabaq", "2022-08-15", "2022-08-22"),
        ("üç ay sonra", "2022-11-01", "2022-12-01"),
        ("8 ay əvvəl", "2021-12-01", "2022-01-01"),
        ("son 7 gün", "2022-08-25", "2022-09-01"),
        ("son yeddi gündə", "2022-08-25", "2022-09-01"),
        ("son həftə", "2022-08-25", "2022-09-01"),
        ("son 6 ay", "2022-03-01", "2022-09-01"),
        ("son il", "2021-09-01", "2022-09-01"),
        # without Azerbaijani letters
        ("dunen", "2022-08-30", "2022-08-31"),
        ("KECEN AY", "2022-07-01", "2022-08-01"),
        ("bu hefte", "2022-08-29", "2022-09-05"),
        ("on gün əvvəl", "2022-08-21", "2022-08-22"),
        ("on beş gün əvvəl", "2022-08-16", "2022-08-17"),
        ("son iyirmi bir gün", "2022-08-11", "2022-09-01"),
        ("son otuz gün", "2022-08-02", "2022-09-01"),
        ("uc gun evvel", "2022-08-28", "2022-08-29"),
        ("avqustun 24-u", "2022-08-24", "2022-08-25"),
        # ISO 8601
        ("2022-08", "2022-08-01", "2022-09-01"),
        ("2022-08-24", "2022-08-24", "2022-08-25"),
        (" 2022-08-24 ", "2022-08-24", "2022-08-25"),
        ("2022-08-24T10", "2022-08-24T10:00", "2022-08-24T11:00"),
        ("2022-08-24 10:30", "2022-08-24T10:30", "2022-08-24T10:31"),
        ("2022-08-24T10:30:05+04:00", "2022-08-24T06:30:05", "2022-08-24T06:30:06"),
        ("2022.08.24", "2022-08-24", "2022-08-25"),
        ("2022/8/24", "2022-08-24", "2022-08-25"),
        ("2022-08-24T10:30:05.5", "2022-08-24T10:30:05.500", "2022-08-24T10:30:06.500"),
        ("20220824", "2022-08-24", "2022-08-25"),
        ("2022-W34", "2022-08-22", "2022-08-29"),
        ("20220824T1030", "2022-08-24T10:30", "2022-08-24T10:31"),
        ("20220824T103005", "2022-08-24T10:30:05", "2022-08-24T10:30:06"),
        # as documents may have them
        ("24.08.2022 10:30", "2022-08-24T10:30", "2022-08-24T10:31"),
        ("24 avqust 2022, 10:30:05", "2022-08-24T10:30:05", "2022-08-24T10:30:06"),
    ],
)
def test_period(text: str, start: str, end: str) -> None:
    assert (datetime.fromisoformat(start), datetime.fromisoformat(end)) == period(text, TODAY)


@pytest.mark.parametrize("text", ["9999", "dekabr 9999", "31.12.9999", "9999-12", "9999-12-31", "9999-12-31T23:59:59"])
def test_a_period_may_end_with_time_itself(text: str) -> None:
    assert period(text, TODAY).end is None


@pytest.mark.parametrize(
    ("today", "text", "start", "end"),
    [
        ("2022-03-31", "son ay", "2022-03-01", "2022-04-01"),
        ("2022-03-30", "son ay", "2022-03-01", "2022-03-31"),
        ("2024-02-29", "son il", "2023-03-01", "2024-03-01"),
        ("2022-01-10", "keçən ay", "2021-12-01", "2022-01-01"),
        ("2022-12-10", "gələn ay", "2023-01-01", "2023-02-01"),
        ("2023-01-01", "bu həftə", "2022-12-26", "2023-01-02"),
    ],
)
def test_periods_from_other_days(today: str, text: str, start: str, end: str) -> None:
    assert (datetime.fromisoformat(start), datetime.fromisoformat(end)) == period(text, date.fromisoformat(today))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *[
            (
                text,
                "a date is written like 2022-08-24, 24.08.2022, 24 avqust 2022, avqust 2022, dünən or son 7 gün, "
                f"not {text!r}",
            )
            for text in ("", "avqustt", "24", "24 2022", "2022 2021", "24 avqust 22", "24 avq", "2022 sən", "2022.5",
                         "24.08/22", "08.22", "24-08-22", "son 0 gün", "on", "mart may")
        ],
        ("31 fevral 2022", "there is no day, month or year such as '31 fevral 2022'"),
        ("29.02.2022", "there is no day, month or year such as '29.02.2022'"),
        ("13.2022", "there is no day, month or year such as '13.2022'"),
        ("0000", "there is no day, month or year such as '0000'"),
        ("2021-2020", "'2021-2020' begins after its end"),
        ("31.02.2021-01.03.2021", "there is no day, month or year such as '31.02.2021'"),
        ("2022-13", "there is no day, month or year such as '2022-13'"),
        ("2022-08-24T25", "a date field takes dates such as 2022-08-24, 24.08.2022 or 24 avqust 2022, "
         "not '2022-08-24T25'"),
        ("son 3000 il", "'son 3000 il' begins before the year 1"),
        ("9000 il sonra", "'9000 il sonra' is before the year 1 or after 9999"),
        (
            "0001-01-01T00:00+14:00",
            "a date field takes years from 1 to 9999, which 0001-01-01T00:00+14:00 leaves in UTC",
        ),
    ],
)  # fmt: skip
def test_what_is_no_date(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        period(text, TODAY)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("avqust 2022", 2),
        ("avqust 2022 neft", 2),
        ("24 avqust 2022-ci il neft", 4),
        ("24 avqust 2022 10:30 neft", 4),
        ("2022-08-24 10:30", 2),
        ("Fri, 03 May 2024 10:00:00 GMT neft", 6),
        ("2022-ci ilin avqust ayının 24-cü günü 10:30 2021", 7),
        ("2020 - 2021 neft", 3),
        ("2020-2021-ci illər neft", 2),
        ("bu il neft", 2),
        ("o biri gün", 3),
        ("2022 neft", 1),
        ("2022 2021", 1),
        ("2022 fevral 31", 2),
        ("31 fevral 2022 neft", 3),
        ("neft qaz", 1),
        ("24", 1),
        ("", 1),
        ("1" * 60 + " " + "2" * 60, 1),
    ],
)
def test_how_many_words_are_a_date(text: str, count: int) -> None:
    assert count == count_words(text.split(), TODAY)


def dates() -> st.SearchStrategy[str]:
    """Parts of dates in any order."""
    words = (
        "2022 2022-ci 24 24-ü avqust avq. ay ayının il ilin gün bu keçən son 7 üç əvvəl sonra dünən . - 31.12.99 9999 0"
    )
    return st.lists(st.sampled_from(words.split()), max_size=5).map(" ".join)


@given(st.one_of(dates(), dates(), any_text()), st.dates())
@example("son 9999 il", date.min)
@example("bu həftə", date.min)
@example("keçən il", date.min)
@example("keçən ilin avqustu", date.min)
@example("son gün", date.max)
@example("sabah", date.max)
@example("bu həftə", date.max)
@example("1" * 10_000, TODAY)
def test_every_text_is_a_period_or_none(text: str, today: date) -> None:
    try:
        start, end = period(text, today)
    except ValueError:
        return
    finally:
        assert 1 <= count_words(text.split(), today) <= max(1, len(text.split()))
    assert end is None or timedelta(0) < end - start


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("24.08.2022", "2022-08-24"),
        (" 24/8/2022 ", "2022-08-24"),
        ("2022.08.24", "2022-08-24"),
        ("24 Avqust 2022", "2022-08-24"),
        ("2022-ci il avqustun 24-ü", "2022-08-24"),
        ("Avqust, 2022", "2022-08-01"),
        ("24-avqust-2022", "2022-08-24"),
        ("24 avq. 2022", "2022-08-24"),
        ("2022-8", "2022-08-01"),
        ("2022/08", "2022-08-01"),
        ("24.08.2022 15:30", "2022-08-24T15:30"),
        ("24 avqust 2022, 15:30:05", "2022-08-24T15:30:05"),
        ("24 avqust 9999 23:59", "9999-08-24T23:59"),
    ],
)
def test_a_date_of_a_document_may_be_written_as_people_write_it(text: str, moment: str) -> None:
    assert parse_date(text) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "text",
    ["24 avqust", "avqust", "dünən", "keçən ilin avqustu", "keçən ay 2022", "bu ayın 5-i 2022", "son 7 gün",
     "31.02.2022", "12/31/2022", "24.08.22", "24.08.2022 25:00", "15:30", "24.08.2022 15:30 15:30"],
)  # fmt: skip
def test_a_date_of_a_document_says_which_day_of_which_year(text: str) -> None:
    with pytest.raises(ValueError, match="a date field takes dates such as 2022-08-24"):
        parse_date(text)
