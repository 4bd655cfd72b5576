"""Fiscal years run from July to June."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOON
from techrequests.domain.calendar import (
    days_between,
    fiscal_year,
    fiscal_year_dates,
    fiscal_year_from_words,
    fiscal_year_words,
)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 6, 30), 2026),
        (date(2026, 7, 1), 2027),
        (date(2026, 12, 31), 2027),
        (date(2027, 6, 30), 2027),
        (date(2028, 2, 29), 2028),
    ],
)
def test_a_fiscal_year_is_named_after_the_year_it_ends_in(day: date, year: int) -> None:
    assert fiscal_year(day) == year


@given(st.dates(min_value=date(1901, 1, 1), max_value=date(2200, 1, 1)))
def test_every_day_lies_in_its_fiscal_year(day: date) -> None:
    first, last = fiscal_year_dates(fiscal_year(day))
    assert first <= day <= last
    assert fiscal_year(first - timedelta(days=1)) == fiscal_year(last) - 1


@given(st.integers(min_value=1001, max_value=9998))
def test_a_fiscal_year_is_read_as_it_is_written(year: int) -> None:
    assert fiscal_year_from_words(fiscal_year_words(year)) == year


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2026-2027", 2027), ("2026/27", 2027), (" 1999-00 ", 2000),
        ("2027", 2027), ("FY27", 2027), ("fy 2027", 2027), ("FY 2026-2027", 2027), ("26/27", 2027),
        ("FY'27", 2027), ("Fiscal year 2026-27", 2027), ("FY26-27", 2027), ("2026\u201327", 2027),
        ("2026-28", None), ("2027-26", None), ("2026-7", None), ("27", None), ("FY", None),
        ("FY 7", None), ("26/28", None), ("", None),
    ],
)  # fmt: skip
def test_a_fiscal_year_is_read_as_people_write_it(text: str, year: int | None) -> None:
    assert fiscal_year_from_words(text) == year


def test_days_are_whole_and_never_negative() -> None:
    assert days_between(NOON, NOON + timedelta(hours=47)) == 1
    assert days_between(NOON + timedelta(days=3), NOON) == 0
