"""No cent appears, vanishes or is spent twice, whatever people do and however many at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import (
    NOON,
    a_credit,
    a_fund,
    a_key,
    a_reversal,
    allocated,
    an_allocation,
    an_invoice,
    an_order,
    chosen,
    in_status,
    ordered,
    the_request,
    who,
)
from techrequests.domain.billing import by_fund
from techrequests.domain.errors import BlockedError, InvalidError, NotFoundError, StaleError
from techrequests.domain.funds import Control
from techrequests.domain.ledger import Entry, EntryKind, balance, balances
from techrequests.domain.purchasing import Invoice
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action, RequestEvent
from techrequests.services.billing import record_credit, reverse_invoice
from techrequests.services.booking import split_as_held, split_over
from techrequests.services.funding import allocate, place_order, record_invoice
from techrequests.services.posting import post
from techrequests.services.steps import TakeStep, take_step
from techrequests.store.funds import funds_with_balances
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from techrequests.domain.ledger import Balance
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

COST = 1_798_00
THREADS = 16
AMOUNTS = st.lists(st.integers(0, 10_000_000), min_size=1, max_size=6)


@st.composite
def splits(draw: st.DrawFn) -> tuple[dict[str | None, int], dict[str, int]]:
    """Bills, and shares of funds with the same sum."""
    owed = draw(AMOUNTS)
    cuts = sorted(draw(st.lists(st.integers(0, sum(owed)), max_size=4)))
    ends = [0, *cuts, sum(owed)]
    shares = [right - left for left, right in pairwise(ends)]
    lines: list[str | None] = [*(f"line {number}" for number in range(1, len(owed))), None]
    return dict(zip(lines, owed, strict=True)), {
        f"fund {number}": cents for number, cents in enumerate(shares)
    }


@given(splits())
def test_a_split_pays_every_bill_and_takes_every_share_to_the_cent(
    case: tuple[dict[str | None, int], dict[str, int]],
) -> None:
    owed, shares = case
    split = split_over(owed, shares)
    by_line: Counter[str | None] = Counter()
    for (_, line_id), cents in split.items():
        by_line[line_id] += cents
    assert by_fund(split) == {fund_id: cents for fund_id, cents in shares.items() if cents}
    assert by_line == Counter({line_id: cents for line_id, cents in owed.items() if cents})
    assert all(cents > 0 for cents in split.values())


@given(splits(), st.randoms())
def test_what_is_held_on_other_lines_still_pays_every_bill_from_the_same_funds(
    case: tuple[dict[str | None, int], dict[str, int]], random: Random
) -> None:
    owed, shares = case
    amounts = list(owed.values())
    random.shuffle(amounts)
    held = split_over(dict(zip(owed, amounts, strict=True)), shares)
    split = split_as_held(owed, held)
    assert by_fund(split) == by_fund(held)
    assert sum(split.values()) == sum(owed.values())


_SPLITS = st.tuples(st.just("allocate"), st.integers(-5, COST + 5))
_INVOICES = st.tuples(st.just("invoice"), st.integers(0, COST + 50_00))
_OTHERS = st.sampled_from([("order", 0), ("return", 0), ("last invoice", 900_00), ("reverse", 0)])
_CREDITS = st.tuples(st.just("credit"), st.integers(0, COST + 50_00))
MOVES = st.one_of(
    st.lists(st.one_of(_SPLITS, _INVOICES, _OTHERS), min_size=2, max_size=7),
    st.builds(
        lambda splits, invoices: [*splits, ("order", 0), *invoices],
        st.lists(_SPLITS, min_size=1, max_size=3),
        st.lists(st.one_of(_INVOICES, _CREDITS, _OTHERS), min_size=1, max_size=6),
    ),
)


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(MOVES, st.sampled_from([None, "GEN-27"]))
def test_whatever_people_do_in_whatever_order_no_cent_goes_missing(
    database: Database, moves: list[tuple[str, int]], named: str | None
) -> None:
    request_id = in_status(database, Status.FUNDING, fund_id=named).request_id
    for move, cents in moves:
        before = whole(database, request_id)
        tried = try_move(database, the_request(database, request_id), move, cents)
        after = whole(database, request_id)
        assert tried or before == after
        assert after.reserved_cents in {0, COST}
        assert after.reserved_cents * after.encumbered_cents == 0
        if tried and move == "return":
            assert after.reserved_cents == (COST if named else 0)
        if tried and move == "order":
            assert after.encumbered_cents == before.reserved_cents == COST
        if tried and move.endswith("invoice"):
            assert after.expended_cents == before.expended_cents + cents
            rest = max(0, before.encumbered_cents - cents)
            assert after.encumbered_cents == (0 if move.startswith("last") else rest)
        if tried and move == "credit":
            assert after == replace(before, expended_cents=before.expended_cents - cents)
        check_books(database)


def try_move(database: Database, request: TechRequest, move: str, cents: int) -> bool:
    """Do what a person might do; whether it was accepted."""
    ben = who(database, "ben")
    try:
        if move == "allocate":
            shares = {"T1A-27" if cents % 7 == 0 else "LEVY-27": cents, "GEN-27": COST - cents}
            allocate(database, ben, an_allocation(database, request, shares=shares), now=NOON)
        elif move == "order":
            place_order(database, ben, an_order(request), now=NOON)
        elif move == "return":
            step = TakeStep(
                request_id=request.request_id,
                seen_version=request.version,
                action=Action.RETURN_TO_QUOTING,
                note="Again.",
            )
            chosen(database, take_step(database, ben, step, now=NOON))
        elif move == "credit":
            credit = a_credit(request, invoice_number=a_key("CM"), amount_cents=cents)
            record_credit(database, ben, credit, now=NOON)
        elif move == "reverse":
            reverse_newest(database, request)
        else:
            final = move.startswith("last")
            asked = an_invoice(database, request, amount_cents=cents, final=final)
            record_invoice(database, ben, asked, now=NOON)
    except (BlockedError, InvalidError, NotFoundError):
        return False
    return True


def reverse_newest(database: Database, request: TechRequest) -> None:
    """Reverse the newest bill; purse by purse everything is as it was before that bill."""
    asked = a_reversal(database, request)
    with database.read() as reader:
        entries = entries_of(reader, request.request_id)
    own = [number for number, entry in enumerate(entries) if entry.invoice_id == asked.invoice_id]
    reverse_invoice(database, who(database, "ben"), asked, now=NOON)
    if own and own[-1] == len(entries) - 1:
        with database.read() as reader:
            after = balances(entries_of(reader, request.request_id))
        for purse, standing in balances(entries[: own[0]]).items():
            assert after[purse] == standing


def whole(database: Database, request_id: str) -> Balance:
    with database.read() as reader:
        return balance(entries_of(reader, request_id))


def check_books(database: Database) -> None:
    """No purse below zero, the view equals the fold, and no fund that stops is overspent."""
    with database.read() as reader:
        entries = reader.find(Entry, "ORDER BY entry_no")
        standing = funds_with_balances(reader)
    for held in balances(entry for entry in entries if entry.request_id).values():
        assert min(held.reserved_cents, held.encumbered_cents, held.expended_cents) >= 0
    for fund, held in standing:
        assert held == balance(entry for entry in entries if entry.fund_id == fund.fund_id)
        committed = held.reserved_cents + held.encumbered_cents
        assert committed == 0 or held.available_cents >= 0 or held.expended_cents > 0


def test_sixteen_people_at_once_overspend_nothing_and_lose_nothing(
    file_database: Database,
) -> None:
    budgets = {"POT-A": 3 * COST, "POT-B": 2 * COST + 100_00}
    for fund_id, cents in budgets.items():
        add_pot(file_database, fund_id, cents)
    requests = [in_status(file_database, Status.FUNDING).request_id for _ in range(8)]
    served: Counter[str] = Counter()
    with ThreadPoolExecutor(THREADS) as pool:
        for one in pool.map(lambda seed: a_busy_day(file_database, requests, seed), range(THREADS)):
            served += one
    check_books(file_database)
    with file_database.read() as reader:
        standing = {fund.fund_id: held for fund, held in funds_with_balances(reader)}
        told = Counter(event.action for event in reader.find(RequestEvent))
        paid = sum(invoice.amount_cents for invoice in reader.find(Invoice))
    for fund_id, cents in budgets.items():
        assert standing[fund_id].budget_cents == cents
        assert standing[fund_id].available_cents >= 0
    assert sum(standing[fund_id].expended_cents for fund_id in budgets) == paid
    # Every action that was acknowledged is in the history, and nothing else.
    assert served["allocate"] == told[Action.ALLOCATE] > 0
    assert served["order"] == told[Action.ORDER] > 0
    assert served["invoice"] == told[Action.RECORD_INVOICE]


def a_busy_day(database: Database, requests: list[str], seed: int) -> Counter[str]:
    """Work on requests at random; how often each kind of move was acknowledged."""
    random, served = Random(seed), Counter[str]()  # noqa: S311  # no secret hangs on it
    for _ in range(5):
        request = the_request(database, random.choice(requests))
        move = "allocate" if request.status is Status.FUNDING else "invoice"
        if move == "allocate" and whole(database, request.request_id).reserved_cents:
            move = random.choice(["allocate", "order"])
        try:
            act(database, request, move, random)
            served[move] += 1
        except (BlockedError, InvalidError, StaleError):
            served["refused"] += 1
    return served


def act(database: Database, request: TechRequest, move: str, random: Random) -> None:
    ben = who(database, "ben")
    if move == "allocate":
        share = random.choice([0, 50_00, COST])
        shares = {"POT-A": share, "POT-B": COST - share}
        allocate(database, ben, an_allocation(database, request, shares=shares), now=NOON)
    elif move == "order":
        place_order(database, ben, an_order(request), now=NOON)
    else:
        cents = random.randint(1, 300_00)
        asked = an_invoice(database, request, amount_cents=cents, final=False)
        record_invoice(database, ben, asked, now=NOON)


def add_pot(database: Database, fund_id: str, budget_cents: int) -> None:
    entry = Entry(
        fund_id=fund_id,
        kind=EntryKind.BUDGET,
        amount_cents=budget_cents,
        actor_id="bea",
        posted_at=NOON,
        why="Adopted.",
    )
    with database.write() as work:
        work.insert(a_fund(fund_id=fund_id, name=fund_id, expend_control=Control.STOP))
        post(work, [entry])


def test_sixteen_people_on_one_short_fund_fill_it_exactly(file_database: Database) -> None:
    database = file_database
    add_pot(database, "POT", 5 * COST)
    requests = [in_status(database, Status.FUNDING) for _ in range(12)]

    def claim(request: TechRequest) -> bool:
        try:
            request = allocated(database, request, shares={"POT": COST})
            ordered(database, request)
        except BlockedError:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        served = list(pool.map(claim, requests))
    with database.read() as reader:
        pot = {fund.fund_id: held for fund, held in funds_with_balances(reader)}["POT"]
    assert sum(served) == 5
    assert (pot.encumbered_cents, pot.available_cents) == (5 * COST, 0)
