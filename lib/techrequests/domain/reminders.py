"""When an unanswered question is recalled to the requester, and when it lapses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from techrequests.domain.workflow import Action, RequestEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSchedule:
    """How long the district waits for an answer.

    Attributes:
        reminder_days: Days after the question, the earliest first.
        lapse_days: Days after the question, later than the last reminder.
    """

    reminder_days: tuple[int, ...]
    lapse_days: int


def due(
    calendar: ReminderSchedule,
    *,
    asked_at: datetime,
    reminders: int,
    last_reminded_at: datetime | None,
    now: datetime,
) -> Action | None:
    """What the calendar does now: one step at most, and none before its time.

    A step that is late moves those after it, so that a week without the program neither brings all
    reminders at once, nor ends a request on the day of its first reminder.

    Args:
        calendar: The district's days.
        asked_at: When the question was asked.
        reminders: How many reminders went out since.
        last_reminded_at: When the last of them did.
        now: The moment to judge by.
    """
    days = (*calendar.reminder_days, calendar.lapse_days)
    if not calendar.reminder_days or reminders >= len(days):
        # Nobody's request lapses without a word.
        return None
    since_last = days[reminders] - (days[reminders - 1] if reminders else 0)
    earliest = asked_at + timedelta(days=days[reminders])
    fair = (last_reminded_at or asked_at) + timedelta(days=since_last)
    if now < max(earliest, fair):
        return None
    return Action.REMIND if reminders < len(calendar.reminder_days) else Action.LAPSE


def open_question(events: Iterable[RequestEvent]) -> RequestEvent | None:
    """The last question to the requester, from what happened to a request, oldest first."""
    asked = [one for one in events if one.action in {Action.ASK, Action.ASK_BEFORE_DECIDING}]
    return asked[-1] if asked else None
