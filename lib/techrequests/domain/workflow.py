"""The life of a request as one table. To change the process, change `WORKFLOW`.

Pages grey a button out with `blockers`; services refuse with the same `blockers` inside `decide`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from techrequests.domain.duties import Duty, kept_apart
from techrequests.domain.errors import BlockedError, InvalidError, Problem
from techrequests.domain.fields import Table, has_control_characters
from techrequests.domain.policy import Actor, Permission
from techrequests.domain.rules import (
    Facts,
    Rule,
    approval_stands,
    checklist_done,
    closed_without_an_answer,
    fully_allocated,
    goods_outstanding,
    has_lines,
    is_the_approver,
    is_the_requester,
    is_the_reviewer,
    is_the_technician,
    not_for_own_people,
    not_own_request,
    nothing_paid,
    quote_is_chosen,
    quote_is_current,
    quote_within_approval,
    review_is_open,
    units_within_approval,
    was_ordered,
    was_reminded,
)
from techrequests.domain.stages import STAGES
from techrequests.domain.techrequest import TERMINAL, Status, TechRequest

LONGEST_NOTE = 4000


class Action(StrEnum):
    """What a person, or the calendar, can do to a request."""

    SUBMIT = "submit"
    DISCARD = "discard"
    CORRECT = "correct"
    CORRECT_CATEGORY = "correct category"
    REASSIGN = "reassign"
    NAME_APPROVER = "name approver"
    FORWARD = "forward"
    USE_SPARE = "use spare"
    DECLINE = "decline"
    ASK = "ask"
    ANSWER = "answer"
    REMIND = "remind"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    DELEGATE = "delegate"
    RETURN_DECISION = "return decision"
    FIND_APPROVER = "find approver"
    ESCALATE = "escalate"
    REPORT_OVERDUE = "report overdue"
    REMIND_APPROVER = "remind approver"
    APPROVE = "approve"
    DENY = "deny"
    ASK_BEFORE_DECIDING = "ask before deciding"
    ASK_VENDORS = "ask vendors"
    RECORD_QUOTE = "record quote"
    CHOOSE_QUOTE = "choose quote"
    AMEND = "amend"
    ALLOCATE = "allocate"
    RETURN_TO_QUOTING = "return to quoting"
    CANCEL = "cancel"
    ORDER = "order"
    CORRECT_ORDER = "correct order"
    RECEIVE = "receive"
    CANCEL_LINES = "cancel lines"
    REQUOTE = "requote"
    RECORD_INVOICE = "record invoice"
    RECORD_CREDIT = "record credit"
    REVERSE_INVOICE = "reverse invoice"
    ASSIGN_TECHNICIAN = "assign technician"
    TICK = "tick"
    HAND_OVER = "hand over"
    CONFIRM = "confirm"
    REMIND_OF_DELIVERY = "remind of delivery"
    CLOSE_UNCONFIRMED = "close unconfirmed"
    REPORT_PROBLEM = "report problem"
    REOPEN = "reopen"


class Audience(StrEnum):
    """Who is told about a step; the person who took it is left out."""

    REQUESTER = "requester"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    BUSINESS_OFFICE = "business office"
    TECHNICIAN = "technician"
    ADMINISTRATORS = "administrators"


class Undo(StrEnum):
    """What a backward step resets.

    An undone allocation leaves what the standing approval holds; an undone reservation nothing. A
    spare goes back into the stock.
    """

    RESERVATION = "reservation"
    ALLOCATION = "allocation"
    QUOTE_CHOICE = "quote choice"
    APPROVAL = "approval"
    SPARE = "spare"


def _back_to_who_asked(request: TechRequest, _: Facts) -> Status:
    return request.asked_from or Status.IN_REVIEW


def _after_delivery(_: TechRequest, facts: Facts) -> Status:
    if facts.outstanding:
        return Status.ORDERED
    return Status.DEPLOYING if facts.accepted else Status.CANCELLED


def _after_approval(_: TechRequest, facts: Facts) -> Status:
    return Status.DEPLOYING if facts.spares else Status.QUOTING


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One arrow of the workflow, and the button that follows it.

    Attributes:
        label: The words on the button.
        done: What the history says: “Ana Ruiz … ”.
        sources: Statuses from which it can be taken.
        targets: Statuses it can lead to; empty when the request stays where it is.
        pick: Which of several targets; None when there is one or none.
        note: What the person is asked to write; empty when nothing is asked.
        note_required: Whether it must be filled in.
        alternatives: Whether at least one alternative must be offered.
        plain: Whether the note is all it needs; the others have a form and a service of their own.
        opens_task: What a new item of the checklist starts with, before the note; empty for none.
        undoes: What a backward step resets.
        tells: Who gets a message.
        still: What those who are told can do all the same, as a sentence; empty for nothing.
        duty: Whose part it is, where a district keeps that apart; None for everybody's.
    """

    action: Action
    label: str
    done: str
    sources: frozenset[Status]
    targets: tuple[Status, ...] = ()
    pick: Callable[[TechRequest, Facts], Status] | None = None
    permission: Permission
    rules: tuple[Rule, ...] = ()
    note: str = ""
    note_required: bool = False
    alternatives: bool = False
    plain: bool = False
    opens_task: str = ""
    undoes: frozenset[Undo] = field(default_factory=frozenset)
    tells: tuple[Audience, ...] = ()
    still: str = ""
    duty: Duty | None = None

    def target(self, request: TechRequest, facts: Facts) -> Status:
        """Where this step leads from here; `facts` as they will be after it."""
        if self.pick:
            return self.pick(request, facts)
        return self.targets[0] if self.targets else request.status


