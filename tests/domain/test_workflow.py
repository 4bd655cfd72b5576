"""Who may take which step, from where, to where: written by hand, not read from WORKFLOW."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import NOON, TODAY, a_request, an_actor
from techrequests.domain.errors import BlockedError, InvalidError
from techrequests.domain.policy import SCHEDULE, Role
from techrequests.domain.rules import Facts
from techrequests.domain.stages import STAGES, Owner
from techrequests.domain.techrequest import TERMINAL, Status
from techrequests.domain.workflow import (
    LONGEST_NOTE,
    STEP_OF,
    WORKFLOW,
    Action,
    Audience,
    Undo,
    blockers,
    decide,
)

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
    "reassign": (OPEN, f"{TECHNOLOGY}, administrator"),
    "name approver": (
        "in review, needs information, awaiting approval",
        f"{TECHNOLOGY}, administrator",
    ),
    "forward": ("in review", "reviewer"),
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
    "record invoice": ("ordered, deploying, delivered, closed, cancelled", PAYING),
    "record credit": ("ordered, deploying, delivered, closed, cancelled", PAYING),
    "reverse invoice": ("ordered, deploying, delivered, closed, cancelled", PAYING),
    "assign technician": ("ordered, deploying", TECHNICIANS),
    "tick": ("deploying", "technician"),
    "hand over": ("deploying", "technician"),
    "confirm": ("delivered", OWN),
    "report problem": ("delivered", OWN),
}

# What somebody may do to their own request although they hold every role and are named everywhere:
# ask, answer, and do the work; never judge it, decide on it, choose what is bought, or pay for it.
OWNERS = (
    "submit, discard, answer, withdraw, confirm, report problem, ask vendors, record quote, "
    "return to quoting, cancel, receive, cancel lines, assign technician, tick, hand over"
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


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("status", Status)
def test_exactly_the_people_of_the_table_may_take_a_step(action: Action, status: Status) -> None:
    sources, allowed = map(split, WHO_MAY[action])
    free = {
        who
        for who, actor in PEOPLE.items()
        if not blockers(the_case(status), STEP_OF[action], actor, FAVOURABLE)
    }
    assert free == (allowed if status in sources else set())


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("status", Status)
def test_roles_open_nothing_more_on_ones_own_request(action: Action, status: Status) -> None:
    sources, _ = map(split, WHO_MAY[action])
    free = not blockers(own_case(status), STEP_OF[action], OLGA, FAVOURABLE)
    assert free == (status in sources and action in split(OWNERS))


@pytest.mark.parametrize("action", Action)
def test_who_filled_in_the_form_is_as_much_its_owner_as_who_asks(action: Action) -> None:
    """Filling in a colleague's form must not be a way to decide on what one wants oneself."""
    for status in STEP_OF[action].sources:
        helped = replace(own_case(status), requester_id="tina", submitted_by_id="olga")
        assert blockers(helped, STEP_OF[action], OLGA, FAVOURABLE) == blockers(
            own_case(status), STEP_OF[action], OLGA, FAVOURABLE
        )


def test_every_action_is_in_the_table_and_has_exactly_one_step() -> None:
    assert set(WHO_MAY) == set(Action)
    assert sorted(step.action for step in WORKFLOW) == sorted(Action)


# Where each step leads; “stays” where only the case changes.
LEADS = {
    "submit": "in review",
    "discard": "withdrawn",
    "reassign": "stays",
    "name approver": "stays",
    "forward": "awaiting approval",
    "decline": "declined",
    "ask": "needs information",
    "answer": "in review, awaiting approval",
    "remind": "stays",
    "lapse": "withdrawn",
    "withdraw": "withdrawn",
    "delegate": "stays",
    "return decision": "stays",
    "find approver": "stays",
    "escalate": "stays",
    "report overdue": "stays",
    "approve": "quoting",
    "deny": "denied",
    "ask before deciding": "needs information",
    "ask vendors": "stays",
    "record quote": "stays",
    "choose quote": "funding",
    "amend": "awaiting approval",
    "allocate": "stays",
    "return to quoting": "quoting",
    "cancel": "cancelled",
    "order": "ordered",
    "correct order": "stays",
    "receive": "ordered, deploying, cancelled",
    "cancel lines": "ordered, deploying, cancelled",
    "record invoice": "stays",
    "record credit": "stays",
    "reverse invoice": "stays",
    "assign technician": "stays",
    "tick": "stays",
    "hand over": "delivered",
    "confirm": "closed",
    "report problem": "deploying",
}


