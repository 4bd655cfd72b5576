"""The tables below the charts: what each is called, who may see it, and its columns."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from techrequests.domain.fields import Kind
from techrequests.domain.policy import Permission
from techrequests.exchange.grid import Heading
from techrequests.services.reports import Progress, Spending, progress, spending

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    import pandas as pd

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.store.reports import Scope

    Read = Callable[[Database, Actor, Scope, datetime], pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A table below a chart.

    Attributes:
        labels: Its columns in order: heading by name.
        read: Finds it as a DataFrame.
    """

    title: str
    permission: Permission
    labels: Mapping[str, str]
    read: Read

    @property
    def headings(self) -> dict[str, Heading]:
        """Its columns with their kinds, which follow from the units in their names."""
        return {name: Heading(label=label, kind=_kind(name)) for name, label in self.labels.items()}


def _kind(name: str) -> Kind:
    if name.endswith("_cents"):
        return Kind.MONEY
    if name.endswith("_on") or name == "month":
        return Kind.DATE
    counts = name.endswith("_days") or name in {"requests", "stays"}
    return Kind.INTEGER if counts else Kind.TEXT


def _of_progress(part: Callable[[Progress], pd.DataFrame]) -> Read:
    return lambda database, actor, scope, hour: part(progress(database, actor, scope, hour))


def _of_spending(part: Callable[[Spending], pd.DataFrame]) -> Read:
    return lambda database, actor, scope, hour: part(spending(database, actor, scope, hour.date()))


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "backlog-by-priority": Figure(
            title="Backlog by priority",
            permission=Permission.SEE_DASHBOARDS,
            labels={
                "status": "Stage",
                "priority": "Priority",
                "requests": "Requests",
                "estimate_cents": "Estimates",
            },
            read=_of_progress(lambda found: found.backlog),
        ),
        "backlog-by-age": Figure(
            title="Age of the backlog",
            permission=Permission.SEE_DASHBOARDS,
            labels={
                "age": "Time since submission, at most",
                "priority": "Priority",
                "requests": "Requests",
            },
            read=_of_progress(lambda found: found.ages),
        ),
        "requests-by-month": Figure(
            title="Submitted and finished",
            permission=Permission.SEE_DASHBOARDS,
            labels={"month": "Month", "kind": "What", "requests": "Requests"},
            read=_of_progress(lambda found: found.flow),
        ),
        "days-at-each-stage": Figure(
            title="Days at each stage",
            permission=Permission.SEE_DASHBOARDS,
            labels={
                "status": "Stage",
                "median_days": "Typical: half were done within, days",
                "slow_days": "Slow: nine in ten were done within, days",
                "stays": "Counted",
            },
            read=_of_progress(lambda found: found.stays),
        ),
        "spend-by-fund": Figure(
            title="Spend by fund",
            permission=Permission.SEE_FUNDS,
            labels={
                "fund": "Fund",
                "ends_on": "Last order date",
                "budget_cents": "Budget",
                "reserved_cents": "Reserved",
                "encumbered_cents": "Encumbered",
                "expended_cents": "Expended to date",
                "available_cents": "Available",
                "lapsed_cents": "Left, but nothing can be ordered from it",
            },
            read=_of_spending(lambda found: found.funds),
        ),
        "spend-by-site": Figure(
            title="Spend by site and category",
            permission=Permission.SEE_FUNDS,
            labels={
                "site": "Site",
                "category": "Category",
                "requests": "Requests",
                "spent_cents": "Expended",
            },
            read=_of_spending(lambda found: found.sites),
        ),
        "spend-by-month": Figure(
            title="Spend by month",
            permission=Permission.SEE_FUNDS,
            labels={"month": "Month", "spent_cents": "Expended"},
            read=_of_spending(lambda found: found.months),
        ),
    }
)
"""Every table below a chart, by the name that its chart has in the page's address."""
