"""Read a listing, for a page or for a file: who may see it, and what of it, is said once."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.errors import InvalidError, NotAllowedError, Problem
from techrequests.domain.policy import Permission
from techrequests.services.sheet_tables import seen_in_sheet
from techrequests.store.audit import AUDIT_TRAIL
from techrequests.store.delegation import DELEGATIONS
from techrequests.store.deployment import DEPLOYMENTS
from techrequests.store.duties import DUTIES
from techrequests.store.inventory import INVENTORY
from techrequests.store.listings import MOST_FILE_ROWS, PAGE_ROWS, options, rows, statement, total
from techrequests.store.order_lists import ALL_ORDERS, CREDITS, ORDERS
from techrequests.store.receiving import RECEIVING_QUEUE, where_allowed
from techrequests.store.request_lists import (
    ALL_REQUESTS,
    APPROVAL_QUEUE,
    EVERYBODY,
    FUNDING_QUEUE,
    MY_REQUESTS,
    QUOTING_QUEUE,
    REVIEW_QUEUE,
)
from techrequests.store.requests import sight
from techrequests.store.sheet_log import RUNS, WRITES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.store.listings import Asked, ListFilter, Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A listing with who may see it.

    Attributes:
        permission: What it takes; None for everybody on the staff.
        scope: The parameters of the listing's own `where` for a person.
    """

    listing: Listing
    permission: Permission | None
    scope: Callable[[Actor, Asked], Mapping[str, Any]]


def _seen(actor: Actor, _: Asked) -> Mapping[str, Any]:
    return sight(actor)


def _mine(actor: Actor, _: Asked) -> Mapping[str, Any]:
    return {"me": actor.person_id}


def _reviewed(actor: Actor, asked: Asked) -> Mapping[str, Any]:
    return {"me": actor.person_id, "everybody": EVERYBODY in asked.switches}


def _received(actor: Actor, _: Asked) -> Mapping[str, Any]:
    return where_allowed(actor, Permission.RECEIVE_GOODS)


def _deployed(actor: Actor, asked: Asked) -> Mapping[str, Any]:
    whose = next(iter(asked.switches), "all")
    return {
        "me": actor.person_id,
        "whose": whose,
        **where_allowed(actor, Permission.DEPLOY_DEVICES),
    }


def _inventoried(actor: Actor, _: Asked) -> Mapping[str, Any]:
    return where_allowed(actor, Permission.SEE_INVENTORY)


def _everything(_: Actor, __: Asked) -> Mapping[str, Any]:
    return {}


def _written(actor: Actor, _: Asked) -> Mapping[str, Any]:
    return {"tables": [table.name for table in seen_in_sheet(actor)]}


def _looked_at(actor: Actor, _: Asked) -> Mapping[str, Any]:
    return {"everywhere": actor.may(Permission.LINK_SHEETS, EVERY_SITE)}


LISTED: Mapping[str, Listed] = MappingProxyType(
    {
        listing.name: Listed(listing=listing, permission=permission, scope=scope)
        for listing, permission, scope in (
            (ALL_REQUESTS, Permission.SEE_REQUESTS, _seen),
            (MY_REQUESTS, None, _mine),
            (REVIEW_QUEUE, Permission.REVIEW_REQUESTS, _reviewed),
            (APPROVAL_QUEUE, Permission.DECIDE_REQUESTS, _mine),
            (QUOTING_QUEUE, Permission.MANAGE_QUOTES, _seen),
            (FUNDING_QUEUE, Permission.ALLOCATE_FUNDS, _seen),
            (ORDERS, Permission.ALLOCATE_FUNDS, _seen),
            (ALL_ORDERS, Permission.ALLOCATE_FUNDS, _seen),
            (CREDITS, Permission.ALLOCATE_FUNDS, _seen),
            (RECEIVING_QUEUE, Permission.RECEIVE_GOODS, _received),
            (DEPLOYMENTS, Permission.DEPLOY_DEVICES, _deployed),
            (INVENTORY, Permission.SEE_INVENTORY, _inventoried),
            (DELEGATIONS, Permission.EDIT_DIRECTORY, _everything),
            (AUDIT_TRAIL, Permission.SEE_AUDIT, _everything),
            (DUTIES, Permission.SEE_AUDIT, _everything),
            (WRITES, Permission.LINK_SHEETS, _written),
            (RUNS, Permission.LINK_SHEETS, _looked_at),
        )
    }
)
"""Every listing by its name, with who may see it."""


