"""The arithmetic of deliveries and cancellations, without a store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import NOON
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.domain.purchasing import OrderLine
from techrequests.domain.receiving import fund_shares, ordinal, paying_fund

LINE = OrderLine(
    order_line_id="TR-2027-0001/PO/1",
    order_id="TR-2027-0001/PO",
    request_id="TR-2027-0001",
    line_id="TR-2027-0001/1/1",
    item_id=None,
    description="Laptop",
    quantity=1,
    unit_price_cents=3,
)


def an_entry(fund_id: str, amount_cents: int, kind: EntryKind = EntryKind.ENCUMBER) -> Entry:
    return Entry(
        fund_id=fund_id,
        request_id="TR-2027-0001",
        line_id=LINE.line_id,
        kind=kind,
        amount_cents=amount_cents,
        actor_id="ben",
        posted_at=NOON,
        why="Order.",
        order_id=LINE.order_id if kind is EntryKind.ENCUMBER else None,
    )


def test_the_paying_fund_is_the_one_with_most_and_the_first_of_equal_ones() -> None:
    assert paying_fund([an_entry("A", 1), an_entry("B", 2)], LINE) == "B"
    assert paying_fund([an_entry("A", 2), an_entry("B", 2)], LINE) == "A"
    assert paying_fund([an_entry("A", 2), an_entry("B", 9, EntryKind.RESERVE)], LINE) == "A"
    assert paying_fund([], LINE) is None


def test_an_order_before_that_was_canceled_pays_nothing_of_the_next_one() -> None:
    before = [an_entry("A", 9)]
    after = replace(LINE, order_id="TR-2027-0001/PO2")
    assert paying_fund(before, after) is None
    assert fund_shares([*before, replace(an_entry("B", 3), order_id=after.order_id)], after) == (
        "B 100.0%"
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (111, "111th"), (102, "102nd")],
)  # fmt: skip
def test_ranks_are_written_as_people_write_them(number: int, words: str) -> None:
    assert ordinal(number) == words
