"""How much somebody said and uploaded of late, and who was mailed about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.store.database import Reader

_COMMENTS = "SELECT count(*) FROM comment WHERE author_id = $person_id AND written_at > $since"
_BYTES = """
    SELECT coalesce(sum(size_bytes), 0) FROM attachment
    WHERE uploaded_by_id = $person_id AND uploaded_at > $since
"""
_MAILED = """
    SELECT DISTINCT m.person_id FROM message m
    JOIN comment c ON c.request_id = m.request_id AND c.written_at = m.written_at
    WHERE m.request_id = $request_id AND m.written_at > $since AND NOT m.quiet
"""


def comments_since(reader: Reader, person_id: str, since: datetime) -> int:
    """How many comments somebody has written since a moment."""
    return int(reader.value(_COMMENTS, person_id=person_id, since=since))


def bytes_since(reader: Reader, person_id: str, since: datetime) -> int:
    """How much somebody has added to requests since a moment, what was removed again too."""
    return int(reader.value(_BYTES, person_id=person_id, since=since))


def mailed_about_comments(reader: Reader, request_id: str, since: datetime) -> set[str]:
    """Who was told of a comment on a request since a moment, and not quietly."""
    return {row["person_id"] for row in reader.rows(_MAILED, request_id=request_id, since=since)}
