"""The same paper twice, and dates that cannot well be: refused, or confirmed with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, TODAY, a_credit, an_invoice, in_status, who
from techrequests.domain.errors import InvalidError
from techrequests.domain.invoice_doubts import number_key, written
from techrequests.domain.techrequest import Status
from techrequests.services.billing import record_credit
from techrequests.services.funding import record_invoice
from techrequests.store.checks import broken_rows
from techrequests.store.orders import invoices_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _books_are_right(database: Database) -> Iterator[None]:
    yield
    with database.read() as reader:
        assert broken_rows(reader, now=NOON) == {}


@pytest.fixture
def request_(database: Database) -> TechRequest:
    """On order, with the bill INV-1 of one dollar."""
    return billed(
        database,
        in_status(database, Status.ORDERED),
        invoice_number="INV-1",
        amount_cents=1_00,
        final=False,
    )


def billed(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401  # any field of a bill
    asked = an_invoice(database, request, **{"amount_cents": 1_00, "final": False, **said})
    return record_invoice(database, who(database, "ben"), asked, now=NOON)


SAME = ["inv-1", " INV - 1 ", "INV\u20111", "INV\u22121", "I\u200bNV-1"]
SAME += ["\uff29\uff2e\uff36\uff0d\uff11"]
LIKE = ["INV 1", "INV-01", "INV.1", "INV1", "inv #001", "INV/1", "\uff29\uff2e\uff36\u3000\uff11"]
OTHERS = ["INV-11", "INV-2", "1-INV", "INV-1A", "INV-1-1"]


@pytest.mark.parametrize("number", SAME)
def test_the_same_number_is_refused_however_it_is_typed(
    database: Database, request_: TechRequest, number: str
) -> None:
    with pytest.raises(InvalidError, match=r"Invoice INV-1 of this vendor over \$1.00 is recorded"):
        billed(database, request_, invoice_number=number, confirmation="They send it twice.")


@pytest.mark.parametrize("number", LIKE)
def test_a_number_much_like_another_takes_a_reason(
    database: Database, request_: TechRequest, number: str
) -> None:
    with pytest.raises(InvalidError, match="a number much like this one"):
        billed(database, request_, invoice_number=number)
    billed(database, request_, invoice_number=number, confirmation="Two papers, I hold both.")
    with database.read() as reader:
        assert invoices_of(reader, request_.request_id)[-1].confirmation.startswith("Two papers")


@pytest.mark.parametrize("number", OTHERS)
def test_another_number_is_another(database: Database, request_: TechRequest, number: str) -> None:
    billed(database, request_, invoice_number=number)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (YESTERDAY, "before the order of 10/05/2026"),
        (TODAY + timedelta(days=1), "in the future"),
        (date(2026, 6, 30), "in fiscal year 2025-26, and the order in 2026-27"),
        (date(2027, 7, 1), "in fiscal year 2027-28, and the order in 2026-27"),
    ],
)
def test_a_date_that_cannot_well_be_takes_a_reason(
    database: Database, request_: TechRequest, day: date, words: str
) -> None:
    for confirmation in ("", "ok", ". . ."):
        with pytest.raises(InvalidError, match=words):
            billed(database, request_, invoiced_on=day, confirmation=confirmation)
    credit = a_credit(request_, invoiced_on=day)
    with pytest.raises(InvalidError, match=words):
        record_credit(database, who(database, "ben"), credit, now=NOON)
    billed(database, request_, invoiced_on=day, confirmation="It stands so on the paper.")


def test_a_key_takes_time_in_proportion_to_the_number() -> None:
    for sign in ("0", "-", "\u200b", "\ufdfa", "1-", "\uff11"):
        start = process_time()
        number_key(sign * 100_000)
        written(sign * 100_000)
        assert process_time() - start < 5
