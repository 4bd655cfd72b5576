"""Decisions while approvers are away: what a test of them does and asks, again and again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from builders import (
    NOON,
    TODAY,
    a_decision,
    in_status,
    the_request,
    who,
)
from techrequests.background import jobs
from techrequests.domain.policy import SCHEDULE
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.notify.messages import Message
from techrequests.runtime import Runtime
from techrequests.services.approval import decide_request
from techrequests.services.delegation import (
    EndAsked,
    end_delegation,
)
from techrequests.settings import Settings
from techrequests.store.checks import run_checks
from techrequests.store.requests import events_of
from techrequests.store.today import waiting_for

if TYPE_CHECKING:
    from techrequests.domain.delegation import Delegation
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


def day(number: int) -> date:
    """So many days after the tests' day."""
    return TODAY + timedelta(days=number)


def at(number: int) -> datetime:
    return NOON + timedelta(days=number)


def live(database: Database, first: int, last: int, *, escalation_days: int = 10) -> None:
    """Let the days pass, and the real job run twice a day; all invariants hold every evening."""
    settings = Settings(escalation_days=escalation_days)
    (job,) = [one for one in jobs(Runtime(database, settings)) if one.name == "decisions"]
    for number in range(first, last + 1):
        job.run(at(number) - timedelta(hours=11))
        job.run(at(number))
        assert run_checks(database, now=at(number)) == []


def waiting(database: Database, requester_id: str = "tina", **said: Any) -> TechRequest:  # noqa: ANN401
    return in_status(database, Status.AWAITING_APPROVAL, requester_id=requester_id, **said)


def with_whom(database: Database, request: TechRequest) -> tuple[str | None, str | None]:
    present = the_request(database, request.request_id)
    return present.approver_id, present.on_behalf_of_id


def happened(database: Database, request: TechRequest) -> list[tuple[str, str]]:
    """Where the calendar moved it, and its words; reminders are asked for by themselves."""
    with database.read() as reader:
        events = events_of(reader, request.request_id)
    return [
        (one.action, one.detail)
        for one in events
        if one.actor_id == SCHEDULE.person_id and one.action is not Action.REMIND_APPROVER
    ]


def letters(database: Database, person_id: str) -> list[str]:
    """Subjects of everything somebody was told, oldest first."""
    with database.read() as reader:
        found = reader.find(
            Message, "WHERE person_id = $person_id ORDER BY message_no", person_id=person_id
        )
    return [one.subject for one in found]


def ended(database: Database, one: Delegation, by: str, number: int) -> Delegation:
    asked = EndAsked(delegation_id=one.delegation_id, seen_version=one.version)
    return end_delegation(database, who(database, by, day(number)), asked, now=at(number))


def judged(database: Database, request: TechRequest, by: str, number: int = 0) -> TechRequest:
    """The request after somebody approved it as they see it."""
    present = the_request(database, request.request_id)
    actor = who(database, by, day(number))
    return decide_request(database, actor, a_decision(present), now=at(number))


def queue_of(database: Database, number: int) -> list[str]:
    """What stands before the administrator because nobody decides."""
    with database.read() as reader:
        rows = waiting_for(reader, who(database, "ada", day(number)), day(number))
    return [row["request_id"] for row in rows if row["why"] == "nobody decides"]
