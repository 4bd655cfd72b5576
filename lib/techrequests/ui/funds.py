"""The fund table as a spreadsheet, and the balances with the entries they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from techrequests.domain.calendar import fiscal_year
from techrequests.domain.fields import shown
from techrequests.domain.ledger import EntryKind
from techrequests.domain.money import dollars
from techrequests.domain.policy import Permission
from techrequests.services.funds import (
    FUND_PLAN,
    FundsAsked,
    entries_behind,
    fund_table,
    save_funds,
)
from techrequests.services.listing import safe_cell
from techrequests.ui.cards import plain
from techrequests.ui.desk import Desk, Sheet
from techrequests.ui.visit import problem_with, remember, signed_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from techrequests.domain.fields import Column
    from techrequests.domain.funds import Fund
    from techrequests.domain.ledger import Balance
    from techrequests.domain.policy import Actor
    from techrequests.services.edits import Saved, TableAsked
    from techrequests.store.database import Database
    from techrequests.ui.visit import Visit

_OPEN = "funds_open"
_REASON = "funds_reason"
_OVER = "funds_over_limit"
_FIRST = ("fund_id", "name", "budget_cents", "account_code", "fiscal_year", "starts_on", "ends_on")

_ROW_PIXELS = 35
_MOST_ROWS_HIGH = 18

_FIGURES: Mapping[str, tuple[EntryKind, ...]] = {
    "Budget": (EntryKind.BUDGET,),
    "Set aside": (EntryKind.RESERVE, EntryKind.RELEASE_RESERVE),
    "On order": (EntryKind.ENCUMBER, EntryKind.RELEASE_ENCUMBRANCE),
    "Paid": (EntryKind.EXPEND, EntryKind.CREDIT),
    "Available": tuple(EntryKind),
}
"""The columns of the balances, and the entries each is made of."""

_MINUS = {EntryKind.RELEASE_RESERVE, EntryKind.RELEASE_ENCUMBRANCE, EntryKind.CREDIT}


def balances(visit: Visit) -> None:
    """Every fund with where it stands; each figure opens the entries behind it."""
    table = remember(fund_table, visit.database, visit.actor)
    if not table:
        st.info("There is no fund yet. Add the first one below.", icon=":material/savings:")
        return
    _totals(table, fiscal_year(visit.today))
    st.caption("Click an amount to see the entries it is made of.")
    config = {
        figure: st.column_config.ButtonColumn(
            figure,
            type="tertiary",
            alignment="right",
            key=f"funds_click_{figure}",
            on_click=_clicked,
            args=(figure, [fund.fund_id for fund, _ in table]),
        )
        for figure in _FIGURES
    }
    frame = pd.DataFrame(
        [
            {
                "Fund": f"{fund.name}{' (closed)' if fund.closed else ''}",
                "Last order date": fund.ends_on,
                **{figure: dollars(cents) for figure, cents in _figures(held).items()},
            }
            for fund, held in table
        ]
    )
    st.dataframe(
        frame,
        hide_index=True,
        height="content",
        column_config=config
        | {"Last order date": st.column_config.DateColumn(format="MMM D, YYYY")},
        alt=f"{len(table)} funds with their balances",
    )
    st.download_button(
        "CSV",
        data=lambda: _csv(frame),
        file_name=f"fund-balances-{visit.today}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="fund_balances_csv",
    )
    _drawer(visit, {fund.fund_id: fund.name for fund, _ in table})


def _figures(held: Balance) -> dict[str, int]:
    return {
        "Budget": held.budget_cents,
        "Set aside": held.reserved_cents,
        "On order": held.encumbered_cents,
        "Paid": held.expended_cents,
        "Available": held.available_cents,
    }


def _totals(table: Sequence[tuple[Fund, Balance]], year: int) -> None:
    """The present fiscal year in five figures."""
    held = [_figures(one) for fund, one in table if fund.fiscal_year == year]
    if not held:
        return
    st.caption(f"All funds of fiscal year {year}")
    with st.container(horizontal=True, gap="medium"):
        for figure in _FIGURES:
            st.metric(figure, dollars(sum(one[figure] for one in held)), width="content")


def _clicked(figure: str, fund_ids: list[str]) -> None:
    st.session_state[_OPEN] = (fund_ids[st.session_state[f"funds_click_{figure}"].row], figure)


def _drawer(visit: Visit, names: Mapping[str, str]) -> None:
    # Taken out at once, so that the next redraw does not open it again.
    opened = st.session_state.pop(_OPEN, None)
    if opened and opened[0] in names:
        fund_id, figure = opened
        title = f"{plain(names[fund_id])}: {figure.lower()}"
        st.dialog(title, position="right", width="large")(_entries)(visit, fund_id, figure)


def _entries(visit: Visit, fund_id: str, figure: str) -> None:
    rows = entries_behind(visit.database, visit.actor, fund_id, *_FIGURES[figure])
    if not rows:
        st.info("No entry yet.", icon=":material/inbox:")
        return
    signed = [_signed(EntryKind(row["kind"]), row["amount_cents"], figure) for row in rows]
    st.markdown(f"{len(rows):,} entries, together **{dollars(sum(signed))}**".replace("$", "\\$"))
    frame = pd.DataFrame(
        [
            {
                "Posted": row["posted_at"].replace(tzinfo=None),
                "Entry": row["kind"] + (" (over the limit)" if row["overridden"] else ""),
                "Amount": cents / 100,
                "Request": " ".join(filter(None, (row["request_id"], row["title"]))),
                "Who": row["who"],
                "Why": row["why"],
            }
            for row, cents in zip(rows, signed, strict=True)
        ]
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=_ROW_PIXELS * (min(len(rows), _MOST_ROWS_HIGH) + 1) + 3,
        column_config={
            "Posted": st.column_config.DatetimeColumn(format="MMM D, YYYY"),
            "Amount": st.column_config.NumberColumn(format="dollar"),
        },
        alt=f"{len(rows)} entries behind the figure",
    )


def _signed(kind: EntryKind, cents: int, figure: str) -> int:
    """What an entry adds to a figure; what commits money takes from what is available."""
    amount = -cents if kind in _MINUS else cents
    return -amount if figure == "Available" and kind is not EntryKind.BUDGET else amount


def _csv(frame: pd.DataFrame) -> bytes:
    safe = frame.map(lambda cell: safe_cell(cell) if isinstance(cell, str) else cell)
    return safe.to_csv(index=False).encode("utf-8-sig")


@dataclass(frozen=True, slots=True, kw_only=True)
class _FundSheet(Sheet):
    """The fund table with its money beside its names."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The budget right after the name."""
        found = {column.name: column for column in shown(self.plan.record)}
        return tuple(found.pop(name) for name in _FIRST) + tuple(found.values())


