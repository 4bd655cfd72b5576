"""Every table that leaves as a file, by its name in the address: who may take it, and what of it.

The page, the address of its file and the command line read one and the same service, so that a file
never holds what its reader could not see on the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from techrequests.domain.calendar import fiscal_year
from techrequests.domain.errors import NotFoundError
from techrequests.domain.ledger import FIGURES as FUND_FIGURES
from techrequests.domain.policy import Permission
from techrequests.exchange import narrowing
from techrequests.exchange.editable import EDITABLE, Editable, typed_columns
from techrequests.exchange.figures import FIGURES, Figure
from techrequests.exchange.grid import Grid, Heading, grid_of_frame, grid_of_records
from techrequests.exchange.page_tables import (
    balances_grid,
    comparison_grid,
    entries_grid,
)
from techrequests.services.cases import case_of
from techrequests.services.comparison import comparison
from techrequests.services.funds import entries_behind, fund_table
from techrequests.services.listing import LISTED, check_may_see, listing_for, listing_rows
from techrequests.services.table_plan import in_address
from techrequests.services.tables import table_rows
from techrequests.store.listings import Asked
from techrequests.store.reports import Scope
from techrequests.store.tables import RowsAsked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.exchange.narrowing import Known
    from techrequests.services.table_plan import Plan
    from techrequests.store.database import Database

TEMPLATE = "-template"
"""What stands behind the name of a table whose empty template is asked for."""

_YEAR = re.compile("2[0-9]{3}")

Query = tuple[tuple[str, str], ...]
"""What stands behind the question mark: pairs of name and value, a name as often as it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A table that leaves as a file.

    Attributes:
        permission: What it takes; None for everybody on the staff.
        read: Finds its rows for a person.
        known: What it can be narrowed down by.
    """

    title: str
    permission: Permission | None
    read: Callable[[Database, Actor, Query, datetime], Grid]
    known: Callable[[Database, Actor, datetime], Known] = lambda *_: narrowing.NOTHING


def taken_away(  # noqa: PLR0913  # what, for whom, and how
    database: Database,
    actor: Actor,
    name: str,
    query: Query,
    *,
    now: datetime,
    strict: bool = False,
) -> Grid:
    """A table as one person may see it, narrowed down as on its page.

    Args:
        database: Where to look.
        actor: Who asks.
        name: As in `EXPORTS`.
        query: What it is narrowed down to.
        now: When.
        strict: Whether to refuse what is not known: an old address may hold an old value, but
            somebody who types wants to be told.

    Raises:
        InvalidError: It is more than a file should hold, or is asked strictly by what it does not
            know.
        NotAllowedError: The person may not see it.
        NotFoundError: There is no such table.
    """
    export = EXPORTS.get(name)
    if export is None:
        raise NotFoundError(f"There is no table “{name}”. There are: {', '.join(sorted(EXPORTS))}.")
    check_may_see(actor, export.permission)
    if strict:
        narrowing.check_query(query, export.known(database, actor, now))
    return export.read(database, actor, query, now)


def query_of(asked: Asked) -> Query:
    """What a person asks a listing for, as it stands in an address."""
    filters = tuple((name, value) for name, values in asked.filters for value in values)
    switches = tuple(("with", name) for name in asked.switches)
    order = (("order", asked.order),) if asked.order else ()
    last_first = (("descending", "1"),) if asked.descending else ()
    return (*_search(asked.search), *filters, *switches, *order, *last_first)


def query_of_rows(asked: RowsAsked) -> Query:
    """What a person asks an edited table for, as it stands in an address."""
    return (
        *_search(asked.search),
        *((("inactive", "1"),) if asked.inactive else ()),
        *((in_address(name), value) for name, values in asked.filters for value in values),
        *((("order", asked.order),) if asked.order else ()),
        *((("descending", "1"),) if asked.order and asked.descending else ()),
    )


def query_of_scope(scope: Scope) -> Query:
    """What a dashboard is narrowed down to, as it stands in an address."""
    picked = {"site": scope.sites, "category": scope.categories, "fund": scope.funds}
    pairs = tuple((name, value) for name, values in picked.items() for value in values)
    return (("year", str(scope.fiscal_year)), *pairs)


def _search(text: str) -> Query:
    return (("search", text),) if text else ()


def _one(query: Query, name: str) -> str:
    return next((value for key, value in query if key == name), "")


def _many(query: Query, name: str) -> tuple[str, ...]:
    return tuple(value for key, value in query if key == name)


def _listing(name: str) -> Export:
    def read(database: Database, actor: Actor, query: Query, _: datetime) -> Grid:
        listing = listing_for(actor, name)
        picks = ((one.name, _many(query, one.name)) for one in listing.filters)
        asked = Asked(
            search=_one(query, "search"),
            filters=tuple((key, values) for key, values in picks if values),
            order=_one(query, "order"),
            descending=bool(_one(query, "descending")),
            switches=_many(query, "with"),
        )
        columns = {one.name: Heading(label=one.label, kind=one.kind) for one in listing.taken}
        frame = listing_rows(database, actor, name, asked)
        return grid_of_frame(listing.title, frame, columns)

    listed = LISTED[name]
    return Export(
        title=listed.listing.title,
        permission=listed.permission,
        read=read,
        known=lambda database, actor, _: narrowing.of_listing(database, listing_for(actor, name)),
    )


def _edited(plan: Plan) -> Export:
    def read(database: Database, actor: Actor, query: Query, _: datetime) -> Grid:
        picks = ((one.name, _many(query, in_address(one.name))) for one in plan.filters())
        asked = RowsAsked(
            search=_one(query, "search"),
            inactive=bool(_one(query, "inactive")),
            filters=tuple((name, values) for name, values in picks if values),
            order=_one(query, "order"),
            descending=bool(_one(query, "descending")),
        )
        return grid_of_records(plan.record, table_rows(database, actor, plan, asked))

    return Export(
        title=plan.record.TABLE.label,
        permission=plan.permission,
        read=read,
        known=lambda database, *_: narrowing.of_plan(database, plan),
    )


def _template(table: Editable) -> Export:
    """An empty table with the headings that a file may have, to start from."""

    def read(_: Database, __: Actor, ___: Query, ____: datetime) -> Grid:
        headings = tuple(
            Heading(label=column.field.label, kind=column.kind)
            for column in typed_columns(table)
            if column.field
        )
        title = f"{table.record.TABLE.label}, template"
        return Grid(title=title, headings=headings, rows=())

    return Export(
        title=f"{table.record.TABLE.label}: a template",
        permission=table.plan.permission,
        read=read,
    )


def _figure(figure: Figure) -> Export:
    def read(database: Database, actor: Actor, query: Query, now: datetime) -> Grid:
        years = [int(year) for year in _many(query, "year") if _YEAR.fullmatch(year)]
        scope = Scope(
            fiscal_year=next(iter(years), fiscal_year(now.date())),
            sites=_many(query, "site"),
            categories=_many(query, "category"),
            funds=_many(query, "fund"),
        )
        hour = now.replace(minute=0, second=0, microsecond=0)
        frame = figure.read(database, actor, scope, hour)
        return grid_of_frame(figure.title, frame, figure.headings)

    return Export(
        title=figure.title,
        permission=figure.permission,
        read=read,
        known=lambda database, _, now: narrowing.of_figures(database, now),
    )


def _fund_balances(database: Database, actor: Actor, _: Query, __: datetime) -> Grid:
    return balances_grid(fund_table(database, actor))


def _fund_entries(database: Database, actor: Actor, query: Query, _: datetime) -> Grid:
    asked, fund = _one(query, "figure"), _one(query, "fund")
    figure = asked if asked in FUND_FIGURES else "Available"
    return entries_grid(fund, figure, entries_behind(database, actor, fund, *FUND_FIGURES[figure]))


def _comparison(permission: Permission) -> Export:
    def read(database: Database, actor: Actor, query: Query, now: datetime) -> Grid:
        number = _one(query, "request")
        if not number:
            return comparison_grid("", (), ())
        case = case_of(database, actor, number, now.date())
        known = comparison(database, case)
        return comparison_grid(number, known.lines, known.standings)

    return Export(
        title="Quotes side by side",
        permission=permission,
        read=read,
        known=lambda *_: narrowing.ONE_REQUEST,
    )


EXPORTS: Mapping[str, Export] = MappingProxyType(
    {
        **{name: _edited(one.plan) for name, one in EDITABLE.items()},
        **{name: _listing(name) for name in LISTED},  # the inventory as its page shows it
        **{f"{name}{TEMPLATE}": _template(one) for name, one in EDITABLE.items()},
        **{name: _figure(figure) for name, figure in FIGURES.items()},
        "comparison": _comparison(Permission.MANAGE_QUOTES),
        "funding_comparison": _comparison(Permission.ALLOCATE_FUNDS),
        "fund_balances": Export(
            title="Fund balances", permission=Permission.SEE_FUNDS, read=_fund_balances
        ),
        "fund_entries": Export(
            title="Entries of a fund",
            permission=Permission.SEE_FUNDS,
            read=_fund_entries,
            known=lambda database, actor, _: narrowing.of_entries(
                fund for fund, _ in fund_table(database, actor)
            ),
        ),
    }
)
"""Every table that leaves as a file, by its name in the address."""
