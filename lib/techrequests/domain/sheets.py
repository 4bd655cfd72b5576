"""Words for a spreadsheet that is kept in step with the district's tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Sharing(StrEnum):
    """Which way a table goes."""

    OFF = "off"
    SHOWN = "shown"
    EDITED = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The spreadsheet a database is kept in step with.

    Attributes:
        code: Written into the spreadsheet, so that it knows its one database.
        home: Which file the database is; another one with the same link is a copy.
        take_over: Whether a person said that this database shall have the spreadsheet, whoever had
            it before.
    """

    code: str
    spreadsheet: str
    home: str
    take_over: bool
    linked_by_id: str
    linked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """How a table is shared.

    Attributes:
        by_id: Who answers for it.
        meant: The stop of which a person said that it is meant so, in its words; empty when none.
            The next pass lets this one pass, and no other.
    """

    sharing: Sharing
    by_id: str = ""
    meant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Something only a person can decide.

    Attributes:
        key: The row in the app.
        field: Empty when it is about the whole row, which the sheet does not have any more.
        base: What was last agreed on; None when never.
        ours: What the app has; None when it has the row no more.
        theirs: What the sheet has; None when it has the row no more.
    """

    key: str
    field: str
    base: str | None
    ours: str | None
    theirs: str | None


def base_after(conflict: Conflict, *, ours: bool) -> str | None:
    """A decision about a field, as the base that lets the next pass carry it out by itself.

    Args:
        conflict: About one field.
        ours: Whether the app's value shall stand; else the sheet's.
    """
    return conflict.theirs if ours else conflict.ours
