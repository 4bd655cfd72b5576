"""What each status means to people: who acts, and what happens next, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from techrequests.domain.techrequest import TERMINAL, Status, TechRequest


class Owner(StrEnum):
    """Who acts at a stage."""

    REQUESTER = "requester"
    REVIEWER = "technology reviewer"
    APPROVER = "supervisor"
    QUOTER = "technology department"
    BUSINESS_OFFICE = "Business Office"
    RECEIVER = "receiving desk"
    TECHNICIAN = "technician"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageInfo:
    """What a status means to people.

    Attributes:
        owner: Who acts.
        does: What they do, said of them: “approves or denies it”.
        you_do: The same, said to them: “approve or deny it”.
        ended: One sentence on how it ended, where nobody acts any more.
        page: URL path of the page where it is decided; empty for the request's own page.
    """

    status: Status
    owner: Owner = Owner.NOBODY
    does: str = ""
    you_do: str = ""
    ended: str = ""
    page: str = ""

    @property
    def next(self) -> str:
        """One sentence on what happens now."""
        return self.ended or f"The {self.owner} {self.does}."

    @property
    def terminal(self) -> bool:
        """Whether nobody acts any more."""
        return self.status in TERMINAL


_ALL = (
    StageInfo(
        status=Status.DRAFT,
        owner=Owner.REQUESTER,
        does="finishes the form and submits it",
        you_do="finish the form and submit it",
        page="submit",
    ),
    StageInfo(
        status=Status.IN_REVIEW,
        owner=Owner.REVIEWER,
        does="checks feasibility, impact and standards",
        you_do="check feasibility, impact and standards",
        page="review",
    ),
    StageInfo(
        status=Status.NEEDS_INFORMATION,
        owner=Owner.REQUESTER,
        does="answers the question; the clock is paused",
        you_do="answer the question; the clock is paused",
    ),
    StageInfo(
        status=Status.AWAITING_APPROVAL,
        owner=Owner.APPROVER,
        does="approves or denies it",
        you_do="approve or deny it",
        page="approvals",
    ),
    StageInfo(
        status=Status.QUOTING,
        owner=Owner.QUOTER,
        does="gets quotes and chooses one",
        you_do="get quotes and choose one",
        page="quotes",
    ),
    StageInfo(
        status=Status.FUNDING,
        owner=Owner.BUSINESS_OFFICE,
        does="picks the funds and places the order",
        you_do="pick the funds and place the order",
        page="funding",
    ),
    StageInfo(
        status=Status.ORDERED,
        owner=Owner.RECEIVER,
        does="waits for the goods and puts them into the inventory",
        you_do="receive the goods and put them into the inventory",
        page="receiving",
    ),
    StageInfo(
        status=Status.DEPLOYING,
        owner=Owner.TECHNICIAN,
        does="sets it up and hands it over",
        you_do="set it up and hand it over",
        page="deployments",
    ),
    StageInfo(
        status=Status.DELIVERED,
        owner=Owner.REQUESTER,
        does="confirms that it works, or reports a problem",
        you_do="confirm that it works, or report a problem",
    ),
    StageInfo(status=Status.CLOSED, ended="Done."),
    StageInfo(status=Status.DECLINED, ended="The technology department declined it."),
    StageInfo(status=Status.DENIED, ended="The supervisor denied it."),
    StageInfo(status=Status.WITHDRAWN, ended="The requester withdrew it."),
    StageInfo(status=Status.CANCELLED, ended="The purchase was cancelled."),
)

STAGES = {info.status: info for info in _ALL}


def next_people(request: TechRequest) -> tuple[str, ...]:
    """The codes of those who are named to act now, who is asked first; none for a department."""
    people = {
        Status.DRAFT: (request.submitted_by_id, request.requester_id),
        Status.IN_REVIEW: (request.reviewer_id,),
        Status.NEEDS_INFORMATION: (request.requester_id, request.submitted_by_id),
        Status.AWAITING_APPROVAL: (request.approver_id,),
        Status.DEPLOYING: (request.technician_id,),
        Status.DELIVERED: (request.requester_id, request.submitted_by_id),
    }
    return tuple(filter(None, people.get(request.status, ())))
