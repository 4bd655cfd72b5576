"""What people were told: their inbox, and what still has to go out as e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.store.listings import containing

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.store.database import Reader, Work

# What is read while it is looked at stays among the unread until the page is left.
_MATCHING = """
    FROM message WHERE person_id = $person_id
      AND ($search = '' OR subject ILIKE $search ESCAPE '!' OR body ILIKE $search ESCAPE '!'
           OR request_id ILIKE $search ESCAPE '!')
      AND CASE $state
            WHEN 'unread' THEN read_at IS NULL OR message_no = ANY($kept)
            WHEN 'read' THEN read_at IS NOT NULL
            ELSE TRUE END
"""
_INBOX = f"""
    SELECT message_no, request_id, subject, body, written_at, read_at {_MATCHING}
    ORDER BY CASE WHEN $oldest_first THEN message_no ELSE -message_no END
    LIMIT $most OFFSET $skipped
"""
_FOUND = f"SELECT count(*) {_MATCHING}"
_COUNTS = """
    SELECT count(*) AS total, count(*) FILTER (WHERE read_at IS NULL) AS unread,
           coalesce(max(message_no), 0) AS newest
    FROM message WHERE person_id = $person_id
"""
_READ = """
    UPDATE message SET read_at = $now
    WHERE person_id = $person_id AND read_at IS NULL AND message_no = $message_no
"""
_READ_UP_TO = """
    UPDATE message SET read_at = $now
    WHERE person_id = $person_id AND read_at IS NULL AND message_no <= $message_no
"""
# Each further attempt waits longer: 5 minutes, 40, over 2 hours, over 5 hours.
_TO_MAIL = """
    SELECT m.message_no, p.full_name, p.email, m.request_id, m.subject, m.body, m.written_at,
           m.attempts
    FROM message m JOIN person p ON p.person_id = m.person_id
    WHERE m.emailed_at IS NULL AND m.attempts < $most_attempts AND m.written_at > $not_before
      AND p.active AND p.email <> '' AND NOT m.quiet
      AND (m.tried_at IS NULL
           OR m.tried_at + m.attempts * m.attempts * m.attempts * INTERVAL '5 minutes' <= $now)
    ORDER BY m.message_no LIMIT $most
"""
_MAILED = """
    UPDATE message SET emailed_at = $now, tried_at = $now, attempts = attempts + 1, failure = ''
    WHERE message_no = $message_no AND emailed_at IS NULL
"""
_NOT_MAILED = """
    UPDATE message SET tried_at = $now, attempts = $attempts, failure = $failure
    WHERE message_no = $message_no AND emailed_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message in somebody's inbox."""

    message_no: int
    request_id: str | None
    subject: str
    body: str
    written_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesAsked:
    """Which of their messages a person wants to see.

    Attributes:
        search: Text that stands in the subject, the body or the request's number.
        state: `unread`, `read`, or empty for both.
        oldest_first: Whether the oldest comes first.
        kept: Numbers of messages that count as unread, though they were read just now.
    """

    search: str = ""
    state: str = ""
    oldest_first: bool = False
    kept: tuple[int, ...] = ()

    def values(self, person_id: str) -> dict[str, Any]:
        """The parameters of a statement."""
        text = self.search.strip()
        return {
            "person_id": person_id,
            "search": containing(text) if text else "",
            "state": self.state,
            "kept": sorted(self.kept),
        }


EVERYTHING = MessagesAsked()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message that should go out as e-mail now.

    Attributes:
        attempts: How often the mail server refused it so far.
    """

    message_no: int
    full_name: str
    email: str
    request_id: str | None
    subject: str
    body: str
    written_at: datetime
    attempts: int


def inbox(
    reader: Reader, person_id: str, asked: MessagesAsked = EVERYTHING, *, most: int, skipped: int
) -> list[Told]:
    """Messages to a person that match, the newest first unless asked otherwise."""
    found = reader.rows(
        _INBOX,
        **asked.values(person_id),
        oldest_first=asked.oldest_first,
        most=most,
        skipped=skipped,
    )
    return [Told(**row) for row in found]


def matching(reader: Reader, person_id: str, asked: MessagesAsked) -> int:
    """How many messages to a person match."""
    return int(reader.value(_FOUND, **asked.values(person_id)))


def counts(reader: Reader, person_id: str) -> tuple[int, int, int]:
    """How many messages a person has, how many of them are unread, and the newest's number."""
    row = reader.row(_COUNTS, person_id=person_id) or {}
    return int(row["total"]), int(row["unread"]), int(row["newest"])


def read_one(work: Work, person_id: str, message_no: int, now: datetime) -> int:
    """Mark one message read if it is this person's; how many it changed."""
    return work.changed(_READ, person_id=person_id, message_no=message_no, now=now)


def read_up_to(work: Work, person_id: str, message_no: int, now: datetime) -> int:
    """Mark a person's messages up to this one read; how many it changed."""
    return work.changed(_READ_UP_TO, person_id=person_id, message_no=message_no, now=now)


def to_mail(
    reader: Reader, *, now: datetime, not_before: datetime, most_attempts: int, most: int
) -> list[Outgoing]:
    """Messages to active people that no server took yet and whose pause is over, oldest first."""
    rows = reader.rows(
        _TO_MAIL, now=now, not_before=not_before, most_attempts=most_attempts, most=most
    )
    return [Outgoing(**row) for row in rows]


def mailed(work: Work, message_no: int, now: datetime) -> None:
    """Note that the mail server took a message."""
    work.run(_MAILED, message_no=message_no, now=now)


def not_mailed(work: Work, message_no: int, *, attempts: int, failure: str, now: datetime) -> None:
    """Note that the mail server refused a message, and why."""
    work.run(_NOT_MAILED, message_no=message_no, attempts=attempts, failure=failure, now=now)
