"""What a person tries with a request by its number.

Services that take a `Case` or a request need no line here: who has one was allowed to see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders import NOON, TODAY, a_draft, a_key
from techrequests.services import cases, comments, deployment, intake, intake_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database

OF_A_REQUEST: dict[str, Callable[[Database, Actor, str], Any]] = {
    "cases.case_of": lambda database, actor, number: cases.case_of(database, actor, number, TODAY),
    "deployment.add_task": lambda database, actor, number: deployment.add_task(
        database,
        actor,
        deployment.TaskAsked(task_id=a_key("task"), request_id=number, label="Engrave it"),
        now=NOON,
    ),
    "intake_form.draft_of": intake_form.draft_of,
    "intake.save_draft": lambda database, actor, number: intake.save_draft(
        database, actor, a_draft("tina", request_id=number, seen_version=2), now=NOON
    ),
    "intake.start_again": lambda database, actor, number: intake.start_again(
        database, actor, number, key=a_key("again"), now=NOON
    ),
    "comments.add_comment": lambda database, actor, number: comments.add_comment(
        database,
        actor,
        comments.CommentAsked(comment_id=a_key("comment"), request_id=number, body="Hello."),
        now=NOON,
    ),
    "comments.attach": lambda database, actor, number: comments.attach(
        database, actor, a_file(number), now=NOON
    ),
    "comments.attach_all": lambda database, actor, number: comments.attach_all(
        database, actor, (a_file(number),), now=NOON
    ),
    "comments.remove_attachment": lambda database, actor, number: comments.remove_attachment(
        database, actor, attached(database, number), now=NOON
    ),
    "comments.file_to_open": lambda database, actor, number: comments.file_to_open(
        database, actor, attached(database, number)
    ),
}


def a_file(number: str) -> comments.FileAsked:
    return comments.FileAsked(
        attachment_id=a_key("file"), request_id=number, file_name="a.pdf", content=b"%PDF-1.7"
    )


def attached(database: Database, number: str) -> str:
    """A file that Tina put there herself."""
    with database.read() as reader:
        found = reader.value("SELECT attachment_id FROM attachment WHERE request_id = $n", n=number)
    return str(found)
