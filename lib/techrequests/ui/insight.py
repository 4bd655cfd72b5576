"""The dashboards: figures, charts, and under each chart the table it is drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from techrequests.charts import backlog as charts
from techrequests.charts import spending as money_charts
from techrequests.domain.catalogue import Category
from techrequests.domain.money import dollars
from techrequests.services.listing import frame_csv
from techrequests.services.reports import (
    Picked,
    Progress,
    Spending,
    fiscal_years,
    progress,
    site_names,
    spending,
)
from techrequests.ui.cards import capital
from techrequests.ui.links import page_link
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from datetime import date

    from techrequests.charts.style import Spec
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.ui.visit import Visit

_PARTS = {
    "Expended": "expended_cents",
    "Encumbered": "encumbered_cents",
    "Reserved": "reserved_cents",
    "Available": "available_cents",
}


def theme() -> str:
    """Whether the page is shown `light` or `dark`."""
    return st.context.theme.type or "light"


def pick_requests(visit: Visit) -> Picked:
    """The overview's filters, kept in the address."""
    sites = remember(site_names, visit.database)
    with st.container(horizontal=True):
        picked = st.multiselect(
            "Site",
            list(sites),
            format_func=lambda code: sites.get(code, code),
            key="overview_site",
            bind="query-params",
            placeholder="All sites",
        )
        categories = st.multiselect(
            "Category",
            list(Category),
            format_func=capital,
            key="overview_category",
            bind="query-params",
            placeholder="All categories",
        )
    return Picked(sites=tuple(picked), categories=tuple(map(str, categories)))


def pick_years(visit: Visit) -> tuple[int, ...]:
    """The spending page's filter, kept in the address."""
    years = remember(fiscal_years, visit.database)
    picked = st.multiselect(
        "Fiscal year",
        list(years),
        format_func=lambda year: f"{year - 1}-{year % 100:02d}",
        key="spending_year",
        bind="query-params",
        placeholder="All years",
    )
    return tuple(picked)


def overview(visit: Visit) -> None:
    """Figures and charts of where requests stand."""
    picked = pick_requests(visit)
    found = remember(progress, visit.database, visit.actor, picked, visit.today)
    if found.backlog.empty and found.flow.empty:
        st.info(
            "No requests match. Clear a filter, or wait for the first one.", icon=":material/inbox:"
        )
        return
    _progress_figures(found)
    specs = remember(_progress_specs, visit.database, visit.actor, picked, visit.today, theme())
    left, right = st.columns(2, gap="large")
    with left:
        _chart(
            "Backlog by priority",
            "Open requests at each stage.",
            specs[0],
            found.backlog,
            "backlog",
        )
        _chart(
            "Age of the backlog",
            "Open requests by days since submission.",
            specs[1],
            found.ages,
            "ages",
        )
    with right:
        _chart(
            "Coming and going",
            "Requests submitted and finished, the last 12 months.",
            specs[2],
            found.flow,
            "flow",
        )
        _chart(
            "Days at each stage",
            "Bar: median. Line: nine of ten were through by then. Requests of the last 12 months.",
            specs[3],
            found.times,
            "stage-times",
        )


def _progress_figures(found: Progress) -> None:
    backlog = found.backlog
    urgent = backlog[backlog["priority"].isin(["critical", "high"])]["requests"].sum()
    waiting = backlog[backlog["status"] == "awaiting approval"]["requests"].sum()
    with st.container(horizontal=True):
        st.metric(
            "Open requests",
            f"{backlog['requests'].sum():,}",
            border=True,
            help="Submitted and not yet closed, declined, denied, withdrawn or cancelled.",
        )
        st.metric("High or critical", f"{urgent:,}", border=True, help="Of the open requests.")
        st.metric("Await approval", f"{waiting:,}", border=True, help="With a supervisor now.")
        st.metric(
            "Their estimates",
            dollars(int(backlog["estimate_cents"].sum())),
            border=True,
            help="Sum of the estimates of all open requests.",
        )


