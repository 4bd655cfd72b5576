"""Open questions over weeks of calendar time, in a real database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from builders import NOON, in_status, stepped, the_request
from techrequests.domain.reminders import ReminderSchedule, open_question
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.reminders import remind
from techrequests.store.messages import inbox
from techrequests.store.requests import events_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.store.database import Database

USUAL = ReminderSchedule(reminder_days=(3, 7), lapse_days=14)


def run_calendar(database: Database, days: Iterable[int]) -> list[tuple[int, str]]:
    """Run the calendar every eight hours of these days; what happened, by day."""
    happened = []
    for day in days:
        for hour in range(0, 24, 8):
            done = remind(database, USUAL, now=NOON + timedelta(days=day, hours=hour))
            happened += [(day, "remind")] * len(done.reminded) + [(day, "lapse")] * len(done.lapsed)
    return happened


def told(database: Database, person_id: str) -> list[str]:
    sql = "SELECT subject FROM message WHERE person_id = $who ORDER BY message_no"
    with database.read() as reader:
        return [row["subject"] for row in reader.rows(sql, who=person_id)]


def test_a_question_is_recalled_on_days_3_and_7_and_lapses_on_day_14(database: Database) -> None:
    request = in_status(database, Status.NEEDS_INFORMATION)
    before = len(told(database, "tina"))
    assert run_calendar(database, range(20)) == [(3, "remind"), (7, "remind"), (14, "lapse")]
    assert the_request(database, request.request_id).status is Status.WITHDRAWN
    words = " ".join(told(database, "tina")[before:])
    assert words.count("reminded you of the open question") == 2
    assert "not answered" in words


def test_an_answer_stops_the_calendar(database: Database) -> None:
    request = in_status(database, Status.NEEDS_INFORMATION)
    assert run_calendar(database, range(5)) == [(3, "remind")]
    answered = the_request(database, request.request_id)
    stepped(database, answered, Action.ANSWER, "tina", now=NOON + timedelta(days=5))
    assert run_calendar(database, range(5, 40)) == []


def test_a_second_question_starts_the_days_again(database: Database) -> None:
    request = in_status(database, Status.NEEDS_INFORMATION)
    run_calendar(database, range(5))
    later = NOON + timedelta(days=5)
    answered = stepped(
        database, the_request(database, request.request_id), Action.ANSWER, "tina", now=later
    )
    stepped(database, answered, Action.ASK, str(answered.reviewer_id), now=later)
    assert run_calendar(database, range(5, 20)) == [(8, "remind"), (12, "remind"), (19, "lapse")]


def test_weeks_without_the_program_bring_one_reminder_and_time_to_answer(
    database: Database,
) -> None:
    in_status(database, Status.NEEDS_INFORMATION)
    assert run_calendar(database, range(30, 60)) == [(30, "remind"), (34, "remind"), (41, "lapse")]


def test_a_second_run_at_the_same_moment_does_nothing(database: Database) -> None:
    request = in_status(database, Status.NEEDS_INFORMATION)
    day_3 = NOON + timedelta(days=3)
    assert remind(database, USUAL, now=day_3).reminded == (request.request_id,)
    commits = database.commits.total
    assert remind(database, USUAL, now=day_3).reminded == ()
    assert database.commits.total == commits


def test_requests_that_wait_for_nobody_are_left_alone(database: Database) -> None:
    in_status(database, Status.IN_REVIEW)
    in_status(database, Status.DRAFT)
    assert run_calendar(database, [30]) == []


def test_the_history_says_that_the_calendar_did_it(database: Database) -> None:
    request = in_status(database, Status.NEEDS_INFORMATION)
    run_calendar(database, [3])
    with database.read() as reader:
        last = events_of(reader, request.request_id)[-1]
    assert (last.action, last.actor_id) == (Action.REMIND, "schedule")


def test_a_reminder_quotes_the_question(database: Database) -> None:
    request = in_status(database, Status.NEEDS_INFORMATION)
    with database.read() as reader:
        question = open_question(events_of(reader, request.request_id))
    assert question
    assert question.note
    run_calendar(database, [3])
    with database.read() as reader:
        [newest] = inbox(reader, "tina", most=1, skipped=0)
    body = newest.body
    assert f"Question: {question.note}" in body
    assert "You are next: answer the question" in body