_OPEN = frozenset(Status) - TERMINAL - {Status.DRAFT}
_BEFORE_ORDER = frozenset({Status.QUOTING, Status.FUNDING})
# For what was cancelled a vendor can still send a bill, or give money back.
_AFTER_ORDER = frozenset(
    {Status.ORDERED, Status.DEPLOYING, Status.DELIVERED, Status.CLOSED, Status.CANCELLED}
)
_MONEY_BACK = frozenset({Undo.RESERVATION, Undo.QUOTE_CHOICE})
_SPARE_BACK = frozenset({Undo.SPARE})

WORKFLOW: tuple[Step, ...] = (
    Step(
        action=Action.SUBMIT,
        label="Submit",
        done="submitted the request",
        sources=frozenset({Status.DRAFT}),
        targets=(Status.IN_REVIEW,),
        permission=Permission.SUBMIT_REQUESTS,
        rules=(is_the_requester, has_lines),
        tells=(Audience.REQUESTER, Audience.REVIEWER),
    ),
    Step(
        action=Action.DISCARD,
        label="Discard draft",
        done="discarded the draft",
        sources=frozenset({Status.DRAFT}),
        targets=(Status.WITHDRAWN,),
        permission=Permission.SUBMIT_REQUESTS,
        plain=True,
        rules=(is_the_requester,),
    ),
    Step(
        action=Action.CORRECT,
        label="Correct the request",
        done="corrected the request",
        sources=frozenset({Status.IN_REVIEW, Status.NEEDS_INFORMATION}),
        permission=Permission.SUBMIT_REQUESTS,
        rules=(is_the_requester, review_is_open, has_lines),
        # The corrected answers and items are a new version: what was sent stays as it was.
        undoes=frozenset({Undo.APPROVAL}),
        tells=(Audience.REVIEWER, Audience.REQUESTER),
    ),
    Step(
        action=Action.CORRECT_CATEGORY,
        label="Correct the category",
        done="corrected the category",
        sources=frozenset({Status.IN_REVIEW, Status.NEEDS_INFORMATION}),
        permission=Permission.REVIEW_REQUESTS,
        rules=(not_own_request, is_the_reviewer, review_is_open),
        note="Reason",
        tells=(Audience.REVIEWER, Audience.REQUESTER),
    ),
    Step(
        action=Action.REASSIGN,
        label="Assign reviewer",
        done="assigned the review to somebody else",
        sources=_OPEN,
        permission=Permission.ASSIGN_WORK,
        rules=(not_own_request,),
        note="Reason",
        note_required=True,
        tells=(Audience.REVIEWER, Audience.REQUESTER),
    ),
    Step(
        action=Action.NAME_APPROVER,
        label="Name the approver",
        done="named the person who decides",
        sources=frozenset({Status.IN_REVIEW, Status.NEEDS_INFORMATION, Status.AWAITING_APPROVAL}),
        permission=Permission.ASSIGN_WORK,
        rules=(not_own_request,),
        note="Reason",
        note_required=True,
        tells=(Audience.APPROVER, Audience.REQUESTER),
    ),
    Step(
        action=Action.FORWARD,
        label="Forward to the supervisor",
        duty=Duty.TECHNOLOGY,
        done="reviewed it and forwarded it to the supervisor",
        sources=frozenset({Status.IN_REVIEW}),
        targets=(Status.AWAITING_APPROVAL,),
        permission=Permission.REVIEW_REQUESTS,
        rules=(not_own_request, is_the_reviewer),
        tells=(Audience.REQUESTER, Audience.APPROVER),
    ),
    Step(
        action=Action.USE_SPARE,
        label="Use a spare, buy nothing",
        duty=Duty.TECHNOLOGY,
        done="set a spare aside for it and forwarded it to the supervisor",
        sources=frozenset({Status.IN_REVIEW}),
        targets=(Status.AWAITING_APPROVAL,),
        permission=Permission.REVIEW_REQUESTS,
        rules=(not_own_request, is_the_reviewer),
        tells=(Audience.REQUESTER, Audience.APPROVER),
    ),
    Step(
        action=Action.DECLINE,
        label="Decline",
        duty=Duty.TECHNOLOGY,
        done="declined the request",
        sources=frozenset({Status.IN_REVIEW}),
        targets=(Status.DECLINED,),
        permission=Permission.REVIEW_REQUESTS,
        rules=(not_own_request, is_the_reviewer),
        note="Reason",
        note_required=True,
        alternatives=True,
        tells=(Audience.REQUESTER, Audience.APPROVER),
    ),
    Step(
        action=Action.ASK,
        label="Ask the requester",
        done="asked the requester a question",
        sources=frozenset({Status.IN_REVIEW}),
        targets=(Status.NEEDS_INFORMATION,),
        permission=Permission.REVIEW_REQUESTS,
        plain=True,
        rules=(not_own_request, is_the_reviewer),
        note="Question",
        note_required=True,
        tells=(Audience.REQUESTER,),
    ),
    Step(
        action=Action.ASK_BEFORE_DECIDING,
        label="Ask the requester",
        done="asked the requester a question before deciding",
        sources=frozenset({Status.AWAITING_APPROVAL}),
        targets=(Status.NEEDS_INFORMATION,),
        permission=Permission.DECIDE_REQUESTS,
        plain=True,
        rules=(not_own_request, is_the_approver),
        note="Question",
        note_required=True,
        tells=(Audience.REQUESTER, Audience.REVIEWER),
    ),
    Step(
        action=Action.ANSWER,
        label="Answer",
        done="answered the question",
        sources=frozenset({Status.NEEDS_INFORMATION}),
        targets=(Status.IN_REVIEW, Status.AWAITING_APPROVAL),
        pick=_back_to_who_asked,
        permission=Permission.SUBMIT_REQUESTS,
        plain=True,
        rules=(is_the_requester,),
        note="Answer",
        note_required=True,
        tells=(Audience.REVIEWER, Audience.APPROVER),
    ),
    Step(
        action=Action.REMIND,
        label="Remind the requester",
        done="reminded the requester of the open question",
        sources=frozenset({Status.NEEDS_INFORMATION}),
        permission=Permission.RUN_SCHEDULE,
        plain=True,
        tells=(Audience.REQUESTER,),
    ),
    Step(
        action=Action.LAPSE,
        label="Withdraw for want of an answer",
        done="withdrew the request because the question was not answered",
        sources=frozenset({Status.NEEDS_INFORMATION}),
        targets=(Status.WITHDRAWN,),
        permission=Permission.RUN_SCHEDULE,
        plain=True,
        rules=(was_reminded,),
        undoes=_SPARE_BACK,
        tells=(Audience.REQUESTER, Audience.REVIEWER, Audience.APPROVER),
    ),
    Step(
        action=Action.WITHDRAW,
        label="Withdraw",
        done="withdrew the request",
        sources=frozenset(
            {Status.IN_REVIEW, Status.NEEDS_INFORMATION, Status.AWAITING_APPROVAL, *_BEFORE_ORDER}
        ),
        targets=(Status.WITHDRAWN,),
        permission=Permission.SUBMIT_REQUESTS,
        plain=True,
        rules=(is_the_requester,),
        note="Reason",
        undoes=_MONEY_BACK | _SPARE_BACK,
        tells=(Audience.REVIEWER, Audience.APPROVER),
    ),
    Step(
        action=Action.DELEGATE,
        label="Hand to the delegate",
        done="handed the decision to the delegate",
        sources=frozenset({Status.AWAITING_APPROVAL}),
        permission=Permission.RUN_SCHEDULE,
        rules=(not_for_own_people,),
        tells=(Audience.APPROVER, Audience.REQUESTER),
    ),
    Step(
        action=Action.RETURN_DECISION,
        label="Return to the approver",
        done="gave the decision back",
        sources=frozenset({Status.AWAITING_APPROVAL}),
        permission=Permission.RUN_SCHEDULE,
        rules=(not_for_own_people,),
        tells=(Audience.APPROVER, Audience.REQUESTER),
    ),
    Step(
        action=Action.FIND_APPROVER,
        label="Look for another approver",
        done="looked for somebody else who may decide",
        sources=frozenset({Status.AWAITING_APPROVAL}),
        permission=Permission.RUN_SCHEDULE,
        rules=(not_for_own_people,),
        tells=(Audience.APPROVER, Audience.REQUESTER),
    ),
    Step(
        action=Action.ESCALATE,
        label="Escalate",
        done="passed the overdue decision up",
        sources=frozenset({Status.AWAITING_APPROVAL}),
        permission=Permission.RUN_SCHEDULE,
        rules=(not_for_own_people,),
        tells=(Audience.APPROVER, Audience.REQUESTER),
    ),
    Step(
        action=Action.REPORT_OVERDUE,
        label="Report an overdue decision",
        done="found the decision overdue, and nobody above who could take it over",
        sources=frozenset({Status.AWAITING_APPROVAL}),
        permission=Permission.RUN_SCHEDULE,
        tells=(Audience.ADMINISTRATORS, Audience.APPROVER, Audience.REQUESTER),
    ),
    Step(
        action=Action.REMIND_APPROVER,
        label="Remind the supervisor",
        done="reminded the supervisor of the decision",
        sources=frozenset({Status.AWAITING_APPROVAL}),
        permission=Permission.RUN_SCHEDULE,
        rules=(not_for_own_people,),
        tells=(Audience.APPROVER,),
    ),
    Step(
        action=Action.APPROVE,
        label="Approve",
        duty=Duty.APPROVAL,
        done="approved the request",
        sources=frozenset({Status.AWAITING_APPROVAL}),
        targets=(Status.QUOTING, Status.DEPLOYING),
        pick=_after_approval,
        permission=Permission.DECIDE_REQUESTS,
        rules=(not_own_request, is_the_approver),
        note="Feedback",
        tells=(Audience.REQUESTER, Audience.REVIEWER),
    ),
    Step(
        action=Action.DENY,
        label="Deny",
        duty=Duty.APPROVAL,
        done="denied the request",
        sources=frozenset({Status.AWAITING_APPROVAL}),
        targets=(Status.DENIED,),
        permission=Permission.DECIDE_REQUESTS,
        rules=(not_own_request, is_the_approver),
        note="Reason",
        note_required=True,
        alternatives=True,
        undoes=_SPARE_BACK,
        tells=(Audience.REQUESTER, Audience.REVIEWER),
    ),
    Step(
        action=Action.ASK_VENDORS,
        label="Ask vendors",
        done="asked vendors for quotes",
        sources=frozenset({Status.QUOTING}),
        permission=Permission.MANAGE_QUOTES,
        rules=(approval_stands,),
    ),
    Step(
        action=Action.RECORD_QUOTE,
        label="Record quote",
        done="recorded a quote",
        sources=frozenset({Status.QUOTING}),
        permission=Permission.MANAGE_QUOTES,
        rules=(approval_stands,),
    ),
    Step(
        action=Action.CHOOSE_QUOTE,
        label="Choose quote",
        duty=Duty.TECHNOLOGY,
        done="chose a quote",
        sources=frozenset({Status.QUOTING}),
        targets=(Status.FUNDING,),
        permission=Permission.MANAGE_QUOTES,
        rules=(
            not_own_request,
            approval_stands,
            quote_within_approval,
            units_within_approval,
            quote_is_current,
        ),
        note="Justification",
        tells=(Audience.REQUESTER, Audience.BUSINESS_OFFICE),
    ),
    Step(
        action=Action.AMEND,
        label="Amend and ask for a new approval",
        duty=Duty.TECHNOLOGY,
        done="changed the approved request and sent it back to the supervisor",
        sources=_BEFORE_ORDER,
        targets=(Status.AWAITING_APPROVAL,),
        permission=Permission.MANAGE_QUOTES,
        rules=(not_own_request, has_lines),
        note="What changed and why",
        note_required=True,
        undoes=_MONEY_BACK | {Undo.APPROVAL},
        tells=(Audience.REQUESTER, Audience.APPROVER),
    ),
    Step(
        action=Action.ALLOCATE,
        label="Save allocation",
        duty=Duty.PAYMENT,
        done="allocated funds",
        sources=frozenset({Status.FUNDING}),
        permission=Permission.ALLOCATE_FUNDS,
        rules=(not_own_request, approval_stands, quote_is_chosen),
    ),
    Step(
        action=Action.RETURN_TO_QUOTING,
        label="Return to quoting",
        done="returned it to quoting",
        sources=frozenset({Status.FUNDING}),
        targets=(Status.QUOTING,),
        permission=Permission.ALLOCATE_FUNDS,
        plain=True,
        note="Reason",
        note_required=True,
        undoes=frozenset({Undo.ALLOCATION, Undo.QUOTE_CHOICE}),
        tells=(Audience.REVIEWER,),
    ),
    Step(
        action=Action.CANCEL,
        label="Cancel the purchase",
        done="cancelled the purchase",
        sources=_BEFORE_ORDER,
        targets=(Status.CANCELLED,),
        permission=Permission.MANAGE_QUOTES,
        plain=True,
        note="Reason",
        note_required=True,
        undoes=_MONEY_BACK,
        tells=(Audience.REQUESTER, Audience.APPROVER, Audience.BUSINESS_OFFICE),
    ),
    Step(
        action=Action.ORDER,
        label="Place the order",
        duty=Duty.PAYMENT,
        done="placed the order",
        sources=frozenset({Status.FUNDING}),
        targets=(Status.ORDERED,),
        permission=Permission.PLACE_ORDERS,
        rules=(
            not_own_request,
            approval_stands,
            quote_is_chosen,
            quote_within_approval,
            units_within_approval,
            quote_is_current,
            fully_allocated,
        ),
        tells=(Audience.REQUESTER, Audience.REVIEWER),
    ),
    Step(
        action=Action.CORRECT_ORDER,
        label="Correct the order",
        done="corrected the order's number or date",
        sources=_AFTER_ORDER,
        permission=Permission.PLACE_ORDERS,
        rules=(not_own_request, was_ordered),
        note="What was wrong with it",
        note_required=True,
    ),
    Step(
        action=Action.RECEIVE,
        label="Receive",
        duty=Duty.TECHNOLOGY,
        done="received goods",
        sources=frozenset({Status.ORDERED}),
        targets=(Status.ORDERED, Status.DEPLOYING, Status.CANCELLED),
        pick=_after_delivery,
        permission=Permission.RECEIVE_GOODS,
        rules=(goods_outstanding,),
        tells=(Audience.REQUESTER, Audience.TECHNICIAN, Audience.BUSINESS_OFFICE),
    ),
    Step(
        action=Action.CANCEL_LINES,
        label="Cancel what has not come",
        done="cancelled units that will not come",
        sources=frozenset({Status.ORDERED}),
        targets=(Status.ORDERED, Status.DEPLOYING, Status.CANCELLED),
        pick=_after_delivery,
        permission=Permission.RECEIVE_GOODS,
        rules=(goods_outstanding,),
        note="Reason",
        note_required=True,
        tells=(Audience.REQUESTER, Audience.TECHNICIAN, Audience.BUSINESS_OFFICE),
    ),
    Step(
        action=Action.REQUOTE,
        label="Buy from another vendor",
        done="went back to quoting, since nothing of the order comes",
        sources=frozenset({Status.CANCELLED}),
        targets=(Status.QUOTING,),
        permission=Permission.MANAGE_QUOTES,
        plain=True,
        rules=(not_own_request, was_ordered, approval_stands, nothing_paid),
        note="Reason",
        undoes=frozenset({Undo.ALLOCATION, Undo.QUOTE_CHOICE}),
        tells=(Audience.REQUESTER, Audience.REVIEWER, Audience.BUSINESS_OFFICE),
    ),
    Step(
        action=Action.RECORD_INVOICE,
        label="Record invoice",
        duty=Duty.PAYMENT,
        done="recorded an invoice",
        sources=_AFTER_ORDER,
        permission=Permission.PLACE_ORDERS,
        rules=(not_own_request, was_ordered),
        note="Why it is above the order",
    ),
    Step(
        action=Action.RECORD_CREDIT,
        label="Record the credit",
        duty=Duty.PAYMENT,
        done="recorded a vendor's credit",
        sources=_AFTER_ORDER,
        permission=Permission.PLACE_ORDERS,
        rules=(not_own_request, was_ordered),
        note="What for",
        note_required=True,
    ),
    Step(
        action=Action.REVERSE_INVOICE,
        label="Reverse it",
        done="reversed a wrong invoice or credit",
        sources=_AFTER_ORDER,
        permission=Permission.PLACE_ORDERS,
        rules=(not_own_request, was_ordered),
        note="What was wrong",
        note_required=True,
    ),
    Step(
        action=Action.ASSIGN_TECHNICIAN,
        label="Assign technician",
        done="assigned a technician",
        sources=frozenset({Status.ORDERED, Status.DEPLOYING}),
        permission=Permission.DEPLOY_DEVICES,
        tells=(Audience.TECHNICIAN, Audience.REQUESTER),
    ),
    Step(
        action=Action.TICK,
        label="Tick",
        done="worked on the checklist",
        sources=frozenset({Status.DEPLOYING}),
        permission=Permission.DEPLOY_DEVICES,
        rules=(is_the_technician,),
    ),
    Step(
        action=Action.HAND_OVER,
        label="Hand over",
        done="handed it over",
        sources=frozenset({Status.DEPLOYING}),
        targets=(Status.DELIVERED,),
        permission=Permission.DEPLOY_DEVICES,
        rules=(is_the_technician, checklist_done),
        note="Note for the requester",
        tells=(Audience.REQUESTER, Audience.REVIEWER),
    ),
    Step(
        action=Action.CONFIRM,
        label="Confirm it works",
        done="confirmed that it works",
        sources=frozenset({Status.DELIVERED}),
        targets=(Status.CLOSED,),
        permission=Permission.SUBMIT_REQUESTS,
        plain=True,
        rules=(is_the_requester,),
        note="Feedback",
        tells=(Audience.TECHNICIAN, Audience.REVIEWER),
    ),
    Step(
        action=Action.REMIND_OF_DELIVERY,
        label="Remind of the delivery",
        done="reminded the requester to say whether it works",
        sources=frozenset({Status.DELIVERED}),
        permission=Permission.RUN_SCHEDULE,
        plain=True,
        tells=(Audience.REQUESTER,),
    ),
    Step(
        action=Action.CLOSE_UNCONFIRMED,
        label="Close without an answer",
        done="closed the request, since nobody reported a problem",
        sources=frozenset({Status.DELIVERED}),
        targets=(Status.CLOSED,),
        permission=Permission.RUN_SCHEDULE,
        plain=True,
        rules=(was_reminded,),
        tells=(Audience.REQUESTER, Audience.TECHNICIAN, Audience.REVIEWER),
        still="If something does not work, it can still be reported on the request's page.",
    ),
    Step(
        action=Action.REPORT_PROBLEM,
        label="Report a problem",
        done="reported a problem",
        sources=frozenset({Status.DELIVERED}),
        targets=(Status.DEPLOYING,),
        permission=Permission.SUBMIT_REQUESTS,
        plain=True,
        rules=(is_the_requester,),
        note="What does not work",
        note_required=True,
        opens_task="Fix: ",
        tells=(Audience.TECHNICIAN, Audience.REVIEWER),
    ),
    Step(
        action=Action.REOPEN,
        label="Report a problem",
        done="reported a problem after the request had been closed",
        sources=frozenset({Status.CLOSED}),
        targets=(Status.DEPLOYING,),
        permission=Permission.SUBMIT_REQUESTS,
        plain=True,
        rules=(is_the_requester, closed_without_an_answer),
        note="What does not work",
        note_required=True,
        opens_task="Fix: ",
        tells=(Audience.TECHNICIAN, Audience.REVIEWER),
    ),
)

