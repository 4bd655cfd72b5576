"""What every chart shares: colours that mean something, legends above, and words for who listens.

Axis text, grids, fonts and the colours of parts come from the page's theme, in light and dark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sized

_COLUMNS = {2: 2, 3: 2, 4: 2, 5: 2}

Spec = dict[str, Any]
"""A Vega-Lite specification with its data inside and its figures as words in `description`."""

# As the badges on every page; told apart by colour-blind eyes, and at least 3 to 1 against both
# backgrounds (WCAG 2.2 AA).
PRIORITY_COLOURS = {
    "critical": "#CF4450",
    "high": "#D5690F",
    "medium": "#3A86C8",
    "low": "#7C8F98",
}


def finished(chart: alt.Chart | alt.LayerChart | alt.FacetChart, description: str) -> Spec:
    """The chart as the page draws it: in the page's own theme, as wide as its place."""
    spec: Spec = chart.properties(width="container", description=description).to_dict()
    # Altair's own look would win over the page's theme.
    spec.pop("config", None)
    return spec


def legend(names: Sized, symbol: str = "square") -> alt.Legend:
    """A legend above the chart, in as many columns as a phone has room for beside axis labels."""
    return alt.Legend(
        orient="top",
        title=None,
        columns=_COLUMNS.get(len(names), 1),
        columnPadding=10,
        labelFontSize=12,
        labelLimit=200,
        symbolType=symbol,
        symbolOpacity=1,
    )


def priority_colour() -> alt.Color:
    """Colour by `priority`, the most urgent first."""
    names, colours = list(PRIORITY_COLOURS), list(PRIORITY_COLOURS.values())
    scale = alt.Scale(domain=names, range=colours)
    return alt.Color("priority:N", scale=scale, legend=legend(names))


def parts_colour(field: str, names: Collection[str], symbol: str = "square") -> alt.Color:
    """Colour by a field whose values are `names`, in the theme's colours and this order."""
    scale = alt.Scale(domain=list(names))
    return alt.Color(f"{field}:N", scale=scale, legend=legend(names, symbol))


def rank_of(field: str, names: Iterable[str]) -> str:
    """A Vega expression for the place of a field's value in `names`: the order of stacked parts."""
    return f"indexof({list(names)}, datum.{field})"


def listed(pairs: Iterable[tuple[str, str]]) -> str:
    """Figures as words: `quoting 15, ordered 18`; “none” when there are none."""
    return ", ".join(f"{name} {figure}" for name, figure in pairs) or "none"
