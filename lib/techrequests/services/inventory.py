"""The inventory record: change it, add to it, and read what happened to a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.domain.assets import (
    Asset,
    AssetEvent,
    change_words,
    differences,
    edit_problems,
    edited,
)
from techrequests.domain.catalogue import Person, Site
from techrequests.domain.edits import TableEdit, cell_text
from techrequests.domain.errors import (
    InvalidError,
    NotAllowedError,
    NotFoundError,
    Problem,
    StaleError,
)
from techrequests.domain.funds import is_for_site
from techrequests.domain.policy import Permission
from techrequests.services.spares import back_in_stock_problems, came_back
from techrequests.store.inventory import funds_of_unit, history_of, places, unit_with_origin
from techrequests.store.receiving import taken_serials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from techrequests.domain.fields import Column
    from techrequests.domain.policy import Actor
    from techrequests.domain.receiving import SerialOfModel
    from techrequests.store.database import Database, Reader, Work

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EditAsked:
    """New values of a unit, about the version a person saw.

    Attributes:
        values: By field name; fields that are left out stay as they are.
        note: Why; needed when the unit is lost or retired.
    """

    asset_tag: str
    seen_version: int
    values: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyAsked:
    """The same new values for several units, as scanned; all of them or none."""

    asset_tags: tuple[str, ...]
    values: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit with where it came from and what happened to it.

    Attributes:
        origin: Names around it; see `store.inventory.unit_with_origin`.
        history: Newest first: happened_at, what, who.
        may_change: Whether this person may change it.
    """

    asset: Asset
    origin: Mapping[str, Any]
    history: tuple[Mapping[str, Any], ...]
    may_change: bool


def edit_asset(database: Database, actor: Actor, asked: EditAsked, *, now: datetime) -> Asset:
    """Change a unit's record; its history says what, and the table's edits say each cell.

    Raises:
        InvalidError: A value is wrong, or a unit is gone without a reason.
        NotAllowedError: The person may not change the inventory of this site, or of the new one.
        NotFoundError: No such unit, or not for this person.
        StaleError: Somebody else changed it since; the message says who did what.
    """
    with database.write() as work:
        before = _found(work, actor, asked.asset_tag)
        after = _after(work, actor, before, asked.values, asked.note)
        if after == before:  # nothing to do, or a second click on Save
            return before
        if before.version != asked.seen_version:
            raise StaleError(f"{_newest(work, before)} Look at it again, then retry.")
        return _write(work, actor, before, after, asked.note, now)


def edit_many(
    database: Database, actor: Actor, asked: ManyAsked, *, now: datetime
) -> tuple[Asset, ...]:
    """Give several units the same site, room, custodian, status or condition.

    Raises:
        InvalidError: A tag is unknown, a value is wrong, or too many at once; nothing is changed.
        NotAllowedError: One of the units is not this person's to change.
    """
    tags = tuple(dict.fromkeys(tag.strip().upper() for tag in asked.asset_tags if tag.strip()))
    if not tags or len(tags) > MOST_AT_ONCE:
        words = f"Scan at least one asset tag, and at most {MOST_AT_ONCE} at once."
        raise InvalidError(Problem("asset_tags", words))
    with database.write() as work:
        units = work.find(Asset, "WHERE asset_tag = ANY($tags) ORDER BY asset_tag", tags=list(tags))
        known = {unit.asset_tag for unit in units if _may_see(actor, unit)}
        if unknown := [tag for tag in tags if tag not in known]:
            words = f"No unit has the tag {', '.join(unknown)}. Check it, then save again."
            raise InvalidError(Problem("asset_tags", words))
        changes = [(unit, _after(work, actor, unit, asked.values, asked.note)) for unit in units]
        return tuple(
            _write(work, actor, before, after, asked.note, now) if after != before else before
            for before, after in changes
        )


def unit_of(database: Database, actor: Actor, asset_tag: str) -> Unit:
    """A unit with where it came from and what happened to it.

    Raises:
        NotFoundError: No such unit, or not for this person.
    """
    with database.read() as reader:
        known = unit_with_origin(reader, _tag(asset_tag))
        if known is None or not _may_see(actor, known[0]):
            raise _unknown(asset_tag)
        asset, origin = known
        return Unit(
            asset=asset,
            origin=origin,
            history=tuple(history_of(reader, asset.asset_tag)),
            may_change=actor.may(Permission.MANAGE_INVENTORY, asset.site_id),
        )


def sites_and_people(database: Database) -> tuple[dict[str, str], dict[str, str]]:
    """What a unit's site and custodian can be: names by code, of active ones only."""
    with database.read() as reader:
        found = places(reader)
    return (
        {site.site_id: site.name for site in found.of(Site)},
        {person.person_id: person.full_name for person in found.of(Person)},
    )


def _found(reader: Reader, actor: Actor, asset_tag: str) -> Asset:
    units = reader.find(Asset, "WHERE asset_tag = $it", it=_tag(asset_tag))
    if not units or not _may_see(actor, units[0]):
        raise _unknown(asset_tag)
    return units[0]


def _tag(typed: str) -> str:
    return typed.strip().upper()


