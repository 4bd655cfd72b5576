"""Where requests stand and how long they wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from techrequests.charts.style import (
    PRIORITY_COLOURS,
    Spec,
    finished,
    legend,
    listed,
    parts_colour,
    priority_colour,
    rank_of,
)
from techrequests.domain.techrequest import Status

if TYPE_CHECKING:
    import pandas as pd

_STATUSES = [str(status) for status in Status]
_FLOWS = ("submitted", "delivered", "ended without delivery")
_HALF, _MOST = "half of them", "nine in ten"


def backlog_by_priority(backlog: pd.DataFrame) -> Spec:
    """Open requests at each stage, coloured by priority.

    Args:
        backlog: One row per status and priority: `status`, `priority`, `requests` (count).
    """
    chart = (
        alt.Chart(backlog, height=alt.Step(34))
        .mark_bar(cornerRadius=2)
        .transform_calculate(rank=rank_of("priority", PRIORITY_COLOURS))
        .encode(
            y=alt.Y("status:N", title=None, sort=_STATUSES),
            x=alt.X("requests:Q", title="Open requests", axis=alt.Axis(tickMinStep=1)),
            color=priority_colour(),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("status:N", title="Stage"),
                alt.Tooltip("priority:N", title="Priority"),
                alt.Tooltip("requests:Q", title="Requests"),
            ],
        )
    )
    sums = backlog.groupby("priority")["requests"].sum()
    figures = listed((name, str(sums[name])) for name in PRIORITY_COLOURS if name in sums)
    return finished(chart, f"Open requests by priority: {figures}.")


def backlog_by_age(ages: pd.DataFrame) -> Spec:
    """Open requests by how long ago they were submitted.

    Args:
        ages: One row per age and priority, youngest first: `age` (up to …), `priority`, `requests`.
    """
    order = list(dict.fromkeys(ages["age"]))
    chart = (
        alt.Chart(ages, height=260)
        .mark_bar(cornerRadius=2)
        .transform_calculate(rank=rank_of("priority", PRIORITY_COLOURS))
        .encode(
            x=alt.X(
                "age:N",
                title="Time since submission, at most",
                sort=order,
                axis=alt.Axis(labelAngle=0),
            ),
            y=alt.Y("requests:Q", title="Open requests", axis=alt.Axis(tickMinStep=1)),
            color=priority_colour(),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("age:N", title="Time since submission, at most"),
                alt.Tooltip("priority:N", title="Priority"),
                alt.Tooltip("requests:Q", title="Requests"),
            ],
        )
    )
    sums = ages.groupby("age")["requests"].sum()
    figures = listed((age, str(sums[age])) for age in order)
    return finished(chart, f"Open requests by time since they were submitted: {figures}.")


def flow_by_month(flow: pd.DataFrame) -> Spec:
    """How many requests came and were finished each month.

    Args:
        flow: One row per month and kind: `month` (its first day), `kind`, `requests` (count).
    """
    wide = flow.pivot_table(index="month", columns="kind", values="requests", fill_value=0)
    long = wide.sort_index().reset_index().melt("month", var_name="kind", value_name="requests")
    # As words: a browser west of Greenwich would move a first day into the month before.
    long["month"] = long["month"].map(lambda day: f"{day:%b %Y}")
    months = list(dict.fromkeys(long["month"]))
    chart = (
        alt.Chart(long, height=260)
        .mark_line(point=alt.OverlayMarkDef(size=50, strokeDash=[]), strokeWidth=2.5)
        .encode(
            x=alt.X("month:O", title=None, sort=months, axis=alt.Axis(labelAngle=-40)),
            y=alt.Y("requests:Q", title="Requests", axis=alt.Axis(tickMinStep=1)),
            color=parts_colour("kind", _FLOWS, "stroke"),
            # Dashes, and not colour alone, tell the lines apart.
            strokeDash=alt.StrokeDash(
                "kind:N", scale=alt.Scale(domain=_FLOWS), legend=legend(_FLOWS, "stroke")
            ),
            tooltip=[
                alt.Tooltip("month:O", title="Month"),
                alt.Tooltip("kind:N", title="What"),
                alt.Tooltip("requests:Q", title="Requests"),
            ],
        )
    )
    sums = flow.groupby("kind")["requests"].sum()
    figures = listed((kind, str(sums[kind])) for kind in _FLOWS if kind in sums)
    return finished(chart, f"Requests by month, {months[0]} to {months[-1]}: {figures}.")


def days_by_stage(stays: pd.DataFrame) -> Spec:
    """How long requests stayed at each stage.

    Args:
        stays: One row per status: `status`, `median_days`, `slow_days` (9 in 10), `stays` (count).
    """
    base = alt.Chart(stays, height=alt.Step(34)).encode(
        y=alt.Y("status:N", title=None, sort=_STATUSES),
        tooltip=[
            alt.Tooltip("status:N", title="Stage"),
            alt.Tooltip("median_days:Q", title="Half were done within, days", format=".1f"),
            alt.Tooltip("slow_days:Q", title="Nine in ten were done within, days", format=".1f"),
            alt.Tooltip("stays:Q", title="Requests counted", format=","),
        ],
    )
    colour = parts_colour("share", (_HALF, _MOST))
    bars = (
        base.mark_bar(cornerRadius=2)
        .transform_calculate(share=f"'{_HALF}'")
        .encode(x=alt.X("median_days:Q", title="Days"), color=colour)
    )
    ticks = (
        base.mark_tick(thickness=4, size=24, opacity=1)
        .transform_calculate(share=f"'{_MOST}'")
        .encode(x="slow_days:Q", color=colour)
    )
    medians = dict(zip(stays["status"], stays["median_days"], strict=True))
    figures = listed((name, f"{medians[name]:.1f}") for name in _STATUSES if name in medians)
    return finished(alt.layer(bars, ticks), f"Median days at each stage: {figures}.")
