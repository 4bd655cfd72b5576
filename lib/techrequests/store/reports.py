"""The figures of the dashboards: each read says what one row is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.techrequest import TERMINAL
from techrequests.store.requests import visible

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from techrequests.store.database import Reader

WINDOW_DAYS = 365
"""How far back durations and flows look: older ones say little about the office of today."""

_ENDED = ", ".join(f"'{status}'" for status in sorted(TERMINAL))
_PICKED = f"""
    {visible("r")}
    AND ($every_site OR r.site_id = ANY($sites))
    AND ($every_category OR r.category = ANY($categories))
"""
_OPEN = f"r.status NOT IN ('draft', {_ENDED}) AND {_PICKED}"

_BACKLOG = f"""
    SELECT r.status, r.priority, CAST(count(*) AS INTEGER) AS requests,
           CAST(sum(r.estimate_cents) AS BIGINT) AS estimate_cents
    FROM tech_request r WHERE {_OPEN}
    GROUP BY r.status, r.priority
"""  # noqa: S608  # constants, as everywhere below
_AGES = f"""
    SELECT age, position, priority, CAST(count(*) AS INTEGER) AS requests
    FROM (
        SELECT r.priority,
               CASE WHEN days < 8 THEN 1 WHEN days < 31 THEN 2
                    WHEN days < 91 THEN 3 ELSE 4 END AS position,
               CASE WHEN days < 8 THEN 'up to a week' WHEN days < 31 THEN 'up to a month'
                    WHEN days < 91 THEN 'up to three months' ELSE 'longer' END AS age
        FROM (
            SELECT *, CAST($today AS DATE) - CAST(submitted_at AS DATE) AS days FROM tech_request
        ) r
        WHERE {_OPEN}
    ) aged
    GROUP BY age, position, priority ORDER BY position
"""  # noqa: S608
_FLOW = f"""
    SELECT month, kind, CAST(count(*) AS INTEGER) AS requests
    FROM (
        SELECT CAST(date_trunc('month', r.submitted_at) AS DATE) AS month, 'submitted' AS kind
        FROM tech_request r WHERE r.submitted_at >= $since AND {_PICKED}
        UNION ALL
        SELECT CAST(date_trunc('month', r.closed_at) AS DATE), 'finished'
        FROM tech_request r
        WHERE r.closed_at >= $since AND r.submitted_at IS NOT NULL AND {_PICKED}
    ) moved
    GROUP BY month, kind ORDER BY month
"""  # noqa: S608
_TIMES = f"""
    SELECT status, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY days) AS ninety_days,
           CAST(count(*) AS INTEGER) AS passages
    FROM (
        SELECT e.source AS status,
               date_part('epoch', e.happened_at - lag(e.happened_at) OVER (
                   PARTITION BY e.request_id ORDER BY e.event_no)) / 86400.0 AS days
        FROM request_event e JOIN tech_request r ON r.request_id = e.request_id
        WHERE e.source <> e.target AND r.submitted_at >= $since AND {_PICKED}
    ) passed
    WHERE days IS NOT NULL AND status <> 'draft'
    GROUP BY status
"""  # noqa: S608
_FUNDS = """
    SELECT f.fund_id, f.name AS fund, f.fiscal_year, f.closed, f.ends_on, b.budget_cents,
           b.reserved_cents, b.encumbered_cents, b.expended_cents, b.available_cents
    FROM fund f JOIN fund_balance b ON b.fund_id = f.fund_id
    WHERE $every_year OR f.fiscal_year = ANY($years)
    ORDER BY f.fiscal_year DESC, b.budget_cents DESC
"""
_MONTHS = """
    SELECT CAST(date_trunc('month', e.posted_at) AS DATE) AS month,
           CAST(sum(CASE e.kind WHEN 'expend' THEN e.amount_cents
               ELSE -e.amount_cents END) AS BIGINT) AS expended_cents
    FROM ledger_entry e JOIN fund f ON f.fund_id = e.fund_id
    WHERE e.kind IN ('expend', 'credit') AND ($every_year OR f.fiscal_year = ANY($years))
    GROUP BY month ORDER BY month
"""
_COMMITTED = """
    SELECT s.name AS site, r.category, CAST(sum(CASE
               WHEN e.kind IN ('encumber', 'expend') THEN e.amount_cents
               WHEN e.kind IN ('release encumbrance', 'credit') THEN -e.amount_cents
               ELSE 0 END) AS BIGINT) AS committed_cents
    FROM ledger_entry e
    JOIN fund f ON f.fund_id = e.fund_id
    JOIN tech_request r ON r.request_id = e.request_id
    JOIN site s ON s.site_id = r.site_id
    WHERE $every_year OR f.fiscal_year = ANY($years)
    GROUP BY s.name, r.category
"""


def backlog(reader: Reader, picked: dict[str, Any]) -> pd.DataFrame:
    """One row per status and priority of open requests: requests (count), estimate_cents."""
    return reader.frame(_BACKLOG, **picked)


def ages(reader: Reader, picked: dict[str, Any], today: date) -> pd.DataFrame:
    """One row per age since submission and priority of open requests: age, position, requests."""
    return reader.frame(_AGES, today=today, **picked)


def flow(reader: Reader, picked: dict[str, Any], since: date) -> pd.DataFrame:
    """One row per month and kind (submitted, finished): requests (count)."""
    return reader.frame(_FLOW, since=since, **picked)


def stage_times(reader: Reader, picked: dict[str, Any], since: date) -> pd.DataFrame:
    """One row per status that was left: median_days, ninety_days (9 of 10 within), passages."""
    return reader.frame(_TIMES, since=since, **picked)


def fund_figures(reader: Reader, years: dict[str, Any]) -> pd.DataFrame:
    """One row per fund: its name, year, end, and the five figures in US cents."""
    return reader.frame(_FUNDS, **years)


def expended_by_month(reader: Reader, years: dict[str, Any]) -> pd.DataFrame:
    """One row per month: expended_cents, less credits."""
    return reader.frame(_MONTHS, **years)


def committed(reader: Reader, years: dict[str, Any]) -> pd.DataFrame:
    """One row per site and category: committed_cents, encumbered or expended."""
    return reader.frame(_COMMITTED, **years)


def fiscal_years(reader: Reader) -> tuple[int, ...]:
    """The fiscal years that have funds, newest first."""
    rows = reader.rows("SELECT DISTINCT fiscal_year FROM fund ORDER BY fiscal_year DESC")
    return tuple(row["fiscal_year"] for row in rows)


def site_names(reader: Reader) -> dict[str, str]:
    """Names of the sites by code, by name."""
    rows = reader.rows("SELECT site_id, name FROM site ORDER BY name")
    return {row["site_id"]: row["name"] for row in rows}
