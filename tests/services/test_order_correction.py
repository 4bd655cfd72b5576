"""A mistyped order is corrected, with a reason, and nothing of its money moves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, TODAY, a_key, in_status, who
from techrequests.domain.errors import BlockedError, InvalidError, TechRequestsError
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import RequestEvent
from techrequests.services.books import books_of
from techrequests.services.order_correction import CorrectionAsked, correct_order
from techrequests.store.checks import run_checks
from techrequests.store.orders import order_of

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


def corrected(
    database: Database,
    request: TechRequest,
    by: str = "ben",
    **said: Any,  # noqa: ANN401  # any field of a correction
) -> TechRequest:
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("correction"),
        "order_number": "PO-RIGHT",
        "ordered_on": TODAY,
        "reason": "Two digits were swapped.",
    }
    asked = CorrectionAsked(**{**usual, **said})
    return correct_order(database, who(database, by), asked, now=NOON)


@pytest.mark.parametrize("status", [Status.ORDERED, Status.DEPLOYING, Status.CLOSED])
def test_an_order_gets_its_right_number_and_the_history_says_why(
    database: Database, status: Status
) -> None:
    request = in_status(database, status)
    before = books_of(database, request).entries
    saved = corrected(database, request)
    with database.read() as reader:
        order = order_of(reader, request.request_id)
        last = reader.find(RequestEvent, "ORDER BY event_no")[-1]
    assert order
    assert (saved.status, order.order_number) == (status, "PO-RIGHT")
    assert (last.note, last.detail) == (
        "Two digits were swapped.",
        f"PO-{request.request_id} of 10/05/2026 → PO-RIGHT of 10/05/2026",
    )
    assert books_of(database, request).entries == before
    assert run_checks(database, now=NOON) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reason": " "}, "is empty"),
        ({"order_number": ""}, "Order number"),
        ({"ordered_on": None}, "Order date"),
        ({"ordered_on": TODAY + timedelta(days=1)}, "in the future"),
        ({"ordered_on": date(2026, 1, 5)}, "before the approval"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    database: Database, said: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidError, match=words):
        corrected(database, in_status(database, Status.ORDERED), **said)


def test_another_orders_number_and_no_change_are_refused(database: Database) -> None:
    other = in_status(database, Status.ORDERED)
    request = in_status(database, Status.ORDERED)
    with pytest.raises(InvalidError, match="already the order of"):
        corrected(database, request, order_number=f"po-{other.request_id}")
    with pytest.raises(InvalidError, match="Nothing is changed"):
        corrected(database, request, order_number=f"PO-{request.request_id}")


def test_a_fund_must_pay_for_orders_of_the_right_day_too(database: Database) -> None:
    request = in_status(database, Status.ORDERED)
    with database.write() as work:
        work.run("UPDATE purchase_order SET ordered_on = ordered_on - INTERVAL 1 DAY")
        work.run("UPDATE fund SET ends_on = $day", day=TODAY - timedelta(days=1))
    with pytest.raises(InvalidError, match="pays for orders from"):
        corrected(database, request)


@pytest.mark.parametrize("by", ["rita", "tina", "pia"])
def test_only_who_places_orders_corrects_them(database: Database, by: str) -> None:
    request = in_status(database, Status.ORDERED)
    with pytest.raises(TechRequestsError):
        corrected(database, request, by)


def test_without_an_order_there_is_nothing_to_correct(database: Database) -> None:
    with pytest.raises(BlockedError):
        corrected(database, in_status(database, Status.FUNDING))
