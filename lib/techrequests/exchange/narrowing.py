"""What a table that leaves as a file can be narrowed down by, for who asks without its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Category
from techrequests.domain.errors import InvalidError, Problem
from techrequests.domain.fields import shown
from techrequests.domain.ledger import FIGURES as FUND_FIGURES
from techrequests.services.listing import options_of
from techrequests.services.reports import offered
from techrequests.services.table_plan import in_address
from techrequests.services.tables import table_choices

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from techrequests.domain.funds import Fund
    from techrequests.services.table_plan import Plan
    from techrequests.store.database import Database
    from techrequests.store.listings import Listing

    Known = Mapping[str, Collection[str] | None]
    """The names there are, each with the values it may have; None for any text."""

NOTHING: Known = {}
ONE_REQUEST: Known = {"request": None}


def of_listing(database: Database, listing: Listing) -> Known:
    """The search, the filters, the order and the switches of a listing."""
    return {
        "search": None,
        "order": tuple(one.name for one in listing.columns if one.sortable),
        "descending": ("1",),
        **({"with": listing.switches} if listing.switches else {}),
        **{one.name: tuple(options_of(database, one)) for one in listing.filters},
    }


def of_plan(database: Database, plan: Plan) -> Known:
    """The search, the switch, the filters and the order of a table that is edited in place."""
    names = tuple(column.name for column in shown(plan.record))
    filters = table_choices(database, plan).filters.items()
    return {
        "search": None,
        **({"inactive": ("1",)} if "active" in names else {}),
        **{in_address(name): tuple(values) for name, values in filters},
        "order": names,
        "descending": ("1",),
    }


def of_figures(database: Database, now: datetime) -> Known:
    """What the dashboards offer."""
    found = offered(database, now.date())
    return {
        "year": tuple(map(str, found.years)),
        "site": tuple(found.sites),
        "category": tuple(Category),
        "fund": tuple(found.funds),
    }


def of_entries(funds: Iterable[Fund]) -> Known:
    """A fund, and one of its figures."""
    return {"fund": tuple(fund.fund_id for fund in funds), "figure": tuple(FUND_FIGURES)}


def check_query(query: tuple[tuple[str, str], ...], known: Known) -> None:
    """Refuse a name or value that would narrow down nothing, or everything away.

    Raises:
        InvalidError: There is one; the message lists those there are.
    """
    for name, value in query:
        if name not in known:
            there_are = f"There are: {', '.join(known)}." if known else "It leaves as a whole."
            raise InvalidError(
                Problem(name, f"This table is not narrowed down by “{name}”. {there_are}")
            )
        values = known[name]
        if values is not None and value not in values:
            listed = ", ".join(values) or "nothing yet"
            raise InvalidError(Problem(name, f"“{name}” is never “{value}”. It may be: {listed}."))
