"""One request with everything a page needs to draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Person, Site
from techrequests.domain.corrections import RequestChange
from techrequests.domain.delegation import for_whom
from techrequests.domain.policy import SCHEDULE, Permission
from techrequests.domain.reminders import open_question
from techrequests.domain.techrequest import Attachment, Comment, RequestLine, Review, Status
from techrequests.domain.workflow import RequestEvent
from techrequests.services.steps import choices, found
from techrequests.store.request_documents import papers_of
from techrequests.store.requests import entries_of, facts_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from techrequests.domain.ledger import Entry
    from techrequests.domain.policy import Actor
    from techrequests.domain.rules import Facts
    from techrequests.domain.techrequest import TechRequest
    from techrequests.domain.workflow import Action
    from techrequests.services.steps import Choice
    from techrequests.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A request as one person sees it.

    Whoever holds one may see the request: what needs it takes the case, and need not find the
    request anew. Two are the same only when they come from one look.

    Attributes:
        actor: Who sees it.
        reviews: Newest first.
        events: Oldest first.
        changes: What the requester corrected, oldest first.
        comments: Oldest first, without internal ones unless the person may see them.
        choices: Every step that leaves the status, with what stops this person.
        names: Full names by person code, for everybody mentioned.
    """

    actor: Actor
    request: TechRequest
    site_name: str
    lines: tuple[RequestLine, ...]
    reviews: tuple[Review, ...]
    events: tuple[RequestEvent, ...]
    changes: tuple[RequestChange, ...]
    comments: tuple[Comment, ...]
    attachments: tuple[Attachment, ...]
    facts: Facts
    choices: tuple[Choice, ...]
    names: Mapping[str, str]

    @property
    def question(self) -> RequestEvent | None:
        """What the requester is asked and has not answered yet."""
        waits = self.request.status is Status.NEEDS_INFORMATION
        return open_question(self.events) if waits else None

    def choice(self, action: Action) -> Choice | None:
        """What stops this person from taking a step; None when it does not leave this status."""
        return next((one for one in self.choices if one.step.action is action), None)

    def may(self, action: Action) -> bool:
        """Whether this person can take a step now."""
        one = self.choice(action)
        return one is not None and not one.reasons

    @property
    def cost_cents(self) -> int:
        """What it costs, US cents: the chosen quote, or the estimate before one is chosen."""
        chosen = self.facts.chosen_cents
        return self.request.estimate_cents if chosen is None else chosen

    def decider(self, nobody: str = "Nobody yet") -> str:
        """Who decides, and for whom if for somebody who is away: “Tom Berg for Pia Lang”."""
        request = self.request
        return self.acting(self.name(request.approver_id, nobody), request.on_behalf_of_id)

    def acting(self, name: str, absent_id: str | None) -> str:
        """A name, and for whom they act if for somebody."""
        return for_whom(name, self.names.get(absent_id or "", ""))

    def name(self, person_id: str | None, nobody: str = "Nobody yet") -> str:
        """A person's full name."""
        if person_id == SCHEDULE.person_id:
            return SCHEDULE.full_name
        return self.names.get(person_id or "", nobody)


def case_of(database: Database, actor: Actor, request_id: str, today: date) -> Case:
    """Read a request that a person may see.

    Raises:
        NotFoundError: No such request, or not for this person; the two are not told apart.
    """
    with database.read() as reader:
        request = found(reader, actor, request_id)
        internal = actor.may(Permission.SEE_INTERNAL_NOTES, request.site_id)
        papers = papers_of(reader, request, internal=internal)
        lines = papers.of(RequestLine)
        facts = facts_for(reader, request, today, lines=len(lines))
    return Case(
        actor=actor,
        request=request,
        site_name=papers.of(Site)[0].name,
        lines=lines,
        reviews=papers.of(Review),
        events=papers.of(RequestEvent),
        changes=papers.of(RequestChange),
        comments=papers.of(Comment),
        attachments=papers.of(Attachment),
        facts=facts,
        choices=choices(request, actor, facts),
        names={person.person_id: person.full_name for person in papers.of(Person)},
    )


def request_entries(database: Database, case: Case) -> list[Entry]:
    """What funds hold and paid for a request, oldest first."""
    with database.read() as reader:
        return entries_of(reader, case.request.request_id)
