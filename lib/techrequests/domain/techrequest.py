"""A request for technology and everything said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from techrequests.domain.catalogue import Category
from techrequests.domain.fields import Field, Table
from techrequests.domain.money import MOST_CENTS, TAKE_IT_OFF


class Status(StrEnum):
    """Where a request stands, in the order of its life; the value is what the store holds."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    NEEDS_INFORMATION = "needs information"
    AWAITING_APPROVAL = "awaiting approval"
    QUOTING = "quoting"
    FUNDING = "funding"
    ORDERED = "ordered"
    DEPLOYING = "deploying"
    DELIVERED = "delivered"
    CLOSED = "closed"
    DECLINED = "declined"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


TERMINAL = frozenset(
    {Status.CLOSED, Status.DECLINED, Status.DENIED, Status.WITHDRAWN, Status.CANCELLED}
)
"""Nobody acts any more; a new request may be started from one of these and keeps the link."""


class Priority(StrEnum):
    """How urgent a request is, mildest first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Feasibility(StrEnum):
    """The reviewer's answer to: can the district do this?"""

    FEASIBLE = "feasible"
    WITH_CHANGES = "feasible with changes"
    NOT_FEASIBLE = "not feasible"


class Impact(StrEnum):
    """How much daily work or learning depends on a request."""

    ONE_PERSON = "one person"
    CLASSROOM = "a classroom or team"
    SITE = "a whole school or office"
    DISTRICT = "the whole district"


class Alignment(StrEnum):
    """The reviewer's answer to: does this fit the district's standards?"""

    STANDARD = "in the standards catalogue"
    EXCEPTION = "justified exception"
    OFF_STANDARD = "against the standards"


