"""Who decides on a request: its approver, who stands in while they are away, or who is above."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.delegation import for_whom, stand_in
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.policy import Permission
from techrequests.store.delegation import deciders_from, delegates_on, undecided_of
from techrequests.store.people import holders, names, supervisor_who_may_decide

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from datetime import date

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Reader


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and for which absent approver; nobody when the request stands in a queue."""

    person_id: str | None = None
    on_behalf_of_id: str | None = None

    @property
    def approver_id(self) -> str | None:
        """Whose decision it is."""
        return self.on_behalf_of_id or self.person_id

    def named_on(self, request: TechRequest) -> TechRequest:
        """The request with the decision given to them."""
        return replace(
            request,
            approver_id=self.person_id,
            on_behalf_of_id=self.on_behalf_of_id,
            overdue_since=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What matters of a request for the question who decides on it.

    Attributes:
        requester_id: Whose supervisor decides.
        site_id: Where the supervisor must hold the role.
        barred: Whose own request it is.
        today: The day on which roles must be held and delegations stand.
    """

    requester_id: str
    site_id: str
    barred: AbstractSet[str]
    today: date

    @classmethod
    def of(cls, request: TechRequest, today: date) -> Asking:
        """A request on a day."""
        return cls(
            requester_id=request.requester_id,
            site_id=request.site_id,
            barred=request.own_people,
            today=today,
        )


def decider_now(reader: Reader, request: TechRequest, today: date) -> Decider:
    """Who decides: the approver if they still may, else the requester's nearest supervisor."""
    asking = Asking.of(request, today)
    approver_id = request.on_behalf_of_id or request.approver_id
    able = holders(reader, Permission.DECIDE_REQUESTS, today, request.site_id)
    if approver_id in able and approver_id not in asking.barred:
        return in_place_of(reader, str(approver_id), asking)
    return nearest_decider(reader, asking)


def nearest_decider(reader: Reader, asking: Asking) -> Decider:
    """The requester's nearest supervisor who may decide, or who stands in for them."""
    found = above(reader, asking.requester_id, asking)
    return in_place_of(reader, found, asking) if found else Decider()


def above(reader: Reader, person_id: str, asking: Asking) -> str | None:
    """The nearest supervisor above a person who may decide on it."""
    return supervisor_who_may_decide(
        reader, person_id, site_id=asking.site_id, barred=asking.barred, today=asking.today
    )


def in_place_of(reader: Reader, approver_id: str, asking: Asking) -> Decider:
    """The approver, or who stands in for them today.

    Where nobody can, because it is the delegate's own request or delegations run in a circle, it
    goes to who is above the approver; without anybody there it waits for the approver.
    """
    delegates = delegates_on(reader, asking.today)
    passed: list[str] = []
    at: str | None = approver_id
    while at is not None and at not in passed:
        person_id = stand_in(delegates, at)
        if person_id is not None and person_id not in asking.barred:
            return Decider(person_id, at if person_id != at else None)
        passed.append(at)
        at = above(reader, at, asking)
    return Decider(approver_id)


def decider_words(reader: Reader, decider: Decider) -> str:
    """Who decides, by name: “Tom Berg for Pia Lang”, or nothing when nobody is found."""
    known = names(reader, (decider.person_id, decider.on_behalf_of_id))
    return for_whom(
        known.get(decider.person_id or "", ""), known.get(decider.on_behalf_of_id or "", "")
    )


@contextmanager
def own_deciders_kept(reader: Reader, actor: Actor, today: date) -> Iterator[None]:
    """Let nobody change, by what is saved in the block, who decides on their own requests.

    Raises:
        NotAllowedError: On some day from now on, somebody else would be asked about one of them.
    """
    before = _own_deciders(reader, actor, today)
    yield
    after = _own_deciders(reader, actor, today)
    if changed := [number for number in before if before[number] != after[number]]:
        who = "another" if actor.may(Permission.EDIT_DIRECTORY) else "an"
        raise NotAllowedError(
            f"This would change who decides on your own request {changed[0]}. Ask {who} "
            "administrator to do it, or wait until it needs no decision any more."
        )


def _own_deciders(reader: Reader, actor: Actor, today: date) -> dict[str, list[object]]:
    """By number of an own request: who is asked and who is above them, each with their days."""
    return {
        request.request_id: [
            row
            for start in (request.on_behalf_of_id or request.approver_id, request.requester_id)
            if start
            for row in deciders_from(
                reader, start, site_id=request.site_id, barred=request.own_people, today=today
            )
        ]
        for request in undecided_of(reader, actor.person_id)
    }
