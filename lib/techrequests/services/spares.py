"""Using what is in stock instead of buying: units are kept for a request, or freed again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from techrequests.domain.assets import Asset, AssetEvent, AssetStatus, SpareUse
from techrequests.domain.errors import InvalidError, Problem
from techrequests.domain.funds import lists_site
from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import Status, TechRequest
from techrequests.store import spares
from techrequests.store.requests import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import RequestLine
    from techrequests.store.database import Reader, Work
    from techrequests.store.spares import Spare

HANDED_OVER = (Status.DELIVERED, Status.CLOSED)


def keep(work: Work, actor: Actor, request: TechRequest, tags: Sequence[str], now: datetime) -> str:
    """Keep units in stock for a request; nobody else can take them from now on.

    Returns:
        Which ones, and where they are, for the history.

    Raises:
        InvalidError: One of them is not free any more, or they are not what is asked for.
    """
    wanted = lines_of(work, request.request_id)
    able = {one.unit.asset_tag: one for one in _able(work, actor, request, wanted)}
    if gone := [tag for tag in tags if tag not in able]:
        words = f"{', '.join(gone)} is not free any more. Look at the spares again."
        raise InvalidError(Problem("spares", words))
    taken = [able[tag] for tag in dict.fromkeys(tags)]
    units = [one.unit for one in taken]
    if not _covers(units, wanted):
        words = "These units are not what is asked for. Forward it, so that it is bought."
        raise InvalidError(Problem("spares", words))
    for unit in units:
        work.update(replace(unit, status=AssetStatus.ASSIGNED))
        work.insert(
            SpareUse(
                spare_use_id=f"{request.request_id}/{unit.asset_tag}/{request.version}",
                request_id=request.request_id,
                asset_tag=unit.asset_tag,
                kept_by_id=actor.person_id,
                kept_at=now,
            )
        )
        _note(work, unit, f"Kept for {request.request_id} instead of a purchase", actor, now)
    return unit_words(taken)


def free(work: Work, request_id: str, actor_id: str, now: datetime) -> None:
    """Put what is kept for a request back into the stock, since it ended without it."""
    units = {one.unit.asset_tag: one.unit for one in spares.kept_for(work, request_id)}
    for use in spares.uses_of(work, request_id):
        work.update(replace(use, freed_at=now))
        unit = units[use.asset_tag]
        # What was lost or sent to repair meanwhile is no stock.
        if unit.status is AssetStatus.ASSIGNED:
            work.update(replace(unit, status=AssetStatus.IN_STOCK))
        work.insert(
            AssetEvent(
                asset_tag=unit.asset_tag,
                what=f"Not needed for {request_id} any more",
                actor_id=actor_id,
                happened_at=now,
            )
        )


def back_in_stock_problems(reader: Reader, before: Asset, after: Asset) -> Iterator[Problem]:
    """A unit that is kept for an open request is no stock for the next one."""
    if after.status is before.status or after.status is not AssetStatus.IN_STOCK:
        return
    for use in spares.uses_of_unit(reader, after.asset_tag):
        request = reader.get(TechRequest, use.request_id)
        if request.status not in HANDED_OVER:
            yield Problem(
                "status",
                f"{after.asset_tag} is kept for {use.request_id}. It goes back into the stock when "
                "that request is denied or withdrawn.",
            )


def came_back(work: Work, before: Asset, after: Asset, now: datetime) -> None:
    """What was handed over and is in stock again belongs to no earlier request any more."""
    if after.status is not before.status and after.status is AssetStatus.IN_STOCK:
        for use in spares.uses_of_unit(work, after.asset_tag):
            work.update(replace(use, freed_at=now))


def proposed(
    reader: Reader, actor: Actor, request: TechRequest, lines: Sequence[RequestLine]
) -> tuple[Spare, ...]:
    """The most fitting units that cover every line, or none."""
    able = _able(reader, actor, request, lines)
    picked: list[Spare] = []
    for line in lines:
        fitting = [one for one in able if one.unit.item_id == line.item_id and one not in picked]
        picked += fitting[: line.quantity]
    return tuple(picked) if _covers([one.unit for one in picked], lines) else ()


def _able(
    reader: Reader, actor: Actor, request: TechRequest, lines: Sequence[RequestLine]
) -> list[Spare]:
    """Free units of the items that are asked for, which this person may move to the request.

    A unit whose money is for another site only stays there.
    """
    item_ids = sorted({line.item_id for line in lines if line.item_id})
    if not item_ids:
        return []
    return [
        one
        for one in spares.free_units(reader, item_ids, request.site_id)
        if actor.may(Permission.MANAGE_INVENTORY, one.unit.site_id)
        and (
            one.unit.site_id == request.site_id
            or all(lists_site(listed, request.site_id) for listed in one.fund_sites)
        )
    ]


def _covers(units: Iterable[Asset], lines: Sequence[RequestLine]) -> bool:
    wanted: dict[str | None, int] = defaultdict(int)
    for line in lines:
        wanted[line.item_id] += line.quantity
    there: dict[str | None, int] = defaultdict(int)
    for unit in units:
        there[unit.item_id] += 1
    return bool(wanted) and None not in wanted and wanted == there


def unit_words(units: Iterable[Spare]) -> str:
    """Units with where they are: “A-100023 at Maple Ridge Elementary School”."""
    return ", ".join(f"{one.unit.asset_tag} at {one.site}" for one in units)


def _note(work: Work, unit: Asset, what: str, actor: Actor, now: datetime) -> None:
    work.insert(
        AssetEvent(asset_tag=unit.asset_tag, what=what, actor_id=actor.person_id, happened_at=now)
    )
