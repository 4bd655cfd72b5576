"""Fiscal years run from July to June."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOON
from techrequests.domain.calendar import days_between, fiscal_year, fiscal_year_dates


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


def test_days_are_whole_and_never_negative() -> None:
    assert days_between(NOON, NOON + timedelta(hours=47)) == 1
    assert days_between(NOON + timedelta(days=3), NOON) == 0
