"""Dates as people write them, read as periods: 2022-08-24, 24 avqust 2022-ci il, keçən ay, son 7 gün, 2020-2021.

Case and the lack of Azerbaijani letters make no difference, nor do case endings. Months, units and the words for days
are those of the orthographic dictionary, the short names of months those of Unicode's CLDR.
"""

from __future__ import annotations

import calendar
import datetime
import re

from azanalyzer.numerals import MONTHS
from azanalyzer.tuples import NamedTuple
from searchkit.errors import quoted

__all__ = ["LONGEST", "TIME", "Period", "after", "said", "written_moment"]

_MONTHS = {name: number for number, name in enumerate(MONTHS, 1)}
_SHORT_MONTHS = {
    name: number
    for number, name in enumerate(
        ["yan", "fev", "mar", "apr", "may", "iyn", "iyl", "avq", "sen", "okt", "noy", "dek"], 1
    )
}  # fmt: skip
_NUMBERS = {
    name: number
    for number, name in enumerate(
        ["bir", "iki", "uc", "dord", "bes", "alti", "yeddi", "sekkiz", "doqquz"], 1
    )
}  # fmt: skip
_TENS = {
    name: 10 * number
    for number, name in enumerate(
        ["on", "iyirmi", "otuz", "qirx", "elli", "altmis", "yetmis", "seksen", "doxsan", "yuz"], 1
    )
}  # fmt: skip
# Days from today: yesterday, the day before it, tomorrow, the day after it.
_DAYS = {
    "dunen": -1, "sragagun": -2, "sraga gun": -2, "sabah": 1, "birigun": 2, "biri gun": 2, "o birigun": 2,
    "o biri gun": 2,
}  # fmt: skip
_STEPS = {"bu": 0, "kecen": -1, "oten": -1, "gelen": 1, "novbeti": 1}

# Everything below is folded: ə ı ö ü ç ş ğ are e i o u c s g.
_ENDING = r"(?:s?[iu])?n?(?:[iu]n?|[ae]|d[ae]n?)?(?:k[iu])?"  # -ı, -ın, -ında, -dakı, -si, -sinin, …
_ORDINAL = rf"(?:[-'’ ]?(?:[iu]?nc[iu]|c[iu]))?(?:[-'’]?{_ENDING})?"
_UNIT = rf"(?P<unit>gun|hefte|ay|il){_ENDING}"
_COUNT = rf"(?P<count>[1-9]\d{{0,3}}|(?:(?:{'|'.join(_TENS)}) )?(?:{'|'.join(_NUMBERS)})|{'|'.join(_TENS)})"
_DAY = re.compile(rf"(?P<day>{'|'.join(_DAYS)}){_ENDING}")
_STEP = re.compile(rf"(?P<step>{'|'.join(_STEPS)}) ?{_UNIT}")  # together as well: bugün, builki
_LAST = re.compile(rf"son (?:{_COUNT} )?{_UNIT}")
_AGO = re.compile(rf"{_COUNT} {_UNIT} (?P<way>evvel|qabaq|once|sonra){_ENDING}")
_OF = re.compile(rf"(?P<step>{'|'.join(_STEPS)}) ?(?P<unit>ay|il){_ENDING} (?=.)")
_NAME = rf"(?P<month>{'|'.join([*_MONTHS, *_SHORT_MONTHS])})"
_NUMERIC = [
    re.compile(rf"(?:(?P<day>\d{{1,2}})[./-])?(?P<month>\d{{1,2}})[./-](?P<year>\d{{4}}){_ORDINAL}"),
    re.compile(r"(?P<year>\d{4})[./-](?P<month>\d{1,2})[./-](?P<day>\d{1,2})"),
    re.compile(r"(?P<year>\d{4})[/-](?P<month>\d{1,2})"),  # with a point it is a number
    re.compile(r"(?P<day>\d{1,2})(?P<sign>[./])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{2})"),
    re.compile(rf"(?:(?P<day>\d{{1,2}})[ ./-])?{_NAME}\.?[ ./-](?P<year>\d{{4}}){_ORDINAL}(?: il{_ENDING})?"),
]
# From one to another, both included: 2020-2021, 2020-2021-ci illər, 01.05.2021-09.05.2021.
_RANGES = [
    re.compile(rf"(?P<first>\d{{4}}) ?[-‐-―] ?(?P<last>\d{{4}}){_ORDINAL}(?: il(?:ler)?{_ENDING})?"),
    re.compile(r"(?P<first>\d{1,2}([./])\d{1,2}\2\d{4}) ?[-‐-―] ?(?P<last>\d{1,2}\2\d{1,2}\2\d{4})"),
]
TIME = re.compile(r"(?P<date>.*\S)[\s,]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*")
# Of mail and RSS, as in RFC 5322: Fri, 03 May 2024 10:00:00 GMT. The names of other zones have no meaning there.
_MAIL = re.compile(
    r"(?:[a-z]{3}, ?)?\d{1,2} [a-z]{3} [1-9]\d{3} \d{2}:\d{2}(?::\d{2})? (?:[-+]\d{4}|gmt|utc?|z|[ecmp][sd]t)",
    re.ASCII | re.IGNORECASE,
)
_PART = re.compile(
    rf"""(?P<year>\d{{4}}){_ORDINAL}(?:\ il{_ENDING})?
       | (?P<day>\d{{1,2}}){_ORDINAL}(?:\ gun{_ENDING})?
       | (?P<month>{"|".join(_MONTHS)}){_ENDING}(?:\ ay{_ENDING})?""",
    re.VERBOSE,
)
_YEAR = re.compile(r"\d{4}")
LONGEST = 100  # characters; no date is longer, and a longer text must not cost more than its length
_STOPS = " .;:!?)"  # that may follow a date in a sentence
_AHEAD = 20  # years that a year of two digits may be ahead of today; the others have been


