"""Who may do what: one table, read by the menu, pages, buttons, services and queries alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, ClassVar

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.fields import Field, Table

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(StrEnum):
    """A job in the process, held for one site or for all; everybody on the staff has STAFF."""

    STAFF = "staff"
    REVIEWER = "reviewer"
    TECHNICIAN = "technician"
    APPROVER = "approver"
    BUSINESS_OFFICE = "business office"
    BUSINESS_MANAGER = "business manager"
    LEADERSHIP = "leadership"
    ADMINISTRATOR = "administrator"
    SCHEDULE = "schedule"
    """The product itself when it acts by the calendar; never granted to a person."""
    SHEET = "sheet"
    """Whoever types into a linked Google Sheet; never granted to a person."""


class Permission(StrEnum):
    """Something a person may be trusted to do; reads on after “You may not …”."""

    SUBMIT_REQUESTS = "submit requests"
    SEE_REQUESTS = "see other people's requests"
    SEE_INTERNAL_NOTES = "see internal notes"
    REVIEW_REQUESTS = "review requests"
    ASSIGN_WORK = "assign requests to people"
    DECIDE_REQUESTS = "approve or deny requests"
    MANAGE_QUOTES = "ask for and choose quotes"
    SEE_FUNDS = "see funds and their balances"
    ALLOCATE_FUNDS = "pay requests from funds"
    EDIT_FUNDS = "edit the fund table"
    OVERRIDE_FUND_LIMITS = "go over a fund's limit"
    PLACE_ORDERS = "place orders and record invoices"
    RECEIVE_GOODS = "receive goods"
    SEE_INVENTORY = "see the inventory"
    MANAGE_INVENTORY = "change inventory records"
    DEPLOY_DEVICES = "deploy devices"
    SEE_DASHBOARDS = "see the dashboards"
    OVERSEE = "see what is late on Today"
    EDIT_DIRECTORY = "edit people, sites and routing"
    EDIT_CATALOGUE = "edit the standards catalogue and vendors"
    SEE_AUDIT = "see the audit trail"
    LINK_SHEETS = "link Google Sheets"
    RUN_SCHEDULE = "act by the calendar"


_STAFF = frozenset({Permission.SUBMIT_REQUESTS})
_TECHNICIAN = _STAFF | {
    Permission.SEE_REQUESTS,
    Permission.SEE_INTERNAL_NOTES,
    Permission.RECEIVE_GOODS,
    Permission.SEE_INVENTORY,
    Permission.MANAGE_INVENTORY,
    Permission.DEPLOY_DEVICES,
}
_BUSINESS_OFFICE = _STAFF | {
    Permission.SEE_REQUESTS,
    Permission.SEE_INTERNAL_NOTES,
    Permission.SEE_FUNDS,
    Permission.ALLOCATE_FUNDS,
    Permission.EDIT_FUNDS,
    Permission.PLACE_ORDERS,
    Permission.SEE_INVENTORY,
    Permission.SEE_DASHBOARDS,
    Permission.LINK_SHEETS,
}

GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.STAFF: _STAFF,
        Role.REVIEWER: _TECHNICIAN
        | {
            Permission.REVIEW_REQUESTS,
            Permission.ASSIGN_WORK,
            Permission.MANAGE_QUOTES,
            Permission.SEE_FUNDS,
            Permission.SEE_DASHBOARDS,
            Permission.EDIT_CATALOGUE,
            Permission.LINK_SHEETS,
        },
        Role.TECHNICIAN: _TECHNICIAN,
        Role.APPROVER: _STAFF
        | {
            Permission.SEE_REQUESTS,
            Permission.DECIDE_REQUESTS,
            Permission.SEE_INVENTORY,
            Permission.SEE_DASHBOARDS,
        },
        Role.BUSINESS_OFFICE: _BUSINESS_OFFICE,
        Role.BUSINESS_MANAGER: _BUSINESS_OFFICE | {Permission.OVERRIDE_FUND_LIMITS},
        Role.LEADERSHIP: _STAFF
        | {
            Permission.SEE_REQUESTS,
            Permission.SEE_FUNDS,
            Permission.SEE_INVENTORY,
            Permission.SEE_DASHBOARDS,
            Permission.OVERSEE,
            # Administrators must not be the only ones who see what administrators do.
            Permission.SEE_AUDIT,
        },
        Role.ADMINISTRATOR: _STAFF
        | {
            Permission.SEE_REQUESTS,
            Permission.SEE_INTERNAL_NOTES,
            Permission.ASSIGN_WORK,
            Permission.SEE_INVENTORY,
            Permission.SEE_DASHBOARDS,
            Permission.EDIT_DIRECTORY,
            Permission.EDIT_CATALOGUE,
            Permission.SEE_AUDIT,
            Permission.LINK_SHEETS,
        },
        Role.SCHEDULE: frozenset({Permission.RUN_SCHEDULE}),
        Role.SHEET: frozenset(
            {Permission.EDIT_FUNDS, Permission.EDIT_CATALOGUE, Permission.MANAGE_INVENTORY}
            | {Permission.SEE_INVENTORY}
        ),
    }
)

GRANTABLE = tuple(role for role in Role if role not in {Role.SCHEDULE, Role.SHEET})
"""The roles an administrator can give to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrant:
    """A role somebody holds for one site, or for all, between two dates."""

    TABLE: ClassVar[Table] = Table(name="role_grant", key="grant_id", label="Roles")

    grant_id: Annotated[str, Field(label="Code", code=True, max_length=60, editable=False)]
    person_id: Annotated[str, Field(label="Person", refers_to="person")]
    role: Annotated[Role, Field(label="Role")]
    site_id: Annotated[str, Field(label="Site", help="* for every site.", max_length=12)] = (
        EVERY_SITE
    )
    starts_on: Annotated[date | None, Field(label="From", optional=True)] = None
    ends_on: Annotated[date | None, Field(label="Until", optional=True)] = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person at the keyboard, with what they may do today.

    Attributes:
        roles: Pairs of role and site code; `EVERY_SITE` stands for all of them.
        stands_in: Pairs of an approver who is away today and a site where this person decides for
            them.
    """

    person_id: str
    full_name: str
    site_id: str
    roles: frozenset[tuple[Role, str]]
    stands_in: frozenset[tuple[str, str]] = frozenset()

    def sites_for(self, permission: Permission) -> frozenset[str]:
        """The sites where this person holds `permission`; may contain `EVERY_SITE`."""
        held = self._held(permission)
        if permission is Permission.DECIDE_REQUESTS:
            return held | {site for _, site in self.stands_in}
        return held

    def decides(self, site_id: str = "", *, on_behalf_of_id: str | None = None) -> bool:
        """Whether this person may decide at a site, or anywhere: for an approver, or as one."""
        sites = (
            {site for approver, site in self.stands_in if approver == on_behalf_of_id}
            if on_behalf_of_id
            else self._held(Permission.DECIDE_REQUESTS)
        )
        return bool(sites & {site_id, EVERY_SITE}) if site_id else bool(sites)

    def _held(self, permission: Permission) -> frozenset[str]:
        return frozenset(site for role, site in self.roles if permission in GRANTS[role])

    def may(self, permission: Permission, site_id: str = "") -> bool:
        """Whether this person holds `permission` at a site, or anywhere when no site is given."""
        sites = self.sites_for(permission)
        return bool(sites & {site_id, EVERY_SITE}) if site_id else bool(sites)


SCHEDULE = Actor(
    person_id="schedule",
    full_name="Technology Requests",
    site_id=EVERY_SITE,
    roles=frozenset({(Role.SCHEDULE, EVERY_SITE)}),
)
"""The product itself, acting by the calendar."""

SHEET = Actor(
    person_id="sheet",
    full_name="via Google Sheet",
    site_id=EVERY_SITE,
    roles=frozenset({(Role.SHEET, EVERY_SITE)}),
)
"""Whoever typed into a linked sheet: Google does not tell who it was."""

NOBODY_ON_THE_STAFF = {actor.person_id: actor.full_name for actor in (SCHEDULE, SHEET)}
"""Who acts without being a person: names by code."""
