"""What the dashboards show, of the requests a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.domain.calendar import fiscal_year
from techrequests.store import reports
from techrequests.store.listings import dashboard_options
from techrequests.store.requests import sight

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    import pandas as pd

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.store.reports import Scope


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """The figures of the overview; `store.reports` says what each is."""

    headlines: Mapping[str, Any]
    backlog: pd.DataFrame
    ages: pd.DataFrame
    flow: pd.DataFrame
    stays: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Spending:
    """The figures of the spending page; `store.reports` says what each is."""

    funds: pd.DataFrame
    committed: Mapping[str, Any]
    months: pd.DataFrame
    sites: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Offered:
    """What a dashboard can be narrowed down to: words by value."""

    years: tuple[int, ...]
    sites: Mapping[str, str]
    funds: Mapping[str, str]


def progress(database: Database, actor: Actor, scope: Scope, hour: datetime) -> Progress:
    """Where the requests stand that this person may see.

    Args:
        database: Where to look.
        actor: Who looks.
        scope: Which requests, and in which year what comes and goes.
        hour: The present hour: a finer moment would be a new question at every redraw.
    """
    seen = sight(actor)
    with database.read() as reader:
        return Progress(
            headlines=reports.headlines(reader, seen, scope, hour),
            backlog=reports.backlog(reader, seen, scope),
            ages=reports.ages(reader, seen, scope, hour),
            flow=reports.flow(reader, seen, scope),
            stays=reports.stays(reader, seen, scope),
        )


def spending(database: Database, actor: Actor, scope: Scope, today: date) -> Spending:
    """Where the money of funds stands, and what was spent on requests this person may see."""
    seen = sight(actor)
    with database.read() as reader:
        return Spending(
            funds=reports.fund_figures(reader, scope, today),
            committed=reports.committed(reader, seen, scope),
            months=reports.spent_by_month(reader, seen, scope),
            sites=reports.spent_by_site(reader, seen, scope),
        )


def offered(database: Database, today: date) -> Offered:
    """What the dashboards' filters offer."""
    with database.read() as reader:
        found = dashboard_options(reader)
    years = {fiscal_year(today), *map(int, found["year"])}
    return Offered(
        years=tuple(sorted(years, reverse=True)), sites=found["site"], funds=found["fund"]
    )