class Period(NamedTuple):
    """From `start` up to, not including, `end`; None where it ends with the last day there is, 9999-12-31."""

    start: datetime.datetime
    end: datetime.datetime | None


def written_moment(text: str) -> datetime.datetime | None:
    """The moment of a date as people write it, with its year and perhaps a time of day; None if it is none.

    A month means its first day. The dates of mail and RSS may have a time zone.
    """
    if len(text) > LONGEST or not _YEAR.search(text):
        return None
    time = TIME.fullmatch(text)
    day = time["date"] if time else text
    plain = _plain(day)
    any_day = datetime.date.max  # it has its own year
    try:
        if _MAIL.fullmatch(text.strip()):
            from email.utils import parsedate_to_datetime

            return parsedate_to_datetime(text)
        found = _numeric(plain, day, any_day) or _written(plain, day, any_day)
        if found is None or time is None:
            return found and found.start
        hour, minute, second = (int(part or 0) for part in time.group("hour", "minute", "second"))
        return found.start.replace(hour=hour, minute=minute, second=second)
    except ValueError:
        return None


def said(text: str, today: datetime.date) -> Period | None:
    """The period that `text` says in some way of people, None if it says none; ValueError if there is no such."""
    plain = _plain(text)
    return (
        _relative(plain, text, today)
        or _numeric(plain, text, today)
        or _written(plain, text, today)
        or _ranged(plain, text, today)
    )


def _plain(text: str) -> str:
    from azanalyzer import fold

    return " ".join(fold(text).replace(",", " ").rstrip(_STOPS).split())


def _relative(plain: str, text: str, today: datetime.date) -> Period | None:
    """Dates that count from today."""
    match = _DAY.fullmatch(plain)
    if match:
        return _unit("gun", _DAYS[match["day"]], today, text)
    match = _STEP.fullmatch(plain)
    if match:
        return _unit(match["unit"], _STEPS[match["step"]], today, text)
    match = _AGO.fullmatch(plain)
    if match:
        return _unit(match["unit"], _number(match["count"]) * (1 if match["way"] == "sonra" else -1), today, text)
    match = _LAST.fullmatch(plain)
    if match:
        return _last(match["unit"], _number(match["count"] or "1"), today, text)
    return None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else sum({**_NUMBERS, **_TENS}[word] for word in text.split())


