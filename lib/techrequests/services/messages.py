"""A person's messages in the app; nobody reads another's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.store import messages
from techrequests.store.messages import EVERYTHING, MessagesAsked

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.store.messages import Told

PAGE_MESSAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many messages a person has.

    Attributes:
        unread: How many of the total are unread.
        newest: The number of the newest; 0 without any.
    """

    total: int
    unread: int
    newest: int


def counted(database: Database, actor: Actor) -> Counted:
    """How many messages of one's own there are."""
    with database.read() as reader:
        total, unread, newest = messages.counts(reader, actor.person_id)
    return Counted(total=total, unread=unread, newest=newest)


def inbox(
    database: Database, actor: Actor, page: int = 1, asked: MessagesAsked = EVERYTHING
) -> tuple[tuple[Told, ...], int]:
    """A page of one's own messages that match, the first page is 1; and how many there are."""
    skipped = (max(page, 1) - 1) * PAGE_MESSAGES
    with database.read() as reader:
        found = messages.inbox(reader, actor.person_id, asked, most=PAGE_MESSAGES, skipped=skipped)
        if len(found) < PAGE_MESSAGES and (found or not skipped):
            return tuple(found), skipped + len(found)
        return tuple(found), messages.matching(reader, actor.person_id, asked)


def mark_read(database: Database, actor: Actor, message_no: int, *, now: datetime) -> int:
    """Mark one of one's own messages read; another's, or one read before, stays as it is.

    Returns:
        How many messages it changed: 1 or 0.
    """
    with database.write() as work:
        return messages.read_one(work, actor.person_id, message_no, now)


def mark_all_read(database: Database, actor: Actor, newest_seen: int, *, now: datetime) -> int:
    """Mark one's own messages read, up to the newest that the page showed; later ones stay unread.

    Returns:
        How many messages it changed.
    """
    with database.write() as work:
        return messages.read_up_to(work, actor.person_id, newest_seen, now)
