"""What comes in is counted and becomes inventory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from techrequests.domain.assets import Asset, AssetEvent
from techrequests.domain.catalogue import Vendor
from techrequests.domain.errors import InvalidError, NotFoundError, Problem
from techrequests.domain.fields import problems
from techrequests.domain.purchasing import PurchaseOrder, Receipt
from techrequests.domain.receiving import (
    Arrival,
    LineCame,
    LineStanding,
    delivery_problems,
    fund_shares,
    gets_tags,
    new_assets,
    paying_fund,
    serials_in,
)
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import STEP_OF, Action, decide
from techrequests.services.booking import booking
from techrequests.services.deployment import begin
from techrequests.services.steps import found, save
from techrequests.store.inventory import new_tags
from techrequests.store.receiving import goods_of, standings, standings_of, taken_serials
from techrequests.store.requests import entries_of, facts_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.services.cases import Case
    from techrequests.store.database import Database, Work

    T = TypeVar("T")
    Delivery = Sequence[tuple[LineStanding, LineCame]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveAsked:
    """What came in for a request, as the receiver counted it.

    Attributes:
        receipt_id: Made with the form, so that a double click receives once.
        lines: Lines of which nothing came may be left out.
        room: Where the units were put; empty when it is not known yet.
    """

    receipt_id: str
    request_id: str
    lines: tuple[LineCame, ...]
    room: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsIn:
    """A request's orders with what came of them.

    Attributes:
        receipts: Newest first.
        tags: Asset tags that each receipt brought, in order, by receipt.
        names: Full names by code, of who received.
        vendors: Names by code.
    """

    request: TechRequest
    orders: tuple[PurchaseOrder, ...]
    lines: tuple[LineStanding, ...]
    receipts: tuple[Receipt, ...]
    tags: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    vendors: Mapping[str, str]


def receive(database: Database, actor: Actor, asked: ReceiveAsked, *, now: datetime) -> TechRequest:
    """Count units in; every accepted one that is inventoried gets its record and its tag.

    The counts are checked inside the transaction, not against what the receiver saw, so that two
    receivers at one dock both come out right. When nothing is outstanding any more, the request
    goes to a technician with a fresh checklist.

    Raises:
        BlockedError: The person may not receive here, or the request is past it.
        InvalidError: More than is outstanding, no reason for a rejection, or a serial number that
            is there already; everything at once.
        NotFoundError: No such request or order line, or not for this person.
    """
    with database.write() as work:
        request = found(work, actor, asked.request_id)
        if work.made_before(asked.receipt_id):
            return request
        ordered = standings_of(work, request)
        delivery = _delivery(ordered, asked.lines)
        taken = taken_serials(work, serials_in(delivery))
        wrong = (*delivery_problems(delivery, taken), *problems(Asset, {"room": asked.room}))
        if wrong:
            raise InvalidError(*wrong)
        accepted = sum(came.accepted for _, came in delivery)
        detail = "; ".join(_came_words(standing, came) for standing, came in delivery)
        hand = Hand(work=work, request=request, actor=actor, now=now)
        saved = hand.take(
            Action.RECEIVE,
            accepted=accepted,
            gone=accepted,
            detail=detail,
            came=lines_in(ordered)
            | {standing.line.line_id for standing, came in delivery if came.accepted},
        )
        for number, (standing, came) in enumerate(delivery, start=1):
            hand.keep(_receipt(asked, number, came, actor, now), standing, came, asked.room)
        # A bill that came first pays for what has come now, by the funds of just these lines.
        booking(work, saved, actor, now).follow(f"Received {detail}.")
        work.made(asked.receipt_id, asked.request_id, now)
        return saved


def goods_in(database: Database, case: Case) -> GoodsIn:
    """What a request has on order and what came of it."""
    with database.read() as reader:
        found = goods_of(reader, case.request.request_id)
    receipts = sorted(found.of(Receipt), key=attrgetter("received_at"), reverse=True)
    return GoodsIn(
        request=case.request,
        orders=found.of(PurchaseOrder),
        lines=standings(found, case.request),
        receipts=tuple(receipts),
        tags={
            receipt.receipt_id: tuple(
                unit.asset_tag for unit in found.of(Asset) if unit.receipt_id == receipt.receipt_id
            )
            for receipt in receipts
        },
        # Who received is in the history of the request, and so among the names of the case.
        names=case.names,
        vendors={vendor.vendor_id: vendor.name for vendor in found.of(Vendor)},
    )


def serials_taken(
    database: Database, delivery: tuple[tuple[LineStanding, LineCame], ...]
) -> dict[tuple[str, str], str]:
    """Which units of a delivery are in the inventory already: tags by model and serial."""
    with database.read() as reader:
        return taken_serials(reader, serials_in(delivery))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody at the dock, within one transaction."""

    work: Work
    request: TechRequest
    actor: Actor
    now: datetime

    def take(  # noqa: PLR0913  # each is one thing that is told
        self,
        action: Action,
        *,
        accepted: int = 0,
        gone: int,
        note: str = "",
        detail: str,
        came: frozenset[str],
    ) -> TechRequest:
        """Decide and save; a request that becomes ready to deploy gets technician and checklist.

        Args:
            action: RECEIVE or CANCEL_LINES.
            accepted: Units that came in.
            gone: Units that are not outstanding any more.
            note: The reason.
            detail: What came or was cancelled, for the history.
            came: The lines of the request of which something is in then.
        """
        facts = facts_for(self.work, self.request, self.now.date())
        after = replace(
            facts, outstanding=facts.outstanding - gone, accepted=facts.accepted + accepted
        )
        request = self.request
        if STEP_OF[action].target(request, after) is Status.DEPLOYING:
            request = begin(self.work, request, self.now.date(), came=came)
        change = decide(
            request,
            action,
            self.actor,
            facts,
            now=self.now,
            note=note,
            detail=detail,
            after=after,
        )
        return save(self.work, change)

    def keep(self, receipt: Receipt, standing: LineStanding, came: LineCame, room: str) -> None:
        """Write a receipt, and the inventory records of what it brought."""
        self.work.insert(receipt)
        if not gets_tags(standing, came):
            return
        entries = entries_of(self.work, self.request.request_id)
        arrival = Arrival(
            request=self.request,
            on=self.now.date(),
            room=room.strip(),
            receipt_id=receipt.receipt_id,
            fund_id=paying_fund(entries, standing.line),
            fund_shares=fund_shares(entries, standing.line),
        )
        tags = new_tags(self.work, came.accepted)
        order = self.work.get(PurchaseOrder, standing.line.order_id)
        what = f"Received with order {order.order_number}, assigned to {self.request.request_id}"
        self.work.insert_all(new_assets(standing, came.serials, arrival, tags))
        self.work.insert_all(
            AssetEvent(
                asset_tag=tag, what=what, actor_id=self.actor.person_id, happened_at=self.now
            )
            for tag in tags
        )


