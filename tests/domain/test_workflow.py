"""Where each step leads, and what it resets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import NOON
from domain.steps_table import FAVOURABLE, PEOPLE, WHO_MAY, split, the_case
from techrequests.domain.stages import STAGES, Owner
from techrequests.domain.techrequest import TERMINAL, Status
from techrequests.domain.workflow import (
    STEP_OF,
    WORKFLOW,
    Action,
    Undo,
    decide,
)

# Where each step leads; “stays” where only the case changes.
LEADS = {
    "correct": "stays",
    "correct category": "stays",
    "submit": "in review",
    "discard": "withdrawn",
    "reassign": "stays",
    "name approver": "stays",
    "forward": "awaiting approval",
    "use spare": "awaiting approval",
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
    "remind approver": "stays",
    "approve": "quoting, deploying",
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
    "requote": "quoting",
    "record invoice": "stays",
    "record credit": "stays",
    "reverse invoice": "stays",
    "assign technician": "stays",
    "tick": "stays",
    "hand over": "delivered",
    "confirm": "closed",
    "remind of delivery": "stays",
    "close unconfirmed": "closed",
    "report problem": "deploying",
    "reopen": "deploying",
}

# What ended can come back by these only.
OPENS_AGAIN = {Action.REOPEN, Action.REQUOTE}


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
        if not any(
            status in step.sources and step.targets and step.action not in OPENS_AGAIN
            for step in WORKFLOW
        )
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
    "lapse": {Undo.SPARE},
    "deny": {Undo.SPARE},
    "withdraw": {Undo.RESERVATION, Undo.QUOTE_CHOICE, Undo.SPARE},
    "correct": {Undo.APPROVAL},
    "amend": {Undo.RESERVATION, Undo.QUOTE_CHOICE, Undo.APPROVAL},
    "return to quoting": {Undo.ALLOCATION, Undo.QUOTE_CHOICE},
    "requote": {Undo.ALLOCATION, Undo.QUOTE_CHOICE},
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
