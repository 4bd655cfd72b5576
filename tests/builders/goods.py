"""What comes in, is set up and handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders.moments import NOON, a_key
from builders.people import named, who
from builders.requests import the_request
from techrequests.domain.receiving import LineCame
from techrequests.services.deployment import HandOverAsked, TickAsked, hand_over, tick
from techrequests.services.receiving import ReceiveAsked, receive
from techrequests.store.deployment import tasks_of
from techrequests.store.receiving import standings_of

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


def a_delivery(database: Database, request: TechRequest, **said: Any) -> ReceiveAsked:  # noqa: ANN401
    """Everything that is outstanding, accepted and without serial numbers; `said` changes it."""
    with database.read() as reader:
        standings = standings_of(reader, request)
    usual: dict[str, Any] = {
        "receipt_id": a_key("receipt"),
        "request_id": request.request_id,
        "lines": tuple(
            LineCame(order_line_id=one.line.order_line_id, accepted=one.outstanding)
            for one in standings
        ),
    }
    return ReceiveAsked(**{**usual, **said})


def received(
    database: Database,
    request: TechRequest,
    by: str = "rita",
    **said: Any,  # noqa: ANN401  # any field of a delivery
) -> TechRequest:
    """The request after a delivery; `said` goes to `a_delivery`."""
    asked = a_delivery(database, request, **said)
    return receive(database, who(database, by), asked, now=NOON)


def ticked(database: Database, request: TechRequest) -> TechRequest:
    """The request after its technician ticked off the whole checklist."""
    technician = who(database, named(request.technician_id))
    with database.read() as reader:
        tasks = tasks_of(reader, request.request_id)
    for task in tasks:
        asked = TickAsked(task_id=task.task_id, seen_version=task.version, done=True)
        tick(database, technician, asked, now=NOON)
    return the_request(database, request.request_id)


def handed_over(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after its technician handed it over; `said` goes to `HandOverAsked`."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("hand-over"),
    }
    asked = HandOverAsked(**{**usual, **said})
    return hand_over(database, who(database, named(request.technician_id)), asked, now=NOON)
