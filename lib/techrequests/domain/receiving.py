"""What a delivery may bring, what becomes of it, and what can be canceled.

Rejected units stay outstanding: the vendor owes a replacement until somebody cancels them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.assets import Asset, AssetStatus
from techrequests.domain.catalogue import Category
from techrequests.domain.errors import Problem
from techrequests.domain.fields import is_whole, problems
from techrequests.domain.purchasing import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from techrequests.domain.catalogue import StandardItem
    from techrequests.domain.ledger import Entry
    from techrequests.domain.purchasing import OrderLine
    from techrequests.domain.techrequest import TechRequest

SerialOfModel = tuple[str, str]
"""A model and a serial number, both in lower case: together they name one unit in the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStanding:
    """An order line with what came of it so far.

    Attributes:
        item: The standard item; None for what was asked for in free text.
        category: Of its request line, for what is no standard item.
    """

    line: OrderLine
    item: StandardItem | None
    category: Category
    accepted: int = 0
    rejected: int = 0

    @property
    def due(self) -> int:
        """Units that were ordered and not cancelled."""
        return self.line.quantity - self.line.cancelled

    @property
    def outstanding(self) -> int:
        """Units that are still to come, replacements for rejected ones among them."""
        return self.due - self.accepted

    @property
    def inventoried(self) -> bool:
        """Whether every accepted unit gets an asset tag.

        The standards catalogue says it for its items; free text is inventoried, except software, on
        which no tag would stick, and what the receiver says is too small for one.
        """
        return self.item.tracked if self.item else self.category is not Category.SOFTWARE

    @property
    def model(self) -> str:
        """What tells its units from others with the same serial number."""
        return ((self.item.model if self.item else "") or self.line.description).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCame:
    """What came in for one order line.

    Attributes:
        serials: At most one per accepted unit; units without one get theirs later.
        tagged: Whether free text gets asset tags; the catalogue decides for its own items.
    """

    order_line_id: str
    accepted: int = 0
    rejected: int = 0
    reason: str = ""
    serials: tuple[str, ...] = ()
    tagged: bool = True

    def field(self, name: str) -> str:
        """What a problem with one of its numbers or texts is filed under."""
        return f"{name}:{self.order_line_id}"


def gets_tags(standing: LineStanding, came: LineCame) -> bool:
    """Whether the accepted units of a delivery become inventory records."""
    return standing.inventoried and (came.tagged or standing.item is not None)


def serials_in(
    delivery: Iterable[tuple[LineStanding, LineCame]],
) -> tuple[SerialOfModel, ...]:
    """Every serial number of a delivery with its model, in the order in which they were scanned."""
    return tuple(
        (standing.model, serial.lower()) for standing, came in delivery for serial in came.serials
    )


def delivery_problems(
    delivery: Sequence[tuple[LineStanding, LineCame]], taken: Mapping[SerialOfModel, str]
) -> tuple[Problem, ...]:
    """Everything that keeps a delivery from being received, in words.

    Args:
        delivery: What came, beside where its order line stands.
        taken: Asset tags of the units that have one of the serial numbers already.
    """
    if not delivery:
        return (Problem("lines", "Say how many units were accepted or rejected."),)
    times = Counter(serials_in(delivery))
    found: list[Problem] = []
    for standing, came in delivery:
        found += _count_problems(standing, came)
        found += _serial_problems(standing, came, times, taken) if _counted(came) else []
    return tuple(found)


def _count_problems(standing: LineStanding, came: LineCame) -> list[Problem]:
    values = {"accepted": came.accepted, "rejected": came.rejected, "reason": came.reason}
    found = [
        Problem(came.field(wrong.field), f"{standing.line.description}: {wrong.message}")
        for wrong in problems(Receipt, values)
    ]
    if not _counted(came):
        return found
    if came.accepted > standing.outstanding:
        found.append(Problem(came.field("accepted"), _too_many(standing)))
    if came.rejected > 0 and not came.reason.strip():
        words = f"{standing.line.description}: say why you reject {came.rejected}."
        found.append(Problem(came.field("reason"), words))
    return found


def _counted(came: LineCame) -> bool:
    return is_whole(came.accepted) and is_whole(came.rejected)


def _too_many(standing: LineStanding) -> str:
    gone = f", {standing.line.cancelled} cancelled," if standing.line.cancelled else ""
    return (
        f"{standing.line.description}: the order has {standing.line.quantity}{gone or ';'} "
        f"{standing.accepted} {'is' if standing.accepted == 1 else 'are'} in; "
        f"the {ordinal(standing.due + 1)} cannot be received."
    )


