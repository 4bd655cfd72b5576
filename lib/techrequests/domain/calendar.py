"""Fiscal years and working time, as US school districts count them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

FISCAL_YEAR_STARTS_MONTH = 7
"""July: fiscal year 2027 runs from 2026-07-01 to 2027-06-30, as in most US states."""

_SATURDAY = 5
_TWO_YEARS = re.compile(r"([0-9]{4}|[0-9]{2})\s?[-/\u2013]\s?([0-9]{4}|[0-9]{2})")
_ONE_YEAR = re.compile(r"([0-9]{4})(?:\.0)?")
_SHORT_YEAR = re.compile(r"[0-9]{2}|[0-9]{4}")
_CALLED = re.compile(r"(?:fy|fiscal year)\s?'?", re.IGNORECASE)
"""What people put before a fiscal year."""


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
    """The fiscal year that a text names, such as 2027, 2026-27, FY27, FY 2026-2027 or 26/27.

    Returns:
        The year in which it ends; None when the text is neither a year nor two in a row.
    """
    bare = text.strip()
    called = _CALLED.match(bare)
    named = bare[called.end() :].strip() if called else bare
    if found := _TWO_YEARS.fullmatch(named):
        year = _whole_year(found[1]) + 1
        return year if str(year).endswith(found[2]) else None
    one = _SHORT_YEAR.fullmatch(named) if called else _ONE_YEAR.fullmatch(named)
    return _whole_year(one[0][:4]) if one else None


def _whole_year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)  # noqa: PLR2004  # 27 for 2027


def days_between(earlier: datetime, later: datetime) -> int:
    """Whole days from one moment to the next, never negative."""
    return max(0, (later - earlier).days)


def is_school_day(day: date) -> bool:
    """Whether a day is from Monday to Friday; the product does not know the district's holidays."""
    return day.weekday() < _SATURDAY


def school_days_after(moment: datetime, days: int) -> datetime:
    """The same time of day, so many school days later, by the clocks of the moment's zone."""
    while days:
        moment += timedelta(days=1)
        days -= is_school_day(moment.date())
    return moment


def night_of(moment: datetime, hour: int) -> date:
    """The day with whose `hour` the night began in which a moment of the district lies.

    By what the clocks of the district show, so that no night is longer, missing or there twice when
    summer time begins or ends.
    """
    return moment.date() if moment.hour >= hour else moment.date() - timedelta(days=1)
