"""Comments and files on a request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from techrequests.domain.attachments import MOST_BYTES_A_DAY, MOST_FILES, media_type, safe_name
from techrequests.domain.errors import InvalidError, NotAllowedError, NotFoundError, Problem
from techrequests.domain.fields import problems
from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import (
    TERMINAL,
    Attachment,
    Comment,
    Fate,
    fate_of_files,
)
from techrequests.notify.messages import Message, one_line
from techrequests.services.steps import found
from techrequests.store.comments import bytes_since, comments_since, mailed_about_comments
from techrequests.store.requests import attachments_of, is_decided

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database, Reader


AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
MOST_COMMENTS_AN_HOUR = 60
QUIET = timedelta(minutes=5)
"""So long after an e-mail about a comment, the next ones on that request are only in the app."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAsked:
    """Something to say; `comment_id` is made with the form, so that a double click says it once."""

    comment_id: str
    request_id: str
    body: str
    internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAsked:
    """A file to keep with a request; `attachment_id` is made with the form."""

    attachment_id: str
    request_id: str
    file_name: str
    content: bytes
    quote_id: str | None = None


def add_comment(database: Database, actor: Actor, asked: CommentAsked, *, now: datetime) -> None:
    """Say something about a request; who works on it is told, and the requester unless internal.

    Raises:
        InvalidError: The comment is empty or too long.
        NotAllowedError: An internal note by somebody who may not see those, or too many comments.
        NotFoundError: No such request, or not for this person.
    """
    if wrong := problems(Comment, {"body": asked.body}):
        raise InvalidError(*wrong)
    with database.write() as work:
        request = found(work, actor, asked.request_id)
        if asked.internal and not actor.may(Permission.SEE_INTERNAL_NOTES, request.site_id):
            raise NotAllowedError(
                "Internal notes are for the departments. Write a comment instead."
            )
        if work.made_before(asked.comment_id):
            return
        if comments_since(work, actor.person_id, now - AN_HOUR) >= MOST_COMMENTS_AN_HOUR:
            raise NotAllowedError(
                f"You have written {MOST_COMMENTS_AN_HOUR} comments within an hour. Wait a while; "
                "what you typed is still here."
            )
        work.made(asked.comment_id, asked.request_id, now)
        comment = Comment(
            comment_id=asked.comment_id,
            request_id=asked.request_id,
            author_id=actor.person_id,
            internal=asked.internal,
            body=asked.body.strip(),
            written_at=now,
        )
        mailed = mailed_about_comments(work, asked.request_id, now - QUIET)
        work.insert(comment)
        work.insert_all(_comment_messages(request, actor, comment, mailed))


def attach(database: Database, actor: Actor, asked: FileAsked, *, now: datetime) -> Attachment:
    """Keep a file with a request.

    Raises:
        InvalidError: It is empty, too large, mislabelled or of a kind that is not kept.
        NotAllowedError: The request is finished, or this is too much for one day.
        NotFoundError: No such request, or not for this person.
    """
    kind = media_type(asked.file_name, asked.content)
    with database.read() as reader:
        # Seen before the content is written, so that nobody fills the disk with what is refused.
        _check_room(reader, found(reader, actor, asked.request_id))
        _check_day(reader, actor, len(asked.content), now)
    digest = database.files.keep(asked.content)
    with database.write() as work:
        request = found(work, actor, asked.request_id)
        if made := work.made_before(asked.attachment_id):
            return work.get(Attachment, made)
        _check_room(work, request)
        _check_day(work, actor, len(asked.content), now)
        attachment = Attachment(
            attachment_id=asked.attachment_id,
            request_id=asked.request_id,
            quote_id=asked.quote_id,
            file_name=safe_name(asked.file_name),
            media_type=kind,
            size_bytes=len(asked.content),
            sha256=digest,
            uploaded_by_id=actor.person_id,
            uploaded_at=now,
        )
        work.made(asked.attachment_id, asked.attachment_id, now)
        work.insert(attachment)
        return replace(attachment, version=1)