def _unit(unit: str, steps: int, today: datetime.date, text: str) -> Period:
    """The day, week, month or year that is `steps` of them after the one of today."""
    try:
        if unit in ("gun", "hefte"):
            days = 1 if unit == "gun" else 7
            start = today - datetime.timedelta(days=today.weekday() if unit == "hefte" else 0)
            return _days(start + datetime.timedelta(days=days * steps), days)
        if unit == "il":
            return _year(today.year + steps)
        months = today.year * 12 + today.month - 1 + steps
        return _month(months // 12, months % 12 + 1)
    except (OverflowError, ValueError):
        raise ValueError(f"{quoted(text)} is before the year 1 or after 9999") from None


def _last(unit: str, count: int, today: datetime.date, text: str) -> Period:
    """So many units that end with today: a month is from the day after that of a month ago."""
    try:
        if unit in ("gun", "hefte"):
            before = today - datetime.timedelta(days=count * (1 if unit == "gun" else 7))
        else:
            year, month = divmod(today.year * 12 + today.month - 1 - count * (1 if unit == "ay" else 12), 12)
            before = datetime.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
        return Period(_midnight(before + datetime.timedelta(days=1)), _days(today, 1).end)
    except (OverflowError, ValueError):
        raise ValueError(f"{quoted(text)} begins before the year 1") from None


def _numeric(plain: str, text: str, today: datetime.date) -> Period | None:
    """24.08.2022, 24/08/2022, 24.08.22, 2022.08.24, 2022-8, 08.2022, 24-avqust-2022 and 24 avq 2022."""
    match = next((match for pattern in _NUMERIC if (match := pattern.fullmatch(plain))), None)
    if match is None:
        return None
    year, month = match["year"], match["month"]
    if len(year) == 2:
        latest = today.year + _AHEAD
        year = str(latest - (latest - int(year)) % 100)
    number = _MONTHS.get(month) or _SHORT_MONTHS.get(month) or month
    return _calendar(year, str(number), match.groupdict().get("day"), text)


def _written(plain: str, text: str, today: datetime.date) -> Period | None:
    """Years, and months by their names with a day, a year, both or none, in any order."""
    of = _OF.match(plain)
    if of:  # keçən ilin avqustu, bu ayın 5-i
        start = _unit(of["unit"], _STEPS[of["step"]], today, text).start
        month = f" {list(_MONTHS)[start.month - 1]}" if of["unit"] == "ay" else ""
        plain = f"{start.year:04}{month} {plain[of.end() :]}"
    found: dict[str, str] = {}
    place = 0
    while place < len(plain):
        match = _PART.match(plain, place)
        kind = match.lastgroup if match else None
        if match is None or kind is None or kind in found or plain[match.end() : match.end() + 1] not in ("", " "):
            return None
        found[kind] = match[kind]
        place = match.end() + 1
    if not found or ("day" in found and "month" not in found):
        return None
    number = str(_MONTHS[found["month"]]) if "month" in found else None
    return _calendar(found.get("year", str(today.year)), number, found.get("day"), text)


def _ranged(plain: str, text: str, today: datetime.date) -> Period | None:
    """Years or days from one to another, the last one included."""
    match = next((match for pattern in _RANGES if (match := pattern.fullmatch(plain))), None)
    first, last = (said(match[name], today) for name in ("first", "last")) if match else (None, None)
    if first is None or last is None:
        return None
    if first.start > last.start:
        raise ValueError(f"{quoted(text)} begins after its end")
    return Period(first.start, last.end)


def _calendar(year: str, month: str | None, day: str | None, text: str) -> Period:
    try:
        if month is None:
            return _year(int(year))
        if day is None:
            return _month(int(year), int(month))
        return _days(datetime.date(int(year), int(month), int(day)), 1)
    except ValueError:
        raise ValueError(f"there is no day, month or year such as {quoted(text)}") from None


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day)


def _year(year: int) -> Period:
    return Period(datetime.datetime(year, 1, 1), datetime.datetime(year + 1, 1, 1) if year < datetime.MAXYEAR else None)


def _month(year: int, month: int) -> Period:
    start = datetime.datetime(year, month, 1)
    return Period(start, after(start, datetime.timedelta(days=31), day=1))


def _days(start: datetime.date, days: int) -> Period:
    return Period(_midnight(start), after(_midnight(start), datetime.timedelta(days=days)))


def after(start: datetime.datetime, length: datetime.timedelta, day: int | None = None) -> datetime.datetime | None:
    """A moment so much later, on that day of its month if one is given; None after the last day there is."""
    try:
        end = start + length
    except OverflowError:
        return None
    return end if day is None else end.replace(day=day)
