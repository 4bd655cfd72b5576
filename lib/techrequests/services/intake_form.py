"""What the submission form shows: what can be picked, who will look at it, and what is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Person, StandardItem
from techrequests.domain.delegation import for_whom
from techrequests.domain.rules import Facts
from techrequests.domain.techrequest import Attachment, RequestLine
from techrequests.domain.workflow import STEP_OF, Action, blockers
from techrequests.services.deciders import Asking, nearest_decider
from techrequests.services.steps import found
from techrequests.store.intake import already
from techrequests.store.request_documents import lines_and_files, offered_to_ask
from techrequests.store.routing import reviewer_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database
    from techrequests.store.intake import Already


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who will look at a request, by name; None where nobody is found and it stands in a queue."""

    reviewer: str | None
    approver: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a new request is compared by with what is there, and by what it finds its way.

    Attributes:
        site_id: The requester's.
        category: Empty while nothing says it.
    """

    request_id: str
    requester_id: str
    site_id: str
    category: str
    title: str
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft with its lines and its files.

    Attributes:
        not_correctable: Why this person cannot correct it any more; a draft is just changed.
    """

    request: TechRequest
    lines: tuple[RequestLine, ...]
    files: tuple[Attachment, ...]
    not_correctable: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Offered:
    """What the form offers to pick from.

    Attributes:
        people: Everybody active, by code in the order of names.
        items: The standards catalogue, by code in the order of names.
    """

    people: Mapping[str, Person]
    items: Mapping[str, StandardItem]

    def name(self, person_id: str | None) -> str:
        """A person's full name; empty for nobody."""
        person = self.people.get(person_id or "")
        return person.full_name if person else ""


def offered(database: Database) -> Offered:
    """What the form offers to pick from."""
    with database.read() as reader:
        found = offered_to_ask(reader)
    return Offered(
        people={person.person_id: person for person in found.of(Person)},
        items={item.item_id: item for item in found.of(StandardItem)},
    )


def route_of(
    database: Database, actor: Actor, known: Offered, like: Likeness, today: date
) -> Route:
    """Who would review and who would decide, before anything is sent."""
    barred = frozenset({like.requester_id, actor.person_id})
    asking = Asking(
        requester_id=like.requester_id, site_id=like.site_id, barred=barred, today=today
    )
    with database.read() as reader:
        reviewer_id = reviewer_for(
            reader, site_id=like.site_id, category=like.category, barred=barred, today=today
        )
        decider = nearest_decider(reader, asking)
    approver = for_whom(known.name(decider.person_id), known.name(decider.on_behalf_of_id))
    return Route(reviewer=known.name(reviewer_id) or None, approver=approver or None)


def already_there(database: Database, like: Likeness) -> Already:
    """Requests, spare stock and open orders that look like what is being asked for."""
    with database.read() as reader:
        return already(
            reader,
            request_id=like.request_id,
            site_id=like.site_id,
            category=like.category,
            title=like.title,
            item_ids=like.item_ids,
        )


def draft_of(database: Database, actor: Actor, request_id: str) -> Draft:
    """A draft of one's own, or a request that was sent, as its form would show it.

    Raises:
        NotFoundError: No such request, or not for this person.
    """
    with database.read() as reader:
        request = found(reader, actor, request_id)
        papers = lines_and_files(reader, request)
    lines = papers.of(RequestLine)
    # None of the rules of this step looks at the day.
    facts = Facts(today=date.min, lines=len(lines))
    return Draft(
        request=request,
        lines=lines,
        files=papers.of(Attachment),
        not_correctable=blockers(request, STEP_OF[Action.CORRECT], actor, facts),
    )
