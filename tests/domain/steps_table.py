"""Who may take which step, written down by hand, and the requests to try it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders import TODAY, a_request, an_actor
from techrequests.domain.policy import SCHEDULE, Role
from techrequests.domain.rules import Facts

if TYPE_CHECKING:
    from techrequests.domain.techrequest import Status

# The people around one request of LHS; those named on it hold the role that goes with it. Olga
# holds every role, is named everywhere, and asked for it herself.
PEOPLE = {
    "requester": an_actor(person_id="tina"),
    "helper": an_actor(person_id="tom"),
    "colleague": an_actor(person_id="will"),
    "reviewer": an_actor(Role.REVIEWER, person_id="rita"),
    "other reviewer": an_actor(Role.REVIEWER, person_id="rob"),
    "reviewer elsewhere": an_actor(Role.REVIEWER, person_id="ron", at="WES"),
    "approver": an_actor(Role.APPROVER, person_id="pia"),
    "other approver": an_actor(Role.APPROVER, person_id="sue"),
    "technician": an_actor(Role.TECHNICIAN, person_id="ted"),
    "other technician": an_actor(Role.TECHNICIAN, person_id="tess"),
    "business office": an_actor(Role.BUSINESS_OFFICE, person_id="ben"),
    "business manager": an_actor(Role.BUSINESS_MANAGER, person_id="bea"),
    "leadership": an_actor(Role.LEADERSHIP, person_id="lea"),
    "administrator": an_actor(Role.ADMINISTRATOR, person_id="ada"),
    "everything": an_actor(*(role for role in Role if role is not Role.SCHEDULE), person_id="eve"),
    "calendar": SCHEDULE,
}
OLGA = an_actor(*(role for role in Role if role is not Role.SCHEDULE), person_id="olga")

OWN = "requester, helper"
TECHNOLOGY = "reviewer, other reviewer, everything"
TECHNICIANS = f"{TECHNOLOGY}, technician, other technician"
PAYING = "business office, business manager, everything"
OPEN = (
    "in review, needs information, awaiting approval, quoting, funding, "
    "ordered, deploying, delivered"
)

# Action: the statuses it leaves, and who may. Olga is in OWNERS.
WHO_MAY = {
    "submit": ("draft", OWN),
    "discard": ("draft", OWN),
    "correct": ("in review, needs information", OWN),
    "correct category": ("in review, needs information", "reviewer"),
    "reassign": (OPEN, f"{TECHNOLOGY}, administrator"),
    "name approver": (
        "in review, needs information, awaiting approval",
        f"{TECHNOLOGY}, administrator",
    ),
    "forward": ("in review", "reviewer"),
    "use spare": ("in review", "reviewer"),
    "decline": ("in review", "reviewer"),
    "ask": ("in review", "reviewer"),
    "answer": ("needs information", OWN),
    "remind": ("needs information", "calendar"),
    "lapse": ("needs information", "calendar"),
    "withdraw": ("in review, needs information, awaiting approval, quoting, funding", OWN),
    "delegate": ("awaiting approval", "calendar"),
    "return decision": ("awaiting approval", "calendar"),
    "find approver": ("awaiting approval", "calendar"),
    "escalate": ("awaiting approval", "calendar"),
    "report overdue": ("awaiting approval", "calendar"),
    "remind approver": ("awaiting approval", "calendar"),
    "approve": ("awaiting approval", "approver"),
    "deny": ("awaiting approval", "approver"),
    "ask before deciding": ("awaiting approval", "approver"),
    "ask vendors": ("quoting", TECHNOLOGY),
    "record quote": ("quoting", TECHNOLOGY),
    "choose quote": ("quoting", TECHNOLOGY),
    "amend": ("quoting, funding", TECHNOLOGY),
    "allocate": ("funding", PAYING),
    "return to quoting": ("funding", PAYING),
    "cancel": ("quoting, funding", TECHNOLOGY),
    "order": ("funding", PAYING),
    "correct order": ("ordered, deploying, delivered, closed, cancelled", PAYING),
    "receive": ("ordered", TECHNICIANS),
    "cancel lines": ("ordered", TECHNICIANS),
    "requote": ("cancelled", TECHNOLOGY),
    "record invoice": ("ordered, deploying, delivered, closed, cancelled", PAYING),
    "record credit": ("ordered, deploying, delivered, closed, cancelled", PAYING),
    "reverse invoice": ("ordered, deploying, delivered, closed, cancelled", PAYING),
    "assign technician": ("ordered, deploying", TECHNICIANS),
    "tick": ("deploying", "technician"),
    "hand over": ("deploying", "technician"),
    "confirm": ("delivered", OWN),
    "remind of delivery": ("delivered", "calendar"),
    "close unconfirmed": ("delivered", "calendar"),
    "report problem": ("delivered", OWN),
    "reopen": ("closed", OWN),
}

# What somebody may do to their own request although they hold every role and are named everywhere:
# ask, answer, and do the work; never judge it, decide on it, choose what is bought, or pay for it.
OWNERS = (
    "submit, discard, correct, answer, withdraw, confirm, report problem, reopen, ask vendors, "
    "record quote, return to quoting, cancel, receive, cancel lines, assign technician, tick, "
    "hand over"
)

FAVOURABLE = Facts(
    today=TODAY,
    lines=1,
    approved_cents=1_798_00,
    chosen_cents=1_798_00,
    chosen_expires_on=TODAY,
    reserved_cents=1_798_00,
    ordered=True,
    outstanding=2,
    accepted=0,
    open_tasks=0,
    reminders=1,
    closed_unanswered=True,
)
"""Nothing about the case itself stands in the way of any step."""


def split(words: str) -> set[str]:
    return {word.strip() for word in words.split(",")}


def the_case(status: Status, **said: Any) -> Any:  # noqa: ANN401  # any field of a request
    return a_request(
        status=status, submitted_by_id="tom", technician_id="ted", asked_from=None, **said
    )


def own_case(status: Status) -> Any:  # noqa: ANN401  # a request
    named = dict.fromkeys(("requester_id", "reviewer_id", "approver_id", "technician_id"), "olga")
    return a_request(status=status, **named)
