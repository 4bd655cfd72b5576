"""Where the money stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from techrequests.charts.style import MONEY_COLOURS, Spec, finished

if TYPE_CHECKING:
    import pandas as pd


def spend_by_fund(funds: pd.DataFrame, *, dark: bool = False) -> Spec:
    """Each fund's budget, split into what is expended, encumbered, reserved and available.

    Args:
        funds: One row per fund and part: `fund`, `part` (a key of `MONEY_COLOURS`), `dollars`.
        dark: Whether the page is dark.
    """
    parts = list(MONEY_COLOURS)
    chart = (
        alt.Chart(funds, height=alt.Step(34))
        .mark_bar(cornerRadius=2)
        .encode(
            y=alt.Y("fund:N", title=None, sort="-x"),
            x=alt.X("sum(dollars):Q", title="US dollars", axis=alt.Axis(format="$,.0f")),
            color=alt.Color(
                "part:N", scale=alt.Scale(domain=parts, range=list(MONEY_COLOURS.values()))
            ),
            order=alt.Order("rank:Q"),
            tooltip=["fund:N", "part:N", alt.Tooltip("dollars:Q", format="$,.2f")],
        )
        .transform_calculate(rank=f"indexof({parts}, datum.part)")
    )
    return finished(chart, dark=dark)


def spend_by_month(spend: pd.DataFrame, *, dark: bool = False) -> Spec:
    """What was expended each month.

    Args:
        spend: One row per month: `month` (date), `dollars`.
        dark: Whether the page is dark.
    """
    chart = (
        alt.Chart(spend, height=260)
        .mark_bar(cornerRadius=2, color=MONEY_COLOURS["Expended"])
        .encode(
            x=alt.X(
                "yearmonth(month):O", title=None, axis=alt.Axis(format="%b %Y", labelAngle=-40)
            ),
            y=alt.Y("dollars:Q", title="Expended", axis=alt.Axis(format="$,.0f")),
            tooltip=[
                alt.Tooltip("month:T", format="%B %Y"),
                alt.Tooltip("dollars:Q", format="$,.2f"),
            ],
        )
    )
    return finished(chart, dark=dark)


def spend_by(what: str, spend: pd.DataFrame, *, dark: bool = False) -> Spec:
    """What was committed, encumbered or expended, by site or category.

    Args:
        what: The column to group by: `site` or `category`.
        spend: One row per value of it: `dollars`.
        dark: Whether the page is dark.
    """
    chart = (
        alt.Chart(spend, height=alt.Step(26))
        .mark_bar(cornerRadius=2, color=MONEY_COLOURS["Expended"])
        .encode(
            y=alt.Y(f"{what}:N", title=None, sort="-x"),
            x=alt.X("dollars:Q", title="Encumbered and expended", axis=alt.Axis(format="$,.0f")),
            tooltip=[f"{what}:N", alt.Tooltip("dollars:Q", format="$,.2f")],
        )
    )
    return finished(chart, dark=dark)
