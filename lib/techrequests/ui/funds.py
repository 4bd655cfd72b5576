"""The fund table as a spreadsheet, and the balances with the entries they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from techrequests.domain.budgets import cut_problem
from techrequests.domain.calendar import fiscal_year, fiscal_year_words
from techrequests.domain.fields import shown
from techrequests.domain.funds import is_over
from techrequests.domain.ledger import FIGURES, EntryKind, figures, signed
from techrequests.domain.money import cents_from_text, dollars
from techrequests.domain.policy import Permission
from techrequests.services.funds import (
    FUND_PLAN,
    FundsAsked,
    entries_behind,
    fund_table,
    funds_of_year,
    save_funds,
)
from techrequests.ui.cards import plain
from techrequests.ui.downloads import files_of
from techrequests.ui.editor_state import Desk, Sheet
from techrequests.ui.opener import opener
from techrequests.ui.press import follow_out_of_dialog, go
from techrequests.ui.visit import database, problem_with, remember, signed_in

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

ORDERED_NO_MORE = (
    "A further {} is left in funds that are closed, or whose last order date has passed: nothing "
    "can be ordered from it."
)
_OPEN = "funds_open"
_REASON = "funds_reason"
_OVER = "funds_over_limit"
_FIRST = ("fund_id", "name", "budget_cents", "account_code", "fiscal_year", "starts_on", "ends_on")

_ROW_PIXELS = 35
_MOST_ROWS_HIGH = 18


def balances(visit: Visit) -> None:
    """Every fund with where it stands; each figure opens the entries behind it."""
    table = remember(fund_table, visit.database, visit.actor)
    if not table:
        st.info("There is no fund yet. Add the first one below.", icon=":material/savings:")
        return
    _totals(visit, table)
    frame = _frame(table)
    entries = st.column_config.ButtonColumn(
        "Entries",
        type="tertiary",
        key="funds_click",
        help="The entries that a figure is made of.",
        on_click=_clicked,
        args=([fund.fund_id for fund, _ in table],),
    )
    config: dict[str, Any] = {
        "Last order date": st.column_config.DateColumn(format="MMM D, YYYY"),
        **dict.fromkeys(FIGURES, st.column_config.NumberColumn(format="dollar")),
        "Entries": entries,
    }
    shown_columns = frame[["Fund", "Last order date", *FIGURES]]
    menus = pd.Series([[f":material/receipt_long: {figure}" for figure in FIGURES] for _ in table])
    st.dataframe(
        shown_columns.assign(Entries=menus),
        hide_index=True,
        height="content",
        column_config=config,
        alt=f"{len(table)} funds with their balances",
    )
    words = {
        (fund.fund_id, figure): f"{fund.name} · {figure}" for fund, _ in table for figure in FIGURES
    }
    with st.container(horizontal=True, horizontal_alignment="right"):
        opener("fund_balances", words, _open)
        files_of(visit, "fund_balances", rows=len(table))
    _drawer(visit, {fund.fund_id: fund.name for fund, _ in table})


def _frame(table: Sequence[tuple[Fund, Balance]]) -> pd.DataFrame:
    """One row per fund; amounts are dollars as numbers, so that they sort and add up."""
    return pd.DataFrame(
        [
            {
                "Code": fund.fund_id,
                "Fund": f"{fund.name}{_marks(fund, held)}",
                "Account code": fund.account_code,
                "Fiscal year": fiscal_year_words(fund.fiscal_year),
                "Last order date": fund.ends_on,
                **{figure: cents / 100 for figure, cents in figures(held).items()},
            }
            for fund, held in table
        ]
    )


def _marks(fund: Fund, held: Balance) -> str:
    overspent = " 🔴 overspent" if held.available_cents < 0 else ""
    return f"{' (closed)' if fund.closed else ''}{overspent}"


def _totals(visit: Visit, table: Sequence[tuple[Fund, Balance]]) -> None:
    """The present fiscal year in five figures, of the same funds as on Spending."""
    year = fiscal_year(visit.today)
    counted = remember(funds_of_year, visit.database, visit.actor, year)
    held = [figures(one) for fund, one in table if fund.fund_id in counted]
    if not held:
        return
    ended_cents = sum(
        max(balance.available_cents, 0)
        for fund, balance in table
        if fund.fund_id in counted and is_over(fund, visit.today)
    )
    st.caption(
        f"Every fund that could be ordered from, or was posted to, in {fiscal_year_words(year)}, "
        "as it stands now"
    )
    with st.container(horizontal=True, gap="medium"):
        for figure in FIGURES:
            cents = sum(one[figure] for one in held)
            less = ended_cents if figure == "Available" else 0
            st.metric(figure, dollars(cents - less), width="content")
    if ended_cents:
        st.caption(ORDERED_NO_MORE.format(dollars(ended_cents)).replace("$", "\\$"))


def _clicked(fund_ids: list[str]) -> None:
    click = st.session_state["funds_click"]
    _open((fund_ids[click.row], click.label.rpartition(" ")[2]))


def _open(entries: tuple[str, str]) -> None:
    """Open the entries of a fund that one figure is made of."""
    st.session_state[_OPEN] = entries


def _drawer(visit: Visit, names: Mapping[str, str]) -> None:
    # Taken out at once, so that the next redraw does not open it again.
    opened = st.session_state.pop(_OPEN, None)
    if opened and opened[0] in names:
        fund_id, figure = opened
        title = f"{plain(names[fund_id])}: {figure.lower()}"
        st.dialog(title, position="right", width="large")(_entries)(visit, fund_id, figure)


def _entries(visit: Visit, fund_id: str, figure: str) -> None:
    follow_out_of_dialog()
    rows = entries_behind(visit.database, visit.actor, fund_id, *FIGURES[figure])
    if not rows:
        st.info("No entry yet.", icon=":material/inbox:")
        return
    added = [signed(EntryKind(row["kind"]), row["amount_cents"], figure) for row in rows]
    count = "1 entry" if len(rows) == 1 else f"{len(rows):,} entries"
    st.markdown(f"{count}, together **{dollars(sum(added))}**".replace("$", "\\$"))
    frame = pd.DataFrame(
        [
            {
                "Posted": row["posted_at"].replace(tzinfo=None),
                "Entry": row["kind"] + (" (over the limit)" if row["overridden"] else ""),
                "Amount": cents / 100,
                "Request": row["request_id"],
                "What": row["title"] or "",
                "Who": row["who"],
                "Why": row["why"],
            }
            for row, cents in zip(rows, added, strict=True)
        ]
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=_ROW_PIXELS * (min(len(rows), _MOST_ROWS_HIGH) + 1) + 3,
        column_config={
            "Posted": st.column_config.DatetimeColumn(format="MMM D, YYYY"),
            "Amount": st.column_config.NumberColumn(format="dollar"),
            "Request": st.column_config.ButtonColumn(
                type="tertiary", key="funds_request", on_click=_open_request
            ),
        },
        alt=f"{len(rows)} entries behind the figure",
    )
    asked = (("fund", fund_id), ("figure", figure))
    files_of(visit, "fund_entries", asked, rows=len(rows))


def _open_request() -> None:
    go("pages/requests/one_request.py", request=st.session_state["funds_request"].label)


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
        st.markdown(f":red[:material/error: {plain(message)}]")
    who = signed_in()
    if who and who.may(Permission.OVERRIDE_FUND_LIMITS) and _cuts(desk, who):
        st.checkbox("A budget may go below what is reserved, ordered or paid", key=_OVER)


def _cuts(desk: Desk, who: Actor) -> bool:
    """Whether a budget as typed goes below what is committed."""
    held = {fund.fund_id: (fund.name, one) for fund, one in remember(fund_table, database(), who)}
    return any(
        cut_problem(*held[edit.key], cents)
        for edit in desk.edits()
        for cell in edit.cells
        if cell.field == "budget_cents" and edit.key in held
        for cents in [cents_from_text(cell.after)]
        if cents is not None
    )


def _save(source: Database, actor: Actor, asked: TableAsked, *, now: datetime) -> Saved:
    saved = save_funds(
        source,
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
