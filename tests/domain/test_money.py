"""Not a cent appears or vanishes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techrequests.domain.money import MOST_CENTS, cents_from_text, dollars, fill

amounts = st.integers(min_value=-MOST_CENTS, max_value=MOST_CENTS)


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "$0.00"),
        (1, "$0.01"),
        (-1, "-$0.01"),
        (-99, "-$0.99"),
        (123_456, "$1,234.56"),
        (-123_456, "-$1,234.56"),
        (100_000_000_00, "$100,000,000.00"),
    ],
)
def test_cents_are_written_as_people_read_them(cents: int, words: str) -> None:
    assert dollars(cents) == words


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0),
        ("80", 80_00),
        (" $1,234.5 ", 1_234_50),
        ("1234.56", 1_234_56),
        (".5", 50),
        ("$ 5", 5_00),
        ("-5", -5_00),
        ("- $5", -5_00),
        ("-$1,234.56", -1_234_56),
        ("(12.00)", -12_00),
        ("($1,200)", -1_200_00),
        ("$(1,250.00)", -1_250_00),
        ("$ (1,250.00)", -1_250_00),
        ("$-1,250", -1_250_00),
        ("1,250.00-", -1_250_00),
        ("5-", -5_00),
        ("$1,250.00 -", -1_250_00),
        ("0005", 5_00),
        # Refused: better no amount than a wrong one.
        ("", None),
        ("$", None),
        ("-", None),
        ("$ -", None),
        ("--5", None),
        ("-5-", None),
        ("-(5)", None),
        ("(5", None),
        ("(-5)", None),
        ("$$5", None),
        (".", None),
        ("()", None),
        ("12.", None),
        ("1.234", None),
        ("1.234,50", None),
        ("12,5", None),
        ("1,23", None),
        ("1,2345", None),
        ("12,345,6", None),
        ("1 234", None),
        ("1e5", None),
        ("(12", None),
        ("12)", None),
        ("(-12)", None),
        ("five", None),
        ("=5", None),
        ("5 USD", None),
        ("\u0665", None),
        ("\uff15", None),
        ("1.5.0", None),
        ("NaN", None),
        ("9" * 40, None),
    ],
)
def test_an_amount_is_read_as_typed_or_not_at_all(text: str, cents: int | None) -> None:
    assert cents_from_text(text) == cents


@given(amounts)
def test_what_is_written_can_be_read_back(cents: int) -> None:
    assert cents_from_text(dollars(cents)) == cents
    assert cents_from_text(f"({dollars(abs(cents))})") == -abs(cents)


@given(st.text(max_size=30))
def test_no_text_makes_reading_crash(text: str) -> None:
    cents = cents_from_text(text)
    assert cents is None or any(letter.isdigit() for letter in text)


@st.composite
def bills_and_purses(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    bills = draw(st.lists(st.integers(0, 5_000_00), max_size=8))
    cuts = sorted(draw(st.lists(st.integers(0, sum(bills)), max_size=6)))
    ends = [0, *cuts, sum(bills)]
    return bills, [right - left for left, right in pairwise(ends)]


@given(bills_and_purses())
def test_every_bill_is_paid_and_every_purse_emptied_to_the_cent(
    drawn: tuple[list[int], list[int]],
) -> None:
    bills, purses = drawn
    paid = fill(bills, purses)
    assert [sum(row) for row in paid] == purses
    assert [sum(column) for column in zip(*paid, strict=True)] == bills
    assert all(cents >= 0 for row in paid for cents in row)


def test_purses_pay_in_order() -> None:
    assert fill([100, 50], [120, 30]) == [[100, 20], [0, 30]]
    assert fill([], []) == []
    assert fill([7], [0, 7, 0]) == [[0], [7], [0]]


@pytest.mark.parametrize(
    ("bills", "purses"), [([1], [2]), ([1], []), ([-1, 1], [0]), ([0], [-1, 1]), ([5, -5], [])]
)
def test_bills_and_purses_that_do_not_match_are_refused(
    bills: list[int], purses: list[int]
) -> None:
    with pytest.raises(ValueError, match="same total"):
        fill(bills, purses)
