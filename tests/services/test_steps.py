"""The one way in which a request changes, and what people are told when it does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from builders import (
    NOON,
    TODAY,
    hushed,
    in_status,
    left,
    stepped,
    submitted,
    the_request,
    told,
    who,
)
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    StaleError,
)
from techrequests.domain.policy import SCHEDULE, Actor, Role
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import STEP_OF, WORKFLOW, Action, blockers
from techrequests.services.steps import TakeStep, choices, take_step
from techrequests.store.requests import events_of, facts_for

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

PLAIN = {
    "discard",
    "ask",
    "ask before deciding",
    "answer",
    "remind",
    "lapse",
    "withdraw",
    "return to quoting",
    "cancel",
    "requote",
    "confirm",
    "remind of delivery",
    "close unconfirmed",
    "report problem",
    "reopen",
}
"""The steps whose note is all they need; every other one has a form and a service of its own."""


def by_calendar(database: Database, request: TechRequest, action: Action) -> TechRequest:
    asked = TakeStep(request_id=request.request_id, seen_version=request.version, action=action)
    return take_step(database, SCHEDULE, asked, now=NOON + timedelta(days=7))


@pytest.mark.parametrize("action", Action)
def test_only_plain_steps_go_without_a_form_of_their_own(
    database: Database, action: Action
) -> None:
    assert STEP_OF[action].plain == (action in PLAIN)
    asked = TakeStep(request_id="TR-2027-0001", seen_version=1, action=action, note="x")
    error = NotFoundError if action in PLAIN else NotAllowedError
    with pytest.raises(error) as refused:
        take_step(database, who(database, "rita"), asked, now=NOON)
    assert str(refused.value).endswith(".")


def test_a_question_and_its_answer_go_back_and_forth(database: Database) -> None:
    request = submitted(database)
    hushed(database)
    asked = stepped(database, request, Action.ASK, "rita", note="Which room?")
    assert (asked.status, asked.asked_from) == ("needs information", "in review")
    assert "Question: Which room?" in told(database, request.request_id)["tina"].body
    hushed(database)
    answered = stepped(database, asked, Action.ANSWER, "tina", note="Room 112.")
    assert (answered.status, answered.asked_from) == ("in review", None)
    messages = told(database, request.request_id)
    assert set(messages) == {"rita", "pia"}
    assert "Answer: Room 112." in messages["rita"].body
    with database.read() as reader:
        events = events_of(reader, request.request_id)
    assert [(event.action, event.note) for event in events] == [
        ("submit", ""),
        ("ask", "Which room?"),
        ("answer", "Room 112."),
    ]


def test_the_supervisors_question_comes_back_to_the_supervisor(database: Database) -> None:
    request = in_status(database, Status.AWAITING_APPROVAL)
    asked = stepped(database, request, Action.ASK_BEFORE_DECIDING, "pia", note="Why two?")
    answered = stepped(database, asked, Action.ANSWER, "tina", note="Two rooms.")
    assert (answered.status, answered.approver_id) == ("awaiting approval", "pia")


def test_who_filled_in_the_form_answers_as_well(database: Database) -> None:
    asked = in_status(database, Status.NEEDS_INFORMATION, requester_id="tina", by="tom")
    assert stepped(database, asked, Action.ANSWER, "tom", note="Room 9.").status == "in review"


def test_two_clicks_take_one_step_and_the_second_is_told_why(database: Database) -> None:
    request = submitted(database)
    stepped(database, request, Action.WITHDRAW, "tina", note="")
    with pytest.raises(StaleError, match="In the meantime Tina Cho withdrew the request"):
        stepped(database, request, Action.WITHDRAW, "tina", note="")


def test_a_refused_step_leaves_no_trace(database: Database) -> None:
    request = submitted(database)
    hushed(database)
    for action, by, note, error in (
        (Action.ASK, "rita", "", InvalidError),
        (Action.ASK, "rob", "Why?", BlockedError),
        (Action.CONFIRM, "tina", "", BlockedError),
        (Action.REMIND, "ada", "", BlockedError),
    ):
        with pytest.raises(error):
            stepped(database, request, action, by, note=note)
    assert the_request(database, request.request_id) == request
    assert told(database, request.request_id) == {}
    with database.read() as reader:
        assert len(events_of(reader, request.request_id)) == 1


def test_the_calendar_reminds_before_it_withdraws(database: Database) -> None:
    asked = in_status(database, Status.NEEDS_INFORMATION)
    with pytest.raises(BlockedError, match="has not been reminded yet"):
        by_calendar(database, asked, Action.LAPSE)
    reminded = by_calendar(database, asked, Action.REMIND)
    assert reminded.status == "needs information"
    message = told(database, asked.request_id)["tina"]
    assert message.subject.endswith("Technology Requests reminded you of the open question")
    lapsed = by_calendar(database, reminded, Action.LAPSE)
    assert lapsed.status == "withdrawn"
    assert set(told(database, asked.request_id)) == {"tina", "rita", "pia"}


def test_a_reminder_of_an_earlier_question_does_not_count(database: Database) -> None:
    asked = in_status(database, Status.NEEDS_INFORMATION)
    reminded = by_calendar(database, asked, Action.REMIND)
    later = NOON + timedelta(days=8)
    answered = stepped(database, reminded, Action.ANSWER, "tina", note="112.", now=later)
    again = stepped(database, answered, Action.ASK, "rita", note="Sure?", now=later)
    with database.read() as reader:
        assert facts_for(reader, again, TODAY).reminders == 0


def test_nobody_can_pass_for_the_calendar(database: Database) -> None:
    """Only the product's own actor is let in, not one that merely calls itself so."""
    asked = in_status(database, Status.NEEDS_INFORMATION)
    false_one = Actor(
        person_id=SCHEDULE.person_id,
        full_name="x",
        site_id="*",
        roles=frozenset({(Role.SCHEDULE, "*")}),
    )
    step = TakeStep(request_id=asked.request_id, seen_version=asked.version, action=Action.REMIND)
    with pytest.raises(NotFoundError):
        take_step(database, false_one, step, now=NOON)


def test_who_took_a_step_is_not_told_about_it(database: Database) -> None:
    request = submitted(database, "rita")
    hushed(database)
    stepped(database, request, Action.ASK, "rob", note="Which one?")
    assert set(told(database, request.request_id)) == {"rita"}


def test_when_everybody_named_has_left_those_who_could_take_over_are_told(
    database: Database,
) -> None:
    asked = in_status(database, Status.NEEDS_INFORMATION)
    left(database, "rita")
    left(database, "pia")
    hushed(database)
    stepped(database, asked, Action.ANSWER, "tina", note="112.")
    assert set(told(database, asked.request_id)) == {"rob", "ada"}


@pytest.mark.parametrize("status", [Status.IN_REVIEW, Status.AWAITING_APPROVAL, Status.QUOTING])
def test_a_page_greys_out_exactly_what_the_service_refuses(
    database: Database, status: Status
) -> None:
    request = in_status(database, status)
    for code in ("tina", "rita", "rob", "pia", "sue", "bea", "ada"):
        actor = who(database, code)
        with database.read() as reader:
            facts = facts_for(reader, request, TODAY)
        shown = choices(request, actor, facts)
        assert [choice.step for choice in shown] == [
            step for step in WORKFLOW if status in step.sources
        ]
        for choice in shown:
            assert choice.reasons == blockers(request, choice.step, actor, facts)
            if choice.step.plain and choice.reasons:
                with pytest.raises(BlockedError) as refused:
                    stepped(database, request, choice.step.action, code)
                assert refused.value.reasons == choice.reasons
