"""Giving up on units: the counts, the money, and where the request goes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import (
    NOON,
    TWO_LAPTOPS,
    a_delivery,
    a_key,
    allocated,
    an_invoice,
    chosen,
    in_status,
    ordered,
    quoted,
    received,
    the_request,
    who,
)
from techrequests.domain.errors import BlockedError, InvalidError, NotFoundError, TechRequestsError
from techrequests.domain.ledger import EntryKind, balances
from techrequests.domain.purchasing import PurchaseOrder
from techrequests.domain.receiving import LineCame
from techrequests.domain.techrequest import Status
from techrequests.services.cancellation import CancelAsked, cancel_lines
from techrequests.services.funding import record_invoice
from techrequests.services.receiving import receive
from techrequests.store.checks import run_checks
from techrequests.store.inventory import assets_of_request
from techrequests.store.receiving import standings_of
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from techrequests.domain.purchasing import OrderLine
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

TEN_LAPTOPS = replace(TWO_LAPTOPS, quantity=10, unit_estimate_cents=920_00)


@pytest.fixture
def ten(database: Database) -> TechRequest:
    """Ten laptops at $899.01 and $100.00 shipping on order, split over two funds."""
    request = in_status(database, Status.QUOTING, lines=(TEN_LAPTOPS,))
    request = quoted(database, request, dearer_cents=-20_99, shipping_cents=100_00)
    request = chosen(database, request)
    shares = {"LEVY-27": 900_07, "GEN-27": 8_190_03}
    return ordered(database, allocated(database, request, shares=shares))


def a_cancellation(
    database: Database,
    request: TechRequest,
    units: int,
    **said: Any,  # noqa: ANN401  # any field of a cancellation
) -> CancelAsked:
    with database.read() as reader:
        line_id = standings_of(reader, request)[0].line.order_line_id
    usual: dict[str, Any] = {
        "cancel_id": a_key("cancel"),
        "request_id": request.request_id,
        "units": ((line_id, units),),
        "note": "Out of stock until May.",
    }
    return CancelAsked(**{**usual, **said})


def cancelled(database: Database, request: TechRequest, units: int, **said: Any) -> TechRequest:  # noqa: ANN401
    asked = a_cancellation(database, request, units, **said)
    return cancel_lines(database, who(database, "rita"), asked, now=NOON).request


def some(database: Database, request: TechRequest, accepted: int) -> TechRequest:
    asked = a_delivery(database, request)
    [line] = asked.lines
    return received(database, request, lines=(replace(line, accepted=accepted),))


def encumbered(database: Database, request: TechRequest) -> dict[tuple[str, bool], int]:
    """What is held, US cents by fund and whether it is for the line (else for shipping)."""
    with database.read() as reader:
        standing = balances(entries_of(reader, request.request_id))
    return {
        (fund_id, line_id is not None): held.encumbered_cents
        for (fund_id, line_id), held in standing.items()
        if held.encumbered_cents
    }


def test_the_price_of_cancelled_units_goes_back_by_share_and_shipping_stays(
    database: Database, ten: TechRequest
) -> None:
    before = encumbered(database, ten)
    assert before == {
        ("LEVY-27", True): 900_07,
        ("GEN-27", True): 8_090_03,
        ("GEN-27", False): 100_00,
    }
    assert cancelled(database, ten, 3).status is Status.ORDERED
    after = encumbered(database, ten)
    assert sum(before.values()) - sum(after.values()) == 3 * 899_01
    assert after == {
        ("LEVY-27", True): 900_07 - 270_02,
        ("GEN-27", True): 8_090_03 - 2_427_01,
        ("GEN-27", False): 100_00,
    }
    assert run_checks(database, now=NOON) == []


def test_cancelling_everything_gives_everything_back_and_ends_the_request(
    database: Database, ten: TechRequest
) -> None:
    cancelled(database, ten, 4)
    assert cancelled(database, ten, 6).status is Status.CANCELLED
    assert encumbered(database, ten) == {}
    assert run_checks(database, now=NOON) == []


def test_cancelling_the_rest_of_what_came_sends_it_to_a_technician(
    database: Database, ten: TechRequest
) -> None:
    some(database, ten, 8)
    request = cancelled(database, ten, 2)
    assert (request.status, request.technician_id) == (Status.DEPLOYING, "rita")
    assert sum(encumbered(database, ten).values()) == 8 * 899_01 + 100_00
    assert run_checks(database, now=NOON) == []


def test_what_an_invoice_took_from_the_encumbrance_is_not_released_again(
    database: Database, ten: TechRequest
) -> None:
    request = some(database, ten, 5)
    bill = an_invoice(database, request, amount_cents=9_000_00, final=False)
    request = record_invoice(database, who(database, "ben"), bill, now=NOON)
    cancelled(database, request, 4)
    with database.read() as reader:
        entries = entries_of(reader, ten.request_id)
    released = sum(one.amount_cents for one in entries if one.kind is EntryKind.RELEASE_ENCUMBRANCE)
    encumbered_first = sum(one.amount_cents for one in entries if one.kind is EntryKind.ENCUMBER)
    assert released <= encumbered_first
    assert run_checks(database, now=NOON) == []


@pytest.mark.parametrize(
    ("units", "note", "words"),
    [
        (11, "Gone", "10 are still to come, so 11 cannot be cancelled"),
        (-1, "Gone", "10 are still to come, so -1 cannot be cancelled"),
        (0, "Gone", "Say how many units will not come"),
        (1, "  ", "“Reason” is empty"),
    ],
)
def test_what_cannot_be_cancelled_is_refused_in_words(
    database: Database, ten: TechRequest, units: int, note: str, words: str
) -> None:
    with pytest.raises(InvalidError, match=words):
        cancelled(database, ten, units, note=note)
    assert the_request(database, ten.request_id) == ten


def test_a_line_that_is_not_on_the_order_is_refused(database: Database, ten: TechRequest) -> None:
    asked = replace(a_cancellation(database, ten, 1), units=(("another", 1),))
    with pytest.raises(NotFoundError, match="not on this request's order"):
        cancel_lines(database, who(database, "rita"), asked, now=NOON)


def test_only_people_who_receive_goods_cancel_units(database: Database, ten: TechRequest) -> None:
    asked = a_cancellation(database, ten, 1)
    for person_id in ("tina", "pia", "ada"):
        with pytest.raises(BlockedError, match="You may not receive goods here"):
            cancel_lines(database, who(database, person_id), asked, now=NOON)


def test_a_double_click_cancels_once(database: Database, ten: TechRequest) -> None:
    asked = a_cancellation(database, ten, 3)
    rita = who(database, "rita")
    first = cancel_lines(database, rita, asked, now=NOON)
    assert cancel_lines(database, rita, asked, now=NOON) == first
    with database.read() as reader:
        assert standings_of(reader, ten)[0].outstanding == 7


def test_cancelled_units_are_named_when_too_many_come(database: Database, ten: TechRequest) -> None:
    cancelled(database, ten, 4)
    with pytest.raises(InvalidError, match="the order has 10, 4 cancelled, 0 are in; the 7th"):
        some(database, ten, 7)


def another_order(database: Database, like: TechRequest, number: int, units: int) -> TechRequest:
    """A copy of an order with another number of units, written without its history."""
    request = replace(like, request_id=f"TR-2027-9{number:04d}")
    with database.write() as work:
        [order] = work.find(PurchaseOrder, "WHERE request_id = $it", it=like.request_id)
        [standing] = standings_of(work, like)
        copy = replace(
            order, order_id=request.request_id, request_id=request.request_id, order_number=a_key()
        )
        line = replace(
            standing.line,
            order_line_id=f"{request.request_id}/1",
            order_id=copy.order_id,
            request_id=request.request_id,
            quantity=units,
        )
        records: tuple[TechRequest | PurchaseOrder | OrderLine, ...] = (request, copy, line)
        work.insert_all(records)
    return replace(request, version=1)


moves = st.lists(
    st.tuples(st.sampled_from(["receive", "reject", "cancel"]), st.integers(1, 4)), max_size=8
)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(units=st.integers(1, 9), moves=moves)
def test_there_are_never_more_units_than_were_ordered_and_not_cancelled(
    database: Database, counted: Counter[str], units: int, moves: list[tuple[str, int]]
) -> None:
    """Whatever the order of deliveries and cancellations, refused or not."""
    if not counted:
        counted["like"] = 1
        in_status(database, Status.ORDERED, lines=(TEN_LAPTOPS,))
    counted["orders"] += 1
    request = another_order(
        database, the_request(database, "TR-2027-0001"), counted["orders"], units
    )
    rita = who(database, "rita")
    for what, number in moves:
        line_id = f"{request.request_id}/1"
        try:
            if what == "cancel":
                asked = a_cancellation(database, request, number)
                cancel_lines(database, rita, asked, now=NOON)
            else:
                came = (
                    LineCame(order_line_id=line_id, accepted=number)
                    if what == "receive"
                    else LineCame(order_line_id=line_id, rejected=number, reason="Broken")
                )
                receive(database, rita, a_delivery(database, request, lines=(came,)), now=NOON)
        except TechRequestsError:
            pass
        with database.read() as reader:
            [line] = standings_of(reader, request)
            made = len(assets_of_request(reader, request.request_id))
        assert made == line.accepted <= line.due <= line.line.quantity == units
    status = the_request(database, request.request_id).status
    done = Status.DEPLOYING if line_accepted(database, request) else Status.CANCELLED
    assert status is (Status.ORDERED if still_to_come(database, request) else done)


def line_accepted(database: Database, request: TechRequest) -> int:
    with database.read() as reader:
        return standings_of(reader, request)[0].accepted


def still_to_come(database: Database, request: TechRequest) -> int:
    with database.read() as reader:
        return standings_of(reader, request)[0].outstanding


@pytest.fixture
def counted() -> Counter[str]:
    """What one test counts over all of its examples."""
    return Counter()