def _unknown(asset_tag: str) -> NotFoundError:
    return NotFoundError(
        f"There is no unit with the tag {asset_tag}, or it is not yours to see. Check the tag."
    )


def _may_see(actor: Actor, asset: Asset) -> bool:
    return actor.may(Permission.SEE_INVENTORY, asset.site_id)


def _after(work: Work, actor: Actor, before: Asset, values: Mapping[str, Any], note: str) -> Asset:
    """The unit as it will be; refused in words where that cannot be."""
    if wrong := edit_problems(before, values, note):
        raise InvalidError(*wrong)
    after = edited(before, values)
    check_change(work, actor, before, after)
    if wrong := tuple(fund_problems(work, before, after, note)):
        raise InvalidError(*wrong)
    return after


def check_change(work: Work, actor: Actor, before: Asset, after: Asset) -> None:
    """Refuse a change that this person may not make, or that does not fit the other tables.

    Args:
        work: The transaction.
        actor: Who makes the change.
        before: The unit as it was; the same object as `after` for a new one.
        after: The unit as it will be.

    Raises:
        InvalidError: A site or custodian is not active, or the serial number is there already.
        NotAllowedError: The person may not change the inventory of one of the sites.
    """
    for site_id in (before.site_id, after.site_id):
        if not actor.may(Permission.MANAGE_INVENTORY, site_id):
            raise NotAllowedError(f"You may not {Permission.MANAGE_INVENTORY} of {site_id}.")
    wrong = (
        *_reference_problems(work, before, after),
        *back_in_stock_problems(work, before, after),
    )
    if wrong:
        raise InvalidError(*wrong)


def _reference_problems(work: Work, before: Asset, after: Asset) -> Iterator[Problem]:
    # What stays as it was is not asked about: a unit may be at a site that closed since.
    moved = after is before or after.site_id != before.site_id
    if moved and not work.find(Site, "WHERE site_id = $it AND active", it=after.site_id):
        yield Problem("site_id", "That site is not active. Pick another one.")
    given = after.custodian_id and (after is before or after.custodian_id != before.custodian_id)
    if given and not work.find(Person, "WHERE person_id = $it AND active", it=after.custodian_id):
        yield Problem("custodian_id", "That person is not active. Pick somebody else.")
    if after.serial and (after is before or unit_name(after) != unit_name(before)):
        other = taken_serials(work, [unit_name(after)]).get(unit_name(after))
        if other and other != after.asset_tag:
            words = f"Serial number {after.serial} is already in the inventory as {other}."
            yield Problem("serial", words)


def fund_problems(reader: Reader, before: Asset, after: Asset, note: str) -> Iterator[Problem]:
    """A move to a site that the unit's money is not for is made on purpose, with a reason."""
    if after.site_id == before.site_id or note.strip():
        return
    for fund in funds_of_unit(reader, before.asset_tag):
        if not is_for_site(fund, after.site_id):
            yield Problem(
                "note",
                f"{fund.name} paid for {before.asset_tag} and is not for that site. "
                "Ask the Business Office, then say why it moves.",
            )


def unit_name(asset: Asset) -> SerialOfModel:
    """What no two units may share: the model with the serial number, whatever their capitals."""
    return (asset.model or asset.description).lower(), asset.serial.lower()


def _write(  # noqa: PLR0913, PLR0917  # private
    work: Work, actor: Actor, before: Asset, after: Asset, note: str, now: datetime
) -> Asset:
    saved = work.update(after)
    came_back(work, before, after, now)
    changes = differences(before, after)
    note_event(
        work, actor, after.asset_tag, change_words(changes, change_names(work, changes), note), now
    )
    work.insert_all(
        TableEdit(
            table_name=Asset.TABLE.name,
            row_key=after.asset_tag,
            field=column.name,
            before=cell_text(column, old),
            after=cell_text(column, new),
            actor_id=actor.person_id,
            edited_at=now,
        )
        for column, (old, new) in changes.items()
    )
    return saved


def change_names(reader: Reader, changes: Mapping[Column, tuple[Any, Any]]) -> dict[str, str]:
    """Names of the sites and people that a change is about, by code."""
    wanted = {
        column.field.refers_to: [code for code in pair if code]
        for column, pair in changes.items()
        if column.field and column.field.refers_to
    }
    if not any(wanted.values()):
        return {}
    sites = reader.find(Site, "WHERE site_id = ANY($them)", them=wanted.get("site", []))
    people = reader.find(Person, "WHERE person_id = ANY($them)", them=wanted.get("person", []))
    return {
        **{site.site_id: site.name for site in sites},
        **{person.person_id: person.full_name for person in people},
    }


def note_event(work: Work, actor: Actor, asset_tag: str, what: str, now: datetime) -> None:
    """Write into a unit's history."""
    work.insert(
        AssetEvent(asset_tag=asset_tag, what=what, actor_id=actor.person_id, happened_at=now)
    )


def _newest(work: Work, asset: Asset) -> str:
    newest = next(iter(history_of(work, asset.asset_tag)), None)
    if newest is None:
        return "This unit was changed in another window."
    return f"In the meantime {newest['who']} changed it: {newest['what']}."
