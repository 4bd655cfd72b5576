"""When people at a school work, and in which months they ask for things."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

OPENS_HOUR, CLOSES_HOUR = 13, 21
"""UTC hours of a working day from about eight to four on the US East Coast."""

MINUTES_A_DAY = (CLOSES_HOUR - OPENS_HOUR) * 60
REQUESTS_BY_MONTH = (1.8, 1.0, 0.9, 0.8, 0.8, 0.5, 0.5, 2.1, 1.9, 1.0, 0.9, 0.6)
"""How busy each month is, January first: most before school starts and after winter."""

_SATURDAY = 5
_THANKSGIVING_WEEK = range(22, 29)
_CLOSED = {(12, 24), (12, 25), (12, 28), (12, 29), (12, 30), (12, 31), (1, 1), (7, 3), (7, 4)}


def is_working_day(day: date) -> bool:
    """Whether the offices are open: no weekend, winter break, July 4 or Thanksgiving."""
    if day.weekday() >= _SATURDAY or (day.month, day.day) in _CLOSED:
        return False
    thanksgiving = day.month == 11 and day.weekday() in {3, 4}  # noqa: PLR2004  # November
    return not (thanksgiving and (day.day - (day.weekday() == 4)) in _THANKSGIVING_WEEK)  # noqa: PLR2004


def after(moment: datetime, days: float, rng: Random) -> datetime:
    """The moment so many working days later, within working hours and at a second of its own.

    Args:
        moment: Aware UTC time, at any hour.
        days: Working days, 0 or more; a quarter of a day is two hours.
        rng: Where the seconds come from.
    """
    start = _opened(moment)
    minutes = (start.hour - OPENS_HOUR) * 60 + start.minute + days * MINUTES_A_DAY
    whole, rest = divmod(round(minutes), MINUTES_A_DAY)
    day = start.date()
    for _ in range(whole):
        day = _next_working_day(day)
    opening = datetime.combine(day, time(OPENS_HOUR), UTC)
    return max(
        opening + timedelta(minutes=rest, seconds=rng.randrange(60)), moment + timedelta(seconds=1)
    )


def delivered(moment: datetime, days: float, rng: Random) -> datetime:
    """The first working moment so many calendar days later, when a carrier comes."""
    day = moment + timedelta(days=days)
    return after(_opened(day.replace(hour=OPENS_HOUR, minute=0)), rng.uniform(0.05, 0.9), rng)


def starts(first: date, last: date, count: int, rng: Random) -> list[datetime]:
    """When so many requests are started between two days, both included, as a school year goes."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    open_days = [day for day in days if is_working_day(day)] or days
    weights = [REQUESTS_BY_MONTH[day.month - 1] for day in open_days]
    picked = sorted(rng.choices(open_days, weights, k=count))
    return [
        datetime.combine(day, time(OPENS_HOUR), UTC)
        + timedelta(seconds=rng.randrange(MINUTES_A_DAY * 60))
        for day in picked
    ]


def days_before(last: date, days: int) -> date:
    """The day so many working days before another."""
    day = last
    for _ in range(days):
        day -= timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
    return day


def _opened(moment: datetime) -> datetime:
    """The moment itself during working hours, else the next opening."""
    day = moment.date()
    if is_working_day(day) and moment.hour < CLOSES_HOUR:
        return max(moment, datetime.combine(day, time(OPENS_HOUR), UTC))
    return datetime.combine(_next_working_day(day), time(OPENS_HOUR), UTC)


def _next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