STEP_OF = {step.action: step for step in WORKFLOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEvent:
    """Something that happened to a request; written once, in the transaction that did it.

    Attributes:
        note: The reason, question, answer or feedback.
        alternatives: One alternative a line.
        detail: What the step was about, such as the name of the new reviewer.
        on_behalf_of_id: The approver who is away, when somebody decided for them.
    """

    TABLE: ClassVar[Table] = Table(name="request_event", key="event_no")

    request_id: str
    action: Action
    source: Status
    target: Status
    actor_id: str
    happened_at: datetime
    note: str = ""
    alternatives: str = ""
    detail: str = ""
    on_behalf_of_id: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A decision not yet saved: the request as it will be, and what happened to it.

    Attributes:
        besides: Who is told although nothing names them any more.
    """

    request: TechRequest
    event: RequestEvent
    step: Step
    besides: tuple[str, ...] = ()


def blockers(request: TechRequest, step: Step, actor: Actor, facts: Facts) -> tuple[str, ...]:
    """Every reason why `actor` cannot take `step` now; empty means go ahead."""
    if request.status not in step.sources:
        return (f"This request is “{request.status}” now, so “{step.label}” is not possible.",)
    # Requesters act on their own request wherever they work; everybody else by site.
    where = "" if is_the_requester in step.rules else request.site_id
    if not actor.may(step.permission, where):
        return (f"You may not {step.permission} here.",)
    found = (rule(request, actor, facts) for rule in step.rules)
    apart = kept_apart(actor.person_id, step.duty, facts.taken)
    return tuple(reason for reason in (*found, apart) if reason)


def decide(  # noqa: PLR0913  # what happened, to what, by whom, when and with which words
    request: TechRequest,
    action: Action,
    actor: Actor,
    facts: Facts,
    *,
    now: datetime,
    note: str = "",
    alternatives: str = "",
    detail: str = "",
    after: Facts | None = None,
) -> Change:
    """Work out what `action` does to `request`, without saving anything.

    Args:
        request: The request as last read from the store, with the step's own changes made to it.
        action: What the person pressed.
        actor: Who pressed it.
        facts: Read in the same transaction as `request`.
        now: Aware time to stamp on the event.
        note: The reason, question, answer or feedback.
        alternatives: One alternative a line.
        detail: What the step was about, for the history.
        after: The facts as they will be after the step, when it changes them.

    Returns:
        The request in its new status (same `version`: the store raises it) and the event.

    Raises:
        BlockedError: A rule refuses.
        InvalidError: The note or the alternatives are missing or too long.
    """
    step = STEP_OF[action]
    if reasons := blockers(request, step, actor, facts):
        raise BlockedError(reasons)
    if found := note_problems(step, note, alternatives):
        raise InvalidError(*found)
    event = RequestEvent(
        request_id=request.request_id,
        action=action,
        source=request.status,
        target=step.target(request, after or facts),
        actor_id=actor.person_id,
        happened_at=now,
        note=note.strip(),
        alternatives=alternatives.strip(),
        detail=detail,
        on_behalf_of_id=request.on_behalf_of_id if is_the_approver in step.rules else None,
    )
    return Change(_moved(request, step, event.target, now), event, step)


def note_problems(step: Step, note: str, alternatives: str) -> tuple[Problem, ...]:
    """What is wrong with the words that go with a step."""
    found = []
    if step.note_required and not note.strip():
        found.append(Problem("note", f"“{step.note}” is empty: please fill it in."))
    if max(len(note), len(alternatives)) > LONGEST_NOTE:
        found.append(Problem("note", f"Please keep it to {LONGEST_NOTE:,} characters."))
    if has_control_characters(note + alternatives):
        found.append(
            Problem("note", "It holds invisible control characters: please type it again.")
        )
    if step.alternatives and not alternatives.strip():
        found.append(Problem("alternatives", "Please offer at least one alternative."))
    return tuple(found)


def _moved(request: TechRequest, step: Step, target: Status, now: datetime) -> TechRequest:
    content_version = request.content_version + (Undo.APPROVAL in step.undoes)
    if target == request.status:
        return replace(request, content_version=content_version)
    return replace(
        request,
        status=target,
        stage_since=now,
        content_version=content_version,
        asked_from=request.status if target is Status.NEEDS_INFORMATION else None,
        submitted_at=now if step.action is Action.SUBMIT else request.submitted_at,
        overdue_since=None,
        closed_at=now if STAGES[target].terminal else None,
    )
