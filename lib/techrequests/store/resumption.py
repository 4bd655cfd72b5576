"""What must wait until somebody says that it may go on: a restored copy, a clock that is wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from techrequests.domain.policy import SCHEDULE
from techrequests.store.seals import NOTHING_YET, head_of

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.store.work import Reader, Work

CLOCKS_DIFFER = timedelta(minutes=5)
FAR_AHEAD = timedelta(days=31)
"""So long after the last sign-in and the last step that a person took, a clock is not believed."""

_RESTORED = "SELECT restored FROM hold WHERE hold_id = 1"
_LAST_RESUMPTION = """
    SELECT event_no, audit_no FROM resumption ORDER BY resumed_at DESC LIMIT 1
"""
_NEWEST = """
    SELECT max(happened_at) FROM (
        SELECT happened_at FROM request_event WHERE event_no > $event_no
        UNION ALL SELECT happened_at FROM audit_event WHERE audit_no > $audit_no
    ) told
"""
_NEWEST_OF_PEOPLE = f"""
    SELECT max(happened_at) FROM (
        SELECT happened_at FROM request_event WHERE actor_id <> '{SCHEDULE.person_id}'
        UNION ALL SELECT signed_in_at FROM sign_in
        UNION ALL SELECT resumed_at FROM resumption
    ) told WHERE happened_at <= $latest
"""  # noqa: S608  # a constant
_GIVEN_UP = """
    SELECT count(*) FROM resumption
    WHERE (act_no < $act_no OR event_no < $event_no) AND resumed_at > $made_at
"""
_RELEASE = "UPDATE hold SET restored = FALSE WHERE hold_id = 1"
_RESUMED = """
    INSERT INTO resumption VALUES ($now, $act_no, $event_no, $audit_no)
    ON CONFLICT (resumed_at) DO NOTHING
"""


def is_restored(reader: Reader) -> bool:
    """Whether this is a backup in the place of a database, and nobody let it go on yet."""
    return bool(reader.value(_RESTORED))


def is_given_up(reader: Reader, act_no: int, event_no: int, made_at: datetime) -> bool:
    """Whether somebody let the database go on without what a backup of before then still has."""
    return bool(reader.value(_GIVEN_UP, act_no=act_no, event_no=event_no, made_at=made_at))


def clock_trouble(reader: Reader, now: datetime) -> str | None:
    """Why the clock cannot be right, in words; None when nothing speaks against it."""
    last = reader.row(_LAST_RESUMPTION) or {"event_no": 0, "audit_no": 0}
    newest: datetime | None = reader.value(_NEWEST, **last)
    if newest and newest > now + CLOCKS_DIFFER:
        return (
            f"The clock says {_words(now)}, but the newest event was at {_words(newest)}: the "
            "clock is behind, or was ahead then."
        )
    acted: datetime | None = reader.value(_NEWEST_OF_PEOPLE, latest=now + CLOCKS_DIFFER)
    if acted and now - acted > FAR_AHEAD:
        return (
            f"The clock says {_words(now)}, but nobody has done anything here since "
            f"{_words(acted)}: the clock is far ahead, or nobody has signed in for a month."
        )
    return None


def resume(work: Work, now: datetime) -> None:
    """Let a database go on from where it stands."""
    head = head_of(work) or NOTHING_YET
    work.run(_RELEASE)
    work.run(_RESUMED, now=now, act_no=head.act_no, event_no=head.event_no, audit_no=head.audit_no)


def _words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
