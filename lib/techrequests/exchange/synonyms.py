"""What other systems call the columns of our tables, besides our own labels and field names."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Words = Mapping[str, tuple[str, ...]]

_ACTIVE = ("enabled", "is active", "enabled user", "in use")
_ACCOUNT = (
    *_ACTIVE, "activated", "status", "account status", "user status", "employee status",
    "employment status", "account enabled", "login enabled", "payroll status", "user state",
)  # fmt: skip
_SWITCHED_OFF = (
    "inactive", "disabled", "deactivated", "suspended", "is suspended", "archived", "is archived",
    "locked", "is locked", "account locked", "account disabled", "blocked", "terminated", "deleted",
)  # fmt: skip
"""A column of other systems that says yes of whom ours says no."""

PEOPLE_ROWS = (
    "teachers", "teacher", "staffmember", "staff", "employee", "users", "user", "person", "faculty",
)  # fmt: skip
"""What each row of a table of people is called, in front of what a column holds."""

SITE_ROWS = ("schools", "school", "site", "building", "location", "org")
UNIT_ROWS = ("assets", "asset", "device", "annotated", "hardware")

PEOPLE: Words = MappingProxyType(
    {
        "person_id": (
            "employee number", "employee id", "employee no", "emp id", "staff id", "staff number",
            "person code", "user name", "username", "login", "sis id", "teacher number",
            "teacher id", "person id", "login id", "teacher login id", "user id",
            "school id number", "local id", "external id",
        ),
        "full_name": (
            "full name", "display name", "employee name", "staff name", "employee",
            "name full name",
        ),
        "given_name": ("given name", "first", "forename", "name given name", "legal first name"),
        "family_name": ("family name", "last", "surname", "name family name", "legal last name"),
        "email": (
            "mail", "email address", "e mail address", "work email", "staff email", "email addr",
            "primary email", "user email", "email id", "primary email address",
            "user principal name",
        ),
        "job_title": (
            "title", "position", "job", "role description", "job description", "employee title",
            "staff title", "job class", "organizations 0 title", "role name",
        ),
        "site_id": (
            "site code", "school", "school name", "school code", "building", "location", "campus",
            "work location", "site name", "building id", "building name", "school id",
            "home school id", "home school", "location name", "primary school", "organization",
            "homeschoolid", "site", "base location", "worksite",
        ),
        "supervisor_id": (
            "manager", "reports to", "supervisor email", "supervisor code", "supervisor name",
            "principal", "evaluator", "manager email", "manager name", "manager username",
            "supervisor id", "principal email", "reports to email", "manager id",
        ),
        "active": _ACCOUNT,
        "switched_off": _SWITCHED_OFF,
        "left_on": (
            "termination date", "term date", "terminated on", "exit date", "separation date",
            "last day", "last day worked", "end date", "employment end date", "leave date",
        ),
        "last_first": ("last first", "lastfirst", "name last first", "last name first name"),
    }
)  # fmt: skip

ROLES: Words = MappingProxyType(
    {
        "grant_id": ("grant",),
        "person_id": (
            "user", "employee", "email", "e mail", "person code", "user email", "username",
            "user name",
        ),
        "site_id": ("school", "building", "location", "site code"),
        "starts_on": ("starts", "start date", "from date", "begins"),
        "ends_on": ("ends", "end date", "to", "until date", "expires"),
    }
)  # fmt: skip

SITES: Words = MappingProxyType(
    {
        "site_id": (
            "site", "site code", "school code", "building code", "abbreviation", "short name",
            "school id", "school number", "location code", "location id", "building id", "org id",
            "identifier",
        ),
        "name": (
            "site name", "school", "school name", "building", "building name", "campus",
            "location name", "location", "organization", "org name",
        ),
        "kind": (
            "type", "school type", "level", "school level", "org type", "location type",
            "site type", "building type",
        ),
        "address": ("street", "street address"),
        "phone": ("telephone", "phone number", "main phone"),
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
)  # fmt: skip

CATALOGUE: Words = MappingProxyType(
    {
        "item_id": (
            "item", "item code", "sku", "item number", "product code", "part number", "model id",
        ),
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
)  # fmt: skip

VENDORS: Words = MappingProxyType(
    {
        "vendor_id": (
            "vendor", "vendor code", "vendor number", "vendor no", "supplier number",
            "supplier code", "supplier id", "vendor id",
        ),
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
        "fund_id": ("fund", "fund code", "funding source code"),
        "name": ("fund name", "description", "title", "program", "funding source"),
        "account_code": ("account", "account number", "gl code", "budget code", "account no"),
        "fiscal_year": ("year", "fy", "school year"),
        "starts_on": ("starts", "start date", "begins", "from"),
        "ends_on": ("ends", "end date", "until", "obligation deadline", "to"),
        "budget_cents": ("amount", "budget amount", "allocation", "award amount", "budgeted"),
        "categories": ("categories", "allowed categories"),
        "sites": ("sites", "schools", "buildings"),
        "award_number": ("award number", "federal award number", "grant number"),
        "notes": ("note", "remarks", "comment", "comments"),
        "closed": ("status",),
    }
)  # fmt: skip

INVENTORY: Words = MappingProxyType(
    {
        "asset_tag": (
            "tag", "asset", "asset number", "asset id", "barcode", "inventory number",
            "annotated asset id", "asset no", "tag number", "property tag", "barcode number",
            "inventory tag",
        ),
        "description": (
            "item", "item description", "asset description", "name", "device", "item name",
            "asset name", "device name", "model description", "product", "product name",
        ),
        "item_id": ("standard", "item code", "sku"),
        "category": (
            "type", "asset type", "device type", "asset category", "device category",
            "model category", "category name", "asset type name",
        ),
        "manufacturer": ("brand", "make", "maker", "model manufacturer", "vendor brand"),
        "model": ("model name", "model number"),
        "serial": (
            "serial", "serial no", "sn", "service tag", "serial num", "device serial number",
            "serialnumber",
        ),
        "status": (
            "state", "asset status", "device status", "status label", "status name",
            "asset status type",
        ),
        "site_id": (
            "school", "building", "location", "campus", "site code", "site name", "location name",
            "annotated location", "default location", "school name", "building name",
            "current location",
        ),
        "room": (
            "room number", "room no", "classroom", "room name", "location room", "location details",
        ),
        "custodian_id": (
            "assigned to", "owner", "user", "assigned user", "holder", "owner email",
            "assigned to email", "checked out to", "owner name", "assigned user email",
            "custodian email", "email", "username", "full name",
        ),
        "cost_cents": (
            "price", "purchase price", "unit price", "purchase cost", "purchased price",
            "unit cost", "acquisition cost", "original cost", "amount",
        ),
        "acquired_on": (
            "purchase date", "purchased", "acquisition date", "date acquired", "purchased date",
            "acquired date", "date purchased", "order date", "received date",
        ),
    }
)  # fmt: skip
