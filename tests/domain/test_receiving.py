"""The arithmetic of deliveries and cancellations, without a store."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOON
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.domain.receiving import given_back, ordinal, paying_fund

LINE = "TR-2027-0001/1/1"

cents = st.integers(0, 10**9)


def an_entry(fund_id: str, amount_cents: int, kind: EntryKind = EntryKind.ENCUMBER) -> Entry:
    return Entry(
        fund_id=fund_id,
        request_id="TR-2027-0001",
        line_id=LINE,
        kind=kind,
        amount_cents=amount_cents,
        actor_id="ben",
        posted_at=NOON,
        why="Order.",
    )


@given(held=st.lists(cents, max_size=5), asked=cents)
def test_a_cancelled_amount_goes_back_to_the_cent_and_never_above_what_a_fund_holds(
    held: list[int], asked: int
) -> None:
    entries = [an_entry(f"F{number}", amount) for number, amount in enumerate(held)]
    back = given_back(entries, LINE, asked)
    assert sum(back.values()) == min(asked, sum(held))
    assert all(0 <= back.get(f"F{number}", 0) <= amount for number, amount in enumerate(held))


@given(held=st.lists(cents, min_size=1, max_size=4), parts=st.lists(cents, max_size=6))
def test_cancelling_bit_by_bit_gives_back_what_cancelling_at_once_does(
    held: list[int], parts: list[int]
) -> None:
    entries = [an_entry(f"F{number}", amount) for number, amount in enumerate(held)]
    for part in parts:
        back = given_back(entries, LINE, part)
        entries += [
            an_entry(fund_id, amount, EntryKind.RELEASE_ENCUMBRANCE)
            for fund_id, amount in back.items()
        ]
    left = given_back(entries, LINE, 10**12)
    assert sum(left.values()) == max(0, sum(held) - sum(parts))


def test_each_fund_gets_back_its_share() -> None:
    entries = [an_entry("A", 600_00), an_entry("B", 400_00)]
    assert given_back(entries, LINE, 200_00) == {"A": 120_00, "B": 80_00}
    assert given_back(entries, LINE, 33) == {"A": 20, "B": 13}
    assert given_back(entries, "another line", 200_00) == {}


def test_what_an_invoice_took_is_not_given_back() -> None:
    entries = [an_entry("A", 600_00), an_entry("A", 500_00, EntryKind.RELEASE_ENCUMBRANCE)]
    assert given_back(entries, LINE, 300_00) == {"A": 100_00}


def test_the_paying_fund_is_the_one_with_most_and_the_first_of_equal_ones() -> None:
    assert paying_fund([an_entry("A", 1), an_entry("B", 2)], LINE) == "B"
    assert paying_fund([an_entry("A", 2), an_entry("B", 2)], LINE) == "A"
    assert paying_fund([an_entry("A", 2), an_entry("B", 9, EntryKind.RESERVE)], LINE) == "A"
    assert paying_fund([], LINE) is None


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (111, "111th"), (102, "102nd")],
)  # fmt: skip
def test_ranks_are_written_as_people_write_them(number: int, words: str) -> None:
    assert ordinal(number) == words
