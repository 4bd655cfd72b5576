"""A small district: its schools, its people and their roles, what it buys, and its funds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from techrequests.domain.calendar import fiscal_year
from techrequests.domain.catalogue import (
    EVERY_CATEGORY,
    EVERY_SITE,
    Category,
    Person,
    RoutingRule,
    Site,
    SiteKind,
    StandardItem,
    Vendor,
)
from techrequests.domain.funds import Control, Fund
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.domain.policy import Role, RoleGrant
from techrequests.services.posting import post

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from techrequests.domain.fields import Record
    from techrequests.store.database import Database

SITES = (
    Site(site_id="DO", name="District Office", kind=SiteKind.OFFICE),
    Site(site_id="LHS", name="Lincoln High School", kind=SiteKind.HIGH),
    Site(site_id="WES", name="Washington Elementary", kind=SiteKind.ELEMENTARY),
)

# Code, name, job, site, supervisor.
_STAFF = (
    ("sue", "Sue Park", "Superintendent", "DO", None),
    ("pia", "Pia Lang", "Principal", "LHS", "sue"),
    ("wanda", "Wanda Ortiz", "Principal", "WES", "sue"),
    ("tina", "Tina Cho", "Teacher", "LHS", "pia"),
    ("tom", "Tom Berg", "Teacher", "LHS", "pia"),
    ("will", "Will Reyes", "Teacher", "WES", "wanda"),
    ("rita", "Rita Moss", "Technology specialist", "DO", "sue"),
    ("rob", "Rob Silva", "Technology specialist", "DO", "sue"),
    ("bea", "Bea Stone", "Business manager", "DO", "sue"),
    ("ben", "Ben Frost", "Accountant", "DO", "bea"),
    ("lea", "Lea Novak", "Assistant superintendent", "DO", "sue"),
    ("ada", "Ada Wynn", "Technology director", "DO", "sue"),
)

PEOPLE = tuple(
    Person(
        person_id=code,
        full_name=name,
        email=f"{code}@district.example",
        job_title=job,
        site_id=site,
        supervisor_id=supervisor,
    )
    for code, name, job, site, supervisor in _STAFF
)

_HELD = (
    ("sue", Role.APPROVER, EVERY_SITE),
    ("pia", Role.APPROVER, "LHS"),
    ("wanda", Role.APPROVER, "WES"),
    ("rita", Role.REVIEWER, EVERY_SITE),
    ("rita", Role.TECHNICIAN, EVERY_SITE),
    ("rob", Role.REVIEWER, EVERY_SITE),
    ("rob", Role.TECHNICIAN, EVERY_SITE),
    ("bea", Role.BUSINESS_MANAGER, EVERY_SITE),
    ("ben", Role.BUSINESS_OFFICE, EVERY_SITE),
    ("lea", Role.LEADERSHIP, EVERY_SITE),
    ("ada", Role.ADMINISTRATOR, EVERY_SITE),
)

GRANTED = tuple(
    RoleGrant(grant_id=f"{who}-{role}-{site}", person_id=who, role=role, site_id=site)
    for who, role, site in _HELD
)

# Computers at LHS are Rita's; everything else goes to whichever of the two has less to do.
RULES = (
    RoutingRule(
        rule_id="R10", position=10, site_id="LHS", category=Category.COMPUTERS, reviewer_id="rita"
    ),
    RoutingRule(
        rule_id="R20a",
        position=20,
        site_id=EVERY_SITE,
        category=EVERY_CATEGORY,
        reviewer_id="rita",
    ),
    RoutingRule(
        rule_id="R20b", position=20, site_id=EVERY_SITE, category=EVERY_CATEGORY, reviewer_id="rob"
    ),
)

LAPTOP = StandardItem(
    item_id="LAP-TEACHER",
    name="Teacher laptop 14 in",
    category=Category.COMPUTERS,
    manufacturer="Lenovo",
    model="ThinkPad L14",
    unit_price_cents=899_00,
    lead_time_days=21,
    replacement_years=5,
)
CHROMEBOOK = StandardItem(
    item_id="CB-STUDENT",
    name="Student Chromebook",
    category=Category.COMPUTERS,
    manufacturer="Acer",
    model="Spin 512",
    unit_price_cents=459_00,
    lead_time_days=14,
    replacement_years=4,
)
DISPLAY = StandardItem(
    item_id="DISP-75",
    name="Classroom display 75 in",
    category=Category.DISPLAYS,
    manufacturer="ViewSonic",
    model="IFP7550",
    unit_price_cents=2_199_00,
    lead_time_days=45,
    replacement_years=8,
)
HEADSET = StandardItem(
    item_id="HEADSET",
    name="Classroom headset",
    category=Category.ACCESSORIES,
    manufacturer="Logitech",
    model="H390",
    unit_price_cents=24_50,
    lead_time_days=7,
    tracked=False,
)
ITEMS = (LAPTOP, CHROMEBOOK, DISPLAY, HEADSET)

VENDORS = (
    Vendor(vendor_id="NORTHWIND", name="Northwind School Supply", email="sales@northwind.example"),
    Vendor(
        vendor_id="BLUERIDGE",
        name="Blue Ridge Computers",
        email="quotes@blueridge.example",
        contract_number="ESC-2025-114",
        contract_ends_on=date(2027, 6, 30),
    ),
)


def a_fund(**said: Any) -> Fund:  # noqa: ANN401  # any field of a fund
    """A fund of fiscal year 2027 that pays for everything everywhere."""
    usual: dict[str, Any] = {
        "fund_id": "GEN-27",
        "name": "General fund 2026-27",
        "account_code": "10-000-200-600",
        "fiscal_year": 2027,
        "starts_on": date(2026, 7, 1),
        "ends_on": date(2027, 6, 30),
    }
    return Fund(**{**usual, **said})


FUNDS = (
    a_fund(),
    a_fund(
        fund_id="T1A-27",
        name="Title I-A 2026-27",
        account_code="20-231-200-600",
        sites="WES",
        categories="computers, assistive technology",
        reserve_control=Control.STOP,
        award_number="S010A260001",
        rule="Supplements what Title I pupils get; never replaces it.",
    ),
    a_fund(
        fund_id="LEVY-27",
        name="Technology levy 2026-27",
        account_code="21-000-200-600",
        reserve_control=Control.STOP,
    ),
)

BUDGET_CENTS: Mapping[str, int] = {
    "GEN-27": 50_000_00,
    "T1A-27": 20_000_00,
    "LEVY-27": 1_000_00,
}
"""What each fund starts with, US cents."""


def funds_around(today: date) -> tuple[Fund, ...]:
    """The same funds as they can be ordered from on any day, and some time before and after."""
    return tuple(
        replace(
            fund,
            fiscal_year=fiscal_year(today),
            starts_on=today - timedelta(days=90),
            ends_on=today + timedelta(days=270),
        )
        for fund in FUNDS
    )


def settle(database: Database, funds: Iterable[Fund] = FUNDS) -> None:
    """Write the small district into a migrated database."""
    everything: tuple[Record, ...] = (
        *SITES,
        *PEOPLE,
        *GRANTED,
        *RULES,
        *ITEMS,
        *VENDORS,
        *funds,
    )
    with database.write() as work:
        work.insert_all(everything)
        post(
            work,
            (
                Entry(
                    fund_id=fund_id,
                    kind=EntryKind.BUDGET,
                    amount_cents=cents,
                    actor_id="bea",
                    posted_at=datetime(2026, 7, 1, 12, tzinfo=UTC),
                    why="Adopted budget.",
                )
                for fund_id, cents in BUDGET_CENTS.items()
            ),
        )
