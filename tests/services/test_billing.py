"""A wrong invoice is reversed, a vendor's credit recorded, and nothing is paid twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    TODAY,
    a_credit,
    a_reversal,
    allocated,
    an_invoice,
    in_status,
    ordered,
    the_request,
    who,
)
from techrequests.domain.errors import BlockedError, InvalidError, NotFoundError
from techrequests.domain.ledger import Balance, balance
from techrequests.domain.techrequest import Status
from techrequests.services.billing import (
    record_credit,
    reverse_invoice,
)
from techrequests.services.books import Bill, books_of
from techrequests.services.funding import record_invoice
from techrequests.services.funds import entries_behind
from techrequests.store.checks import broken_rows
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

COST = 1_798_00
SPLIT = {"LEVY-27": 1_000_00, "GEN-27": COST - 1_000_00}


@pytest.fixture(autouse=True)
def _books_are_right(database: Database) -> Iterator[None]:
    yield
    with database.read() as reader:
        assert not {name for name, rows in broken_rows(reader, now=NOON).items() if rows}


def split_order(database: Database) -> TechRequest:
    request = in_status(database, Status.FUNDING)
    return ordered(database, allocated(database, request, shares=SPLIT))


def paid(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    asked = an_invoice(database, request, **said)
    return record_invoice(database, who(database, "ben"), asked, now=NOON)


def by_fund(database: Database, request: TechRequest) -> dict[str, Balance]:
    return books_of(database, request).held


def whole(database: Database, request: TechRequest) -> Balance:
    with database.read() as reader:
        return balance(entries_of(reader, request.request_id))


@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize("cents", [1, 900_00, COST, COST + 33_33])
def test_a_reversed_invoice_leaves_the_money_as_it_was(
    database: Database, cents: int, *, final: bool
) -> None:
    request = split_order(database)
    before = by_fund(database, request)
    asked = an_invoice(
        database, request, amount_cents=cents, final=final, override_reason="The board agreed."
    )
    request = record_invoice(database, who(database, "bea"), asked, now=NOON)
    assert by_fund(database, request) != before
    reverse_invoice(database, who(database, "ben"), a_reversal(database, request), now=NOON)
    assert by_fund(database, request) == before


def test_a_reversed_invoice_stays_marked_and_its_number_is_free_again(database: Database) -> None:
    request = paid(database, split_order(database), invoice_number="INV-1", amount_cents=5_00)
    asked = a_reversal(database, request, reason="It was $50.00.")
    request = reverse_invoice(database, who(database, "ben"), asked, now=NOON)
    request = paid(database, request, invoice_number="INV-1", amount_cents=50_00)
    known = books_of(database, request).billing
    assert known is not None
    assert [(one.amount_cents, one.reason) for one in known.invoices] == [
        (5_00, ""),
        (-5_00, "It was $50.00."),
        (50_00, ""),
    ]
    assert known.invoices[0].invoice_id in known.reversed_ids
    assert (known.cost.due_cents, known.invoiced_cents) == (COST, 50_00)
    book = entries_behind(database, who(database, "bea"), "GEN-27")
    assert any(row["why"] == "Reversed INV-1: It was $50.00." for row in book)


def test_nothing_is_reversed_twice_nor_a_reversal(database: Database) -> None:
    request, ben = paid(database, split_order(database)), who(database, "ben")
    first = a_reversal(database, request)
    request = reverse_invoice(database, ben, first, now=NOON)
    for invoice_id in (first.invoice_id, f"{request.request_id}/I2"):
        with pytest.raises(InvalidError, match="is reversed already"):
            reverse_invoice(
                database, ben, a_reversal(database, request, invoice_id=invoice_id), now=NOON
            )
    with pytest.raises(NotFoundError):
        reverse_invoice(database, ben, a_reversal(database, request, invoice_id="X"), now=NOON)


def test_a_reversal_that_a_fund_cannot_hold_again_needs_the_manager(database: Database) -> None:
    request = paid(database, split_order(database), amount_cents=900_00, final=True)
    other = in_status(database, Status.FUNDING)
    allocated(database, other, shares={"LEVY-27": 400_00, "GEN-27": COST - 400_00})
    asked = a_reversal(database, request)
    with pytest.raises(BlockedError, match=r"Technology levy 2026-27 is .* short"):
        reverse_invoice(database, who(database, "ben"), asked, now=NOON)
    over = replace(asked, override_reason="The transfer is on the agenda.")
    reverse_invoice(database, who(database, "bea"), over, now=NOON)
    assert whole(database, request) == Balance(encumbered_cents=COST)


def test_a_credit_goes_to_the_funds_that_paid_by_their_shares(database: Database) -> None:
    request = paid(database, split_order(database))
    request = record_credit(
        database, who(database, "ben"), a_credit(request, amount_cents=100_00), now=NOON
    )
    money = by_fund(database, request)
    assert money["LEVY-27"] == Balance(expended_cents=1_000_00 - 55_62)
    assert money["GEN-27"] == Balance(expended_cents=798_00 - 44_38)


def test_an_invoice_under_a_credit_waits_until_the_credit_is_reversed(database: Database) -> None:
    ben = who(database, "ben")
    request = paid(database, split_order(database), final=False)
    first = a_reversal(database, request)
    request = record_credit(database, ben, a_credit(request), now=NOON)
    with pytest.raises(BlockedError, match="Reverse the credit first"):
        reverse_invoice(database, ben, replace(first, seen_version=request.version), now=NOON)
    request = reverse_invoice(database, ben, a_reversal(database, request), now=NOON)
    assert whole(database, request) == Balance(expended_cents=COST)
    reverse_invoice(database, ben, replace(first, seen_version=request.version), now=NOON)
    assert whole(database, request) == Balance(encumbered_cents=COST)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount_cents": COST + 1}, r"Only \$1,798.00 was paid"),
        ({"amount_cents": 0}, "“Amount” must be between"),
        ({"amount_cents": None}, "“Amount” is empty"),
        ({"reason": " "}, "“What for” is empty"),
        ({"invoice_number": ""}, "is empty"),
        ({"invoiced_on": TODAY + timedelta(days=1)}, "in the future"),
    ],
)
def test_a_credit_that_cannot_be_is_refused_in_words(
    database: Database, said: dict[str, Any], words: str
) -> None:
    request = paid(database, split_order(database))
    with pytest.raises(InvalidError, match=words):
        record_credit(database, who(database, "ben"), a_credit(request, **said), now=NOON)


def test_a_double_click_gives_back_once(database: Database) -> None:
    ben = who(database, "ben")
    request = paid(database, split_order(database))
    credit = a_credit(request)
    request = record_credit(database, ben, credit, now=NOON)
    assert record_credit(database, ben, credit, now=NOON) == request
    asked = a_reversal(database, request)
    request = reverse_invoice(database, ben, asked, now=NOON)
    assert reverse_invoice(database, ben, asked, now=NOON) == request
    assert whole(database, request) == Balance(expended_cents=COST)


def test_one_vendors_invoice_is_not_paid_for_two_orders(database: Database) -> None:
    first = paid(database, split_order(database), invoice_number="INV 10-A", amount_cents=1_00)
    second = ordered(database, allocated(database, in_status(database, Status.FUNDING)))
    with pytest.raises(InvalidError, match=f"recorded already for {first.request_id}"):
        paid(database, second, invoice_number=" inv10-a")
    with pytest.raises(BlockedError, match="not possible"):
        record_credit(
            database, who(database, "ben"), a_credit(in_status(database, Status.QUOTING)), now=NOON
        )


def test_what_every_fund_pays_is_known_before(database: Database) -> None:
    request = split_order(database)
    before = books_of(database, request).payment(Bill(amount_cents=900_00, final=True))
    assert [(one.fund_name, one.pays_cents, one.given_back_cents) for one in before] == [
        ("Technology levy 2026-27", 500_56, 499_44),
        ("General fund 2026-27", 399_44, 398_56),
    ]
    paid(database, request, amount_cents=900_00, final=True)
    money = by_fund(database, the_request(database, request.request_id))
    assert money["LEVY-27"] == Balance(expended_cents=500_56)
    assert money["GEN-27"] == Balance(expended_cents=399_44)
