"""Before buying: spares, open orders, the last price and the catalog's notes, as one short list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.calendar import short_date
from techrequests.domain.workflow import Action
from techrequests.services.before_buying import BeforeBuying, before_buying
from techrequests.services.spares import unit_words
from techrequests.ui.cards import amount, plain
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit


def stock_of(visit: Visit, case: Case) -> BeforeBuying:
    """What there is instead of a purchase."""
    return remember(before_buying, visit.database, case)


def before_it_is_bought(case: Case, known: BeforeBuying) -> None:
    """What whoever reviews or decides should know of the items; nothing where there is nothing."""
    if known.kept:
        st.success(
            f"Nothing is bought: {plain(unit_words(known.kept))} is kept for this request.",
            icon=":material/inventory_2:",
        )
    rows = [*_rows(known)]
    if rows:
        st.markdown("**Before buying**\n\n" + "\n".join(f"- {row}" for row in rows))

    if known.spare and case.may(Action.USE_SPARE) and not known.proposed:
        st.caption(
            "The spares do not cover all that is asked for, or are not for this school, so a "
            "purchase is needed."
        )


def _rows(known: BeforeBuying) -> Iterator[str]:
    for row in known.notes:
        yield f":material/info: {plain(row['item'])}: {plain(row['words'])}"
    for row in known.spare:
        yield (
            f":material/inventory_2: **{row['units']:,} spare** {plain(row['item'])} at "
            f"{plain(row['words'])}"
        )
    for row in known.on_order:
        yield (
            f":material/local_shipping: {row['units']:,} {plain(row['item'])} on order already "
            f"({plain(row['words'])})"
        )
    for row in known.paid:
        yield (
            f":material/payments: {plain(row['item'])}: {amount(row['cents'])} each was paid last, "
            f"to {plain(row['words'])} on {short_date(row['day'])}"
        )