@pytest.mark.parametrize("action", Action)
def test_each_step_leads_where_the_table_says(action: Action) -> None:
    step = STEP_OF[action]
    expected = set() if LEADS[action] == "stays" else split(LEADS[action])
    assert set(step.targets) == expected
    assert (step.pick is not None) == (len(step.targets) > 1)


@pytest.mark.parametrize("action", Action)
def test_deciding_moves_the_request_and_says_so(action: Action) -> None:
    sources, allowed = map(split, WHO_MAY[action])
    for status in sorted(sources):
        request = the_case(Status(status))
        actor = PEOPLE[min(allowed)]
        later = NOON + timedelta(hours=3)
        change = decide(
            request,
            action,
            actor,
            FAVOURABLE,
            now=later,
            note="Because.",
            alternatives="Share one.",
        )
        moved = change.request.status is not request.status
        assert change.request.status in (STEP_OF[action].targets or (request.status,))
        assert (change.event.source, change.event.target) == (status, change.request.status)
        assert (change.event.actor_id, change.event.happened_at) == (actor.person_id, later)
        assert change.request.stage_since == (later if moved else request.stage_since)
        assert (change.request.closed_at == later) == (change.request.status in TERMINAL and moved)
        assert change.request.version == request.version


@pytest.mark.parametrize(
    ("action", "asked_from", "facts", "target"),
    [
        (Action.ANSWER, Status.IN_REVIEW, {}, Status.IN_REVIEW),
        (Action.ANSWER, Status.AWAITING_APPROVAL, {}, Status.AWAITING_APPROVAL),
        (Action.ANSWER, None, {}, Status.IN_REVIEW),
        (Action.RECEIVE, None, {"outstanding": 1, "accepted": 1}, Status.ORDERED),
        (Action.RECEIVE, None, {"outstanding": 0, "accepted": 2}, Status.DEPLOYING),
        (Action.CANCEL_LINES, None, {"outstanding": 0, "accepted": 0}, Status.CANCELLED),
        (Action.CANCEL_LINES, None, {"outstanding": 0, "accepted": 1}, Status.DEPLOYING),
        (Action.CANCEL_LINES, None, {"outstanding": 1, "accepted": 0}, Status.ORDERED),
    ],
)
def test_a_step_with_several_targets_picks_by_the_facts(
    action: Action, asked_from: Status | None, facts: dict[str, Any], target: Status
) -> None:
    (source,) = STEP_OF[action].sources
    request = replace(the_case(source), asked_from=asked_from)
    assert STEP_OF[action].target(request, replace(FAVOURABLE, **facts)) is target


def test_a_question_comes_back_to_the_step_that_asked() -> None:
    for source, action, who in (
        (Status.IN_REVIEW, Action.ASK, "reviewer"),
        (Status.AWAITING_APPROVAL, Action.ASK_BEFORE_DECIDING, "approver"),
    ):
        asked = decide(
            the_case(source), action, PEOPLE[who], FAVOURABLE, now=NOON, note="Which room?"
        ).request
        assert asked.asked_from is source
        answered = decide(
            asked, Action.ANSWER, PEOPLE["requester"], FAVOURABLE, now=NOON, note="112."
        ).request
        assert (answered.status, answered.asked_from) == (source, None)


def test_every_status_can_be_reached_and_every_open_one_be_left() -> None:
    reached = {Status.DRAFT}
    while more := {
        target
        for step in WORKFLOW
        for target in step.targets
        if step.sources & reached and target not in reached
    }:
        reached |= more
    assert reached == set(Status)
    ends = {
        status
        for status in Status
        if not any(status in step.sources and step.targets for step in WORKFLOW)
    }
    assert ends == TERMINAL == {"closed", "declined", "denied", "withdrawn", "cancelled"}


def test_no_open_request_can_end_up_where_nobody_could_ever_end_it() -> None:
    ends = set(TERMINAL)
    while more := {
        status
        for status in Status
        if status not in ends
        and any(status in step.sources and ends & set(step.targets) for step in WORKFLOW)
    }:
        ends |= more
    assert ends == set(Status)


def test_each_status_says_who_acts_and_what_comes_next() -> None:
    assert set(STAGES) == set(Status)
    for status, stage in STAGES.items():
        assert stage.next.endswith(".")
        assert stage.terminal == (status in TERMINAL) == (stage.owner is Owner.NOBODY)


