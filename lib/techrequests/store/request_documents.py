"""What lies in the folder of one request, beside what each stage puts there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Person, Site, StandardItem
from techrequests.domain.corrections import RequestChange
from techrequests.domain.techrequest import Attachment, Comment, RequestLine, Review
from techrequests.domain.workflow import RequestEvent
from techrequests.store.union_query import Part

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Reader
    from techrequests.store.union_query import Found

OF_REQUEST = "WHERE request_id = $request_id"

_MENTIONED = f"""
    WHERE person_id IN (
        SELECT unnest($people)
        UNION ALL SELECT unnest(ARRAY[actor_id, on_behalf_of_id]) FROM request_event {OF_REQUEST}
        UNION ALL SELECT author_id FROM comment {OF_REQUEST}
    )
"""  # noqa: S608  # a constant

_LINES = Part(RequestLine, f"{OF_REQUEST} AND content_version = $content_version", ("position",))
_FILES = Part(Attachment, f"{OF_REQUEST} AND removed_at IS NULL", ("uploaded_at",))
_PAPERS = (
    _LINES,
    Part(Review, OF_REQUEST, ("reviewed_at",), newest_first=True),
    Part(RequestEvent, OF_REQUEST, ("event_no",)),
    Part(RequestChange, OF_REQUEST, ("content_version", "position")),
    Part(Comment, f"{OF_REQUEST} AND (NOT internal OR $internal)", ("written_at",)),
    _FILES,
    Part(Site, "WHERE site_id = $site_id", ("site_id",)),
    Part(Person, _MENTIONED, ("person_id",)),
)
_OFFERED = (
    Part(Person, "WHERE active", ("full_name", "person_id")),
    Part(StandardItem, "WHERE active", ("name", "item_id")),
)


def papers_of(reader: Reader, request: TechRequest, *, internal: bool) -> Found:
    """A request's papers, in one statement.

    Args:
        reader: Where to look.
        request: Whose.
        internal: Whether the departments' notes among themselves are wanted too.

    Returns:
        The lines of the present version, the reviews (newest first), the events, what was
        corrected, the comments and the files that were not removed (oldest first), the site, and
        everybody mentioned.
    """
    return reader.together(
        *_PAPERS,
        request_id=request.request_id,
        content_version=request.content_version,
        site_id=request.site_id,
        internal=internal,
        people=[
            request.requester_id,
            request.submitted_by_id,
            request.reviewer_id,
            request.approver_id,
            request.on_behalf_of_id,
            request.technician_id,
        ],
    )


def lines_and_files(reader: Reader, request: TechRequest) -> Found:
    """The lines of a request's present version and its files, in one statement."""
    return reader.together(
        _LINES,
        _FILES,
        request_id=request.request_id,
        content_version=request.content_version,
    )


def offered_to_ask(reader: Reader) -> Found:
    """Everybody active and the standards catalogue, by name, in one statement."""
    return reader.together(*_OFFERED)
