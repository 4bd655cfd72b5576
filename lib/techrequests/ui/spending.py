"""The spending page: what is left in each fund, and where the money went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.charts import spending as charts
from techrequests.domain.money import dollars
from techrequests.services.reports import Spending, spending
from techrequests.ui.figures import figure, numbers, pick_scope, year_words
from techrequests.ui.links import page_link
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.charts.style import Spec
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.store.reports import Scope
    from techrequests.ui.visit import Visit


def spending_page(visit: Visit) -> None:
    """Numbers and charts, narrowed down by year, fund, site and category."""
    scope = pick_scope(visit, "spending", funds=True)
    found, specs = remember(_drawn, visit.database, visit.actor, scope)
    _numbers(found)
    _funds(found, specs, scope)
    left, right = st.columns(2, gap="large")
    with left:
        _sites(found, specs, scope)
    with right:
        _months(found, specs, scope)


def _drawn(source: Database, actor: Actor, scope: Scope) -> tuple[Spending, dict[str, Spec | None]]:
    """The figures with their charts; none where there is nothing to draw."""
    found = spending(source, actor, scope)
    return found, {
        "funds": None if found.funds.empty else charts.spend_by_fund(found.funds),
        "months": None if found.months.empty else charts.spend_by_month(found.months),
        "sites": None if found.sites.empty else charts.spend_by_site(found.sites),
    }


def _numbers(found: Spending) -> None:
    meanings = {
        "Budget": ("budget_cents", "What the funds below were given."),
        "Expended": ("expended_cents", "Invoices recorded, less credits, since each fund began."),
        "Encumbered": ("encumbered_cents", "Ordered and not yet invoiced."),
        "Reserved": ("reserved_cents", "Approved or allocated and not yet ordered."),
        "Available": (
            "available_cents",
            "Budget less expended, encumbered and reserved; closed funds count too.",
        ),
    }
    numbers(
        {
            # Whole dollars: cents would crowd out the figures.
            label: (dollars(int(found.funds[column].sum()))[:-3], meaning)
            for label, (column, meaning) in meanings.items()
        }
    )


def _funds(found: Spending, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        "Spend by fund",
        f"Every fund that could be ordered from in {year_words(scope.fiscal_year)}, as it stands "
        "now; the mark is its budget. The filters for site and category do not apply here.",
        specs["funds"],
        found.funds,
        name="spend-by-fund",
        empty="No fund matches. The Business Office adds funds on the Funds page.",
        labels={
            "fund": "Fund",
            "ends_on": "Last order date",
            "budget_cents": "Budget",
            "expended_cents": "Expended",
            "encumbered_cents": "Encumbered",
            "reserved_cents": "Reserved",
            "available_cents": "Available",
        },
    )
    page_link(
        "pages/purchasing/funds.py",
        label="See the entries that each figure is made of",
        icon=":material/receipt_long:",
    )


def _sites(found: Spending, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        "Spend by site and category",
        f"Expended in {year_words(scope.fiscal_year)}, less credits, by the request's site.",
        specs["sites"],
        found.sites,
        name="spend-by-site",
        empty="Nothing was expended in this fiscal year yet.",
        labels={
            "site": "Site",
            "category": "Category",
            "requests": "Requests",
            "spent_cents": "Expended",
        },
    )


def _months(found: Spending, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        "Spend by month",
        f"Expended in {year_words(scope.fiscal_year)}, less credits, when the invoice was "
        "recorded.",
        specs["months"],
        found.months,
        name="spend-by-month",
        empty="Nothing was expended in this fiscal year yet.",
        labels={"month": "Month", "spent_cents": "Expended"},
    )