# What has to be undone where a step goes back or gives up.
UNDONE = {
    "withdraw": {Undo.RESERVATION, Undo.QUOTE_CHOICE},
    "amend": {Undo.RESERVATION, Undo.QUOTE_CHOICE, Undo.APPROVAL},
    "return to quoting": {Undo.ALLOCATION, Undo.QUOTE_CHOICE},
    "cancel": {Undo.RESERVATION, Undo.QUOTE_CHOICE},
}


@pytest.mark.parametrize("action", Action)
def test_a_backward_step_resets_what_it_undoes(action: Action) -> None:
    assert STEP_OF[action].undoes == UNDONE.get(action, set())


def test_an_amendment_is_a_new_version_without_an_approval() -> None:
    for status in (Status.QUOTING, Status.FUNDING):
        amended = decide(
            the_case(status), Action.AMEND, PEOPLE["reviewer"], FAVOURABLE, now=NOON, note="More."
        )
        assert amended.request.content_version == 2
        assert amended.request.status is Status.AWAITING_APPROVAL


TOLD = {
    "submit": "requester, reviewer",
    "discard": "",
    "reassign": "reviewer, requester",
    "name approver": "approver, requester",
    "forward": "requester, approver",
    "decline": "requester, approver",
    "ask": "requester",
    "answer": "reviewer, approver",
    "remind": "requester",
    "lapse": "requester, reviewer, approver",
    "withdraw": "reviewer, approver",
    "delegate": "approver, requester",
    "return decision": "approver, requester",
    "find approver": "approver, requester",
    "escalate": "approver, requester",
    "report overdue": "administrators, approver, requester",
    "approve": "requester, reviewer",
    "deny": "requester, reviewer",
    "ask before deciding": "requester, reviewer",
    "ask vendors": "",
    "record quote": "",
    "choose quote": "requester, business office",
    "amend": "requester, approver",
    "allocate": "",
    "return to quoting": "reviewer",
    "cancel": "requester, approver, business office",
    "order": "requester, reviewer",
    "correct order": "",
    "receive": "requester, technician, business office",
    "cancel lines": "requester, technician, business office",
    "record invoice": "",
    "record credit": "",
    "reverse invoice": "",
    "assign technician": "technician, requester",
    "tick": "",
    "hand over": "requester, reviewer",
    "confirm": "technician, reviewer",
    "report problem": "technician, reviewer",
}


@pytest.mark.parametrize("action", Action)
def test_each_step_tells_the_people_of_the_table(action: Action) -> None:
    expected = {Audience(name) for name in split(TOLD[action]) if name}
    assert set(STEP_OF[action].tells) == expected


# One fact or name spoilt at a time, the steps it stops, and the words.
SPOILT = (
    ({"lines": 0}, "submit, amend", "Add at least one item."),
    (
        {"approved_cents": None},
        "ask vendors, record quote, choose quote, allocate, order",
        "The supervisor has not approved this version.",
    ),
    ({"chosen_cents": None, "reserved_cents": 0}, "allocate, order", "Choose a quote first."),
    (
        {"chosen_cents": 1_798_01, "reserved_cents": 1_798_01},
        "choose quote, order",
        (
            "The quote is $0.01 above the approved $1,798.00. "
            "Amend the request, so that the supervisor can decide on the new cost."
        ),
    ),
    (
        {"chosen_expires_on": TODAY - timedelta(days=1)},
        "choose quote, order",
        "The chosen quote expired on 10/04/2026. Return it to quoting.",
    ),
    (
        {"reserved_cents": 1_797_99},
        "order",
        "$0.01 is still without a fund. Allocate the whole delivered cost first.",
    ),
    (
        {"reserved_cents": 1_798_01},
        "order",
        "$0.01 is too much. Allocate the whole delivered cost first.",
    ),
    (
        {"ordered": False},
        "correct order, record invoice, record credit, reverse invoice",
        "Nothing was ordered for this request.",
    ),
    (
        {"outstanding": 0},
        "receive, cancel lines",
        "Everything ordered has been received or cancelled.",
    ),
    ({"open_tasks": 1}, "hand over", "1 item is still open on the checklist."),
    ({"open_tasks": 3}, "hand over", "3 items are still open on the checklist."),
    ({"reminders": 0}, "lapse", "The requester has not been reminded yet."),
)


