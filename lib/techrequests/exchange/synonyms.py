"""What other systems call the columns of our tables, besides our own labels and field names."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Words = Mapping[str, tuple[str, ...]]

_ACTIVE = ("enabled", "is active", "enabled user", "in use")

PEOPLE: Words = MappingProxyType(
    {
        "person_id": (
            "employee number", "employee id", "employee no", "emp id", "staff id", "staff number",
            "person code", "user name", "username", "login", "sis id",
        ),
        "full_name": ("full name", "display name", "employee name", "staff name", "employee"),
        "given_name": ("given name", "first", "forename"),
        "family_name": ("family name", "last", "surname"),
        "email": ("mail", "email address", "e mail address", "work email", "staff email"),
        "job_title": ("title", "position", "job", "role description", "job description"),
        "site_id": (
            "site code", "school", "school name", "school code", "building", "location", "campus",
            "work location", "site name",
        ),
        "supervisor_id": (
            "manager", "reports to", "supervisor email", "supervisor code", "supervisor name",
            "principal", "evaluator",
        ),
        "active": _ACTIVE,
    }
)  # fmt: skip

ROLES: Words = MappingProxyType(
    {
        "grant_id": ("grant",),
        "person_id": ("user", "employee", "email", "e mail", "person code"),
        "site_id": ("school", "building", "location", "site code"),
        "starts_on": ("starts", "start date", "from date", "begins"),
        "ends_on": ("ends", "end date", "to", "until date", "expires"),
    }
)

SITES: Words = MappingProxyType(
    {
        "site_id": (
            "site", "site code", "school code", "building code", "abbreviation", "short name",
            "school id", "school number", "location code",
        ),
        "name": ("site name", "school", "school name", "building", "building name", "campus"),
        "kind": ("type", "school type", "level", "school level"),
        "address": ("street", "street address", "location"),
        "phone": ("telephone", "phone number"),
        "active": _ACTIVE,
    }
)  # fmt: skip

ROUTING: Words = MappingProxyType(
    {
        "rule_id": ("rule", "rule code"),
        "position": ("order", "priority", "rank"),
        "site_id": ("school", "building", "site code"),
        "reviewer_id": ("reviewer email", "assigned to", "technician"),
        "active": _ACTIVE,
    }
)

CATALOGUE: Words = MappingProxyType(
    {
        "item_id": ("item", "item code", "sku", "item number", "product code", "part number"),
        "name": ("item name", "product", "product name", "description", "title"),
        "manufacturer": ("brand", "make", "maker"),
        "model": ("model name", "model number"),
        "unit_price_cents": ("price", "cost", "unit cost", "msrp", "list price"),
        "lead_time_days": ("lead time", "lead days", "delivery days"),
        "replacement_years": ("replacement", "life", "useful life", "life years", "cycle"),
        "tracked": ("track", "asset tagged", "inventory", "tagged"),
        "notes": ("note", "remarks", "comment", "comments"),
        "active": _ACTIVE,
    }
)

VENDORS: Words = MappingProxyType(
    {
        "vendor_id": ("vendor", "vendor code", "vendor number", "vendor no", "supplier number"),
        "name": ("vendor name", "supplier", "supplier name", "company", "company name"),
        "contact_name": ("contact name", "contact person", "representative", "rep"),
        "email": ("mail", "email address", "contact email", "sales email"),
        "phone": ("telephone", "phone number", "contact phone"),
        "contract_number": ("contract", "contract no", "agreement", "bid number"),
        "contract_ends_on": (
            "contract end", "contract end date", "contract expires", "expires", "expiration",
        ),
        "active": _ACTIVE,
    }
)  # fmt: skip

FUNDS: Words = MappingProxyType(
    {
        "fund_id": ("fund", "fund code"),
        "name": ("fund name", "description", "title", "program"),
        "account_code": ("account", "account number", "gl code", "budget code", "account no"),
        "fiscal_year": ("year", "fy", "school year"),
        "starts_on": ("starts", "start date", "begins", "from"),
        "ends_on": ("ends", "end date", "until", "obligation deadline", "to"),
        "budget_cents": ("amount", "budget amount", "allocation", "award amount", "budgeted"),
        "categories": ("categories", "allowed categories"),
        "sites": ("sites", "schools", "buildings"),
        "award_number": ("award number", "federal award number", "grant number"),
        "notes": ("note", "remarks", "comment", "comments"),
    }
)

INVENTORY: Words = MappingProxyType(
    {
        "asset_tag": ("tag", "asset", "asset number", "asset id", "barcode", "inventory number"),
        "description": ("item", "item description", "asset description", "name", "device"),
        "item_id": ("standard", "item code", "sku"),
        "category": ("type", "asset type", "device type"),
        "manufacturer": ("brand", "make", "maker"),
        "model": ("model name", "model number"),
        "serial": ("serial", "serial no", "sn", "service tag"),
        "status": ("state", "asset status"),
        "site_id": ("school", "building", "location", "campus", "site code", "site name"),
        "room": ("room number", "room no", "classroom"),
        "custodian_id": ("assigned to", "owner", "user", "assigned user", "holder"),
        "cost_cents": ("price", "purchase price", "unit price", "purchase cost"),
        "acquired_on": ("purchase date", "purchased", "acquisition date", "date acquired"),
    }
)
