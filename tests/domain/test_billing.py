"""Bills are paid by the funds' shares of the order, and what was wrong is undone exactly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builders import NOON
from techrequests.domain.billing import by_fund, credited, mirrored, payment
from techrequests.domain.ledger import Entry, EntryKind, FundLine, balances
from techrequests.domain.money import pro_rata

PURSES: tuple[FundLine, ...] = (("A", "1"), ("A", None), ("B", "1"), ("B", "2"), ("C", None))
HELD = st.dictionaries(st.sampled_from(PURSES), st.integers(1, 10**7), min_size=1)


def posted(
    kind: EntryKind, split: dict[FundLine, int], invoice_id: str | None = None
) -> list[Entry]:
    return [
        Entry(
            fund_id=fund_id,
            line_id=line_id,
            request_id="TR-1",
            kind=kind,
            amount_cents=cents,
            actor_id="ben",
            posted_at=NOON,
            why="Test.",
            invoice_id=invoice_id,
        )
        for (fund_id, line_id), cents in split.items()
        if cents
    ]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8), st.floats(0, 1))
def test_a_share_is_never_above_its_weight_and_no_cent_is_lost(
    weights: list[int], part: float
) -> None:
    amount = int(sum(weights) * part)
    parts = pro_rata(amount, weights)
    assert sum(parts) == amount
    assert all(0 <= one <= weight for one, weight in zip(parts, weights, strict=True))
    exact = [amount * weight / (sum(weights) or 1) for weight in weights]
    assert all(abs(one - fair) < 1.001 for one, fair in zip(parts, exact, strict=True))


@given(HELD, st.integers(1, 6 * 10**7), st.booleans())
def test_a_bill_is_paid_to_the_cent_by_the_shares_of_the_order(
    held: dict[FundLine, int],
    amount_cents: int,
    final: bool,  # noqa: FBT001  # drawn
) -> None:
    paid = payment(posted(EntryKind.ENCUMBER, held), amount_cents, final=final)
    whole = sum(held.values())
    assert sum(paid.covered.values()) == min(amount_cents, whole)
    assert sum(paid.above.values()) == max(0, amount_cents - whole)
    left_over = max(0, whole - amount_cents)
    assert sum(paid.given_back.values()) == (left_over if final else 0)
    for fund_id, cents in by_fund(held).items():
        fair = min(amount_cents, whole) * cents / whole
        assert abs(by_fund(paid.covered)[fund_id] - fair) < 1.001


@given(HELD, st.integers(1, 6 * 10**7), st.booleans())
def test_a_reversal_puts_every_purse_back(
    held: dict[FundLine, int],
    amount_cents: int,
    final: bool,  # noqa: FBT001  # drawn
) -> None:
    order = posted(EntryKind.ENCUMBER, held)
    paid = payment(order, amount_cents, final=final)
    bill = [
        *posted(EntryKind.RELEASE_ENCUMBRANCE, dict(paid.covered), "I1"),
        *posted(EntryKind.EXPEND, dict(paid.covered), "I1"),
        *posted(EntryKind.EXPEND, dict(paid.above), "I1"),
        *posted(EntryKind.RELEASE_ENCUMBRANCE, dict(paid.given_back), "I1"),
    ]
    undone = [
        entry
        for kind, split in mirrored([*order, *bill], "I1").items()
        for entry in posted(kind, split, "I2")
    ]
    before, after = balances(order), balances([*order, *bill, *undone])
    assert all(after[purse] == standing for purse, standing in before.items())
    assert all(
        standing.expended_cents == standing.encumbered_cents == 0
        for purse, standing in after.items()
        if purse not in before
    )


def test_a_credit_goes_to_the_funds_that_paid() -> None:
    entries = posted(EntryKind.EXPEND, {("A", "1"): 75, ("B", "1"): 25})
    assert credited(entries, 10) == {("A", "1"): 8, ("B", "1"): 2}
