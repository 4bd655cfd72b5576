"""Deliveries that nobody confirms, and decisions before they move up, over simulated weeks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from builders import NOON, away, in_status, stepped, the_request, told
from services.absences import live, waiting, with_whom
from techrequests.background import jobs
from techrequests.domain.errors import BlockedError
from techrequests.domain.reminders import deliveries
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.runtime import Runtime
from techrequests.services.pending import move_decisions
from techrequests.services.reminders import remind
from techrequests.settings import Settings
from techrequests.store.checks import run_checks
from techrequests.store.deployment import tasks_of
from techrequests.store.requests import events_of

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

ZONES = (ZoneInfo("Pacific/Honolulu"), ZoneInfo("Pacific/Auckland"))


def calendar(database: Database, days: int, *, first: datetime = NOON, **said: object) -> None:
    """Let the real job run every six hours, as the district's clocks have it."""
    settings = Settings(time_zone=database.zone, **said)  # type: ignore[arg-type]
    (job,) = [one for one in jobs(Runtime(database, settings)) if one.name == "reminders"]
    for quarter in range(days * 4):
        job.run((first + timedelta(hours=6 * quarter)).astimezone(database.zone))
    assert run_checks(database, now=first + timedelta(days=days)) == []


def by_the_calendar(database: Database, request: TechRequest) -> list[tuple[str, date]]:
    with database.read() as reader:
        events = events_of(reader, request.request_id)
    return [
        (str(one.action), one.happened_at.date()) for one in events if one.actor_id == "schedule"
    ]


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_a_delivery_is_recalled_twice_and_then_closed(database: Database, zone: ZoneInfo) -> None:
    request = in_status(database, Status.DELIVERED)
    database.zone = zone
    handed_over = NOON.astimezone(zone).date()
    calendar(database, 60)
    # Monday in Honolulu and Tuesday in Auckland: five school days later it is the same weekday.
    assert by_the_calendar(database, request) == [
        ("remind of delivery", handed_over + timedelta(days=7)),
        ("remind of delivery", handed_over + timedelta(days=14)),
        ("close unconfirmed", handed_over + timedelta(days=21)),
    ]
    assert the_request(database, request.request_id).status is Status.CLOSED
    message = told(database, request.request_id)["tina"]
    assert "closed the request, since nobody reported a problem" in message.subject
    assert "it can still be reported on the request's page" in message.body


def test_a_reminder_says_what_to_do(database: Database) -> None:
    request = in_status(database, Status.DELIVERED)
    calendar(database, 8)
    message = told(database, request.request_id)["tina"]
    assert message.subject.endswith("reminded you to say whether it works")
    assert "You are next: confirm that it works, or report a problem." in message.body


def test_an_answer_ends_the_reminders(database: Database) -> None:
    request = in_status(database, Status.DELIVERED)
    calendar(database, 8)
    present = the_request(database, request.request_id)
    stepped(database, present, Action.CONFIRM, "tina", now=NOON + timedelta(days=8))
    calendar(database, 60)
    assert [action for action, _ in by_the_calendar(database, request)] == ["remind of delivery"]


def test_zero_days_remind_but_never_close(database: Database) -> None:
    request = in_status(database, Status.DELIVERED)
    calendar(database, 60, delivery_close_days=0)
    assert [action for action, _ in by_the_calendar(database, request)] == [
        "remind of delivery",
        "remind of delivery",
    ]


def test_what_was_delivered_long_ago_gets_its_reminders_first(database: Database) -> None:
    """As after an upgrade of a district whose deliveries nobody was ever reminded of."""
    request = in_status(database, Status.DELIVERED)
    saturday = datetime(2027, 6, 26, 12, tzinfo=NOON.tzinfo)
    # Not by the job: it holds while the clock is so far ahead of the newest event.
    for quarter in range(30 * 4):
        now = saturday + timedelta(hours=6 * quarter)
        remind(database, deliveries((5, 10), 15), now=now)
    assert by_the_calendar(database, request) == [
        ("remind of delivery", date(2027, 6, 28)),
        ("remind of delivery", date(2027, 7, 5)),
        ("close unconfirmed", date(2027, 7, 12)),
    ]


def test_a_problem_can_be_reported_after_the_calendar_closed_it(database: Database) -> None:
    request = in_status(database, Status.DELIVERED)
    calendar(database, 30)
    closed = the_request(database, request.request_id)
    later = NOON + timedelta(days=90)
    with pytest.raises(BlockedError, match="Only the requester"):
        stepped(database, closed, Action.REOPEN, "rita", now=later)
    opened = stepped(database, closed, Action.REOPEN, "tina", note="It is dark.", now=later)
    assert (opened.status, opened.closed_at) == (Status.DEPLOYING, None)
    with database.read() as reader:
        *_, last = tasks_of(reader, request.request_id)
    assert (last.label, last.done_at) == ("Fix: It is dark.", None)
    assert run_checks(database, now=later) == []


def test_what_its_requester_confirmed_stays_closed(database: Database) -> None:
    request = in_status(database, Status.CLOSED)
    with pytest.raises(BlockedError, match="Start a new request from this one"):
        stepped(database, request, Action.REOPEN, "tina")


class TestDecisions:
    def reminders(self, database: Database, request: TechRequest) -> list[tuple[date, str]]:
        with database.read() as reader:
            events = events_of(reader, request.request_id)
        return [
            (one.happened_at.date(), one.detail)
            for one in events
            if one.action is Action.REMIND_APPROVER
        ]

    @pytest.mark.parametrize("zone", ZONES, ids=str)
    def test_who_decides_is_reminded_twice_before_it_moves_up(
        self, database: Database, zone: ZoneInfo
    ) -> None:
        database.zone = zone
        request = waiting(database)
        came = NOON.astimezone(zone).date()
        live(database, 0, 9)
        detail = f"passed up to Sue Park on {came + timedelta(days=10):%B %d, %Y}"
        assert self.reminders(database, request) == [
            (came + timedelta(days=5), detail),
            (came + timedelta(days=9), detail),
        ]
        message = told(database, request.request_id)["pia"]
        assert f"reminded you of the decision ({detail})" in message.body
        assert "You are next: approve or deny it." in message.body
        live(database, 10, 10)
        assert with_whom(database, request) == ("sue", None)

    def test_who_gets_it_next_has_reminders_of_their_own(self, database: Database) -> None:
        request = waiting(database)
        live(database, 0, 40)
        assert [day for day, _ in self.reminders(database, request)] == [
            NOON.date() + timedelta(days=number) for number in (5, 9, 15, 19)
        ]
        assert self.reminders(database, request)[-1][1] == "reported as overdue on October 25, 2026"

    def test_a_delegate_is_reminded_and_who_is_away_is_not(self, database: Database) -> None:
        request = waiting(database)
        away(database, "pia", "tom", NOON.date(), NOON.date() + timedelta(days=30))
        live(database, 0, 1)
        with database.write() as work:
            work.run("DELETE FROM message")
        live(database, 2, 6)
        assert set(told(database, request.request_id)) == {"tom"}

    def test_a_program_that_stood_still_sends_one_for_all(self, database: Database) -> None:
        request = waiting(database)
        late = NOON + timedelta(days=9, hours=12)
        for minutes in (0, 15, 30):
            move_decisions(database, 10, now=late + timedelta(minutes=minutes))
        assert len(self.reminders(database, request)) == 1

    def test_days_that_never_end_bring_no_reminder(self, database: Database) -> None:
        request = waiting(database)
        live(database, 0, 60, escalation_days=0)
        assert self.reminders(database, request) == []
