"""Fiscal years and working time, as US school districts count them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

FISCAL_YEAR_STARTS_MONTH = 7
"""July: fiscal year 2027 runs from 2026-07-01 to 2027-06-30, as in most US states."""

_TWO_YEARS = re.compile(r"([0-9]{4})[-/]([0-9]{2}|[0-9]{4})")


def long_date(day: date) -> str:
    """As in `July 1, 2026`."""
    return f"{day:%B} {day.day}, {day.year}"


def short_date(day: date) -> str:
    """As in `Jul 1, 2026`."""
    return f"{day:%b} {day.day}, {day.year}"


def fiscal_year(day: date) -> int:
    """The fiscal year a day falls in, named after the calendar year in which it ends."""
    return day.year + (day.month >= FISCAL_YEAR_STARTS_MONTH)


def fiscal_year_dates(year: int) -> tuple[date, date]:
    """First and last day of a fiscal year."""
    return date(year - 1, FISCAL_YEAR_STARTS_MONTH, 1), date(year, FISCAL_YEAR_STARTS_MONTH - 1, 30)


def fiscal_year_words(year: int) -> str:
    """A fiscal year as people write it: 2026-27."""
    return f"{year - 1}-{year % 100:02d}"


def fiscal_year_from_words(text: str) -> int | None:
    """The fiscal year that a text names by the two years it lies in, such as 2026-27.

    Returns:
        The year in which it ends; None when the text is not two years in a row.
    """
    found = _TWO_YEARS.fullmatch(text.strip())
    if not found:
        return None
    year = int(found[1]) + 1
    return year if str(year).endswith(found[2]) else None


def days_between(earlier: datetime, later: datetime) -> int:
    """Whole days from one moment to the next, never negative."""
    return max(0, (later - earlier).days)


def night_of(moment: datetime, hour: int) -> date:
    """The day with whose `hour` the night began in which a moment of the district lies.

    By what the clocks of the district show, so that no night is longer, missing or there twice when
    summer time begins or ends.
    """
    return moment.date() if moment.hour >= hour else moment.date() - timedelta(days=1)