def spending_page(visit: Visit) -> None:
    """Figures and charts of where the money stands."""
    years = pick_years(visit)
    found = remember(spending, visit.database, years)
    if found.funds.empty:
        st.info(
            "There are no funds yet. The Business Office adds them on the Funds page.",
            icon=":material/inbox:",
        )
        return
    _money_figures(found)
    specs = remember(_spending_specs, visit.database, years, theme())
    _chart(
        "Spend by fund",
        "Every budget, split into where it stands.",
        specs[0],
        found.funds.drop(columns=["fund_id"]),
        "spend-by-fund",
    )
    page_link("pages/purchasing/funds.py", label="Open the funds and the entries behind them")
    left, right = st.columns(2, gap="large")
    with left:
        _chart(
            "Expended by month",
            "Invoices less credits.",
            specs[1],
            found.months,
            "expended-by-month",
        )
    with right:
        _chart("By site", "Encumbered and expended.", specs[2], found.committed, "committed")
        _chart(
            "By category",
            "Encumbered and expended.",
            specs[3],
            found.committed,
            "committed-by-category",
        )


def _money_figures(found: Spending) -> None:
    funds = found.funds[~found.funds["closed"]]
    words = {
        "Budget": ("budget_cents", "Of the funds that are not closed."),
        "Reserved": ("reserved_cents", "Approved, not yet ordered."),
        "Encumbered": ("encumbered_cents", "Ordered, not yet invoiced."),
        "Expended": ("expended_cents", "Invoiced, less credits."),
        "Available": ("available_cents", "Budget less reserved, encumbered and expended."),
    }
    with st.container(horizontal=True):
        for label, (column, meaning) in words.items():
            st.metric(label, f"${int(funds[column].sum()) / 100:,.0f}", border=True, help=meaning)


def _chart(title: str, meaning: str, spec: Spec, frame: pd.DataFrame, name: str) -> None:
    st.subheader(title)
    st.caption(meaning)
    if frame.empty:
        st.info("Nothing to show yet.", icon=":material/inbox:")
        return
    st.vega_lite_chart(
        spec, key=f"chart:{name}", alt=f"{title}. {meaning} The table below has the figures."
    )
    with st.expander(
        "The figures", icon=":material/table:", key=f"figures:{name}", on_change="rerun"
    ) as box:
        if box.open:
            _figures(frame, name)


def _figures(frame: pd.DataFrame, name: str) -> None:
    shown = frame.copy()
    for column in [column for column in shown.columns if str(column).endswith("_cents")]:
        shown[column] = shown[column] / 100
    config: Any = {
        column: st.column_config.NumberColumn(
            capital(str(column).removesuffix("_cents").replace("_", " ")), format="dollar"
        )
        if str(column).endswith("_cents")
        else capital(str(column).replace("_", " "))
        for column in shown.columns
    }
    st.dataframe(shown, hide_index=True, column_config=config, alt=f"Figures of {name}")
    st.download_button(
        "CSV",
        data=lambda: frame_csv(shown),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"csv:{name}",
    )


def _progress_specs(
    source: Database, actor: Actor, picked: Picked, today: date, theme: str
) -> list[Spec]:
    found = remember(progress, source, actor, picked, today)
    return [
        charts.backlog_by_priority(found.backlog, dark=theme == "dark"),
        charts.backlog_by_age(found.ages, dark=theme == "dark"),
        charts.flow_by_month(found.flow, dark=theme == "dark"),
        charts.days_by_stage(found.times, dark=theme == "dark"),
    ]


def _spending_specs(source: Database, years: tuple[int, ...], theme: str) -> list[Spec]:
    found = remember(spending, source, years)
    funds = found.funds[~found.funds["closed"]]
    parts = pd.concat(
        [
            pd.DataFrame({"fund": funds["fund"], "part": part, "dollars": funds[column] / 100})
            for part, column in _PARTS.items()
        ]
    )
    months = found.months.assign(dollars=found.months["expended_cents"] / 100)
    committed = found.committed.assign(dollars=found.committed["committed_cents"] / 100)
    by_site = committed.groupby("site")[["dollars"]].sum().reset_index()
    by_category = committed.groupby("category")[["dollars"]].sum().reset_index()
    return [
        money_charts.spend_by_fund(parts, dark=theme == "dark"),
        money_charts.spend_by_month(months, dark=theme == "dark"),
        money_charts.spend_by("site", by_site, dark=theme == "dark"),
        money_charts.spend_by("category", by_category, dark=theme == "dark"),
    ]
