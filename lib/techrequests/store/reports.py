"""The figures of the dashboards: each read says what one row is, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from techrequests.domain.calendar import fiscal_year_dates
from techrequests.store.funds import IN_YEAR, OVER, year_bounds
from techrequests.store.request_lists import OPEN
from techrequests.store.requests import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from techrequests.store.database import Reader

    Sight = Mapping[str, Any]
    """What a person may see: `store.requests.sight`."""

LATE_DAYS = 14
"""A request that stands longer than this at one stage needs somebody's attention."""

_LONGEST_STAY = timedelta(days=365)
"""A stay at a stage that began earlier than this before the year is not looked for."""


def _month(moment: str) -> str:
    """SQL for the first day of the month in which a moment lies in the district."""
    return f"CAST(date_trunc('month', {moment} AT TIME ZONE 'UTC' AT TIME ZONE $zone) AS DATE)"


_SITES = f"""{visible("r")}
    AND ($every_site OR r.site_id = ANY($sites))"""
_PICKED = f"""{_SITES}
    AND ($every_category OR r.category = ANY($categories))"""

# Money goes by what it was spent on; shipping by the request it came with.
_PAID_LINE = "LEFT JOIN request_line l ON l.line_id = e.line_id"
_PAID_FOR = "coalesce(l.category, r.category)"
_PICKED_MONEY = f"""{_SITES}
    AND ($every_category OR {_PAID_FOR} = ANY($categories))"""


_HEADLINES = f"""
    SELECT CAST(count(*) FILTER (WHERE {OPEN}) AS INTEGER) AS open_requests,
           CAST(count(*) FILTER (WHERE {OPEN} AND r.priority IN ('critical', 'high')) AS INTEGER)
               AS urgent_requests,
           CAST(count(*) FILTER (WHERE {OPEN} AND r.stage_since < $late) AS INTEGER)
               AS late_requests,
           CAST(coalesce(sum(r.estimate_cents) FILTER (WHERE {OPEN}), 0) AS BIGINT)
               AS open_cents,
           CAST(count(*) FILTER (WHERE r.submitted_at >= $first AND r.submitted_at < $until)
                AS INTEGER) AS submitted,
           CAST(count(*) FILTER (WHERE r.submitted_at >= $first_before
                                   AND r.submitted_at < $until_before) AS INTEGER)
               AS submitted_before,
           percentile_cont(0.5) WITHIN GROUP (
               ORDER BY date_part('epoch', r.closed_at - r.submitted_at) / 86400
           ) FILTER (WHERE r.status = 'closed' AND r.closed_at >= $first AND r.closed_at < $until
                         AND u.request_id IS NULL) AS median_days
    FROM tech_request r LEFT JOIN (
        SELECT DISTINCT request_id FROM request_event WHERE action = 'close unconfirmed'
    ) u ON u.request_id = r.request_id
    WHERE {_PICKED}
"""  # noqa: S608  # constants, as everywhere below

_BACKLOG = f"""
    SELECT r.status, r.priority, CAST(count(*) AS INTEGER) AS requests,
           CAST(sum(r.estimate_cents) AS BIGINT) AS estimate_cents
    FROM tech_request r WHERE {OPEN} AND {_PICKED}
    GROUP BY r.status, r.priority
"""  # noqa: S608

_AGES = f"""
    SELECT a.position, a.age, o.priority, CAST(count(*) AS INTEGER) AS requests
    FROM (
        SELECT r.priority, CASE WHEN r.submitted_at > $days_7 THEN 1
                                WHEN r.submitted_at > $days_14 THEN 2
                                WHEN r.submitted_at > $days_30 THEN 3
                                WHEN r.submitted_at > $days_60 THEN 4
                                WHEN r.submitted_at > $days_90 THEN 5 ELSE 6 END AS position
        FROM tech_request r WHERE {OPEN} AND {_PICKED}
    ) o
    JOIN (VALUES (1, 'a week'), (2, '2 weeks'), (3, '30 days'), (4, '60 days'), (5, '90 days'),
                 (6, 'longer')) AS a (position, age) ON a.position = o.position
    GROUP BY a.position, a.age, o.priority ORDER BY a.position
"""  # noqa: S608
_AGE_DAYS = (7, 14, 30, 60, 90)

