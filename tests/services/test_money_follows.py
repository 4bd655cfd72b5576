"""Money follows what came: the books are what the facts say, in whatever order they came."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOON
from services.orders_of_facts import POTS, Event, an_order_of, books, by_fund, happens, with_pots
from techrequests.domain.errors import TechRequestsError
from techrequests.domain.money import pro_rata
from techrequests.services.booking import split_over
from techrequests.store.checks import run_checks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

TABLETS_AND_DOCK = ((2, 100_00), (1, 100_00))
CAME, BILLED = Event("accept", "1", 2), Event("bill", "1", 200_00)
GONE = Event("cancel", "2", 1)


@pytest.fixture(autouse=True)
def _pots(database: Database) -> Iterator[None]:
    with_pots(database)
    yield
    assert run_checks(database, now=NOON) == []


@pytest.mark.parametrize("events", list(permutations((CAME, BILLED, GONE))))
def test_nothing_stays_encumbered_when_the_rest_is_canceled(
    database: Database, events: tuple[Event, ...]
) -> None:
    request = an_order_of(database, TABLETS_AND_DOCK, {"POT-A": 300_00})
    for event in events:
        happens(database, request.request_id, event)
    assert by_fund(database, request) == {"POT-A": (0, 200_00)}


@pytest.mark.parametrize("events", list(permutations((CAME, BILLED, GONE))))
def test_a_fund_pays_only_for_what_it_funded(database: Database, events: tuple[Event, ...]) -> None:
    request = an_order_of(database, TABLETS_AND_DOCK, {"POT-A": 200_00, "POT-B": 100_00})
    for event in events:
        happens(database, request.request_id, event)
    assert books(database, request) == {("POT-A", "1"): (0, 200_00)}


def test_before_the_rest_comes_the_fund_of_what_came_has_paid_it(database: Database) -> None:
    shares = {"POT-A": 200_00, "POT-B": 130_00}
    request = an_order_of(database, TABLETS_AND_DOCK, shares, shipping_cents=30_00)
    for event in (BILLED, CAME):
        happens(database, request.request_id, event)
    assert books(database, request) == {
        ("POT-A", "1"): (0, 200_00),
        ("POT-B", "2"): (100_00, 0),
        ("POT-B", None): (30_00, 0),
    }


def test_what_the_last_bill_leaves_over_is_shared_by_all_that_it_pays_for(
    database: Database,
) -> None:
    shares = {"POT-A": 200_00, "POT-B": 130_00}
    request = an_order_of(database, TABLETS_AND_DOCK, shares, shipping_cents=30_00)
    for event in (CAME, BILLED, Event("accept", "2", 1), Event("last bill", "2", 97_00)):
        happens(database, request.request_id, event)
    assert books(database, request) == {
        ("POT-A", "1"): (0, 180_00),
        ("POT-B", "2"): (0, 90_00),
        ("POT-B", None): (0, 27_00),
    }


def test_what_was_paid_ahead_for_a_canceled_line_waits_for_its_credit(database: Database) -> None:
    request = an_order_of(database, TABLETS_AND_DOCK, {"POT-A": 200_00, "POT-B": 100_00})
    for event in (Event("bill", "1", 300_00), CAME, GONE):
        happens(database, request.request_id, event)
    assert by_fund(database, request) == {"POT-A": (0, 200_00), "POT-B": (0, 100_00)}
    happens(database, request.request_id, Event("credit", "1", 100_00))
    assert by_fund(database, request) == {"POT-A": (0, 200_00)}


@dataclass(frozen=True)
class Script:
    """An order, and everything that becomes known about it in the end.

    Attributes:
        lines: Units and US cents each.
        gone: Units of each line that are canceled.
    """

    lines: tuple[tuple[int, int], ...]
    shipping_cents: int
    shares: dict[str, int]
    gone: tuple[int, ...]
    events: tuple[Event, ...]

    @property
    def owed(self) -> dict[str | None, int]:
        """What was ordered, US cents by number of the line."""
        lines: dict[str | None, int] = {
            str(n): units * each for n, (units, each) in enumerate(self.lines, start=1)
        }
        return {**lines, None: self.shipping_cents}

    @property
    def due(self) -> dict[str | None, int]:
        """What of it is not canceled."""
        pairs = enumerate(zip(self.lines, self.gone, strict=True), start=1)
        due: dict[str | None, int] = {
            str(n): (units - gone) * each for n, ((units, each), gone) in pairs
        }
        left = any(units > gone for (units, _), gone in zip(self.lines, self.gone, strict=True))
        return {**due, None: self.shipping_cents if left else 0}


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Several lines, freight and tax, funds by line and by share, part deliveries and bills."""
    lines = tuple(
        draw(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 500_00)), min_size=1, max_size=3))
    )
    shipping = draw(st.sampled_from([0, 0, 1, 17_33]))
    cost = sum(units * each for units, each in lines) + shipping
    ends = [sum(units * each for units, each in lines[:n]) for n in range(1, len(lines))]
    cuts = draw(
        st.lists(
            st.one_of(st.sampled_from([0, *ends]), st.integers(0, cost)), min_size=2, max_size=2
        )
    )
    shares = dict(zip(POTS, (b - a for a, b in pairwise([0, *sorted(cuts), cost])), strict=True))
    events, gone = [], []
    for number, (units, _) in enumerate(lines, start=1):
        came = draw(st.integers(0, units))
        part = draw(st.integers(0, came))
        gone.append(draw(st.sampled_from([units - came, units - came, 0])))
        found = [("accept", part), ("accept", came - part), ("cancel", gone[-1]), ("reject", 1)]
        events += [Event(kind, str(number), amount) for kind, amount in found if amount]
    whole = max(1, draw(st.sampled_from([cost, cost // 2, cost + 3_00, cost // 3])))
    parts = draw(st.integers(1, 3))
    bills = [cents for cents in pro_rata(whole, [1, 2, 3][:parts]) if cents]
    last = draw(st.sampled_from(["last bill", "bill"]))
    for number, cents in enumerate(bills):
        kind = last if number == len(bills) - 1 else "bill"
        events.append(Event(kind, str(number), cents))
    if draw(st.booleans()):
        events += [Event("bill", "wrong", 77_77), Event("reverse", "wrong")]
    if draw(st.booleans()):
        events.append(Event("credit", "0", draw(st.integers(1, whole))))
    return Script(
        lines, shipping, {k: v for k, v in shares.items() if v}, tuple(gone), tuple(events)
    )


def played(database: Database, script: Script, random: Random) -> tuple[TechRequest, set[Event]]:
    """An order to which everything happens in some order; what cannot be yet waits for its turn.

    Returns:
        The request, and what could not happen at all, such as rejecting what is all accepted.
    """
    request = an_order_of(database, script.lines, script.shares, script.shipping_cents)
    waiting = list(script.events)
    random.shuffle(waiting)
    tries = 0
    while waiting and tries <= len(waiting):
        event = waiting.pop(0)
        try:
            happens(database, request.request_id, event)
            tries = 0
        except (TechRequestsError, ValueError):
            waiting.append(event)
            tries += 1
    return request, set(waiting)


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(scripts(), st.randoms(use_true_random=False))
def test_the_same_facts_give_the_same_books_in_whatever_order(
    database: Database, script: Script, random: Random
) -> None:
    one, left_of_one = played(database, script, random)
    other, left_of_other = played(database, script, random)
    assert {event.kind for event in left_of_one | left_of_other} <= {"reject"}
    found = books(database, one)
    assert found == books(database, other)
    bills = [event for event in script.events if event.kind.endswith("bill")]
    gross = sum(event.amount for event in bills if event.about != "wrong")
    credit = sum(event.amount for event in script.events if event.kind == "credit")
    last = any(event.kind == "last bill" for event in bills)
    due = sum(script.due.values())
    assert sum(held for held, _ in found.values()) == (0 if last else max(0, due - gross))
    assert sum(paid for _, paid in found.values()) == gross - credit
    took_on = split_over(script.owed, script.shares)
    assert found.keys() <= took_on.keys()
    if (gross, credit) == (due, 0):
        for line, cents in script.due.items():
            funds = {fund: part for (fund, of), part in took_on.items() if of == line}
            shares = pro_rata(cents, list(funds.values()))
            paid = [found.get((fund, line), (0, 0))[1] for fund in funds]
            assert paid == shares
    assert run_checks(database, now=NOON) == []
