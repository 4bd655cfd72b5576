"""Whether a column writes the day or the month first: decided by all of it, never cell by cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.exchange.file_rows import Raw

_WRITTEN = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?=$|[ T])")
_MONTHS = 12
_CENTURY, _TURNS_AT = 100, 69


class Order(StrEnum):
    """In which order a column writes its days."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"
    EITHER = "either"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOrder:
    """The order of one column.

    Attributes:
        example: A day that could be read both ways; empty when there is none.
        month_first: A day that proves that the month comes first; empty when none does.
        day_first: A day that proves the other order.
    """

    order: Order
    example: str = ""
    month_first: str = ""
    day_first: str = ""

    def read(self, label: str, raw: Raw) -> Raw:
        """A day in the order of its column, as 2027-03-31; anything else as it is.

        Raises:
            ValueError: It cannot be told; the message says what to do.
        """
        if isinstance(raw, date):
            self._check_real(label, raw)
            return raw
        found = _WRITTEN.match(raw.strip()) if isinstance(raw, str) else None
        if not found:
            return raw
        if self.order is Order.BOTH:
            raise ValueError(
                f"“{label}” writes days month first ({self.month_first}) and day first "
                f"({self.day_first}), so “{found[0]}” cannot be told: write all of them as "
                "2027-03-31."
            )
        first, second = int(found[1]), int(found[3])
        day, month = (first, second) if self.order is Order.DAY_FIRST else (second, first)
        try:
            return date(_year(found[4]), month, day).isoformat()
        except ValueError:
            return raw

    def _check_real(self, label: str, day: date) -> None:
        if self.order is Order.DAY_FIRST and day.day <= _MONTHS and day.day != day.month:
            raise ValueError(
                f"“{label}” is the day {day:%B} {day.day}, {day.year}, but the column also has "
                f"texts such as “{self.day_first}”: a spreadsheet may have swapped day and month. "
                "Write all of them as 2027-03-31."
            )


def order_of(values: Iterable[Raw], *, day_first: bool = False) -> DayOrder:
    """The order in which a column writes its days.

    Args:
        values: All of its cells.
        day_first: Whether a person says so, where the cells can be read both ways.
    """
    month_proof = day_proof = example = ""
    for raw in values:
        found = _WRITTEN.match(raw.strip()) if isinstance(raw, str) else None
        if not found:
            continue
        first, second = int(found[1]), int(found[3])
        if first > _MONTHS >= second:
            day_proof = day_proof or found[0]
        elif second > _MONTHS >= first:
            month_proof = month_proof or found[0]
        elif first != second:
            example = example or found[0]
    return DayOrder(
        order=_decided(month_proof, day_proof, day_first=day_first),
        example=example,
        month_first=month_proof,
        day_first=day_proof,
    )


def _decided(month_proof: str, day_proof: str, *, day_first: bool) -> Order:
    if month_proof and day_proof:
        return Order.BOTH
    if day_proof:
        return Order.DAY_FIRST
    if month_proof:
        return Order.MONTH_FIRST
    return Order.DAY_FIRST if day_first else Order.EITHER


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004  # of the century
        return year
    return year + (20 if year < _TURNS_AT else 19) * _CENTURY