def fund_sheet() -> Sheet:
    """The fund table, to be edited in place."""
    return _FundSheet(
        plan=FUND_PLAN, name="funds", save=_save, before_saving=_reason, undoable=False
    )


def _reason(desk: Desk) -> None:
    """Ask why, when a budget changes."""
    edited = any(cell.field == "budget_cents" for edit in desk.edits() for cell in edit.cells)
    added = any(name == "budget_cents" for row in desk.added(_COLUMNS) for name, _ in row)
    if not edited and not added:
        return
    st.text_input(
        "Why does the budget change?",
        key=_REASON,
        placeholder="Board vote of October 1, award letter of the State …",
        help="Stands in the fund's book with your name.",
    )
    if message := problem_with("reason"):
        st.markdown(f":red[:material/error: {message}]")
    who = signed_in()
    if edited and who and who.may(Permission.OVERRIDE_FUND_LIMITS):
        st.checkbox("A budget may go below what is reserved, ordered or paid", key=_OVER)


def _save(database: Database, actor: Actor, asked: TableAsked, *, now: datetime) -> Saved:
    saved = save_funds(
        database,
        actor,
        FundsAsked(
            save_id=asked.save_id,
            edits=asked.edits,
            new_rows=asked.new_rows,
            reason=st.session_state.get(_REASON) or "",
            over_limit=bool(st.session_state.get(_OVER)),
        ),
        now=now,
    )
    for name in (_REASON, _OVER):
        st.session_state.pop(name, None)
    return saved


_COLUMNS = shown(FUND_PLAN.record)
