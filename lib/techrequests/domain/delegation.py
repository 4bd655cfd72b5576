"""Who decides for an approver who is away: a delegate for some days, and the delegate's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar

from techrequests.domain.calendar import long_date
from techrequests.domain.errors import Problem
from techrequests.domain.fields import Field, Table

MOST_LINKS = 5
"""A delegate's delegate and so on: nobody finds their way through a longer chain."""

LONGEST_DAYS = 366
"""Who is away for longer has a successor, not a delegate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Somebody decides for an approver from one day to another, both included.

    Attributes:
        set_by_id: The approver, or the administrator who set it for them.
        withdrawn_by_id: Who ended it early; `schedule` when one of the two has left.
    """

    TABLE: ClassVar[Table] = Table(name="delegation", key="delegation_id", label="Delegations")

    delegation_id: str
    person_id: Annotated[str, Field(label="Who is away", refers_to="person")]
    delegate_id: Annotated[
        str,
        Field(
            label="Who decides instead",
            help="Anybody who works here. They decide what the approver could decide, but never "
            "on a request of their own.",
            refers_to="person",
        ),
    ]
    starts_on: Annotated[date, Field(label="First day")]
    ends_on: Annotated[date, Field(label="Last day", help="Included.")]
    note: Annotated[
        str, Field(label="Reason", example="Conference in Denver", max_length=200, optional=True)
    ] = ""
    set_by_id: str
    set_at: datetime
    withdrawn_by_id: str | None = None
    withdrawn_at: datetime | None = None
    version: int = 0

    @property
    def dates(self) -> str:
        """First and last day, in words."""
        if self.starts_on == self.ends_on:
            return f"on {long_date(self.starts_on)}"
        return f"from {long_date(self.starts_on)} to {long_date(self.ends_on)}"

    def overlaps(self, other: Delegation) -> bool:
        """Whether both are for some same day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


def for_whom(name: str, absent: str) -> str:
    """Who does something, and for whom if for somebody: “Tom Berg for Pia Lang”."""
    return f"{name} for {absent}" if name and absent else name


def stand_in(delegates: Mapping[str, str], person_id: str) -> str | None:
    """Who decides for a person today: the last of the chain, or the person without a delegate.

    Args:
        delegates: Everybody's delegate of the day, by who is away.
        person_id: Whose decision it is.

    Returns:
        None when the chain comes back on itself or does not end.
    """
    passed = [person_id]
    while (delegate := delegates.get(passed[-1])) is not None:
        if delegate in passed or len(passed) > MOST_LINKS:
            return None
        passed.append(delegate)
    return passed[-1]


def delegation_problems(
    new: Delegation, others: Iterable[Delegation], today: date
) -> tuple[Problem, ...]:
    """What is wrong with a delegation that is to be set, given all that stand."""
    found = []
    standing = list(others)
    if new.delegate_id == new.person_id:
        found.append(Problem("delegate_id", "Nobody can be their own delegate. Pick another."))
    if new.starts_on < today:
        found.append(Problem("starts_on", "“First day” is past: please pick today or later."))
    if new.ends_on < new.starts_on:
        found.append(Problem("ends_on", "“Last day” is before “First day”: please change one."))
    elif (new.ends_on - new.starts_on).days >= LONGEST_DAYS:
        words = f"Please delegate for {LONGEST_DAYS} days at most, and again when they are over."
        found.append(Problem("ends_on", words))
    if found:
        return tuple(found)
    if any(one.person_id == new.person_id and one.overlaps(new) for one in standing):
        words = "There is a delegate for some of these days already. End that delegation first."
        return (Problem("starts_on", words),)
    if _goes_round(new, standing):
        words = "This delegate is away too, and it would come back to who is away. Pick another."
        return (Problem("delegate_id", words),)
    return ()


def _goes_round(new: Delegation, others: list[Delegation]) -> bool:
    """Whether on some day the delegate's delegate, or theirs in turn, is who is away."""
    open_ends = [(new.delegate_id, new.starts_on, new.ends_on, 1)]
    while open_ends:
        person_id, starts_on, ends_on, links = open_ends.pop()
        if person_id == new.person_id:
            return True
        if links > MOST_LINKS:
            continue
        open_ends += [
            (one.delegate_id, max(starts_on, one.starts_on), min(ends_on, one.ends_on), links + 1)
            for one in others
            if one.person_id == person_id and one.starts_on <= ends_on and starts_on <= one.ends_on
        ]
    return False
