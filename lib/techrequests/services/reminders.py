"""What the calendar does: recall open questions and deliveries, and end what nobody answers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.errors import TechRequestsError
from techrequests.domain.policy import SCHEDULE
from techrequests.domain.reminders import ReminderSchedule, due
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.steps import TakeStep, take_step
from techrequests.store.reminders import unanswered

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.store.database import Database

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What one run did, as request numbers: whose requester it reminded, and what it ended."""

    reminded: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()


def remind(database: Database, calendar: ReminderSchedule, *, now: datetime) -> Reminded:
    """Take every step of one schedule that is due now, each request in its own transaction.

    A second run at the same time does nothing, and one request's trouble does not hold up the next.
    """
    (status,) = STEP_OF[calendar.reminds].sources
    with database.read() as reader:
        waiting = unanswered(reader, status, calendar.reminds)
    done: dict[Action, list[str]] = {calendar.reminds: [], calendar.ends: []}
    for one in waiting:
        action = due(
            calendar,
            asked_at=one.asked_at,
            reminders=one.reminders,
            last_reminded_at=one.last_reminded_at,
            now=now,
        )
        if action is None:
            continue
        asked = TakeStep(request_id=one.request_id, seen_version=one.version, action=action)
        try:
            take_step(database, SCHEDULE, asked, now=now)
        except TechRequestsError as error:
            # The requester was quicker, most likely; the next run looks again.
            _log.info("no %s for %s: %s", action, one.request_id, error)
        else:
            done[action].append(one.request_id)
    return Reminded(reminded=tuple(done[calendar.reminds]), lapsed=tuple(done[calendar.ends]))
