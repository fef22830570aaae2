"""The time that is meant by a date in a query or a filter, as people or ISO 8601 write it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from searchkit.dates import LONGEST, TIME, Period, after, said, written_moment
from searchkit.errors import quoted
from searchkit.schema import parse_date

__all__ = ["count_words", "period"]


def period(text: str, today: datetime.date) -> Period:
    """The year, month, week, days, hour, minute or second that `text` means on the day `today`; weeks begin on Monday.

    A month or day without a year is one of this year. ValueError says what cannot be read.
    """
    if len(text) <= LONGEST:
        found = said(text, today)
        if found:
            return found
        time = TIME.fullmatch(text)
        moment = written_moment(text) if time else None
        if time and moment:
            return Period(moment, after(moment, datetime.timedelta(seconds=1 if time["second"] else 60)))
    if re.match(r"\s*\d{4}[-\dW]", text):
        start = parse_date(text)
        return Period(start, _end_of_moment(start, text.strip()))
    raise ValueError(
        f"a date is written like 2022-08-24, 24.08.2022, 24 avqust 2022, avqust 2022, dünən or son 7 gün, "
        f"not {quoted(text)}"
    )


def count_words(words: Sequence[str], today: datetime.date) -> int:
    """How many of the words, from the first on, say one date, if possible one that there is; 1 where none do."""
    impossible = 1
    for count in range(len(words), 1, -1):
        text = " ".join(words[:count])
        try:
            if len(text) <= LONGEST and (said(text, today) or (":" in text and written_moment(text))):
                return count
        except ValueError:
            impossible = max(impossible, count)
    return impossible


def _end_of_moment(start: datetime.datetime, text: str) -> datetime.datetime | None:
    """2022-W34 means the week, 20220824 the day, 2022-08-24T10 the hour, and so on."""
    if re.fullmatch(r"\d{4}-?W\d\d", text):
        return after(start, datetime.timedelta(days=7))
    time = re.split("[tT ]", text, maxsplit=1)[1:]
    if not time:
        return after(start, datetime.timedelta(days=1))
    digits = sum(map(str.isdecimal, re.split("[-+zZ.,]", time[0])[0]))
    return after(start, datetime.timedelta(seconds=3600 if digits < 3 else 60 if digits < 5 else 1))
