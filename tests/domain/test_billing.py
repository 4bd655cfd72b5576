"""What funds hold and have paid for an order is a function of the facts, to the cent."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from builders import NOON
from techrequests.domain.billing import Billed, LineMoney, Moves, OrderFacts, by_fund, moves
from techrequests.domain.ledger import Balance, Entry, balances
from techrequests.domain.money import pro_rata

FUNDS = ("A", "B", "C")
CENTS = st.integers(0, 10**7)


@st.composite
def lines(draw: st.DrawFn, line_id: str | None = None) -> LineMoney:
    """A line at any point of its life, taken on by one to three funds."""
    split = draw(st.dictionaries(st.sampled_from(FUNDS), st.integers(1, 10**6), min_size=1))
    ordered = sum(split.values())
    due = draw(st.integers(0, ordered))
    return LineMoney(
        line_id=line_id,
        ordered_cents=ordered,
        due_cents=due,
        came_cents=draw(st.integers(0, due)),
        split=split,
    )


@st.composite
def facts(draw: st.DrawFn) -> OrderFacts:
    """An order of up to four lines and perhaps freight, with what was billed."""
    goods = [draw(lines(str(number))) for number in range(1, 1 + draw(st.integers(1, 4)))]
    if draw(st.booleans()):
        goods.append(draw(lines()))
    gross = draw(st.integers(0, 2 * sum(one.ordered_cents for one in goods)))
    billed = Billed(
        gross_cents=gross, credit_cents=draw(st.integers(0, gross)), last=draw(st.booleans())
    )
    return OrderFacts(lines=tuple(goods), billed=billed)


@given(facts())
def test_what_is_encumbered_is_what_may_still_be_billed(order: OrderFacts) -> None:
    billed = order.billed
    held = sum(one.encumbered_cents for one in order.books.values())
    paid = sum(one.expended_cents for one in order.books.values())
    assert held == (0 if billed.last else max(0, order.due_cents - billed.gross_cents))
    assert paid == billed.net_cents
    assert all(min(one.encumbered_cents, one.expended_cents) >= 0 for one in order.books.values())


@given(facts())
def test_a_fund_has_to_do_only_with_lines_that_it_took_on(order: OrderFacts) -> None:
    took_on = {(fund_id, line.line_id) for line in order.lines for fund_id in line.split}
    assert order.books.keys() <= took_on


@given(facts())
def test_a_fund_is_never_bound_to_more_than_it_took_on_unless_all_is_billed_above(
    order: OrderFacts,
) -> None:
    if order.billed.gross_cents > order.ordered_cents:
        return
    for line in order.lines:
        for fund_id, cents in line.split.items():
            one = order.books.get((fund_id, line.line_id), Balance())
            assert one.encumbered_cents + one.expended_cents <= cents


@given(facts())
def test_what_came_is_paid_before_what_is_to_come(order: OrderFacts) -> None:
    if order.billed.credit_cents:
        order = replace(order, billed=replace(order.billed, credit_cents=0))
    came = sum(line.came_cents for line in order.lines)
    paid: Counter[str | None] = Counter()
    for (_, line_id), one in order.books.items():
        paid[line_id] += one.expended_cents
    if order.billed.gross_cents >= came:
        assert all(paid[line.line_id] >= line.came_cents for line in order.lines)
    else:
        assert all(paid[line.line_id] <= line.came_cents for line in order.lines)


@given(facts(), st.integers(0, 10**6))
def test_a_further_bill_takes_nothing_back_from_anybody(order: OrderFacts, more: int) -> None:
    """And within what is due it binds no fund to a cent more than before."""
    if order.billed.credit_cents:
        order = replace(order, billed=replace(order.billed, credit_cents=0))
    billed = replace(order.billed, gross_cents=order.billed.gross_cents + more)
    after = replace(order, billed=billed)
    for purse, one in order.books.items():
        assert after.books[purse].expended_cents >= one.expended_cents
    if not order.billed.last and billed.gross_cents <= order.due_cents:
        needed = moves(as_posted(order.books), after.books)
        assert needed.taken == {}
        assert sum(by_fund(needed.spent).values()) == more


@given(facts(), facts())
def test_what_is_posted_brings_the_books_to_where_they_are_to_be(
    before: OrderFacts, after: OrderFacts
) -> None:
    entries = as_posted(before.books)
    entries += posted(moves(entries, after.books))
    standing = {purse: one for purse, one in balances(entries).items() if one != Balance()}
    assert standing == after.books
    assert not posted(moves(entries, after.books))


@given(st.lists(CENTS, min_size=1, max_size=8), st.lists(st.integers(0, 10**7), min_size=2))
def test_a_split_is_exact_fair_and_no_part_falls_as_the_amount_grows(
    weights: list[int], amounts: list[int]
) -> None:
    whole = sum(weights)
    splits = [(amount, pro_rata(amount, weights)) for amount in sorted(amounts) if whole]
    for amount, parts in splits:
        assert sum(parts) == amount
        fair = [amount * weight / whole for weight in weights]
        assert all(abs(one - exact) < 2 for one, exact in zip(parts, fair, strict=True))
        if amount <= whole:
            assert all(part <= weight for part, weight in zip(parts, weights, strict=True))
    for (_, fewer), (_, more) in pairwise(splits):
        assert all(one <= other for one, other in zip(fewer, more, strict=True))


def test_without_a_cent_to_split_by_nobody_gets_anything() -> None:
    assert pro_rata(0, [0, 0]) == [0, 0]
    assert pro_rata(3, [0, 2, 0]) == [0, 3, 0]


def posted(needed: Moves) -> list[Entry]:
    """What moves are in the ledger."""
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
        )
        for kind, split in needed.postings
        for (fund_id, line_id), cents in split.items()
        if cents
    ]


def as_posted(books: dict[tuple[str, str | None], Balance]) -> list[Entry]:
    """A ledger in which purses stand so."""
    return posted(moves([], books))