@dataclass(frozen=True, slots=True, kw_only=True)
class TechRequest:
    """One request for technology; the root that guards its lines, quotes, orders and tasks.

    Attributes:
        submitted_by_id: Who filled in the form; not the requester when done for a colleague.
        category: The request's own decides who reviews it; money and checklists go by the lines'.
        approver_id: Who decides, looked up when the request is submitted; None stands in a queue.
        on_behalf_of_id: The approver who is away, while somebody else decides for them.
        overdue_since: When nobody was found above an approver who does not decide.
        asked_from: While information is needed, the status that waits for it.
        content_version: One more after every change that needs a new approval.
        stage_since: When the request came to its present status.
        version: 1 when first saved, one more after every saved change.
    """

    TABLE: ClassVar[Table] = Table(name="tech_request", key="request_id", label="Requests")

    request_id: str
    status: Status = Status.DRAFT
    title: Annotated[
        str,
        Field(
            label="What do you need?",
            help="A few words that you would recognise in a list.",
            example="Document cameras for the grade 4 team",
            max_length=120,
        ),
    ]
    category: Annotated[
        Category | None,
        Field(
            label="Category",
            help="It decides who looks at it first.",
            example="Filled from the first item that you pick",
        ),
    ]
    problem: Annotated[
        str,
        Field(
            label="What problem does it solve?",
            help="Describe what does not work today. Please leave out names of students.",
            example="Our projector shuts off after ten minutes, so lessons stop and start again.",
            max_length=4000,
            long=True,
        ),
    ]
    impact: Annotated[
        str,
        Field(
            label="How does it affect daily work or learning?",
            help="Who is affected, how often, and what you do meanwhile.",
            example="Five classes a day, about 130 students; we share one cart with the 5th grade.",
            max_length=4000,
            long=True,
        ),
    ]
    priority: Annotated[
        Priority,
        Field(
            label="Priority",
            help="Critical: teaching or safety has stopped. High: it will within weeks. "
            "Medium: it slows us down every week. Low: it would be an improvement.",
        ),
    ] = Priority.MEDIUM
    requirements: Annotated[
        str,
        Field(
            label="Specific requirements",
            help="Size, connections, software, room, anything it must work with.",
            example="HDMI and USB-C, works with the ceiling speakers in room 112.",
            max_length=4000,
            long=True,
            optional=True,
        ),
    ] = ""
    needed_by: Annotated[
        date | None,
        Field(label="Needed by", help="Leave empty if there is no fixed date.", optional=True),
    ] = None
    site_id: str
    requester_id: str
    submitted_by_id: str
    reviewer_id: str | None = None
    approver_id: str | None = None
    on_behalf_of_id: str | None = None
    technician_id: str | None = None
    asked_from: Status | None = None
    estimate_cents: int = 0
    content_version: int = 1
    continues_id: str | None = None
    created_at: datetime
    stage_since: datetime
    submitted_at: datetime | None = None
    overdue_since: datetime | None = None
    closed_at: datetime | None = None
    version: int = 0

    @property
    def own_people(self) -> frozenset[str]:
        """Whose request this is: nobody of them may decide on it or fund it."""
        return frozenset({self.requester_id, self.submitted_by_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One thing asked for; guarded by the request's version.

    Attributes:
        content_version: The version of the request it belongs to; an amendment writes new lines.
        category: That of the standard item, or chosen by hand; a draft may have none yet.
    """

    TABLE: ClassVar[Table] = Table(name="request_line", key="line_id")

    line_id: str
    request_id: str
    content_version: int
    position: int
    item_id: Annotated[
        str | None, Field(label="Standard item", refers_to="standard_item", optional=True)
    ] = None
    description: Annotated[str, Field(label="Item", example="Document camera, USB", max_length=160)]
    quantity: Annotated[int, Field(label="Quantity", minimum=1, maximum=5000)]
    unit_estimate_cents: Annotated[
        int,
        Field(
            label="Price each",
            help="A guess will do.",
            minimum=0,
            maximum=MOST_CENTS // 100,
            below_zero=TAKE_IT_OFF,
        ),
    ]
    category: Annotated[
        Category | None,
        Field(
            label="Category",
            help="What kind of thing this is: which funds may pay for it, and how it is set up. "
            "Left empty, it is that of the request.",
            example="As the request",
            optional=True,
        ),
    ] = None

    @property
    def estimate_cents(self) -> int:
        """Quantity times price."""
        return self.quantity * self.unit_estimate_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the technology department found; written once, never changed.

    Attributes:
        override_reason: Why it was forwarded although it is not feasible or against the standards;
            empty for every other one.
    """

    TABLE: ClassVar[Table] = Table(name="review", key="review_id")

    review_id: str
    request_id: str
    content_version: int
    reviewer_id: str
    feasibility: Annotated[Feasibility, Field(label="Feasibility")]
    impact: Annotated[Impact, Field(label="Who is affected")]
    alignment: Annotated[Alignment, Field(label="District standards")]
    findings: Annotated[
        str,
        Field(
            label="Findings",
            help="What the supervisor and the requester should know: what works, what it needs, "
            "what it costs to run.",
            max_length=4000,
            long=True,
        ),
    ]
    outcome: str
    override_reason: Annotated[
        str,
        Field(
            label="Why it was forwarded all the same",
            max_length=2000,
            long=True,
            optional=True,
        ),
    ] = ""
    reviewed_at: datetime

    @property
    def against(self) -> tuple[str, ...]:
        """What speaks against forwarding it, in words; empty for nothing."""
        return speaks_against(self.feasibility, self.alignment)


def speaks_against(feasibility: Feasibility | None, alignment: Alignment | None) -> tuple[str, ...]:
    """What a review found that lets nobody forward a request without a reason, in words."""
    found = (
        "not feasible" if feasibility is Feasibility.NOT_FEASIBLE else "",
        "against the standards" if alignment is Alignment.OFF_STANDARD else "",
    )
    return tuple(filter(None, found))


class Verdict(StrEnum):
    """What a supervisor decided."""

    APPROVED = "approved"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A supervisor's decision on one version of a request; written once, never changed.

    Attributes:
        on_behalf_of_id: The absent approver for whom somebody else decided.
        amount_cents: The estimate that was decided on.
        fund_id: The fund that was to hold it; None when the choice was left open.
    """

    TABLE: ClassVar[Table] = Table(name="decision", key="decision_id")

    decision_id: str
    request_id: str
    content_version: int
    approver_id: str
    on_behalf_of_id: str | None = None
    verdict: Verdict
    priority: Annotated[Priority, Field(label="Priority for the school")]
    impact: Annotated[Impact, Field(label="Impact on the school")]
    feedback: Annotated[
        str,
        Field(
            label="Feedback",
            help="Goes to the requester and to the technology department.",
            max_length=2000,
            long=True,
            optional=True,
        ),
    ] = ""
    alternatives: str = ""
    amount_cents: int
    fund_id: str | None = None
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Something said about a request; internal ones are for the departments only."""

    TABLE: ClassVar[Table] = Table(name="comment", key="comment_id")

    comment_id: str
    request_id: str
    author_id: str
    internal: bool
    body: Annotated[str, Field(label="Comment", max_length=4000, long=True)]
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file kept with a request; its content lies under its hash outside the web root.

    Attributes:
        removed_at: When it was taken off a draft, and shown to nobody any more.
        superseded_at: When who added it said, after the submission, that it counts no more.
    """

    TABLE: ClassVar[Table] = Table(name="attachment", key="attachment_id")

    attachment_id: str
    request_id: str
    quote_id: str | None = None
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_by_id: str
    uploaded_at: datetime
    removed_at: datetime | None = None
    superseded_at: datetime | None = None
    version: int = 0


class Fate(StrEnum):
    """What who added a file may do with it."""

    REMOVE = "remove"
    SUPERSEDE = "supersede"
    STAY = "stay"


def fate_of_files(request: TechRequest, *, decided: bool) -> Fate:
    """What may become of the files of a request.

    Args:
        request: As it stands.
        decided: Whether a supervisor ever decided on it.
    """
    if request.submitted_at is None:
        return Fate.REMOVE
    return Fate.STAY if decided or request.status in TERMINAL else Fate.SUPERSEDE
