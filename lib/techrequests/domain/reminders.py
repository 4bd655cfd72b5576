"""When people are reminded of what waits for them, and when it ends or moves on without them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from techrequests.domain.calendar import is_school_day, school_days_after
from techrequests.domain.workflow import Action, RequestEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSchedule:
    """How long the district waits for a requester.

    Attributes:
        reminder_days: Days after the wait began, the earliest first; none reminds nobody.
        lapse_days: Days after the wait began, later than the last reminder; 0 never ends it.
        reminds: The step that reminds.
        ends: The step that ends the wait.
        school_days: Whether days are school days, and nothing happens on the others.
    """

    reminder_days: tuple[int, ...]
    lapse_days: int
    reminds: Action = Action.REMIND
    ends: Action = Action.LAPSE
    school_days: bool = False

    def after(self, moment: datetime, days: int) -> datetime:
        """So many of the schedule's days after a moment."""
        return school_days_after(moment, days) if self.school_days else moment + _days(days)


def deliveries(reminder_days: tuple[int, ...], close_days: int) -> ReminderSchedule:
    """How long the district waits, in school days, to hear whether what it delivered works."""
    return ReminderSchedule(
        reminder_days=reminder_days,
        lapse_days=close_days,
        reminds=Action.REMIND_OF_DELIVERY,
        ends=Action.CLOSE_UNCONFIRMED,
        school_days=True,
    )


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
        asked_at: When the wait began: the question was asked, or the goods were handed over.
        reminders: How many reminders went out since.
        last_reminded_at: When the last of them did.
        now: The moment to judge by, aware in the district's zone as the others are.
    """
    days = (*calendar.reminder_days, *((calendar.lapse_days,) if calendar.lapse_days else ()))
    if not calendar.reminder_days or reminders >= len(days):
        # Nobody's request ends without a word.
        return None
    if calendar.school_days and not is_school_day(now.date()):
        return None
    since_last = days[reminders] - (days[reminders - 1] if reminders else 0)
    earliest = calendar.after(asked_at, days[reminders])
    fair = calendar.after(last_reminded_at or asked_at, since_last)
    if now < max(earliest, fair):
        return None
    return calendar.reminds if reminders < len(calendar.reminder_days) else calendar.ends


def first_decision_reminder(escalation_days: int) -> timedelta:
    """How long after a decision came to somebody they are first reminded of it."""
    return _days(escalation_days) / 2


def decision_reminder_due(
    *, since: datetime, escalation_days: int, last_reminded_at: datetime | None, now: datetime
) -> bool:
    """Whether to remind who decides: half way to the day it moves up, and the day before it.

    One reminder stands for all that were missed, and none comes twice or when it is too late.

    Args:
        since: When the decision came to who has it.
        escalation_days: After how many days it moves up; 0 never.
        last_reminded_at: When they were last reminded of it since then.
        now: The moment to judge by.
    """
    moves_at = since + _days(escalation_days)
    moments = (since + first_decision_reminder(escalation_days), moves_at - _days(1))
    passed = [moment for moment in moments if since < moment <= now < moves_at]
    return bool(passed) and (last_reminded_at is None or last_reminded_at < max(passed))


def open_question(events: Iterable[RequestEvent]) -> RequestEvent | None:
    """The last question to the requester, from what happened to a request, oldest first."""
    asked = [one for one in events if one.action in {Action.ASK, Action.ASK_BEFORE_DECIDING}]
    return asked[-1] if asked else None


def _days(number: int) -> timedelta:
    return timedelta(days=number)