def _serial_problems(
    standing: LineStanding,
    came: LineCame,
    times: Mapping[SerialOfModel, int],
    taken: Mapping[SerialOfModel, str],
) -> list[Problem]:
    what, field = standing.line.description, came.field("serials")
    if came.serials and not gets_tags(standing, came):
        words = f"{what}: these are not inventoried one by one, so leave the serial numbers out."
        return [Problem(field, words)]
    found = []
    if (given := len(came.serials)) > max(came.accepted, 0):
        words = f"{what}: {given} serial numbers for {came.accepted} accepted units. Remove some."
        found.append(Problem(field, words))
    for serial in dict.fromkeys(came.serials):
        unit = (standing.model, serial.lower())
        if times[unit] > 1:
            words = f"{what}: serial number {serial} is there {times[unit]} times. Keep one."
            found.append(Problem(field, words))
        if unit in taken:
            words = f"{what}: serial number {serial} is already in the inventory as {taken[unit]}."
            found.append(Problem(field, words))
        found += [Problem(field, wrong.message) for wrong in problems(Asset, {"serial": serial})]
    return found


def ordinal(number: int) -> str:
    """A rank as people write it: 1st, 2nd, 3rd, 4th, 11th."""
    last = number % 100
    ending = {1: "st", 2: "nd", 3: "rd"}.get(last % 10, "th")
    if last // 10 == 1:
        ending = "th"
    return f"{number}{ending}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What all units of one receipt have in common.

    Attributes:
        on: The day they were accepted.
        room: Where they were put; empty when it is not known yet.
        fund_id: The fund that pays most of it.
        fund_shares: How much of it each fund pays, in words; None without any.
    """

    request: TechRequest
    on: date
    room: str
    receipt_id: str
    fund_id: str | None
    fund_shares: str | None


def new_assets(
    standing: LineStanding,
    serials: Sequence[str],
    arrival: Arrival,
    tags: Sequence[str],
) -> list[Asset]:
    """The inventory records of the accepted units of one line, one per tag.

    They are assigned to the request at once, so that nobody takes them for spare stock.
    """
    padded = (*serials, *("" for _ in range(len(tags) - len(serials))))
    item = standing.item
    return [
        Asset(
            asset_tag=tag,
            description=standing.line.description,
            item_id=standing.line.item_id,
            category=item.category if item else standing.category,
            manufacturer=item.manufacturer if item else "",
            model=item.model if item else "",
            serial=serial,
            status=AssetStatus.ASSIGNED,
            site_id=arrival.request.site_id,
            room=arrival.room,
            cost_cents=standing.line.unit_price_cents,
            fund_id=arrival.fund_id,
            fund_shares=arrival.fund_shares,
            acquired_on=arrival.on,
            request_id=arrival.request.request_id,
            receipt_id=arrival.receipt_id,
            order_line_id=standing.line.order_line_id,
        )
        for tag, serial in zip(tags, padded, strict=True)
    ]


def paying_fund(entries: Iterable[Entry], line: OrderLine) -> str | None:
    """The fund that encumbered most of a line, the first of equal ones; None without any."""
    share = _ordered_on(entries, line)
    return max(share, key=lambda fund_id: share[fund_id], default=None)


def fund_shares(entries: Iterable[Entry], line: OrderLine) -> str | None:
    """Each fund's share of a line ordered, the largest first: `GEN-27 60.0%, LEVY 40.0%`; or None.

    Federal property records need the percentage that an award paid (2 CFR 200.313).
    """
    share = _ordered_on(entries, line)
    whole = sum(share.values())
    parts = sorted(share.items(), key=lambda part: (-part[1], part[0]))
    words = (f"{fund_id} {100 * cents / whole:.1f}%" for fund_id, cents in parts)
    return ", ".join(words) or None


def _ordered_on(entries: Iterable[Entry], line: OrderLine) -> dict[str, int]:
    """What each fund encumbered for a line when it was ordered, US cents."""
    share: dict[str, int] = defaultdict(int)
    for entry in entries:
        if entry.order_id == line.order_id and entry.line_id == line.line_id:
            share[entry.fund_id] += entry.amount_cents
    return share


def cancellation_problem(standing: LineStanding, units: int) -> Problem | None:
    """Why so many units of a line cannot be cancelled, or None."""
    if 0 < units <= standing.outstanding:
        return None
    to_come = f"{standing.outstanding} {'is' if standing.outstanding == 1 else 'are'} still to come"
    words = f"{standing.line.description}: {to_come}, so {units} cannot be cancelled."
    return Problem(f"cancel:{standing.line.order_line_id}", words)
