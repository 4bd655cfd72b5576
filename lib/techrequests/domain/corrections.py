"""What a requester changed in what they asked for, as people read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import TYPE_CHECKING, Any, ClassVar

from techrequests.domain.calendar import long_date
from techrequests.domain.categories import category_of
from techrequests.domain.fields import Kind, Table, shown
from techrequests.domain.money import dollars
from techrequests.domain.techrequest import TechRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from techrequests.domain.fields import Column
    from techrequests.domain.techrequest import RequestLine

_SHORT = 60
"""Characters of an answer that stand in a message; the page shows all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestChange:
    """One answer or item that was corrected; written once, never changed.

    Attributes:
        content_version: The version that it made.
        label: Which answer, or “Item”.
        was: Before, as people read it; empty for what was not there.
        is_now: After; empty for what was taken out.
    """

    TABLE: ClassVar[Table] = Table(name="request_change", key="change_id")

    change_id: str
    request_id: str
    content_version: int
    position: int
    label: str
    was: str
    is_now: str
    changed_by_id: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """A request with its lines, as it stood at one time."""

    request: TechRequest
    lines: Sequence[RequestLine]


def changes(
    before: Version, after: Version, *, changed_by_id: str, now: datetime
) -> list[RequestChange]:
    """What differs between two versions of a request; empty when nothing does."""
    version = before.request.content_version + 1
    told = (*_answers(before.request, after.request), *_items(before, after))
    return [
        RequestChange(
            change_id=f"{before.request.request_id}/{version}/{position}",
            request_id=before.request.request_id,
            content_version=version,
            position=position,
            label=label,
            was=was,
            is_now=is_now,
            changed_by_id=changed_by_id,
            changed_at=now,
        )
        for position, (label, was, is_now) in enumerate(told, start=1)
    ]


def in_short(changed: Sequence[RequestChange]) -> str:
    """The changes in one line, for the history and the messages."""
    return "; ".join(
        f"{one.label}: {_shortly(one.was)} → {_shortly(one.is_now)}" for one in changed
    )


def _shortly(words: str) -> str:
    return shorten(words, _SHORT, placeholder=" …") or "nothing"


def _answers(before: TechRequest, after: TechRequest) -> Iterator[tuple[str, str, str]]:
    for column in shown(TechRequest):
        was, is_now = getattr(before, column.name), getattr(after, column.name)
        if was != is_now and column.field:
            yield column.field.label, _words(column, was), _words(column, is_now)


def _words(column: Column, value: Any) -> str:  # noqa: ANN401  # a field may hold any type
    if value is None:
        return ""
    return long_date(value) if column.kind is Kind.DATE else str(value)


def _items(before: Version, after: Version) -> Iterator[tuple[str, str, str]]:
    """The items that differ; one that stays under its name stands beside what it was."""
    was = [_item_words(before.request, line) for line in before.lines]
    is_now = [_item_words(after.request, line) for line in after.lines]
    gone = [one for one in was if one not in is_now]
    new = [one for one in is_now if one not in was]
    for name, words in gone:
        same = next((one for one in new if one[0] == name), None)
        if same:
            new.remove(same)
        yield "Item", words, same[1] if same else ""
    for _, words in new:
        yield "Item", "", words


def _item_words(request: TechRequest, line: RequestLine) -> tuple[str, str]:
    """The name of an item, and all that is asked of it."""
    each = dollars(line.unit_estimate_cents)
    category = category_of(request, line)
    return line.description, f"{line.quantity:,} x {line.description}, {each} each, {category}"
