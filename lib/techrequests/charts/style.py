"""What every chart shares: readable axes in light and dark, and one set of colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

Spec = dict[str, Any]
"""A Vega-Lite specification with its data inside."""

# Told apart by colour-blind eyes, and 3 to 1 against both backgrounds (WCAG 2.2 AA).
PRIORITY_COLOURS = {
    "critical": "#C0303C",
    "high": "#D5690F",
    "medium": "#1C77BD",
    "low": "#7C8F98",
}
MONEY_COLOURS = {
    "Expended": "#0B6277",
    "Encumbered": "#865DD7",
    "Reserved": "#D5690F",
    "Available": "#8FB8A8",
}
_LIGHT_TEXT, _DARK_TEXT = "#4A5860", "#B8C6CD"


def finished(chart: alt.Chart | alt.LayerChart | alt.FacetChart, *, dark: bool) -> Spec:
    """The chart as the page needs it: full width, with axis text readable on its background."""
    text = _DARK_TEXT if dark else _LIGHT_TEXT
    styled = chart.properties(width="container").configure(
        axis={"labelColor": text, "titleColor": text, "labelLimit": 260},
        legend={"labelColor": text, "titleColor": text, "orient": "bottom", "title": None},
        view={"strokeWidth": 0},
    )
    spec: Spec = styled.to_dict()
    return spec
