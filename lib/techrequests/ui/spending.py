"""The spending page: what is left in each fund, and where the money went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.charts import spending as charts
from techrequests.domain.calendar import fiscal_year_words
from techrequests.domain.money import dollars
from techrequests.services.reports import Spending, spending
from techrequests.ui.figures import Drawn, figure, numbers, pick_scope
from techrequests.ui.funds import ORDERED_NO_MORE
from techrequests.ui.links import page_link
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from techrequests.charts.style import Spec
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.store.reports import Scope
    from techrequests.ui.visit import Visit


def spending_page(visit: Visit) -> None:
    """Numbers and charts, narrowed down by year, fund, site and category."""
    scope = pick_scope(visit, "spending", funds=True)
    found, specs = remember(_drawn, visit.database, visit.actor, scope, visit.today)
    _numbers(found, scope)
    _funds(visit, found, specs, scope)
    left, right = st.columns(2, gap="large")
    with left:
        _sites(visit, found, specs, scope)
    with right:
        _months(visit, found, specs, scope)


def _drawn(
    source: Database, actor: Actor, scope: Scope, today: date
) -> tuple[Spending, dict[str, Spec | None]]:
    """The figures with their charts; none where there is nothing to draw."""
    found = spending(source, actor, scope, today)
    return found, {
        "funds": None if found.funds.empty else charts.spend_by_fund(found.funds),
        "months": None if found.months.empty else charts.spend_by_month(found.months),
        "sites": None if found.sites.empty else charts.spend_by_site(found.sites),
    }


def _numbers(found: Spending, scope: Scope) -> None:
    """What every filter narrows down; what funds have left is below, where those do not apply."""
    year = fiscal_year_words(scope.fiscal_year)
    numbers(
        {
            f"Expended in {year}": (
                dollars(int(found.sites["spent_cents"].sum())),
                "Invoices recorded in the fiscal year, less credits and reversals.",
            ),
            "Encumbered now": (
                dollars(found.committed["encumbered_cents"]),
                f"Ordered from funds of {year} and not yet invoiced.",
            ),
            "Reserved now": (
                dollars(found.committed["reserved_cents"]),
                f"Approved or allocated on funds of {year} and not yet ordered.",
            ),
        }
    )


def _funds(visit: Visit, found: Spending, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    together = ", ".join(
        f"{part} {dollars(int(found.funds[f'{part}_cents'].sum()))}"
        for part in ("budget", "reserved", "encumbered", "expended", "available")
    )
    figure(
        visit,
        "spend-by-fund",
        Drawn(spec=specs["funds"], frame=found.funds, scope=scope),
        meaning=f"Every fund that could be ordered from, or was posted to, in "
        f"{fiscal_year_words(scope.fiscal_year)}, as it stands now: expended is all since it "
        "began, and the mark is its budget. The filters for site and category do not apply here. "
        f"Together: {together}.{_lapsed(found)}".replace("$", "\\$"),
        empty="No fund matches. The Business Office adds funds on the Funds page.",
    )
    page_link(
        "pages/purchasing/funds.py",
        label="See the entries that each figure is made of",
        icon=":material/receipt_long:",
    )


def _lapsed(found: Spending) -> str:
    """What is left in funds, but is nobody's to order from."""
    cents = int(found.funds["lapsed_cents"].sum())
    return f" {ORDERED_NO_MORE.format(dollars(cents))}" if cents else ""


def _sites(visit: Visit, found: Spending, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        visit,
        "spend-by-site",
        Drawn(spec=specs["sites"], frame=found.sites, scope=scope),
        meaning=f"Expended in {fiscal_year_words(scope.fiscal_year)}, less credits, by the site of "
        "the request.",
        empty="Nothing was expended in this fiscal year yet.",
    )


def _months(visit: Visit, found: Spending, specs: Mapping[str, Spec | None], scope: Scope) -> None:
    figure(
        visit,
        "spend-by-month",
        Drawn(spec=specs["months"], frame=found.months, scope=scope),
        meaning=f"Expended in {fiscal_year_words(scope.fiscal_year)}, less credits, when the "
        "invoice was recorded.",
        empty="Nothing was expended in this fiscal year yet.",
    )
