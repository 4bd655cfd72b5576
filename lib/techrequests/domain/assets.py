"""Inventory records: born when a unit is accepted, with where the money came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from techrequests.domain.errors import Problem
from techrequests.domain.fields import Field, Table, problems, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.fields import Column


class AssetStatus(StrEnum):
    """Where a unit is in its life."""

    IN_STOCK = "in stock"
    ASSIGNED = "assigned"
    DEPLOYED = "deployed"
    IN_REPAIR = "in repair"
    LOST = "lost or stolen"
    RETIRED = "retired"


class Condition(StrEnum):
    """What state a unit is in."""

    NEW = "new"
    GOOD = "good"
    WORN = "worn"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One inventoried unit.

    Attributes:
        receipt_id: The delivery it came with; None for what the district already had.
        cost_cents: Its order price, US cents; shipping is not part of it.
        fund_id: The fund that paid the largest part of its line; None for what was there before.
        fund_shares: Each fund's share of its line, as it was ordered.
    """

    TABLE: ClassVar[Table] = Table(name="asset", key="asset_tag", label="Inventory")

    asset_tag: Annotated[
        str, Field(label="Asset tag", code=True, example="A-104233", max_length=24, editable=False)
    ]
    description: Annotated[str, Field(label="Description", max_length=160, editable=False)]
    item_id: Annotated[
        str | None,
        Field(label="Standard item", refers_to="standard_item", optional=True, editable=False),
    ] = None
    category: Annotated[str, Field(label="Category", max_length=40, editable=False)]
    manufacturer: Annotated[
        str, Field(label="Manufacturer", max_length=60, optional=True, from_sheet=False)
    ] = ""
    model: Annotated[
        str, Field(label="Model", code=True, max_length=80, optional=True, from_sheet=False)
    ] = ""
    serial: Annotated[
        str, Field(label="Serial number", code=True, max_length=60, optional=True, from_sheet=False)
    ] = ""
    status: Annotated[AssetStatus, Field(label="Status", from_sheet=False)] = AssetStatus.IN_STOCK
    condition: Annotated[Condition, Field(label="Condition")] = Condition.NEW
    site_id: Annotated[str, Field(label="Site", refers_to="site")]
    room: Annotated[
        str, Field(label="Room", code=True, example="112", max_length=40, optional=True)
    ] = ""
    custodian_id: Annotated[
        str | None, Field(label="Custodian", refers_to="person", optional=True)
    ] = None
    cost_cents: Annotated[int, Field(label="Cost", minimum=0, editable=False)]
    fund_id: Annotated[
        str | None, Field(label="Fund", refers_to="fund", optional=True, editable=False)
    ] = None
    fund_shares: Annotated[
        str | None, Field(label="Paid by", max_length=400, optional=True, editable=False)
    ] = None
    acquired_on: Annotated[date, Field(label="Acquired", editable=False)]
    request_id: Annotated[
        str | None, Field(label="Request", optional=True, max_length=24, editable=False)
    ] = None
    receipt_id: str | None = None
    order_line_id: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetEvent:
    """Something that happened to a unit; written once, never changed."""

    TABLE: ClassVar[Table] = Table(name="asset_event", key="asset_event_no")

    asset_tag: str
    what: str
    actor_id: str
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SpareUse:
    """A unit in stock that is kept for a request, so that nothing has to be bought for it.

    Attributes:
        freed_at: When it went back into the stock, because the request ended without it.
    """

    TABLE: ClassVar[Table] = Table(name="spare_use", key="spare_use_id")

    spare_use_id: str
    request_id: str
    asset_tag: str
    kept_by_id: str
    kept_at: datetime
    freed_at: datetime | None = None
    version: int = 0


TAG_PREFIX = "A-"
"""What the labels of this product begin with; a district with labels of its own changes it here."""


def tag(number: int) -> str:
    """The text on the label of the unit with this running number."""
    return f"{TAG_PREFIX}{100_000 + number}"


def serials_from_text(text: str) -> tuple[str, ...]:
    """Serial numbers as typed, pasted or scanned, apart by lines, commas, semicolons or spaces."""
    return tuple(text.replace(",", " ").replace(";", " ").split())


NEEDS_REASON = {
    AssetStatus.LOST: "Say what happened to it and when, with the report number if there is one.",
    AssetStatus.RETIRED: "Say where it went and when: sold, to whom and for how much, or recycled.",
}
"""What an auditor will ask when a unit is gone (2 CFR 200.313 d), by its new status."""


def edit_problems(asset: Asset, values: Mapping[str, Any], note: str) -> tuple[Problem, ...]:
    """Why a unit cannot get these values, in words."""
    known = {column.name: column for column in shown(Asset) if _may_be_edited(column)}
    found = [
        Problem(name, f"“{name}” cannot be changed here.") for name in values if name not in known
    ]
    found += problems(Asset, dict(values))
    status = values.get("status", asset.status)
    if status != asset.status and not note.strip() and status in NEEDS_REASON:
        found.append(Problem("note", NEEDS_REASON[AssetStatus(status)]))
    return tuple(found)


def edited(asset: Asset, values: Mapping[str, Any]) -> Asset:
    """The unit with values that `edit_problems` let pass.

    Retired, it has no custodian any more; at another site, neither its old room nor its old
    custodian.
    """
    columns = {column.name: column for column in shown(Asset)}
    changed = replace(asset, **{name: _clean(columns[name], it) for name, it in values.items()})
    if changed.status is AssetStatus.RETIRED and asset.status is not AssetStatus.RETIRED:
        return replace(changed, custodian_id=None)
    if changed.site_id != asset.site_id:
        left = {"room": "", "custodian_id": None}
        stays = {name: it for name, it in left.items() if not values.get(name)}
        return replace(changed, **stays)  # type: ignore[arg-type]  # by name
    return changed


def differences(before: Asset, after: Asset) -> dict[Column, tuple[Any, Any]]:
    """The fields in which two states of a unit differ: the old and the new value."""
    pairs = {
        column: (getattr(before, column.name), getattr(after, column.name))
        for column in shown(Asset)
    }
    return {column: (old, new) for column, (old, new) in pairs.items() if old != new}


def change_words(
    changes: Mapping[Column, tuple[Any, Any]], words: Mapping[str, str], note: str
) -> str:
    """What changed, as its history says it: `Room: 112 → 114. Moved for the summer`.

    Args:
        changes: From `differences`.
        words: Names of sites and people by code.
        note: Why; may be empty.
    """
    parts = [
        f"{column.field.label if column.field else column.name}: "
        f"{words.get(str(old), str(old or 'none'))} → {words.get(str(new), str(new or 'none'))}"
        for column, (old, new) in changes.items()
    ]
    return ". ".join(filter(None, ("; ".join(parts), note.strip())))


def _may_be_edited(column: Column) -> bool:
    return column.field is not None and column.field.editable


def _clean(column: Column, value: Any) -> Any:  # noqa: ANN401  # a field may hold any type
    if column.choices:
        return column.python_type(value)
    if column.python_type is str and isinstance(value, str):
        return value.strip() or (None if column.nullable else "")
    return value
