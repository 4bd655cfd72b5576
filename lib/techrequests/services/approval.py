"""The supervisor's decision, with the money it sets aside and the way out it offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from techrequests.domain.calendar import fiscal_year, fiscal_year_dates, long_date
from techrequests.domain.errors import BlockedError, InvalidError, NotAllowedError, Problem
from techrequests.domain.fields import problems
from techrequests.domain.funds import answer
from techrequests.domain.money import dollars
from techrequests.domain.techrequest import Decision, Impact, Priority, TechRequest, Verdict
from techrequests.domain.workflow import Action
from techrequests.services.deployment import begin
from techrequests.services.holds import asked_for, hold
from techrequests.services.steps import decided, done_before, save, seen
from techrequests.store.approval import alternatives, open_at_site
from techrequests.store.funds import funds_with_balances
from techrequests.store.requests import lines_of
from techrequests.store.spares import before_buying, kept_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAsked:
    """What a supervisor decided, about the version they saw.

    Attributes:
        decision_id: Made with the form, so that a double click decides once.
        action: APPROVE or DENY.
        note: Feedback when approving, the reason when denying.
        alternatives: One a line, when denying.
        fund_id: The fund that holds the estimate from now on; None leaves the choice to the
            Business Office.
    """

    request_id: str
    seen_version: int
    decision_id: str
    action: Action
    priority: Priority
    impact: Impact
    note: str = ""
    alternatives: str = ""
    fund_id: str | None = None

    @property
    def key(self) -> str:
        """The click that saves it."""
        return self.decision_id


def decide_request(
    database: Database, actor: Actor, asked: DecisionAsked, *, now: datetime
) -> TechRequest:
    """Approve or deny; an approval reserves the estimate on the fund that was picked.

    Raises:
        BlockedError: Not this person's to decide, or the fund refuses.
        InvalidError: The reason or the alternatives are missing.
        StaleError: The request changed since the form was opened.
    """
    if asked.action not in {Action.APPROVE, Action.DENY}:
        raise NotAllowedError("A decision approves or denies.")
    judgement = {"feedback": asked.note, "priority": asked.priority, "impact": asked.impact}
    if wrong := problems(Decision, judgement):
        raise InvalidError(*wrong)
    with database.write() as work:
        if served := done_before(work, actor, asked, now):
            return served
        request = seen(work, actor, asked.request_id, asked.seen_version)
        kept = kept_for(work, request.request_id)
        if kept and asked.fund_id:
            raise InvalidError(Problem("fund_id", "A spare costs nothing: leave out the fund."))
        ready = kept and asked.action is Action.APPROVE
        change = decided(
            work,
            begin(work, request, now.date()) if ready else request,
            asked.action,
            actor,
            now=now,
            note=asked.note,
            alternatives=asked.alternatives,
        )
        cost_cents = 0 if kept else request.estimate_cents
        work.insert(_decision(request, actor, asked, cost_cents, now))
        if asked.action is Action.APPROVE and asked.fund_id:
            _reserve(work, request, asked.fund_id, actor, now)
        return save(work, change)


class FundOffered(NamedTuple):
    """A fund that may hold an estimate.

    Attributes:
        short_cents: How much it lacks; one that is short may hold it where its rule is only to
            warn.
    """

    fund_id: str
    name: str
    available_cents: int
    short_cents: int


def funds_that_may_pay(
    database: Database, request: TechRequest, today: date
) -> tuple[FundOffered, ...]:
    """Every fund that `decide_request` lets hold the estimate, those that have enough first."""
    with database.read() as reader:
        standing = funds_with_balances(reader)
        purchase = asked_for(request, lines_of(reader, request.request_id), today)
    offered = [
        FundOffered(
            fund.fund_id,
            fund.name,
            balance.available_cents,
            max(request.estimate_cents - balance.available_cents, 0),
        )
        for fund, balance in standing
        if answer(fund, balance, request.estimate_cents, purchase).may_pay
    ]
    return tuple(sorted(offered, key=lambda one: one.short_cents > 0))


def alternatives_for(database: Database, request: TechRequest, today: date) -> list[str]:
    """Ways out that a denial or a decline can offer, most helpful first."""
    with database.read() as reader:
        rows = before_buying(reader, request.request_id)
    return ways_out(rows, today)


def ways_out(rows: Iterable[dict[str, Any]], today: date) -> list[str]:
    """The same in words, from what is known before anything is bought."""
    starts_on, _ = fiscal_year_dates(fiscal_year(today) + 1)
    next_year = long_date(starts_on)
    # One item may stand on several lines, and is offered once.
    ways = (
        *(
            f"Use {row['units']} spare {row['item']} from {row['words']}."
            if row["what"] == "spare"
            else f"Ask for the {row['item']} instead ({dollars(row['cents'])} each instead "
            f"of {dollars(row['asked_cents'])})."
            for row in alternatives(rows)
        ),
        f"Ask again for the budget year that starts on {next_year}.",
        "Ask whether another fund, such as a grant or a gift, can pay for it.",
        "Ask for fewer units now and the rest later.",
    )
    return list(dict.fromkeys(ways))


def other_open_requests(database: Database, site_id: str, request_id: str) -> list[dict[str, Any]]:
    """A site's other open requests, most urgent first; see `store.approval.open_at_site`."""
    with database.read() as reader:
        return open_at_site(reader, site_id, besides=request_id)


def _decision(
    request: TechRequest, actor: Actor, asked: DecisionAsked, cost_cents: int, now: datetime
) -> Decision:
    return Decision(
        decision_id=asked.decision_id,
        request_id=request.request_id,
        content_version=request.content_version,
        approver_id=actor.person_id,
        on_behalf_of_id=request.on_behalf_of_id,
        verdict=Verdict.APPROVED if asked.action is Action.APPROVE else Verdict.DENIED,
        priority=asked.priority,
        impact=asked.impact,
        feedback=asked.note.strip(),
        alternatives=asked.alternatives.strip(),
        amount_cents=cost_cents,
        fund_id=asked.fund_id if asked.action is Action.APPROVE else None,
        decided_at=now,
    )


def _reserve(work: Work, request: TechRequest, fund_id: str, actor: Actor, now: datetime) -> None:
    who = actor.person_id
    if refused := hold(work, request, fund_id, actor_id=who, now=now, why="Approved."):
        raise BlockedError(refused)
