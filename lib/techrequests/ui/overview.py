"""The overview: where requests stand, which wait too long, and how long each stage takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.charts import backlog as charts
from techrequests.domain.calendar import fiscal_year_words
from techrequests.domain.money import dollars
from techrequests.services.reports import Progress, progress
from techrequests.store.reports import LATE_DAYS, Scope
from techrequests.ui.figures import figure, numbers, pick_scope
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from techrequests.charts.style import Spec
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.ui.visit import Visit

_QUIET = "Nothing here now."


def overview(visit: Visit) -> None:
    """Numbers and charts, narrowed down by year, site and category."""
    scope = pick_scope(visit, "overview", funds=False)
    hour = visit.now.replace(minute=0, second=0, microsecond=0)
    found, specs = remember(_drawn, visit.database, visit.actor, scope, hour)
    _numbers(found.headlines, scope)
    left, right = st.columns(2, gap="large")
    with left:
        _backlog(found, specs)
        _ages(found, specs)
    with right:
        _flow(found, specs, scope)
        _stays(found, specs, scope)


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
        f"that it works, of the requests closed in {year}.",
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


def _backlog(found: Progress, specs: Mapping[str, Spec | None]) -> None:
    figure(
        "Backlog by priority",
        "Open requests, by the stage at which they stand now.",
        specs["backlog"],
        found.backlog,
        name="backlog-by-priority",
        empty="No request is open. Enjoy it while it lasts.",
        labels={
            "status": "Stage",
            "priority": "Priority",
            "requests": "Requests",
            "estimate_cents": "Estimates",
        },
    )


def _ages(found: Progress, specs: Mapping[str, Spec | None]) -> None:
    figure(
        "Age of the backlog",
        "Open requests, by the time since they were submitted.",
        specs["ages"],
        found.ages,
        name="backlog-by-age",
        empty=_QUIET,
        labels={
            "age": "Time since submission, at most",
            "priority": "Priority",
            "requests": "Requests",
        },
    )


def _flow(found: Progress, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        "Submitted and finished",
        f"Requests submitted, delivered, and declined, denied, withdrawn or cancelled each month "
        f"of {fiscal_year_words(scope.fiscal_year)}.",
        specs["flow"],
        found.flow,
        name="requests-by-month",
        empty="Nothing was submitted or finished in this fiscal year yet.",
        labels={"month": "Month", "kind": "What", "requests": "Requests"},
    )


def _stays(found: Progress, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        "Days at each stage",
        f"Calendar days that requests spent at a stage: half of them no more than the bar, nine in "
        "ten no more than the tick. Counted when they left the stage, in "
        f"{fiscal_year_words(scope.fiscal_year)}.",
        specs["stays"],
        found.stays,
        name="days-at-each-stage",
        empty="No request has left a stage in this fiscal year yet.",
        labels={
            "status": "Stage",
            "median_days": "Typical: half were done within, days",
            "slow_days": "Slow: nine in ten were done within, days",
            "stays": "Counted",
        },
    )
