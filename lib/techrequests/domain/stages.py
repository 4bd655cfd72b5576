"""What each status means to people: who acts, and what happens next, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from techrequests.domain.techrequest import TERMINAL, Status


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
        next: One sentence on what happens now.
        page: URL path of the page where it is decided; empty for the request's own page.
        terminal: Whether nobody acts any more.
    """

    status: Status
    owner: Owner
    next: str
    page: str = ""

    @property
    def terminal(self) -> bool:
        """Whether nobody acts any more."""
        return self.status in TERMINAL


_ALL = (
    StageInfo(
        status=Status.DRAFT,
        owner=Owner.REQUESTER,
        next="You finish the form and submit it.",
        page="submit",
    ),
    StageInfo(
        status=Status.IN_REVIEW,
        owner=Owner.REVIEWER,
        next="The technology department checks feasibility, impact and standards.",
        page="review",
    ),
    StageInfo(
        status=Status.NEEDS_INFORMATION,
        owner=Owner.REQUESTER,
        next="The requester answers a question; the clock is paused.",
    ),
    StageInfo(
        status=Status.AWAITING_APPROVAL,
        owner=Owner.APPROVER,
        next="The supervisor approves or denies it.",
        page="approvals",
    ),
    StageInfo(
        status=Status.QUOTING,
        owner=Owner.QUOTER,
        next="The technology department gets quotes and chooses one.",
        page="quotes",
    ),
    StageInfo(
        status=Status.FUNDING,
        owner=Owner.BUSINESS_OFFICE,
        next="The Business Office picks the funds and places the order.",
        page="funding",
    ),
    StageInfo(
        status=Status.ORDERED,
        owner=Owner.RECEIVER,
        next="The goods are on their way; they are inventoried on arrival.",
        page="receiving",
    ),
    StageInfo(
        status=Status.DEPLOYING,
        owner=Owner.TECHNICIAN,
        next="A technician sets it up and hands it over.",
        page="deployments",
    ),
    StageInfo(
        status=Status.DELIVERED,
        owner=Owner.REQUESTER,
        next="The requester confirms that it works, or reports a problem.",
    ),
    StageInfo(status=Status.CLOSED, owner=Owner.NOBODY, next="Done."),
    StageInfo(
        status=Status.DECLINED, owner=Owner.NOBODY, next="The technology department declined it."
    ),
    StageInfo(status=Status.DENIED, owner=Owner.NOBODY, next="The supervisor denied it."),
    StageInfo(status=Status.WITHDRAWN, owner=Owner.NOBODY, next="The requester withdrew it."),
    StageInfo(status=Status.CANCELLED, owner=Owner.NOBODY, next="The purchase was cancelled."),
)

STAGES = {info.status: info for info in _ALL}
