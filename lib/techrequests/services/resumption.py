"""Letting a database go on that was restored, that lost something, or whose clock was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.audit import AuditKind
from techrequests.domain.policy import SCHEDULE
from techrequests.store.audit import record
from techrequests.store.resumption import clock_trouble, is_restored, resume

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.store.database import Database


def let_go_on(database: Database, lost: str, *, now: datetime) -> tuple[str, ...]:
    """Let mail and the calendar go on from where the database stands; the audit trail keeps why.

    Args:
        database: Opened although it lost something, if it did.
        lost: What its witness says is missing, and is given up.
        now: The present moment, which the clock must show rightly.

    Returns:
        What was waiting, in sentences.
    """
    with database.write() as work:
        told = [f"Given up: {lost}"] if lost else []
        if is_restored(work):
            told.append(
                "It was restored from a backup. Mail goes out and the calendar moves again."
            )
        if trouble := clock_trouble(work, now):
            told.append(f"{trouble} From now on the clock is taken to be right.")
        for words in told:
            record(
                work,
                AuditKind.RESUMPTION,
                actor_id=SCHEDULE.person_id,
                about="the database",
                detail=words,
                now=now,
            )
        resume(work, now)
    return tuple(told) or ("Nothing was waiting.",)
