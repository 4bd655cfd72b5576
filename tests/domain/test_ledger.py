"""Balances are folds over entries that are only ever added."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOON
from techrequests.domain.ledger import Balance, Entry, EntryKind, balance, balances


def an_entry(kind: EntryKind, cents: int, **said: Any) -> Entry:  # noqa: ANN401  # any field of an entry
    usual: dict[str, Any] = {
        "fund_id": "GEN-27",
        "kind": kind,
        "amount_cents": cents,
        "actor_id": "bea",
        "posted_at": NOON,
        "why": "Test.",
    }
    return Entry(**{**usual, **said})


# After each entry: budget, reserved, encumbered, expended, available.
LIFE = (
    (EntryKind.BUDGET, 10_000, (10_000, 0, 0, 0, 10_000)),
    (EntryKind.RESERVE, 3_000, (10_000, 3_000, 0, 0, 7_000)),
    (EntryKind.RELEASE_RESERVE, 3_000, (10_000, 0, 0, 0, 10_000)),
    (EntryKind.ENCUMBER, 2_900, (10_000, 0, 2_900, 0, 7_100)),
    (EntryKind.RELEASE_ENCUMBRANCE, 1_000, (10_000, 0, 1_900, 0, 8_100)),
    (EntryKind.EXPEND, 1_000, (10_000, 0, 1_900, 1_000, 7_100)),
    (EntryKind.CREDIT, 200, (10_000, 0, 1_900, 800, 7_300)),
    (EntryKind.BUDGET, -500, (9_500, 0, 1_900, 800, 6_800)),
)


@pytest.mark.parametrize("length", range(len(LIFE) + 1))
def test_a_purchase_moves_money_and_loses_none(length: int) -> None:
    standing = balance(an_entry(kind, cents) for kind, cents, _ in LIFE[:length])
    expected = LIFE[length - 1][2] if length else (0, 0, 0, 0, 0)
    assert (
        standing.budget_cents,
        standing.reserved_cents,
        standing.encumbered_cents,
        standing.expended_cents,
        standing.available_cents,
    ) == expected


def test_what_is_available_may_be_less_than_nothing() -> None:
    assert Balance(budget_cents=5, expended_cents=8).available_cents == -3


def test_entries_fold_by_fund_and_line_in_the_order_of_first_use() -> None:
    entries = [
        an_entry(EntryKind.RESERVE, 5, fund_id="B", line_id="2"),
        an_entry(EntryKind.RESERVE, 7, fund_id="A", line_id=None),
        an_entry(EntryKind.RESERVE, 1, fund_id="B", line_id="1"),
        an_entry(EntryKind.RELEASE_RESERVE, 2, fund_id="B", line_id="2"),
    ]
    assert [(purse, held.reserved_cents) for purse, held in balances(entries).items()] == [
        (("B", "2"), 3),
        (("A", None), 7),
        (("B", "1"), 1),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(EntryKind),
            st.integers(1, 10_000),
            st.sampled_from(["A", "B"]),
            st.sampled_from(["1", "2", None]),
        )
    )
)
def test_the_parts_add_up_to_the_whole(drawn: list[tuple[EntryKind, int, str, str | None]]) -> None:
    entries = [
        an_entry(kind, cents, fund_id=fund, line_id=line) for kind, cents, fund, line in drawn
    ]
    whole, parts = balance(entries), balances(entries).values()
    for name in ("budget", "reserved", "encumbered", "expended", "available"):
        total = sum(getattr(part, f"{name}_cents") for part in parts)
        assert getattr(whole, f"{name}_cents") == total