_FLOW = f"""
    SELECT month, kind, CAST(count(*) AS INTEGER) AS requests
    FROM (
        SELECT {_month("r.submitted_at")} AS month, 'submitted' AS kind
        FROM tech_request r
        WHERE r.submitted_at >= $first AND r.submitted_at < $until AND {_PICKED}
        UNION ALL
        SELECT {_month("r.closed_at")},
               CASE r.status WHEN 'closed' THEN 'delivered' ELSE 'ended without delivery' END
        FROM tech_request r
        WHERE r.closed_at >= $first AND r.closed_at < $until AND r.submitted_at IS NOT NULL
          AND {_PICKED}
    ) moved
    GROUP BY month, kind ORDER BY month, kind
"""  # noqa: S608

# A stay ends with the event that leaves the stage, and began with the last one that entered it.
# The join by request is three times as fast as lag() over every event of a year and a half.
_STAYS = f"""
    SELECT stay.status, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY days) AS slow_days,
           CAST(count(*) AS INTEGER) AS stays
    FROM (
        SELECT e.source AS status,
               date_part('epoch', e.happened_at - max(b.happened_at)) / 86400 AS days
        FROM request_event e
        JOIN request_event b ON b.request_id = e.request_id AND b.target = e.source
         AND b.source <> b.target AND b.event_no < e.event_no
         AND b.happened_at >= $earliest AND b.happened_at < $until
        JOIN tech_request r ON r.request_id = e.request_id
        WHERE e.source <> e.target AND e.source <> 'draft'
          AND e.happened_at >= $first AND e.happened_at < $until AND {_PICKED}
        GROUP BY e.event_no, e.source, e.happened_at
    ) stay
    GROUP BY stay.status
"""  # noqa: S608

_FUNDS = f"""
    SELECT f.fund_id, f.name AS fund, f.ends_on, f.closed, b.budget_cents, b.reserved_cents,
           b.encumbered_cents, b.expended_cents,
           CASE WHEN {OVER} THEN least(b.available_cents, 0) ELSE b.available_cents END
               AS available_cents,
           CASE WHEN {OVER} THEN greatest(b.available_cents, 0) ELSE 0 END AS lapsed_cents
    FROM fund f JOIN fund_balance b ON b.fund_id = f.fund_id
    WHERE {IN_YEAR}
      AND ($every_fund OR f.fund_id = ANY($funds))
    ORDER BY b.budget_cents DESC, f.name
"""  # noqa: S608

_COMMITTED = f"""
    SELECT CAST(coalesce(sum(CASE e.kind WHEN 'reserve' THEN e.amount_cents
                                         WHEN 'release reserve' THEN -e.amount_cents END), 0)
                AS BIGINT) AS reserved_cents,
           CAST(coalesce(sum(CASE e.kind WHEN 'encumber' THEN e.amount_cents
                                         WHEN 'release encumbrance' THEN -e.amount_cents END), 0)
                AS BIGINT) AS encumbered_cents
    FROM ledger_entry e JOIN tech_request r ON r.request_id = e.request_id
    JOIN fund f ON f.fund_id = e.fund_id {_PAID_LINE}
    WHERE {IN_YEAR} AND ($every_fund OR e.fund_id = ANY($funds)) AND {_PICKED_MONEY}
"""  # noqa: S608

_SPENT = f"""spending e JOIN tech_request r ON r.request_id = e.request_id {_PAID_LINE}
    WHERE e.posted_at >= $first AND e.posted_at < $until
      AND ($every_fund OR e.fund_id = ANY($funds)) AND {_PICKED_MONEY}"""

_SPENT_BY_MONTH = f"""
    SELECT {_month("e.posted_at")} AS month,
           CAST(sum(e.spent_cents) AS BIGINT) AS spent_cents
    FROM {_SPENT}
    GROUP BY 1 ORDER BY 1
"""  # noqa: S608

_SPENT_BY_SITE = f"""
    SELECT s.name AS site, t.category, t.requests, t.spent_cents
    FROM (
        SELECT r.site_id, {_PAID_FOR} AS category,
               CAST(count(DISTINCT r.request_id) AS INTEGER) AS requests,
               CAST(sum(e.spent_cents) AS BIGINT) AS spent_cents
        FROM {_SPENT}
        GROUP BY r.site_id, {_PAID_FOR}
    ) t JOIN site s ON s.site_id = t.site_id
    ORDER BY s.name, t.category
"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a dashboard is narrowed down to; empty means everything.

    Attributes:
        fiscal_year: Named after the calendar year in which it ends.
    """

    fiscal_year: int
    sites: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()

    def first(self, zone: tzinfo) -> datetime:
        """The first moment of the year in a time zone."""
        return datetime.combine(fiscal_year_dates(self.fiscal_year)[0], time(), zone)

    def until(self, zone: tzinfo) -> datetime:
        """The first moment after it."""
        return datetime.combine(fiscal_year_dates(self.fiscal_year + 1)[0], time(), zone)

    def year(self, zone: tzinfo) -> dict[str, Any]:
        """Parameters that say when."""
        return {"first": self.first(zone), "until": self.until(zone)}

    def picked(self) -> dict[str, Any]:
        """Parameters that say which requests."""
        return {
            "every_site": not self.sites,
            "sites": list(self.sites),
            "every_category": not self.categories,
            "categories": list(self.categories),
        }

    def paid_by(self) -> dict[str, Any]:
        """Parameters that say which funds."""
        return {"every_fund": not self.funds, "funds": list(self.funds)}


