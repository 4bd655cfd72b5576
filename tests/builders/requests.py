"""A request on its way to a decision, by the real services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders.district import LAPTOP
from builders.moments import NOON, TODAY, a_key
from builders.people import named, who
from techrequests.domain.catalogue import Category
from techrequests.domain.intake import DraftAsked, LineAsked
from techrequests.domain.techrequest import (
    Alignment,
    Decision,
    Feasibility,
    Impact,
    Priority,
    Review,
    Status,
    TechRequest,
)
from techrequests.domain.workflow import Action
from techrequests.notify.messages import Message
from techrequests.services.approval import DecisionAsked, decide_request
from techrequests.services.cases import case_of
from techrequests.services.intake import save_draft, submit
from techrequests.services.intake_form import Likeness
from techrequests.services.review import ReviewAsked, review
from techrequests.services.steps import TakeStep, take_step

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from techrequests.services.cases import Case
    from techrequests.store.database import Database, Reader


def a_request(**said: Any) -> TechRequest:  # noqa: ANN401  # any field of a request
    """Tina's request for two laptops, as it stands after it was submitted."""
    usual: dict[str, Any] = {
        "request_id": "TR-2027-0001",
        "status": Status.IN_REVIEW,
        "title": "Two laptops for the writing lab",
        "category": Category.COMPUTERS,
        "problem": "The old ones do not start any more.",
        "impact": "Two pupils have no laptop in every lesson.",
        "site_id": "LHS",
        "requester_id": "tina",
        "submitted_by_id": "tina",
        "reviewer_id": "rita",
        "approver_id": "pia",
        "estimate_cents": 1_798_00,
        "created_at": NOON,
        "stage_since": NOON,
        "submitted_at": NOON,
        "version": 1,
    }
    return TechRequest(**{**usual, **said})


VALUES: Mapping[str, Any] = {
    "title": "Two laptops for the writing lab",
    "category": Category.COMPUTERS,
    "problem": "The old ones do not start any more.",
    "impact": "Two pupils have no laptop in every lesson.",
    "priority": Priority.MEDIUM,
}
TWO_LAPTOPS = LineAsked(
    item_id=LAPTOP.item_id,
    description=LAPTOP.name,
    quantity=2,
    unit_estimate_cents=LAPTOP.unit_price_cents,
)


def a_draft(
    requester_id: str = "tina",
    *,
    lines: tuple[LineAsked, ...] = (TWO_LAPTOPS,),
    key: str = "",
    request_id: str = "",
    seen_version: int = 0,
    **values: Any,  # noqa: ANN401  # any field of the form
) -> DraftAsked:
    """A form filled in well; `values` change single fields of it."""
    return DraftAsked(
        key=key or a_key("draft"),
        request_id=request_id,
        seen_version=seen_version,
        requester_id=requester_id,
        values={**VALUES, **values},
        lines=lines,
    )


def drafted(database: Database, requester_id: str = "tina", **said: Any) -> TechRequest:  # noqa: ANN401
    """A saved draft; `said` goes to `a_draft`, except `by`: who fills in the form."""
    by = said.pop("by", requester_id)
    return save_draft(database, who(database, by), a_draft(requester_id, **said), now=NOON)


def submitted(database: Database, requester_id: str = "tina", **said: Any) -> TechRequest:  # noqa: ANN401
    """A request in review; `said` goes to `a_draft`, except `by`: who fills in the form."""
    by = said.pop("by", requester_id)
    return submit(database, who(database, by), a_draft(requester_id, **said), now=NOON)


def a_review(request: TechRequest, **said: Any) -> ReviewAsked:  # noqa: ANN401  # any field of a review
    """A favourable review that forwards the request; `said` changes single fields."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "review_id": a_key("review"),
        "feasibility": Feasibility.FEASIBLE,
        "impact": Impact.CLASSROOM,
        "alignment": Alignment.STANDARD,
        "findings": "Works with what the school has.",
        "action": Action.FORWARD,
    }
    return ReviewAsked(**{**usual, **said})


def a_decision(request: TechRequest, **said: Any) -> DecisionAsked:  # noqa: ANN401  # any field of a decision
    """An approval without a fund; `said` changes single fields."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "decision_id": a_key("decision"),
        "action": Action.APPROVE,
        "priority": Priority.HIGH,
        "impact": Impact.CLASSROOM,
    }
    return DecisionAsked(**{**usual, **said})


def reviewed(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after its reviewer's review."""
    reviewer = who(database, named(request.reviewer_id))
    return review(database, reviewer, a_review(request, **said), now=NOON)


def decided(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after its supervisor's decision."""
    approver = who(database, named(request.approver_id))
    return decide_request(database, approver, a_decision(request, **said), now=NOON)


def stepped(  # noqa: PLR0913  # each is one thing a test may want to say
    database: Database,
    request: TechRequest,
    action: Action,
    by: str,
    *,
    note: str = "Because.",
    now: datetime = NOON,
) -> TechRequest:
    """The request after a plain step."""
    asked = TakeStep(
        request_id=request.request_id, seen_version=request.version, action=action, note=note
    )
    return take_step(database, who(database, by), asked, now=now)


def the_request(database: Database, request_id: str) -> TechRequest:
    """A request as the store holds it now."""
    with database.read() as reader:
        return reader.get(TechRequest, request_id)


def told(database: Database, request_id: str) -> dict[str, Message]:
    """The newest message about a request that each person got, by person code."""
    with database.read() as reader:
        found = reader.find(
            Message, "WHERE request_id = $request_id ORDER BY message_no", request_id=request_id
        )
    return {message.person_id: message for message in found}


def hushed(database: Database) -> None:
    """Forget every message, so that the next step's can be told apart."""
    with database.write() as work:
        work.run("DELETE FROM message")


def a_likeness(**but: Any) -> Likeness:  # noqa: ANN401  # any field
    """What Tina's new request for laptops is compared by, as the test wants it otherwise."""
    usual = {
        "request_id": "",
        "requester_id": "tina",
        "site_id": "LHS",
        "category": Category.COMPUTERS,
        "title": "Two laptops for the writing lab",
        "item_ids": ("LAP-TEACHER",),
    }
    return Likeness(**{**usual, **but})


def seen_by(database: Database, person_id: str, request: TechRequest, today: date = TODAY) -> Case:
    """A request as somebody sees it."""
    return case_of(database, who(database, person_id, today), request.request_id, today)


def decisions_of(reader: Reader, request_id: str) -> list[Decision]:
    """Every decision on a request, newest first."""
    where = "WHERE request_id = $request_id ORDER BY decided_at DESC"
    return reader.find(Decision, where, request_id=request_id)


def reviews_of(reader: Reader, request_id: str) -> list[Review]:
    """Every review of a request, newest first."""
    where = "WHERE request_id = $request_id ORDER BY reviewed_at DESC"
    return reader.find(Review, where, request_id=request_id)