@pytest.mark.parametrize(("spoilt", "stopped", "words"), SPOILT)
def test_a_spoilt_fact_stops_exactly_these_steps_in_these_words(
    spoilt: dict[str, Any], stopped: str, words: str
) -> None:
    facts = replace(FAVOURABLE, **spoilt)
    found = {}
    for step in WORKFLOW:
        sources, allowed = map(split, WHO_MAY[step.action])
        actor = PEOPLE[min(allowed)]
        reasons = blockers(the_case(Status(min(sources))), step, actor, facts)
        if reasons:
            found[str(step.action)] = reasons
    assert found == dict.fromkeys(split(stopped), (words,))


def test_every_refusal_is_a_sentence() -> None:
    bare = Facts(
        today=TODAY, open_tasks=2, chosen_cents=5, chosen_expires_on=TODAY.replace(year=2020)
    )
    reasons = {
        reason
        for status in Status
        for case in (the_case(status), own_case(status), the_case(status, reviewer_id=None))
        for step in WORKFLOW
        for actor in PEOPLE.values()
        for facts in (FAVOURABLE, bare, replace(bare, approved_cents=1))
        for reason in blockers(case, step, actor, facts)
    }
    assert len(reasons) > 20
    for reason in reasons:
        assert reason[0].isupper() or reason[0] in "$0123456789", reason
        assert reason.endswith("."), reason
        assert "  " not in reason, reason
        assert "Status." not in reason, reason


def test_all_reasons_are_told_at_once() -> None:
    request = the_case(Status.FUNDING)
    nothing = Facts(today=TODAY)
    assert len(blockers(request, STEP_OF[Action.ORDER], PEOPLE["business manager"], nothing)) == 2
    with pytest.raises(BlockedError) as refused:
        decide(request, Action.ORDER, PEOPLE["business manager"], nothing, now=NOON)
    assert refused.value.reasons == (
        "The supervisor has not approved this version.",
        "Choose a quote first.",
    )


@pytest.mark.parametrize("action", Action)
def test_what_must_be_written_is_asked_for(action: Action) -> None:
    required = (
        "reassign, name approver, decline, ask, answer, deny, ask before deciding, amend, "
        "return to quoting, cancel, correct order, cancel lines, record credit, reverse invoice, "
        "report problem"
    )
    step = STEP_OF[action]
    sources, allowed = map(split, WHO_MAY[action])
    request, actor = the_case(Status(min(sources))), PEOPLE[min(allowed)]
    if action not in split(required):
        decide(request, action, actor, FAVOURABLE, now=NOON)
        return
    with pytest.raises(InvalidError) as refused:
        decide(request, action, actor, FAVOURABLE, now=NOON, note=" \n ")
    fields = [problem.field for problem in refused.value.problems]
    assert fields == (["note", "alternatives"] if step.alternatives else ["note"])
    assert step.alternatives == (action in {Action.DECLINE, Action.DENY})


@pytest.mark.parametrize(
    ("note", "alternatives", "words"),
    [
        ("n" * (LONGEST_NOTE + 1), "One.", "Please keep it to 4,000 characters."),
        ("Why.", "a" * (LONGEST_NOTE + 1), "Please keep it to 4,000 characters."),
        ("Why\x00.", "One.", "It holds invisible control characters: please type it again."),
        ("Why.", "O\x1bne.", "It holds invisible control characters: please type it again."),
        ("Why\x85.", "One.", "It holds invisible control characters: please type it again."),
        ("Why\ud800.", "One.", "It holds invisible control characters: please type it again."),
    ],
)
def test_words_that_cannot_be_kept_are_refused(note: str, alternatives: str, words: str) -> None:
    with pytest.raises(InvalidError) as refused:
        decide(
            the_case(Status.IN_REVIEW),
            Action.DECLINE,
            PEOPLE["reviewer"],
            FAVOURABLE,
            now=NOON,
            note=note,
            alternatives=alternatives,
        )
    assert [problem.message for problem in refused.value.problems] == [words]


def test_words_are_kept_as_they_are_typed() -> None:
    """A note is not a formula: what guards a spreadsheet is done when one is written."""
    note = '=HYPERLINK("http://x.example","open")\n\t— “Größe” <b>x</b> 🎒'
    change = decide(
        the_case(Status.IN_REVIEW),
        Action.DECLINE,
        PEOPLE["reviewer"],
        FAVOURABLE,
        now=NOON,
        note=f"  {note}\n",
        alternatives="n" * LONGEST_NOTE,
    )
    assert change.event.note == note
    assert len(change.event.alternatives) == LONGEST_NOTE
