"""Offers: delivered cost, what they cover, which is cheapest, and what counts as a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from builders import NOON, TODAY
from techrequests.domain.purchasing import Offer, Quote, QuoteLine, cheapest, is_explained, rivals
from techrequests.domain.techrequest import RequestLine

WANTED = [
    RequestLine(
        line_id=f"L{position}",
        request_id="R",
        content_version=2,
        position=position,
        description=f"Thing {position}",
        quantity=10,
        unit_estimate_cents=1_00,
    )
    for position in (1, 2)
]


def an_offer(
    *quantities: int, each_cents: int = 1_00, shipping_cents: int = 0, **said: object
) -> Offer:
    """An offer of the lines in order; `said` are fields of the quote."""
    usual = {
        "quote_id": "Q",
        "request_id": "R",
        "content_version": 2,
        "vendor_id": "V",
        "asked_at": NOON,
        "shipping_cents": shipping_cents,
    }
    lines = (
        QuoteLine(
            quote_line_id=f"Q/{number}",
            quote_id="Q",
            line_id=f"L{number}",
            description=f"Thing {number}",
            quantity=quantity,
            unit_price_cents=each_cents,
        )
        for number, quantity in enumerate(quantities, start=1)
        if quantity
    )
    return Offer(quote=Quote(**{**usual, **said}), lines=tuple(lines))  # type: ignore[arg-type]


def test_the_delivered_cost_is_lines_and_shipping() -> None:
    assert an_offer(10, 3, each_cents=1_05, shipping_cents=7).delivered_cents == 13_65 + 7


@pytest.mark.parametrize(
    ("offer", "gaps"),
    [
        (an_offer(10, 10), 0),
        (an_offer(11, 30), 0),
        (an_offer(10, 9), 1),
        (an_offer(10), 1),
        (an_offer(), 2),
        (an_offer(0, 10), 1),
    ],
)
def test_every_line_must_be_covered_in_full(offer: Offer, gaps: int) -> None:
    assert len(offer.gaps(WANTED)) == gaps


@pytest.mark.parametrize(
    ("offered", "same_item", "fits"),
    [
        ("Thing 1", False, True),
        ("  tHING 1 ", False, True),
        ("Thing XXL", False, False),
        ("Thing XXL", True, True),
    ],
)
def test_other_words_are_another_item_until_somebody_says_that_they_are_not(
    offered: str, *, same_item: bool, fits: bool
) -> None:
    usual, second = an_offer(10, 10).lines
    line = replace(usual, description=offered, same_item=same_item)
    offer = Offer(quote=an_offer().quote, lines=(line, second))
    assert not offer.gaps(WANTED)
    assert (not offer.other_items(WANTED)) == fits
    assert bool(rivals([offer], WANTED, TODAY)) == fits


@pytest.mark.parametrize(
    ("version", "expires_on", "current"),
    [
        (2, None, True),
        (2, TODAY, True),
        (2, TODAY - timedelta(days=1), False),
        (1, None, False),
    ],
)
def test_an_offer_is_current_for_its_version_until_its_last_day(
    version: int, expires_on: date | None, *, current: bool
) -> None:
    offer = an_offer(10, 10, content_version=version, expires_on=expires_on)
    assert offer.is_current(2, TODAY) is current


def test_rivals_are_the_offers_that_could_be_chosen() -> None:
    good = an_offer(10, 10)
    offers = [
        good,
        an_offer(10),
        an_offer(10, 10, content_version=1),
        an_offer(10, 10, expires_on=date(2026, 1, 1)),
    ]
    assert rivals(offers, WANTED, TODAY) == [good]


def test_the_cheapest_is_the_earlier_of_two_equal_ones() -> None:
    first, second = an_offer(10, 10, quote_id="A"), an_offer(10, 10, quote_id="B")
    assert cheapest([an_offer(11, 10), first, second]) is first
    assert cheapest([]) is None


@pytest.mark.parametrize(
    ("text", "explained"),
    [
        ("Arrives before school starts.", True),
        ("Llega antes del curso", True),
        ("Only vendor with this model in stock", True),
        ("", False),
        ("...", False),
        ("because", False),
        ("1 2 3 4", False),
        ("it is", False),
    ],
)
def test_a_reason_is_words(text: str, *, explained: bool) -> None:
    assert is_explained(text) is explained
