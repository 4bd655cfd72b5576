"""The inbox: one's own messages, paged, read and unread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders import NOON
from techrequests.notify.messages import Message
from techrequests.services.messages import (
    PAGE_MESSAGES,
    counted,
    inbox,
    mark_all_read,
    mark_read,
)
from techrequests.store.messages import MessagesAsked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database


def write(database: Database, person_id: str, count: int) -> None:
    with database.write() as work:
        work.insert_all(
            Message(
                person_id=person_id,
                request_id=None,
                subject=f"Number {number}",
                body="Words.",
                written_at=NOON,
            )
            for number in range(count)
        )


def test_pages_go_from_the_newest_to_the_oldest(
    database: Database, actors: Mapping[str, Actor]
) -> None:
    write(database, "tina", PAGE_MESSAGES + 1)
    first, second = (inbox(database, actors["tina"], page)[0] for page in (1, 2))
    assert first[0].subject == f"Number {PAGE_MESSAGES}"
    assert len(first) == PAGE_MESSAGES
    assert [message.subject for message in second] == ["Number 0"]
    count = counted(database, actors["tina"])
    assert (count.total, count.unread) == (PAGE_MESSAGES + 1, PAGE_MESSAGES + 1)
    assert inbox(database, actors["tina"])[1] == PAGE_MESSAGES + 1
    assert count.newest == first[0].message_no


def test_an_empty_inbox_has_nothing(database: Database, actors: Mapping[str, Actor]) -> None:
    assert inbox(database, actors["tina"]) == ((), 0)
    count = counted(database, actors["tina"])
    assert (count.total, count.unread, count.newest) == (0, 0, 0)


def test_a_message_is_marked_read_once_and_keeps_its_moment(
    database: Database, actors: Mapping[str, Actor]
) -> None:
    write(database, "tina", 2)
    newest = inbox(database, actors["tina"])[0][0].message_no
    assert mark_read(database, actors["tina"], newest, now=NOON) == 1
    assert mark_read(database, actors["tina"], newest, now=NOON.replace(hour=15)) == 0
    assert inbox(database, actors["tina"])[0][0].read_at == NOON
    assert counted(database, actors["tina"]).unread == 1


def test_nobody_reads_or_marks_anothers_messages(
    database: Database, actors: Mapping[str, Actor]
) -> None:
    write(database, "tina", 1)
    number = inbox(database, actors["tina"])[0][0].message_no
    for person_id in ("tom", "pia", "ada"):
        assert inbox(database, actors[person_id]) == ((), 0)
        assert mark_read(database, actors[person_id], number, now=NOON) == 0
        assert mark_all_read(database, actors[person_id], number, now=NOON) == 0
    assert counted(database, actors["tina"]).unread == 1


def test_all_read_leaves_what_came_after_the_page_was_drawn(
    database: Database, actors: Mapping[str, Actor]
) -> None:
    write(database, "tina", 3)
    seen = inbox(database, actors["tina"])[0][0].message_no
    write(database, "tina", 1)
    assert mark_all_read(database, actors["tina"], seen, now=NOON) == 3
    assert counted(database, actors["tina"]).unread == 1


def test_messages_are_searched_narrowed_down_and_turned_around(
    database: Database, actors: Mapping[str, Actor]
) -> None:
    write(database, "tina", 3)
    numbers = [message.message_no for message in inbox(database, actors["tina"])[0]]
    mark_read(database, actors["tina"], numbers[0], now=NOON)

    def found(**asked: Any) -> list[int]:  # noqa: ANN401  # as in MessagesAsked
        rows, total = inbox(database, actors["tina"], 1, MessagesAsked(**asked))
        assert total == len(rows)
        return [message.message_no for message in rows]

    assert found(oldest_first=True) == numbers[::-1]
    assert found(search="number 1") == [numbers[1]]
    assert found(search="%") == []
    assert found(state="read") == [numbers[0]]
    assert found(state="unread") == numbers[1:]
    # One that is opened there stays until the page is left.
    assert found(state="unread", kept=(numbers[0],)) == numbers
