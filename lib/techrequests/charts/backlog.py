"""Where requests stand and how long they wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from techrequests.charts.style import PRIORITY_COLOURS, Spec, finished
from techrequests.domain.techrequest import Status

if TYPE_CHECKING:
    import pandas as pd

_STATUSES = [str(status) for status in Status]


def backlog_by_priority(backlog: pd.DataFrame, *, dark: bool = False) -> Spec:
    """Open requests at each stage, coloured by priority.

    Args:
        backlog: One row per status and priority: `status`, `priority`, `requests` (count).
        dark: Whether the page is dark.
    """
    chart = (
        alt.Chart(backlog, height=320)
        .mark_bar(cornerRadius=2)
        .encode(
            y=alt.Y("status:N", title=None, sort=_STATUSES),
            x=alt.X("sum(requests):Q", title="Open requests", axis=alt.Axis(tickMinStep=1)),
            color=_priority(),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("status:N", title="Stage"),
                alt.Tooltip("priority:N", title="Priority"),
                alt.Tooltip("requests:Q", title="Requests"),
            ],
        )
        .transform_calculate(rank=_rank())
    )
    return finished(chart, dark=dark)


def backlog_by_age(ages: pd.DataFrame, *, dark: bool = False) -> Spec:
    """Open requests by how long ago they were submitted.

    Args:
        ages: One row per age and priority: `age`, `position` (order), `priority`, `requests`.
        dark: Whether the page is dark.
    """
    chart = (
        alt.Chart(ages, height=260)
        .mark_bar(cornerRadius=2)
        .encode(
            x=alt.X(
                "age:N",
                title="Since submission",
                sort=alt.SortField("position"),
                axis=alt.Axis(labelAngle=0),
            ),
            y=alt.Y("sum(requests):Q", title="Open requests", axis=alt.Axis(tickMinStep=1)),
            color=_priority(),
            order=alt.Order("rank:Q"),
            tooltip=["age:N", "priority:N", "requests:Q"],
        )
        .transform_calculate(rank=_rank())
    )
    return finished(chart, dark=dark)


def flow_by_month(flow: pd.DataFrame, *, dark: bool = False) -> Spec:
    """How many requests came and went each month.

    Args:
        flow: One row per month and kind: `month`, `kind` (submitted or finished), `requests`.
        dark: Whether the page is dark.
    """
    chart = (
        alt.Chart(flow, height=260)
        .mark_line(point=True, strokeWidth=2.5)
        .encode(
            x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y")),
            y=alt.Y("requests:Q", title="Requests"),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=["submitted", "finished"], range=["#1C77BD", "#2C9A88"]),
            ),
            strokeDash=alt.StrokeDash("kind:N", legend=None),
            tooltip=[alt.Tooltip("month:T", format="%B %Y"), "kind:N", "requests:Q"],
        )
    )
    return finished(chart, dark=dark)


def days_by_stage(times: pd.DataFrame, *, dark: bool = False) -> Spec:
    """How long requests stayed at each stage: the median as a bar, nine of ten up to the line.

    Args:
        times: One row per status: `status`, `median_days`, `ninety_days`, `passages` (count).
        dark: Whether the page is dark.
    """
    base = alt.Chart(times, height=280).encode(
        y=alt.Y("status:N", title=None, sort=_STATUSES),
        tooltip=[
            alt.Tooltip("status:N", title="Stage"),
            alt.Tooltip("median_days:Q", title="Median, days", format=".1f"),
            alt.Tooltip("ninety_days:Q", title="Nine of ten within, days", format=".1f"),
            alt.Tooltip("passages:Q", title="Requests counted"),
        ],
    )
    bars = base.mark_bar(cornerRadius=2, color="#1C77BD").encode(
        x=alt.X("median_days:Q", title="Days")
    )
    ticks = base.mark_tick(thickness=3, size=22, color="#D5690F").encode(x="ninety_days:Q")
    return finished(alt.layer(bars, ticks), dark=dark)


def _priority() -> alt.Color:
    domain, colours = list(PRIORITY_COLOURS), list(PRIORITY_COLOURS.values())
    return alt.Color("priority:N", scale=alt.Scale(domain=domain, range=colours))


def _rank() -> str:
    return f"indexof({list(PRIORITY_COLOURS)}, datum.priority)"
