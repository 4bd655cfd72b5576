"""Where the district stands, for who oversees it and moves nothing along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.domain.errors import NotAllowedError
from techrequests.domain.policy import Permission
from techrequests.domain.stages import STAGES
from techrequests.domain.techrequest import Status
from techrequests.store import oversight
from techrequests.store.requests import sight

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database

_NOT_ORDERED = (Status.QUOTING, Status.FUNDING)


@dataclass(frozen=True, slots=True, eq=False)
class Oversight:
    """What is late and what lapses; `store.oversight` says what each row is."""

    stages: tuple[dict[str, Any], ...]
    decisions: tuple[dict[str, Any], ...]
    funds: tuple[dict[str, Any], ...]

    @property
    def open_cents(self) -> int:
        """The estimates of everything that is open."""
        return sum(row["estimate_cents"] for row in self.stages)

    @property
    def undecided_cents(self) -> int:
        """The estimates of what waits for a supervisor."""
        return self._cents(Status.AWAITING_APPROVAL)

    @property
    def not_ordered_cents(self) -> int:
        """The estimates of what is approved and not ordered."""
        return self._cents(*_NOT_ORDERED)

    @property
    def late_requests(self) -> int:
        """How many requests stand too long at their stage."""
        return sum(row["late_requests"] for row in self.stages)

    @property
    def lapsing_cents(self) -> int:
        """What is not ordered yet from funds whose last order date is near."""
        return sum(row["available_cents"] + row["reserved_cents"] for row in self.funds)

    def _cents(self, *statuses: Status) -> int:
        return sum(row["estimate_cents"] for row in self.stages if row["status"] in statuses)


def overseen(database: Database, actor: Actor, hour: datetime) -> Oversight:
    """What is late and what lapses, of what this person may see.

    Args:
        database: Where to look.
        actor: Who looks.
        hour: The present hour: a finer moment would be a new question at every redraw.

    Raises:
        NotAllowedError: They may not.
    """
    if not actor.may(Permission.OVERSEE):
        raise NotAllowedError(f"You may not {Permission.OVERSEE}.")
    seen = sight(actor)
    with database.read() as reader:
        stages = oversight.stages(reader, seen, hour)
        funds = oversight.lapsing(reader, hour.date()) if actor.may(Permission.SEE_FUNDS) else []
        decisions = oversight.oldest_decisions(reader, seen)
    order = list(STAGES)
    return Oversight(
        stages=tuple(sorted(stages, key=lambda row: order.index(row["status"]))),
        decisions=tuple(decisions),
        funds=tuple(funds),
    )
