"""US cents and the text people read and type."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_CENTS = 100_000_000_00
"""No single amount in a district's technology purchases is above one hundred million dollars."""

TAKE_IT_OFF = "take a discount or a trade-in off the price of the item it is for."
"""What to do with it: an order is held and paid line by line, and no line owes money."""

LONGEST_AMOUNT = 40
"""Characters; nothing longer is an amount, and nobody has to look into it."""

_AMOUNT = r"(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,16})(?:\.[0-9]{1,2})?|\.[0-9]{1,2})"
# Between two signs, spaces stand in one place of the pattern only: where two places could share
# them, every way of sharing is tried, and a long run of spaces would keep the server busy.
_DOLLARS = re.compile(
    rf"-?\s*(?:\$\s*)?{_AMOUNT}"
    rf"|\$\s*-\s*{_AMOUNT}"
    rf"|(?:\$\s*)?{_AMOUNT}\s*-"
    rf"|(?:\$\s*)?\(\s*(?:\$\s*)?{_AMOUNT}\s*\)"
)
"""The minus or the brackets may stand before the sign or after it, as spreadsheets put them."""


def least_price(prices_cents: Iterable[int]) -> int | None:
    """The lowest of some prices each, US cents; what is free does not count; None without any."""
    return min((cents for cents in prices_cents if cents), default=None)


def dollars(cents: int) -> str:
    """Write cents as people read them: `-123456` becomes `-$1,234.56`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def cents_from_text(text: str) -> int | None:
    """Read an amount a person typed, such as `$1,234.5`, `(12.00)`, `$ (12.00)`, `12.00-` or `80`.

    Returns:
        US cents; None when the text is not an amount of dollars and at most two decimals.
    """
    bare = text.strip()
    if len(bare) > LONGEST_AMOUNT or not _DOLLARS.fullmatch(bare):
        return None
    digits = re.sub(r"[^0-9.]", "", bare)
    amount = int(Decimal(digits) * 100)
    return -amount if "-" in bare or "(" in bare else amount


def plain_dollars(cents: int) -> str:
    """Write cents as a person types them into a field: `123456` becomes `1,234.56`."""
    return dollars(cents).replace("$", "")


def has_parts_of_a_cent(text: str) -> bool:
    """Whether a typed amount is plain but for a third decimal, which nobody may round away."""
    whole, point, decimals = text[:LONGEST_AMOUNT].rpartition(".")
    more = bool(point) and decimals.isdecimal() and len(decimals) > 2  # noqa: PLR2004  # a cent has two
    return more and (not whole or cents_from_text(whole) is not None)


def fill(wanted_cents: Sequence[int], available_cents: Sequence[int]) -> list[list[int]]:
    """Pay several bills from several purses, in order, to the cent.

    The first purse pays the first bill, then the second, until it is empty; the next purse goes on
    where it stopped. No rounding happens, so no cent can appear or vanish.

    Args:
        wanted_cents: One amount per bill, 0 or more.
        available_cents: One amount per purse, 0 or more, with the same total as the bills.

    Returns:
        One row per purse with one amount per bill.

    Raises:
        ValueError: The totals differ, or an amount is negative.
    """
    if sum(wanted_cents) != sum(available_cents) or min([*wanted_cents, *available_cents, 0]) < 0:
        raise ValueError("bills and purses must be 0 or more and have the same total")
    bill_ends = _running(wanted_cents)
    return [
        [max(0, min(end, right) - max(start, left)) for start, end in pairwise(bill_ends)]
        for left, right in pairwise(_running(available_cents))
    ]


def pro_rata(amount_cents: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights, to the cent, each part rounded and the rest split on.

    One cent more goes to exactly one part, and no part gets less for it: what a fund pays never
    falls because more is paid. (Largest remainders would take a cent back now and then.) No part is
    above its weight while the amount is not above their sum.

    Args:
        amount_cents: What to split, 0 or more.
        weights: 0 or more each, and above 0 in total unless the amount is 0.
    """
    parts, left, whole = [], amount_cents, sum(weights)
    for weight in weights:
        part = (2 * left * weight + whole) // (2 * whole) if whole else 0
        parts.append(part)
        left, whole = left - part, whole - weight
    return parts


def _running(amounts: Sequence[int]) -> list[int]:
    totals = [0]
    for amount in amounts:
        totals.append(totals[-1] + amount)
    return totals
