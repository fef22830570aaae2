"""Moments of ISO 8601 in any of its forms, of which Python 3.10 reads few by itself."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress

__all__ = ["iso_moment", "usual_form"]

_MOMENT = re.compile(
    r"""(?P<year>\d{4})(?P<dash>-?)
        (?: (?P<month>\d\d)(?P=dash)(?P<day>\d\d) | W(?P<week>\d\d)(?:(?P=dash)(?P<weekday>\d))? )
        (?: [tT\ ](?P<hour>\d\d)
            (?: (?P<colon>:?)(?P<minute>\d\d) (?: (?P=colon)(?P<second>\d\d) (?:[.,](?P<fraction>\d+))? )? )?
            (?: \ ?(?P<utc>[zZ]) | \ ?(?P<zone>[-+]\d\d)(?::?(?P<zone_minute>\d\d))? )?
        )?""",
    re.ASCII | re.VERBOSE,
)


def iso_moment(text: str) -> datetime.datetime:
    """The moment that `text` means, a day its first one and a week its Monday; ValueError if it is none of ISO 8601."""
    with suppress(ValueError):  # from Python 3.11 on this reads nearly every form
        return datetime.datetime.fromisoformat(text)
    return datetime.datetime.fromisoformat(usual_form(text))


def usual_form(text: str) -> str:
    """`text` as `datetime.isoformat` writes the moment, with microseconds; ValueError if it is none of ISO 8601."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no moment of ISO 8601")
    if match["week"]:
        day = datetime.date.fromisocalendar(int(match["year"]), int(match["week"]), int(match["weekday"] or 1))
        date = day.isoformat()
    else:
        date = f"{match['year']}-{match['month']}-{match['day']}"
    hour, minute, second = (match[name] or "00" for name in ("hour", "minute", "second"))
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")  # what is finer is left out
    zone = f"{match['zone']}:{match['zone_minute'] or '00'}" if match["zone"] else "+00:00" if match["utc"] else ""
    return f"{date}T{hour}:{minute}:{second}.{fraction}{zone}"
