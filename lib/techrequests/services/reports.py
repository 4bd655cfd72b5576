"""What the dashboards show, of the requests a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from techrequests.store import reports
from techrequests.store.requests import sight

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What a person narrowed a dashboard down to; empty means everything."""

    sites: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """The frames of the overview; `store.reports` says what one row of each is."""

    backlog: pd.DataFrame
    ages: pd.DataFrame
    flow: pd.DataFrame
    times: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Spending:
    """The frames of the spending page; `store.reports` says what one row of each is."""

    funds: pd.DataFrame
    months: pd.DataFrame
    committed: pd.DataFrame


def progress(database: Database, actor: Actor, picked: Picked, today: date) -> Progress:
    """Where the requests stand that this person may see."""
    given: dict[str, Any] = {
        **sight(actor),
        "every_site": not picked.sites,
        "sites": list(picked.sites),
        "every_category": not picked.categories,
        "categories": list(picked.categories),
    }
    since = today - timedelta(days=reports.WINDOW_DAYS)
    with database.read() as reader:
        return Progress(
            reports.backlog(reader, given),
            reports.ages(reader, given, today),
            reports.flow(reader, given, since),
            reports.stage_times(reader, given, since),
        )


def spending(database: Database, years: tuple[int, ...]) -> Spending:
    """Where the money stands, of the given fiscal years or of all."""
    given: dict[str, Any] = {"every_year": not years, "years": list(years)}
    with database.read() as reader:
        return Spending(
            reports.fund_figures(reader, given),
            reports.expended_by_month(reader, given),
            reports.committed(reader, given),
        )


def fiscal_years(database: Database) -> tuple[int, ...]:
    """The fiscal years that have funds, newest first."""
    with database.read() as reader:
        return reports.fiscal_years(reader)


def site_names(database: Database) -> dict[str, str]:
    """Names of the sites by code."""
    with database.read() as reader:
        return reports.site_names(reader)
