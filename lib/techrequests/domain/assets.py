"""Inventory records: born when a unit is accepted, with where the money came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from techrequests.domain.fields import Field, Table


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
    """

    TABLE: ClassVar[Table] = Table(name="asset", key="asset_tag", label="Inventory")

    asset_tag: Annotated[
        str, Field(label="Asset tag", example="CV-104233", max_length=24, editable=False)
    ]
    description: Annotated[str, Field(label="Description", max_length=160, editable=False)]
    item_id: Annotated[
        str | None,
        Field(label="Standard item", refers_to="standard_item", optional=True, editable=False),
    ] = None
    category: Annotated[str, Field(label="Category", max_length=40, editable=False)]
    manufacturer: Annotated[str, Field(label="Manufacturer", max_length=60, optional=True)] = ""
    model: Annotated[str, Field(label="Model", max_length=80, optional=True)] = ""
    serial: Annotated[str, Field(label="Serial number", max_length=60, optional=True)] = ""
    status: Annotated[AssetStatus, Field(label="Status")] = AssetStatus.IN_STOCK
    condition: Annotated[Condition, Field(label="Condition")] = Condition.NEW
    site_id: Annotated[str, Field(label="Site", refers_to="site")]
    room: Annotated[str, Field(label="Room", example="112", max_length=40, optional=True)] = ""
    custodian_id: Annotated[
        str | None, Field(label="Custodian", refers_to="person", optional=True)
    ] = None
    cost_cents: Annotated[int, Field(label="Cost", minimum=0, editable=False)]
    fund_id: Annotated[
        str | None, Field(label="Fund", refers_to="fund", optional=True, editable=False)
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


def tag(number: int) -> str:
    """The text on the label of the unit with this running number."""
    return f"CV-{100_000 + number}"


def serials_from_text(text: str) -> tuple[str, ...]:
    """Serial numbers as typed, pasted or scanned, apart by lines, commas, semicolons or spaces."""
    return tuple(text.replace(",", " ").replace(";", " ").split())