def headlines(reader: Reader, sight: Sight, scope: Scope, now: datetime) -> dict[str, Any]:
    """The numbers one looks at first.

    Returns:
        open_requests, urgent_requests (high or critical), late_requests (over `LATE_DAYS` at one
        stage) and open_cents (their estimates), all as of now; submitted in the year so far, and
        submitted_before, by the same day of the year before; median_days from submission to the
        requester's confirmation of what they closed in the year, None when there was nothing.
    """
    first = scope.first(reader.zone)
    so_far = min(scope.until(reader.zone), now)
    before = Scope(fiscal_year=scope.fiscal_year - 1).first(reader.zone)
    return (
        reader.row(
            _HEADLINES,
            **sight,
            **scope.picked(),
            **scope.year(reader.zone),
            first_before=before,
            until_before=before + (so_far - first),
            late=now - timedelta(days=LATE_DAYS),
        )
        or {}
    )


def backlog(reader: Reader, sight: Sight, scope: Scope) -> pd.DataFrame:
    """One row per status and priority of open requests: requests (count), estimate_cents."""
    return reader.frame(_BACKLOG, **sight, **scope.picked())


def ages(reader: Reader, sight: Sight, scope: Scope, now: datetime) -> pd.DataFrame:
    """One row per time since submission, youngest first, and priority of open requests.

    Returns:
        position (1 for the youngest), age (words: up to …), priority, requests (count).
    """
    bounds = {f"days_{days}": now - timedelta(days=days) for days in _AGE_DAYS}
    return reader.frame(_AGES, **sight, **scope.picked(), **bounds)


def flow(reader: Reader, sight: Sight, scope: Scope) -> pd.DataFrame:
    """One row per month of the year and kind (submitted, delivered, ended …): requests (count)."""
    return reader.frame(
        _FLOW, zone=str(reader.zone), **sight, **scope.picked(), **scope.year(reader.zone)
    )


def stays(reader: Reader, sight: Sight, scope: Scope) -> pd.DataFrame:
    """One row per status that was left in the year: median_days, slow_days (9 of 10), stays."""
    earliest = scope.first(reader.zone) - _LONGEST_STAY
    return reader.frame(
        _STAYS, **sight, **scope.picked(), **scope.year(reader.zone), earliest=earliest
    )


def fund_figures(reader: Reader, scope: Scope, today: date) -> pd.DataFrame:
    """One row per fund of the year (see `store.funds.IN_YEAR`), the largest first.

    Returns:
        fund_id, fund (its name), ends_on, closed, and its standing now in US cents: budget_cents,
        reserved_cents, encumbered_cents, expended_cents, available_cents (what can still be
        ordered from), lapsed_cents (what is left where nothing can be ordered any more).
    """
    bounds = year_bounds(scope.fiscal_year, reader.zone)
    return reader.frame(_FUNDS, **scope.paid_by(), **bounds, today=today)


def committed(reader: Reader, sight: Sight, scope: Scope) -> dict[str, Any]:
    """What the year's funds hold now for the requests: reserved_cents, encumbered_cents."""
    bounds = year_bounds(scope.fiscal_year, reader.zone)
    return reader.row(_COMMITTED, **sight, **scope.picked(), **scope.paid_by(), **bounds) or {}


def spent_by_month(reader: Reader, sight: Sight, scope: Scope) -> pd.DataFrame:
    """One row per month of the year in which something was expended: spent_cents, less credits."""
    return reader.frame(
        _SPENT_BY_MONTH,
        zone=str(reader.zone),
        **sight,
        **scope.picked(),
        **scope.paid_by(),
        **scope.year(reader.zone),
    )


def spent_by_site(reader: Reader, sight: Sight, scope: Scope) -> pd.DataFrame:
    """One row per site and category in the year: requests (count), spent_cents, less credits."""
    return reader.frame(
        _SPENT_BY_SITE, **sight, **scope.picked(), **scope.paid_by(), **scope.year(reader.zone)
    )
