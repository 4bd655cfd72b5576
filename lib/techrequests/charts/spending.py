"""Where the money stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from techrequests.charts.style import Spec, finished, listed, parts_colour, rank_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_PARTS = {
    "expended": "expended_cents",
    "encumbered": "encumbered_cents",
    "reserved": "reserved_cents",
    "available": "available_cents",
    "no longer available": "lapsed_cents",
}
_LABEL_PIXELS = 170
_MOST_KINDS = 5
_THE_REST = "everything else"


def spend_by_fund(funds: pd.DataFrame) -> Spec:
    """Each fund's budget, split into what is expended, encumbered, reserved and left.

    A fund with more committed than its budget has nothing available; the mark of its budget then
    stands inside the bar.

    Args:
        funds: One row per fund, in the order to draw them: `fund`, and US cents in `budget_cents`,
            `expended_cents`, `encumbered_cents`, `reserved_cents`, `available_cents`,
            `lapsed_cents`.
    """
    order = list(funds["fund"])
    parts = pd.concat(
        [
            pd.DataFrame({"fund": funds["fund"], "part": part, "dollars": funds[column] / 100})
            for part, column in _PARTS.items()
        ]
    )
    parts["dollars"] = parts["dollars"].clip(lower=0)
    y = alt.Y("fund:N", title=None, sort=order, axis=alt.Axis(labelLimit=_LABEL_PIXELS))
    bars = (
        alt.Chart(parts, height=alt.Step(30))
        .mark_bar(cornerRadius=2)
        .transform_calculate(rank=rank_of("part", _PARTS))
        .encode(
            y=y,
            x=_dollars("dollars", "Budget"),
            color=parts_colour("part", _PARTS),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("fund:N", title="Fund"),
                alt.Tooltip("part:N", title="Part"),
                _amount("dollars"),
            ],
        )
    )
    budgets = funds[["fund"]].assign(dollars=funds["budget_cents"] / 100)
    marks = (
        alt.Chart(budgets)
        .mark_tick(thickness=3, size=28, color="#6B7C84")
        .encode(
            y=y,
            x=_dollars("dollars", "Budget"),
            tooltip=[alt.Tooltip("fund:N", title="Fund"), _amount("dollars", "Budget")],
        )
    )
    figures = _listed_dollars((part, funds[column].sum()) for part, column in _PARTS.items())
    return finished(alt.layer(bars, marks), f"All funds together: {figures}.")


def spend_by_month(months: pd.DataFrame) -> Spec:
    """What was expended each month, less credits.

    Args:
        months: One row per month: `month` (its first day), `spent_cents`.
    """
    drawn = pd.DataFrame(
        {
            # As words: a browser west of Greenwich would move a first day into the month before.
            "month": months["month"].map(lambda day: f"{day:%b %Y}"),
            "dollars": months["spent_cents"] / 100,
        }
    )
    chart = (
        alt.Chart(drawn, height=300)
        .mark_bar(cornerRadius=2)
        .encode(
            x=alt.X(
                "month:O", title=None, sort=list(drawn["month"]), axis=alt.Axis(labelAngle=-40)
            ),
            y=alt.Y("dollars:Q", title="Expended", axis=alt.Axis(format="$,.0f")),
            tooltip=[alt.Tooltip("month:O", title="Month"), _amount("dollars")],
        )
    )
    figures = _listed_dollars(zip(drawn["month"], months["spent_cents"], strict=True))
    return finished(chart, f"Expended by month: {figures}.")


def spend_by_site(spent: pd.DataFrame) -> Spec:
    """What was expended at each site, coloured by category; small categories go together.

    Args:
        spent: One row per site and category: `site`, `category`, `spent_cents`.
    """
    largest = spent.groupby("category")["spent_cents"].sum().sort_values(ascending=False)
    kept = list(largest.index[:_MOST_KINDS])
    kinds = [*kept, *([_THE_REST] if len(largest) > len(kept) else [])]
    grouped = spent.assign(
        category=spent["category"].where(spent["category"].isin(kept), _THE_REST),
        dollars=spent["spent_cents"] / 100,
    )
    drawn = grouped.groupby(["site", "category"], as_index=False)[["dollars"]].sum()
    chart = (
        alt.Chart(drawn, height=alt.Step(30))
        .mark_bar(cornerRadius=2)
        .transform_calculate(rank=rank_of("category", kinds))
        .encode(
            y=alt.Y("site:N", title=None, sort="-x", axis=alt.Axis(labelLimit=_LABEL_PIXELS)),
            x=_dollars("dollars", "Expended"),
            color=parts_colour("category", kinds),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("site:N", title="Site"),
                alt.Tooltip("category:N", title="Category"),
                _amount("dollars"),
            ],
        )
    )
    sums = spent.groupby("site")["spent_cents"].sum().sort_values(ascending=False)
    return finished(chart, f"Expended by site: {_listed_dollars(sums.items())}.")


def _dollars(field: str, title: str) -> alt.X:
    return alt.X(f"{field}:Q", title=title, axis=alt.Axis(format="$,.0f", tickCount=5))


def _amount(field: str, title: str = "Amount") -> alt.Tooltip:
    return alt.Tooltip(f"{field}:Q", title=title, format="$,.2f")


def _listed_dollars(pairs: Iterable[tuple[object, float]]) -> str:
    return listed((str(name), f"${cents / 100:,.0f}") for name, cents in pairs)
