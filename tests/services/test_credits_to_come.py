"""What was paid for units that are cancelled afterwards: it is said, listed and credited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    TODAY,
    a_credit,
    a_key,
    a_reversal,
    allocated,
    an_invoice,
    chosen,
    in_status,
    ordered,
    quoted,
    the_request,
    who,
)
from techrequests.domain.errors import BlockedError, InvalidError
from techrequests.domain.techrequest import Status
from techrequests.services.billing import record_credit, reverse_invoice
from techrequests.services.books import books_of
from techrequests.services.cancellation import CancelAsked, CancelledUnits, cancel_lines
from techrequests.services.funding import record_invoice
from techrequests.services.listing import listing_page
from techrequests.services.today import waiting
from techrequests.store.checks import run_checks
from techrequests.store.listings import Asked
from techrequests.store.receiving import standings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

SHIPPING = 15_00
COST = 1_798_00 - 2 * 20_00 + SHIPPING
EACH = 899_00 - 20_00


@pytest.fixture(autouse=True)
def _all_is_well(database: Database) -> Iterator[None]:
    yield
    assert run_checks(database, now=NOON) == []


@pytest.fixture
def two(database: Database) -> TechRequest:
    """Two laptops at $879.00 and $15.00 shipping, on order."""
    request = in_status(database, Status.QUOTING)
    request = quoted(database, request, dearer_cents=-20_00, shipping_cents=SHIPPING)
    return ordered(database, allocated(database, chosen(database, request)))


def paid(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401  # any field of a bill
    asked = an_invoice(database, the_request(database, request.request_id), **said)
    return record_invoice(database, who(database, "ben"), asked, now=NOON)


def cancelled(database: Database, request: TechRequest, units: int) -> CancelledUnits:
    with database.read() as reader:
        line_id = standings_of(reader, request)[0].line.order_line_id
    asked = CancelAsked(
        cancel_id=a_key("cancel"),
        request_id=request.request_id,
        units=((line_id, units),),
        note="Out of stock until May.",
    )
    came = cancel_lines(database, who(database, "rita"), asked, now=NOON)
    assert cancel_lines(database, who(database, "rita"), asked, now=NOON) == came
    return came


def to_come(database: Database, person_id: str = "ben") -> dict[str, int]:
    """The credits on somebody's Today, US cents by request."""
    rows = waiting(database, who(database, person_id), TODAY)
    return {row["request_id"]: row["cents"] for row in rows if row["why"] == "credit to come"}


@pytest.mark.parametrize(
    ("billed", "units", "told"),
    [
        (0, 2, (COST, 0)),
        (0, 1, (EACH, 0)),
        (COST, 2, (0, COST)),
        (COST, 1, (0, EACH)),
        (EACH, 2, (EACH + SHIPPING, EACH)),
        (SHIPPING, 1, (EACH, 0)),
    ],
)
def test_what_came_back_and_what_was_paid_already_are_told_apart(
    database: Database, two: TechRequest, billed: int, units: int, told: tuple[int, int]
) -> None:
    if billed:
        paid(database, two, amount_cents=billed, final=False)
    came = cancelled(database, two, units)
    assert (came.released_cents, came.credit_cents) == told
    credit = came.credit_cents
    assert to_come(database) == ({two.request_id: credit} if credit else {})
    listed, _ = listing_page(database, who(database, "ben"), "credits", Asked())
    assert list(listed["credit_cents"] if len(listed) else []) == ([credit] if credit else [])


def test_only_who_records_credits_waits_for_them(database: Database, two: TechRequest) -> None:
    paid(database, two)
    cancelled(database, two, 2)
    assert to_come(database, "bea")
    assert not to_come(database, "rita")


def test_nothing_more_is_expected_once_the_credit_is_there(
    database: Database, two: TechRequest
) -> None:
    paid(database, two)
    request = cancelled(database, two, 2).request
    record_credit(database, who(database, "ben"), a_credit(request, amount_cents=COST), now=NOON)
    assert to_come(database) == {}


def test_cancelled_to_the_last_unit_an_order_costs_nothing_not_even_shipping(
    database: Database, two: TechRequest
) -> None:
    def due() -> int:
        billing = books_of(database, two).billing
        assert billing
        return billing.cost.due_cents

    assert due() == COST
    cancelled(database, two, 1)
    assert due() == EACH + SHIPPING
    cancelled(database, two, 1)
    assert due() == 0


def test_after_a_cancellation_the_right_bill_follows_the_wrong_one(
    database: Database, two: TechRequest
) -> None:
    ben = who(database, "ben")
    paid(database, two)
    request = cancelled(database, two, 2).request
    assert request.status is Status.CANCELLED
    reverse_invoice(database, ben, a_reversal(database, request), now=NOON)
    paid(database, two, amount_cents=25_00, reason="A restocking fee of the vendor.")
    (money,) = books_of(database, request).held.values()
    assert (money.encumbered_cents, money.expended_cents) == (0, 25_00)
    assert to_come(database) == {}


def test_without_an_order_there_is_no_bill_to_record(database: Database) -> None:
    request = in_status(database, Status.CANCELLED)
    if not books_of(database, request).billing:
        with pytest.raises(BlockedError, match="Nothing was ordered"):
            paid(database, request, amount_cents=1_00)


@pytest.mark.parametrize("reason", ["", "  ", ". . .", "freight"])
def test_a_bill_above_what_is_encumbered_says_why(
    database: Database, two: TechRequest, reason: str
) -> None:
    with pytest.raises(InvalidError, match=r"\$0\.01 above what is encumbered"):
        paid(database, two, amount_cents=COST + 1, reason=reason)
    paid(database, two, amount_cents=COST, reason=reason)


def test_the_reason_is_kept_with_the_bill_its_entries_and_the_history(
    database: Database, two: TechRequest
) -> None:
    paid(database, two, amount_cents=COST + 9_00, reason="A fuel surcharge was added.")
    books = books_of(database, two)
    assert books.billing
    assert [(one.above_cents, one.reason) for one in books.billing.invoices] == [
        (9_00, "A fuel surcharge was added.")
    ]
    assert any("A fuel surcharge" in entry.why for entry in books.entries)
    # What was paid on purpose above the order is no credit to come; the rest of it is.
    assert cancelled(database, two, 2).credit_cents == COST