def listing_for(actor: Actor, name: str) -> Listing:
    """A listing as one person sees it: without the site where every row would name the same."""
    listing = LISTED[name].listing
    sites = actor.sites_for(Permission.SEE_REQUESTS)
    at_one_site = len(sites) <= 1 and EVERY_SITE not in sites
    return listing.without("site") if at_one_site else listing


def listing_page(
    database: Database, actor: Actor, name: str, asked: Asked
) -> tuple[pd.DataFrame, int]:
    """One page of a listing, and how many rows there are over all pages.

    Raises:
        NotAllowedError: The person may not see it.
    """
    listing, scope = _opened(actor, name, asked)
    with database.read() as reader:
        found = rows(reader, listing, asked, scope)
        before, here = (max(asked.page, 1) - 1) * PAGE_ROWS, len(found)
        if here < PAGE_ROWS and (here or not before):
            return found, before + here  # the last page says itself how many there are
        return found, total(reader, listing, asked, scope)


def listing_records(
    database: Database, actor: Actor, name: str, asked: Asked
) -> tuple[tuple[dict[str, Any], ...], int]:
    """One page of a listing as rows of values, for what is no table on its page; and the total.

    Raises:
        NotAllowedError: The person may not see it.
    """
    listing, scope = _opened(actor, name, asked)
    sql, values = statement(listing, asked, scope, PAGE_ROWS)
    with database.read() as reader:
        found = tuple(reader.rows(sql, **values))
        before, here = (max(asked.page, 1) - 1) * PAGE_ROWS, len(found)
        if here < PAGE_ROWS and (here or not before):
            return found, before + here
        return found, total(reader, listing, asked, scope)


def listing_rows(database: Database, actor: Actor, name: str, asked: Asked) -> pd.DataFrame:
    """Everything that matches, for a file.

    Raises:
        InvalidError: It is more than a file should hold.
        NotAllowedError: The person may not see it.
    """
    listing, scope = _opened(actor, name, asked)
    with database.read() as reader:
        check_size(total(reader, listing, asked, scope))
        return rows(reader, listing, asked, scope, most=MOST_FILE_ROWS)


def check_size(count: int) -> None:
    """Refuse what is more than a file should hold: cut off in silence, it would mislead.

    Raises:
        InvalidError: It is.
    """
    if count > MOST_FILE_ROWS:
        words = f"These are {count:,} rows, and a file holds {MOST_FILE_ROWS:,} at most. "
        raise InvalidError(Problem("", f"{words}Narrow them down with a filter or a search."))


def check_may_see(actor: Actor, permission: Permission | None) -> None:
    """Refuse a table to whom it is not for.

    Raises:
        NotAllowedError: The person does not hold the permission anywhere.
    """
    if permission and not actor.may(permission):
        raise NotAllowedError(
            f"This table is for people who may {permission}, and you may not. "
            "If you should, ask the technology office to give you that role."
        )


def options_of(database: Database, picked: ListFilter) -> dict[str, str]:
    """What a filter offers: words by value."""
    with database.read() as reader:
        return options(reader, picked)


def _opened(actor: Actor, name: str, asked: Asked) -> tuple[Listing, Mapping[str, Any]]:
    listed = LISTED[name]
    check_may_see(actor, listed.permission)
    return listing_for(actor, name), listed.scope(actor, asked)
