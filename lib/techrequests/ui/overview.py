"""The overview: where requests stand, which wait too long, and how long each stage takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.charts import backlog as charts
from techrequests.domain.calendar import fiscal_year_words
from techrequests.domain.money import dollars
from techrequests.domain.techrequest import Priority
from techrequests.services.reports import Progress, progress
from techrequests.store.reports import LATE_DAYS, Scope
from techrequests.store.request_lists import ALL_REQUESTS
from techrequests.ui.figures import Drawn, figure, numbers, pick_scope
from techrequests.ui.links import page_link
from techrequests.ui.menu import PAGE_OF
from techrequests.ui.tables import address_of
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from techrequests.charts.style import Spec
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.ui.visit import Visit

_ALL = "pages/requests/all_requests.py"
_QUIET = "Nothing here now."


def overview(visit: Visit) -> None:
    """Numbers and charts, narrowed down by year, site and category."""
    scope = pick_scope(visit, "overview", funds=False)
    hour = visit.now.replace(minute=0, second=0, microsecond=0)
    found, specs = remember(_drawn, visit.database, visit.actor, scope, hour)
    _numbers(found.headlines, scope)
    _lists(visit, scope)
    left, right = st.columns(2, gap="large")
    with left:
        _backlog(visit, found, specs, scope)
        _ages(visit, found, specs, scope)
    with right:
        _flow(visit, found, specs, scope)
        _stays(visit, found, specs, scope)


def _drawn(
    source: Database, actor: Actor, scope: Scope, hour: datetime
) -> tuple[Progress, dict[str, Spec | None]]:
    """The figures with their charts; none where there is nothing to draw."""
    found = progress(source, actor, scope, hour)
    return found, {
        "backlog": None if found.backlog.empty else charts.backlog_by_priority(found.backlog),
        "ages": None if found.ages.empty else charts.backlog_by_age(found.ages),
        "flow": None if found.flow.empty else charts.flow_by_month(found.flow),
        "stays": None if found.stays.empty else charts.days_by_stage(found.stays),
    }


def _numbers(found: Mapping[str, Any], scope: Scope) -> None:
    days = found["median_days"]
    year = fiscal_year_words(scope.fiscal_year)
    before = f"{found['submitted_before']:,} at this time last year"
    estimates = dollars(found["open_cents"]).replace("$", "\\$")
    meanings = {
        "Open requests": "Submitted, and not closed, declined, denied, withdrawn or cancelled. "
        f"Their estimates come to {estimates}.",
        "High or critical": "Open requests of these priorities.",
        f"Over {LATE_DAYS} days at a stage": "Open requests that have not moved for longer than "
        "that.",
        f"Submitted in {year}": "In the fiscal year so far; below, in the year before by the same "
        "day.",
        "Days to delivery": "Median of calendar days from submission until the requester confirmed "
        f"that it works, of the requests closed in {year}; those that closed without an answer do "
        "not count.",
    }
    counted = (
        f"{found['open_requests']:,}",
        f"{found['urgent_requests']:,}",
        f"{found['late_requests']:,}",
        f"{found['submitted']:,}",
        "none yet" if days is None else f"{days:.0f}",
    )
    numbers(
        {
            label: (number, meaning)
            for (label, meaning), number in zip(meanings.items(), counted, strict=True)
        },
        {f"Submitted in {year}": before},
    )


def _lists(visit: Visit, scope: Scope) -> None:
    """The requests behind the numbers, for who may see them one by one."""
    if not PAGE_OF[_ALL].open_to(visit.actor):
        return
    narrowed = {"state": ("open",), "site": scope.sites, "category": scope.categories}
    urgent = {**narrowed, "priority": (Priority.HIGH, Priority.CRITICAL)}
    lists = {
        "The open requests": address_of(visit, ALL_REQUESTS, narrowed),
        "High or critical": address_of(visit, ALL_REQUESTS, urgent),
        "Longest at a stage first": address_of(visit, ALL_REQUESTS, narrowed, sort="Since"),
    }
    with st.container(horizontal=True):
        for label, query in lists.items():
            page_link(_ALL, label=label, icon=":material/list_alt:", **query)


def _backlog(visit: Visit, found: Progress, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        visit,
        "backlog-by-priority",
        Drawn(spec=specs["backlog"], frame=found.backlog, scope=scope),
        meaning="Open requests, by the stage at which they stand now.",
        empty="No request is open. Enjoy it while it lasts.",
    )


def _ages(visit: Visit, found: Progress, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        visit,
        "backlog-by-age",
        Drawn(spec=specs["ages"], frame=found.ages, scope=scope),
        meaning="Open requests, by the time since they were submitted.",
        empty=_QUIET,
    )


def _flow(visit: Visit, found: Progress, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        visit,
        "requests-by-month",
        Drawn(spec=specs["flow"], frame=found.flow, scope=scope),
        meaning="Requests submitted, delivered, and declined, denied, withdrawn or cancelled each "
        f"month of {fiscal_year_words(scope.fiscal_year)}.",
        empty="Nothing was submitted or finished in this fiscal year yet.",
    )


def _stays(visit: Visit, found: Progress, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        visit,
        "days-at-each-stage",
        Drawn(spec=specs["stays"], frame=found.stays, scope=scope),
        meaning="Calendar days that requests spent at a stage: half of them no more than the bar, "
        "nine in ten no more than the tick. Counted when they left the stage, in "
        f"{fiscal_year_words(scope.fiscal_year)}.",
        empty="No request has left a stage in this fiscal year yet.",
    )