def attach_all(
    database: Database, actor: Actor, asked: Sequence[FileAsked], *, now: datetime
) -> None:
    """Keep several files with a request: what is wrong with one does not keep out the others.

    Raises:
        InvalidError: Some could not be kept; the message names each.
        NotAllowedError: The request is finished.
        NotFoundError: No such request, or not for this person.
    """
    wrong: list[Problem] = []
    for one in asked:
        try:
            attach(database, actor, one, now=now)
        except InvalidError as error:
            wrong += error.problems
    if wrong:
        raise InvalidError(*wrong)


def remove_attachment(
    database: Database, actor: Actor, attachment_id: str, *, now: datetime
) -> None:
    """Take a file off a draft, or mark one of a submitted request as superseded.

    What was submitted stays: a superseded file can still be opened, and the history says who
    superseded it. Once there is a decision, files stay as they are.

    Raises:
        NotAllowedError: Somebody else added it, or there is a decision on the request.
        NotFoundError: No such file, or not for this person.
    """
    with database.write() as work:
        attachment = work.get(Attachment, attachment_id)
        request = found(work, actor, attachment.request_id)
        if attachment.uploaded_by_id != actor.person_id:
            raise NotAllowedError("Only the person who added a file can remove it.")
        if attachment.removed_at or attachment.superseded_at:
            return
        fate = fate_of_files(request, decided=is_decided(work, request.request_id))
        if fate is Fate.STAY:
            raise NotAllowedError(
                "There is a decision on this request, so its files stay. Add the right one, and "
                "say in a comment which one counts."
            )
        removed = fate is Fate.REMOVE
        work.update(
            replace(attachment, removed_at=now)
            if removed
            else replace(attachment, superseded_at=now)
        )


def file_to_open(database: Database, actor: Actor, attachment_id: str) -> tuple[str, bytes]:
    """Name and content of a file of a request that a person may see.

    Raises:
        NotFoundError: No such file, or not for this person.
    """
    with database.read() as reader:
        attachment = reader.get(Attachment, attachment_id)
        found(reader, actor, attachment.request_id)
        if attachment.removed_at is not None:
            raise NotFoundError("This file was removed.")
    return attachment.file_name, database.files.read(attachment.sha256)


def _check_room(reader: Reader, request: TechRequest) -> None:
    if request.status in TERMINAL:
        raise NotAllowedError(
            "This request is finished. Add a comment instead, or start a new request."
        )
    kept = attachments_of(reader, request.request_id)
    if sum(one.superseded_at is None for one in kept) >= MOST_FILES:
        raise InvalidError(
            Problem("files", f"A request holds at most {MOST_FILES} files. Remove one first.")
        )


def _check_day(reader: Reader, actor: Actor, size_bytes: int, now: datetime) -> None:
    if bytes_since(reader, actor.person_id, now - A_DAY) + size_bytes > MOST_BYTES_A_DAY:
        raise NotAllowedError(
            f"You have added {MOST_BYTES_A_DAY // 2**20} MB of files within a day. Add the others "
            "tomorrow, or put them in the shared drive and paste the link."
        )


def _comment_messages(
    request: TechRequest, actor: Actor, comment: Comment, mailed: AbstractSet[str]
) -> list[Message]:
    working = {request.reviewer_id, request.approver_id, request.technician_id}
    told = working if comment.internal else working | request.own_people
    if comment.internal:
        told -= {request.approver_id} | request.own_people
    kind = "an internal note" if comment.internal else "a comment"
    return [
        Message(
            person_id=person_id,
            request_id=request.request_id,
            subject=one_line(
                f"{request.request_id} {request.title}: {actor.full_name} wrote {kind}"
            ),
            body=comment.body,
            written_at=comment.written_at,
            quiet=person_id in mailed,
        )
        for person_id in sorted(filter(None, told - {actor.person_id}))
    ]