def lines_in(standings: Iterable[LineStanding]) -> frozenset[str]:
    """The lines of a request of which something is in."""
    return frozenset(standing.line.line_id for standing in standings if standing.accepted)


def listed_once(
    standings: Iterable[LineStanding], by_line: Mapping[str, T]
) -> list[tuple[LineStanding, T]]:
    """What is said about order lines, beside where they stand.

    Raises:
        NotFoundError: One of them is not on the order.
    """
    known = {standing.line.order_line_id: standing for standing in standings}
    if not known.keys() >= by_line.keys():
        raise NotFoundError("That line is not on this request's order. Open the request again.")
    return [(known[order_line_id], said) for order_line_id, said in by_line.items()]


def _delivery(standings: Iterable[LineStanding], lines: Sequence[LineCame]) -> Delivery:
    if len({line.order_line_id for line in lines}) < len(lines):
        raise InvalidError(Problem("lines", "An order line is listed twice. Count it once."))
    came = {
        line.order_line_id: line for line in lines if line.accepted or line.rejected or line.serials
    }
    return listed_once(standings, came)


def _receipt(
    asked: ReceiveAsked, number: int, came: LineCame, actor: Actor, now: datetime
) -> Receipt:
    return Receipt(
        receipt_id=f"{asked.receipt_id}/{number}",
        order_line_id=came.order_line_id,
        request_id=asked.request_id,
        accepted=came.accepted,
        rejected=came.rejected,
        reason=came.reason.strip(),
        received_by_id=actor.person_id,
        received_at=now,
    )


def _came_words(standing: LineStanding, came: LineCame) -> str:
    accepted = f"{came.accepted} x {standing.line.description}" if came.accepted else ""
    rejected = f"{came.rejected} x {standing.line.description} rejected: {came.reason.strip()}"
    return ", ".join(filter(None, (accepted, rejected if came.rejected else "")))
