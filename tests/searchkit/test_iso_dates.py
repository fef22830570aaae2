"""Every form of ISO 8601 with every version of Python, whatever that reads by itself."""

from __future__ import annotations

import datetime

import pytest

from searchkit.iso_dates import iso_moment, usual_form
from searchkit.schema import parse_date

MOMENTS = [
    ("2022-08-24", "2022-08-24T00:00:00.000000"),
    ("20220824", "2022-08-24T00:00:00.000000"),
    ("2022-W34", "2022-08-22T00:00:00.000000"),
    ("2022W34", "2022-08-22T00:00:00.000000"),
    ("2022-W34-3", "2022-08-24T00:00:00.000000"),
    ("2022W343T10", "2022-08-24T10:00:00.000000"),
    ("2020-W53-7", "2021-01-03T00:00:00.000000"),
    ("2022-08-24 10", "2022-08-24T10:00:00.000000"),
    ("2022-08-24t10:30", "2022-08-24T10:30:00.000000"),
    ("20220824T103005", "2022-08-24T10:30:05.000000"),
    ("2022-08-24T10:30:05.5", "2022-08-24T10:30:05.500000"),
    ("2022-08-24 10:30:05,250", "2022-08-24T10:30:05.250000"),
    ("2022-08-24T10:30:05.123456789Z", "2022-08-24T10:30:05.123456+00:00"),
    ("2022-08-24T10:30:05.12z", "2022-08-24T10:30:05.120000+00:00"),
    ("20220824T103005Z", "2022-08-24T10:30:05.000000+00:00"),
    ("2022-08-24T10:30+04", "2022-08-24T10:30:00.000000+04:00"),
    ("2022-08-24T10:30:05+0430", "2022-08-24T10:30:05.000000+04:30"),
    ("2022-08-24 10:30:05 +0400", "2022-08-24T10:30:05.000000+04:00"),
    ("2022-08-24T10:30:05-04:00", "2022-08-24T10:30:05.000000-04:00"),
    ("20220824T10Z", "2022-08-24T10:00:00.000000+00:00"),
]


@pytest.mark.parametrize(("text", "usual"), MOMENTS)
def test_moments_of_iso(text: str, usual: str) -> None:
    moment = datetime.datetime.fromisoformat(usual)
    assert (usual, moment) == (usual_form(text), iso_moment(text))
    expected = moment.astimezone(datetime.timezone.utc) if moment.tzinfo else moment
    assert expected.replace(tzinfo=None) == parse_date(text)


@pytest.mark.parametrize(
    "text",
    ["2022-0824", "202208-24", "2022-W54", "2022-W34-8", "2022W34-3", "2022-02-30", "20220230", "2022-08-24T",
     "2022-08-24T25", "2022-08-24T10:3005", "2022-08-24T10:30:05.", "2022-08-24T10:30+4", "2022-08-24T10:30:05+0430Z",
     "２０２２0824", "24.08.2022", ""],
)  # fmt: skip
def test_what_is_no_moment_of_iso(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        iso_moment(text)
