"""Units that the district already had come into the inventory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from techrequests.domain.assets import Asset
from techrequests.domain.catalogue import Category, StandardItem
from techrequests.domain.errors import InvalidError, Problem
from techrequests.domain.fields import problems
from techrequests.services.inventory import check_change, note_event
from techrequests.store.inventory import new_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database, Reader, Work

TYPED = (
    "description",
    "category",
    "item_id",
    "manufacturer",
    "model",
    "serial",
    "status",
    "condition",
    "site_id",
    "room",
    "custodian_id",
    "cost_cents",
    "acquired_on",
)
"""What is typed about a unit that the district already had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAsked:
    """A unit that the district already had.

    Attributes:
        key: Made with the form, so that a double click adds one unit.
        asset_tag: The label that is on it; empty takes the next free number.
        values: The fields named in `TYPED`; what a standard item says may be left out.
    """

    key: str
    asset_tag: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def add_asset(database: Database, actor: Actor, asked: AddAsked, *, now: datetime) -> Asset:
    """Put a unit that the district already had into the inventory; no fund is named for it.

    Raises:
        InvalidError: A value is missing or wrong, or the tag or serial number is there already.
        NotAllowedError: The person may not change the inventory of this site.
    """
    with database.write() as work:
        if made := work.made_before(asked.key):
            return work.get(Asset, made)
        values = {**_item_values(work, asked.values), **_filled(asked.values)}
        asset_tag = asked.asset_tag.strip().upper()
        wrong = (*_typed_problems(values, now), *_tag_problems(work, asset_tag))
        if wrong:
            raise InvalidError(*wrong)
        asset = Asset(asset_tag=asset_tag or new_tags(work, 1)[0], **values)
        check_change(work, actor, asset, asset)
        work.insert(asset)
        note_event(work, actor, asset.asset_tag, "Added to the inventory", now)
        work.made(asked.key, asset.asset_tag, now)
        return replace(asset, version=1)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    typed = {name: values[name] for name in TYPED if name in values}
    stripped = {
        name: value.strip() if type(value) is str else value for name, value in typed.items()
    }
    return {name: value for name, value in stripped.items() if value not in (None, "")}


def _item_values(reader: Reader, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the standards catalogue says about a unit."""
    if not values.get("item_id"):
        return {}
    item = reader.get(StandardItem, str(values["item_id"]))
    return {
        "description": item.name,
        "category": str(item.category),
        "manufacturer": item.manufacturer,
        "model": item.model,
        "cost_cents": item.unit_price_cents,
    }


def _typed_problems(values: Mapping[str, Any], now: datetime) -> Iterator[Problem]:
    needed = ("description", "category", "site_id", "cost_cents", "acquired_on")
    yield from problems(Asset, {**dict.fromkeys(needed), **values})
    if values.get("category") and values["category"] not in set(Category):
        yield Problem("category", f"“Category” must be one of: {', '.join(Category)}.")
    if values.get("acquired_on") and values["acquired_on"] > now.date():
        yield Problem("acquired_on", "“Acquired” is in the future: pick the day it came.")


def _tag_problems(work: Work, asset_tag: str) -> Iterator[Problem]:
    if not asset_tag:
        return
    yield from problems(Asset, {"asset_tag": asset_tag})
    if work.find(Asset, "WHERE asset_tag = $it", it=asset_tag):
        yield Problem("asset_tag", f"{asset_tag} is in the inventory already. Check the label.")
