"""Charts are drawn from figures alone, tell them in words, and leave their look to the page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from techrequests.charts.backlog import (
    backlog_by_age,
    backlog_by_priority,
    days_by_stage,
    flow_by_month,
)
from techrequests.charts.spending import spend_by_fund, spend_by_month, spend_by_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.charts.style import Spec

BACKLOG = pd.DataFrame(
    [
        ("in review", "low", 2),
        ("in review", "critical", 1),
        ("ordered", "high", 4),
    ],
    columns=["status", "priority", "requests"],
)
AGES = pd.DataFrame(
    [(1, "a week", "high", 3), (3, "30 days", "low", 1), (6, "longer", "critical", 2)],
    columns=["position", "age", "priority", "requests"],
)
FLOW = pd.DataFrame(
    [
        (date(2026, 7, 1), "submitted", 5),
        (date(2026, 8, 1), "submitted", 2),
        (date(2026, 8, 1), "delivered", 3),
    ],
    columns=["month", "kind", "requests"],
)
STAYS = pd.DataFrame(
    [("in review", 2.25, 9.0, 40), ("ordered", 14.0, 40.0, 30)],
    columns=["status", "median_days", "slow_days", "stays"],
)
FUNDS = pd.DataFrame(
    [
        ("General fund", 100_000_00, 20_000_00, 10_000_00, 5_000_00, 65_000_00, 0),
        ("Last year", 500_00, 100_00, 0, 0, 0, 400_00),
        ("Levy", 1_000_00, 900_00, 300_00, 0, -200_00, 0),
    ],
    columns=[
        "fund",
        "budget_cents",
        "expended_cents",
        "encumbered_cents",
        "reserved_cents",
        "available_cents",
        "lapsed_cents",
    ],
)
MONTHS = pd.DataFrame(
    [(date(2026, 7, 1), 1_234_56), (date(2026, 8, 1), 99)], columns=["month", "spent_cents"]
)
SITES = pd.DataFrame(
    [
        ("Lincoln", kind, cents)
        for kind, cents in zip("abcdefg", (700, 600, 500, 400, 300, 200, 100), strict=True)
    ]
    + [("Washington", "a", 5_000)],
    columns=["site", "category", "spent_cents"],
)

ALL_FUNDS = (
    "All funds together: expended $21,000, encumbered $10,300, reserved $5,000, available $64,800, "
    "no longer available $400."
)

DRAWN: list[tuple[Callable[[pd.DataFrame], Spec], pd.DataFrame, str]] = [
    (backlog_by_priority, BACKLOG, "Open requests by priority: critical 1, high 4, low 2."),
    (
        backlog_by_age,
        AGES,
        "Open requests by time since they were submitted: a week 3, 30 days 1, longer 2.",
    ),
    (flow_by_month, FLOW, "Requests by month, Jul 2026 to Aug 2026: submitted 7, delivered 3."),
    (days_by_stage, STAYS, "Median days at each stage: in review 2.2, ordered 14.0."),
    (
        spend_by_fund,
        FUNDS,
        ALL_FUNDS,
    ),
    (spend_by_month, MONTHS, "Expended by month: Jul 2026 $1,235, Aug 2026 $1."),
    (spend_by_site, SITES, "Expended by site: Washington $50, Lincoln $28."),
]


def data_of(spec: Spec, part: int = 0) -> list[dict[str, Any]]:
    """The rows that a chart, or one of its layers, is drawn from."""
    named = spec["layer"][part] if "layer" in spec and "data" not in spec else spec
    rows: list[dict[str, Any]] = spec["datasets"][named["data"]["name"]]
    return rows


@pytest.mark.parametrize(("draw", "frame", "words"), DRAWN)
def test_a_chart_tells_its_figures_in_words(
    draw: Callable[[pd.DataFrame], Spec], frame: pd.DataFrame, words: str
) -> None:
    assert draw(frame)["description"] == words


@pytest.mark.parametrize(("draw", "frame", "words"), DRAWN)
def test_a_chart_leaves_its_look_to_the_page(
    draw: Callable[[pd.DataFrame], Spec], frame: pd.DataFrame, words: str
) -> None:
    del words
    spec = draw(frame)
    assert "config" not in spec
    assert spec["width"] == "container"
    for layer in spec.get("layer", [spec]):
        assert layer["encoding"]["tooltip"]


@pytest.mark.parametrize(("draw", "frame", "words"), DRAWN)
def test_drawing_leaves_the_figures_as_they_were(
    draw: Callable[[pd.DataFrame], Spec], frame: pd.DataFrame, words: str
) -> None:
    del words
    before = frame.copy()
    draw(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_stages_stand_in_the_order_of_the_process_and_priorities_by_urgency() -> None:
    encoding = backlog_by_priority(BACKLOG)["encoding"]
    assert encoding["y"]["sort"][:3] == ["draft", "in review", "needs information"]
    assert encoding["color"]["scale"]["domain"] == ["critical", "high", "medium", "low"]
    assert data_of(backlog_by_priority(BACKLOG)) == BACKLOG.to_dict("records")


def test_ages_stand_youngest_first() -> None:
    assert backlog_by_age(AGES)["encoding"]["x"]["sort"] == ["a week", "30 days", "longer"]


def test_months_are_words_and_a_month_without_anything_counts_zero() -> None:
    rows = data_of(flow_by_month(FLOW))
    assert {(row["month"], row["kind"], row["requests"]) for row in rows} == {
        ("Jul 2026", "submitted", 5),
        ("Jul 2026", "delivered", 0),
        ("Aug 2026", "submitted", 2),
        ("Aug 2026", "delivered", 3),
    }


def test_a_fund_is_split_into_its_parts_in_dollars_and_marked_at_its_budget() -> None:
    spec = spend_by_fund(FUNDS)
    parts = {(row["fund"], row["part"]): row["dollars"] for row in data_of(spec)}
    assert parts["General fund", "available"] == 65_000
    assert parts["Levy", "expended"] == 900
    assert parts["Levy", "available"] == 0, "an overspent fund has nothing left, not less"
    budgets = {row["fund"]: row["dollars"] for row in data_of(spec, 1)}
    assert (parts["Last year", "available"], parts["Last year", "no longer available"]) == (0, 400)
    assert budgets == {"General fund": 100_000, "Last year": 500, "Levy": 1_000}


def test_no_more_kinds_are_coloured_than_the_theme_has_colours() -> None:
    spec = spend_by_site(SITES)
    kinds = spec["encoding"]["color"]["scale"]["domain"]
    assert kinds == ["a", "b", "c", "d", "e", "everything else"]
    rest = [row for row in data_of(spec) if row["category"] == "everything else"]
    assert [(row["site"], row["dollars"]) for row in rest] == [("Lincoln", 3.0)]


def test_a_few_kinds_need_no_everything_else() -> None:
    few = SITES[SITES["category"].isin(["a", "b"])]
    assert spend_by_site(few)["encoding"]["color"]["scale"]["domain"] == ["a", "b"]
