"""Pieces of a dashboard: filters in the address, numbers that explain themselves, charts.

Under every chart stands the table it is drawn from, to read, to copy and to take away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.calendar import fiscal_year, fiscal_year_words
from techrequests.domain.catalogue import Category
from techrequests.exchange.exports import query_of_scope
from techrequests.exchange.figures import FIGURES
from techrequests.services.reports import offered
from techrequests.store.reports import Scope
from techrequests.ui.cards import capital
from techrequests.ui.downloads import files_of
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from techrequests.charts.style import Spec
    from techrequests.ui.visit import Visit


def pick_scope(visit: Visit, name: str, *, funds: bool) -> Scope:
    """The filters of a dashboard, kept in the address.

    Args:
        visit: The page view.
        name: Prefix of the names in the address.
        funds: Whether funds can be picked.
    """
    found = remember(offered, visit.database, visit.today)
    present = fiscal_year(visit.today)
    with st.container(horizontal=True):
        year = st.selectbox(
            "Fiscal year",
            list(found.years),
            index=found.years.index(present),
            format_func=fiscal_year_words,
            key=f"{name}_year",
            bind="query-params",
            width=140,
        )
        paid_by = _pick("Fund", found.funds, f"{name}_fund") if funds else ()
        sites = _pick("Site", found.sites, f"{name}_site")
        words = {str(category): capital(category) for category in Category}
        categories = _pick("Category", words, f"{name}_category")
    return Scope(fiscal_year=year or present, sites=sites, categories=categories, funds=paid_by)


def _pick(label: str, words: Mapping[str, str], key: str) -> tuple[str, ...]:
    picked = st.multiselect(
        label,
        list(words),
        format_func=lambda value: words.get(value, value),
        key=key,
        bind="query-params",
        placeholder="All",
        width=220,
    )
    return tuple(picked)


def numbers(found: Mapping[str, tuple[str, str]], deltas: Mapping[str, str] | None = None) -> None:
    """Numbers side by side, each with what it counts.

    Args:
        found: The number and what it counts, by label.
        deltas: A word or two below a number, by label.
    """
    with st.container(horizontal=True):
        for label, (number, meaning) in found.items():
            delta = (deltas or {}).get(label)
            st.metric(
                label,
                number,
                delta=delta,
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
                help=meaning,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a chart is drawn from.

    Attributes:
        spec: What to draw; None when there is nothing.
        frame: The rows of its table.
        scope: What they are narrowed down to.
    """

    spec: Spec | None
    frame: pd.DataFrame
    scope: Scope


def figure(visit: Visit, name: str, drawn: Drawn, *, meaning: str, empty: str) -> None:
    """A chart with its table below.

    Args:
        visit: The page view.
        name: As in `exchange.figures.FIGURES`; also of its file, and in the session.
        drawn: What it shows.
        meaning: One sentence on what is counted.
        empty: A kind sentence for when there is nothing.
    """
    st.subheader(FIGURES[name].title, anchor=name)
    st.caption(meaning)
    if drawn.spec is None:
        st.info(empty, icon=":material/inbox:")
        return
    # Its `description` is what a screen reader reads out.
    st.vega_lite_chart(drawn.spec, key=f"{name}_chart")
    opened = st.expander(
        "The figures", icon=":material/table:", key=f"{name}_figures", on_change="rerun"
    )
    if opened.open:
        with opened:
            _table(visit, name, drawn)


def _table(visit: Visit, name: str, drawn: Drawn) -> None:
    labels = FIGURES[name].labels
    shown = drawn.frame[list(labels)].copy()
    for column in labels:
        if column.endswith("_cents"):
            shown[column] = shown[column] / 100
    config = {column: _config(column, label) for column, label in labels.items()}
    st.dataframe(shown, hide_index=True, column_config=config, alt=f"{len(shown)} rows of figures")
    files_of(visit, name, query_of_scope(drawn.scope), rows=len(shown))


def _config(column: str, label: str) -> Any:  # noqa: ANN401  # Streamlit's column types share no base
    if column.endswith("_cents"):
        return st.column_config.NumberColumn(label, format="dollar")
    if column.endswith("_days"):
        return st.column_config.NumberColumn(label, format="%.1f")
    if column == "month":
        return st.column_config.DateColumn(label, format="MMM YYYY")
    if column.endswith("_on"):
        return st.column_config.DateColumn(label, format="MMM D, YYYY")
    return st.column_config.Column(label)
