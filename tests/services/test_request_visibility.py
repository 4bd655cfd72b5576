"""A request that somebody may not see gives nothing away, whatever they try with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builders import NOON, in_status, submitted, who
from services.tries import is_refused
from services.tries_at_a_request import OF_A_REQUEST, a_file
from techrequests import services
from techrequests.domain.techrequest import Status
from techrequests.services import comments, messages

if TYPE_CHECKING:
    from techrequests.store.database import Database


@pytest.mark.parametrize("what", OF_A_REQUEST)
def test_a_teacher_of_another_school_gets_nothing_of_a_request(
    database: Database, what: str
) -> None:
    number = submitted(database, "tina").request_id
    comments.attach(database, who(database, "tina"), a_file(number), now=NOON)
    is_refused(database, lambda: OF_A_REQUEST[what](database, who(database, "will"), number))


@pytest.mark.parametrize("what", OF_A_REQUEST)
def test_an_approver_of_another_school_gets_nothing_of_it_either(
    database: Database, what: str
) -> None:
    number = submitted(database, "tina").request_id
    comments.attach(database, who(database, "tina"), a_file(number), now=NOON)
    is_refused(database, lambda: OF_A_REQUEST[what](database, who(database, "wanda"), number))


def test_only_who_may_see_a_request_gets_a_case_of_it() -> None:
    """What takes a case does not ask again."""
    making = [
        source.name
        for source in Path(services.__file__).parents[1].rglob("*.py")
        if "services.cases" in source.read_text() and re.search(r"\bCase\(", source.read_text())
    ]
    assert making == []


def test_messages_are_read_by_their_owner_alone(database: Database) -> None:
    in_status(database, Status.DENIED, requester_id="tina")
    with database.read() as reader:
        number = reader.value("SELECT min(message_no) FROM message WHERE person_id = 'tina'")
    assert number is not None
    messages.mark_read(database, who(database, "will"), number, now=NOON)
    with database.read() as reader:
        read = reader.value("SELECT read_at FROM message WHERE message_no = $n", n=number)
    assert read is None
    assert messages.inbox(database, who(database, "will"), 1) == ((), 0)
