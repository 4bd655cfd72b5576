"""What will not come is cancelled, and what funds held for it is given back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.errors import InvalidError, Problem
from techrequests.domain.receiving import cancellation_problem
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.booking import booking
from techrequests.services.receiving import Hand, lines_in, listed_once
from techrequests.services.steps import decided, found, save
from techrequests.store.orders import credit_to_come
from techrequests.store.receiving import standings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.receiving import LineStanding
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database, Reader

    Cancelled = Sequence[tuple[LineStanding, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAsked:
    """What will not come any more, and why.

    Attributes:
        cancel_id: Made with the form, so that a double click cancels once.
        units: Pairs of order line and number of units.
        requote: Whether other vendors are asked when nothing of the order came or will come.
    """

    cancel_id: str
    request_id: str
    units: tuple[tuple[str, int], ...]
    note: str
    requote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledUnits:
    """What came of a cancellation, US cents.

    Attributes:
        released_cents: What came back to the funds.
        credit_cents: What was paid already, so that the vendor has to give it back.
    """

    request: TechRequest
    released_cents: int
    credit_cents: int


def cancel_lines(
    database: Database, actor: Actor, asked: CancelAsked, *, now: datetime
) -> CancelledUnits:
    """Give up on units that will not come, and on what funds hold for them.

    Of what is encumbered for their lines, what can no longer be billed is released to the funds of
    the line. Shipping stays encumbered, unless nothing of the order came or will come: then
    everything is released. The counts are checked inside the transaction, as in `receive`. The
    request then ends, or goes back to quoting with its approval.

    Raises:
        BlockedError: The person may not do this, or the request is past it.
        InvalidError: The reason is missing, or more units than are outstanding.
        NotFoundError: No such request or order line, or not for this person.
    """
    with database.write() as work:
        request = found(work, actor, asked.request_id)
        if made := work.made_before(asked.cancel_id):
            return _outcome(work, request, int(made))
        ordered = standings_of(work, request)
        cancelled = _cancelled(ordered, asked)
        detail = ", ".join(f"{units} x {one.line.description}" for one, units in cancelled)
        hand = Hand(work=work, request=request, actor=actor, now=now)
        saved = hand.take(
            Action.CANCEL_LINES,
            gone=sum(units for _, units in cancelled),
            note=asked.note,
            detail=detail,
            came=lines_in(ordered),
        )
        for standing, units in cancelled:
            work.update(replace(standing.line, cancelled=standing.line.cancelled + units))
        why = f"Cancelled {detail}: {asked.note.strip()}"
        released = booking(work, saved, actor, now).follow(why)
        if asked.requote and saved.status is Status.CANCELLED:
            saved = save(work, decided(work, saved, Action.REQUOTE, actor, now=now))
        work.made(asked.cancel_id, str(released), now)
        return _outcome(work, saved, released)


def _outcome(reader: Reader, request: TechRequest, released_cents: int) -> CancelledUnits:
    return CancelledUnits(
        request=request,
        released_cents=released_cents,
        credit_cents=credit_to_come(reader, request.request_id),
    )


def _cancelled(standings: Iterable[LineStanding], asked: CancelAsked) -> Cancelled:
    pairs = listed_once(standings, {line_id: units for line_id, units in asked.units if units})
    if not pairs:
        raise InvalidError(Problem("lines", "Say how many units will not come."))
    wrong = [cancellation_problem(standing, units) for standing, units in pairs]
    if any(wrong):
        raise InvalidError(*filter(None, wrong))
    return pairs
