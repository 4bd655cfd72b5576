"""The inventory: its table, the units of a request, and the history of a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.assets import Asset, AssetStatus, tag
from techrequests.domain.catalogue import Category, Person, Site
from techrequests.domain.fields import Kind
from techrequests.domain.funds import Fund
from techrequests.store.listings import ListColumn, ListFilter, Listing
from techrequests.store.rows import columns_of
from techrequests.store.union_query import Part

if TYPE_CHECKING:
    from techrequests.store.database import Reader, Work
    from techrequests.store.union_query import Found

_HISTORY = """
    SELECT e.happened_at, e.what, p.full_name AS who
    FROM asset_event e JOIN doer p ON p.person_id = e.actor_id
    WHERE e.asset_tag = $asset_tag ORDER BY e.asset_event_no DESC
"""

# One row per asset with where it came from; empty where it was not bought with the product.
_UNIT = f"""
    SELECT {columns_of(Asset, "a")},
           s.name AS site, f.name AS fund, f.award_number, t.title AS request_title,
           c.full_name AS custodian, o.order_number, v.name AS vendor,
           r.received_at, q.full_name AS received_by, i.replacement_years
    FROM asset a
    LEFT JOIN site s ON s.site_id = a.site_id
    LEFT JOIN fund f ON f.fund_id = a.fund_id
    LEFT JOIN tech_request t ON t.request_id = a.request_id
    LEFT JOIN person c ON c.person_id = a.custodian_id
    LEFT JOIN order_line l ON l.order_line_id = a.order_line_id
    LEFT JOIN purchase_order o ON o.order_id = l.order_id
    LEFT JOIN vendor v ON v.vendor_id = o.vendor_id
    LEFT JOIN receipt r ON r.receipt_id = a.receipt_id
    LEFT JOIN person q ON q.person_id = r.received_by_id
    LEFT JOIN standard_item i ON i.item_id = a.item_id
    WHERE a.asset_tag = $asset_tag
"""  # noqa: S608  # names from code

_PLACES = (
    Part(Site, "WHERE active", ("name",)),
    Part(Person, "WHERE active", ("full_name",)),
)

# As `Work.next_number` does it, for a whole delivery at once.
_TAKE_NUMBERS = """
    INSERT INTO counter (name, last) VALUES ('asset', $missing)
    ON CONFLICT (name) DO UPDATE SET last = counter.last + $missing RETURNING last
"""

OF_A_REQUEST = """(request_id = $request_id OR asset_tag IN (
    SELECT asset_tag FROM spare_use WHERE request_id = $request_id AND freed_at IS NULL
))"""
"""SQL for whether a unit came with a request, or is kept for it instead of a purchase."""

_SITES = "SELECT site_id, name FROM site ORDER BY name"
_FUNDS = """
    SELECT fund_id, name FROM fund
    WHERE fund_id IN (SELECT fund_id FROM asset) ORDER BY fiscal_year DESC, name
"""

# One row per unit where this person may see the inventory.
INVENTORY = Listing(
    name="inventory",
    title="Inventory",
    source="asset a LEFT JOIN person c ON c.person_id = a.custodian_id",
    joins="JOIN site s ON s.site_id = a.site_id LEFT JOIN fund f ON f.fund_id = a.fund_id",
    key="asset_tag",
    columns=(
        ListColumn(name="asset_tag", label="Asset tag", sql="a.asset_tag"),
        ListColumn(name="description", label="Description", sql="a.description"),
        ListColumn(name="serial", label="Serial number", sql="a.serial"),
        ListColumn(name="status", label="Status", sql="a.status"),
        ListColumn(name="site", label="Site", sql="s.name"),
        ListColumn(name="room", label="Room", sql="a.room"),
        ListColumn(name="custodian", label="Custodian", sql="c.full_name"),
        ListColumn(name="manufacturer", label="Manufacturer", sql="a.manufacturer", aside=True),
        ListColumn(name="model", label="Model", sql="a.model"),
        ListColumn(name="condition", label="Condition", sql="a.condition"),
        ListColumn(name="cost_cents", label="Cost", sql="a.cost_cents", kind=Kind.MONEY),
        ListColumn(name="fund", label="Fund", sql="f.name"),
        ListColumn(name="fund_shares", label="Paid by", sql="a.fund_shares"),
        ListColumn(name="acquired_on", label="Acquired", sql="a.acquired_on", kind=Kind.DATE),
        ListColumn(name="request_id", label="Request", sql="a.request_id"),
    ),
    search=(
        "a.asset_tag",
        "a.serial",
        "a.description",
        "a.model",
        "a.room",
        "a.request_id",
        "c.full_name",
    ),
    filters=(
        ListFilter(name="status", label="Status", sql="a.status", choices=tuple(AssetStatus)),
        ListFilter(name="site", label="Site", sql="a.site_id", options_sql=_SITES),
        ListFilter(name="category", label="Category", sql="a.category", choices=tuple(Category)),
        ListFilter(name="fund", label="Fund", sql="a.fund_id", options_sql=_FUNDS),
    ),
    where="($everywhere OR a.site_id = ANY($sites))",
    order="asset_tag",
    descending=True,
)


def assets_of_request(reader: Reader, request_id: str) -> list[Asset]:
    """The units that came with a request, or are kept for it, by tag."""
    where = f"WHERE {OF_A_REQUEST} ORDER BY asset_tag"
    return reader.find(Asset, where, request_id=request_id)


def history_of(reader: Reader, asset_tag: str) -> list[dict[str, Any]]:
    """What happened to a unit, newest first: happened_at, what, who."""
    return reader.rows(_HISTORY, asset_tag=asset_tag)


def unit_with_origin(reader: Reader, asset_tag: str) -> tuple[Asset, dict[str, Any]] | None:
    """A unit with the names around it and where it came from, or None when there is none.

    Returns:
        The unit, and None for what is not known of: site, fund, award_number, request_title,
        custodian, order_number, vendor, received_at, received_by, replacement_years.
    """
    return next(iter(reader.find_beside(Asset, _UNIT, asset_tag=asset_tag)), None)


def places(reader: Reader) -> Found:
    """Where a unit can be: active sites and active people, by name, in one statement."""
    return reader.together(*_PLACES)


def funds_of_unit(reader: Reader, asset_tag: str) -> list[Fund]:
    """Every fund that paid a part of a unit."""
    where = """
        WHERE fund_id IN (
            SELECT fund_id FROM asset WHERE asset_tag = $asset_tag
            UNION
            SELECT e.fund_id FROM asset a
            JOIN order_line l ON l.order_line_id = a.order_line_id
            JOIN ledger_entry e ON e.line_id = l.line_id AND e.order_id = l.order_id
            WHERE a.asset_tag = $asset_tag
        ) ORDER BY name
    """
    return reader.find(Fund, where, asset_tag=asset_tag)


def new_tags(work: Work, count: int) -> list[str]:
    """So many asset tags that no unit has; labels that were typed in by hand are passed over."""
    tags: list[str] = []
    while missing := count - len(tags):
        last = work.value(_TAKE_NUMBERS, missing=missing)
        wanted = [tag(number) for number in range(last - missing + 1, last + 1)]
        rows = work.rows(
            "SELECT asset_tag FROM asset WHERE asset_tag = ANY($wanted)", wanted=wanted
        )
        used = {row["asset_tag"] for row in rows}
        tags += [one for one in wanted if one not in used]
    return tags
