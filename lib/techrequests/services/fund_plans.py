"""What is to become of each fund that somebody typed into, and everything wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from techrequests.domain.budgets import BUDGET, COLUMNS, cut_problem, fund_problems, typed
from techrequests.domain.catalogue import Site
from techrequests.domain.edits import cell_text
from techrequests.domain.errors import ConflictError, InvalidError, Problem
from techrequests.domain.funds import Fund
from techrequests.domain.ledger import Balance
from techrequests.store.funds import funds_with_balances, last_editor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.edits import NewRow, RowEdit
    from techrequests.store.database import Reader

_NEW = Fund(
    fund_id="",
    name="",
    account_code="",
    fiscal_year=0,
    starts_on=date.min,
    ends_on=date.max,
)
"""What a new row starts from; every field without a default must be typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FundPlan:
    """One fund as it is to be.

    Attributes:
        before: Its cells as they are, as text by name; empty for a new fund.
        after: The cells that change, likewise.
        added_cents: What its budget changes by, US cents.
        cut: Why the budget may not become so small without an override; empty when it may.
    """

    fund: Fund
    before: Mapping[str, str]
    after: Mapping[str, str]
    added_cents: int
    cut: str = ""


@dataclass(slots=True)
class _Found:
    """What is wrong so far."""

    wrong: list[Problem] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)
    rows: set[str] = field(default_factory=set)

    def check(self, row: str, name: str, message: str) -> None:
        if message:
            self.rows.add(row)
            self.wrong.append(Problem(f"{row}/{name}", f"{row}: {message}"))


def fund_plans(
    reader: Reader, edits: tuple[RowEdit, ...], new: tuple[NewRow, ...]
) -> list[FundPlan]:
    """Plan every row that changes.

    Raises:
        ConflictError: All that is wrong is that others changed the same cells meanwhile.
        InvalidError: Something cannot be saved. Problems are named `fund code/column`.
    """
    found = _Found()
    plans = _plans(reader, edits, new, found)
    sites = [site.site_id for site in reader.find(Site, "ORDER BY site_id")]
    for fund in (plan.fund for plan in plans if plan.fund.fund_id not in found.rows):
        for problem in fund_problems(fund, sites):
            found.check(fund.fund_id, problem.field, problem.message)
    if found.wrong:
        raise InvalidError(*found.wrong, *found.conflicts)
    if found.conflicts:
        raise ConflictError(*found.conflicts)
    return [plan for plan in plans if plan.after]


def _plans(
    reader: Reader, edits: tuple[RowEdit, ...], new: tuple[NewRow, ...], found: _Found
) -> list[FundPlan]:
    standing = {fund.fund_id: (fund, held) for fund, held in funds_with_balances(reader)}
    plans = []
    for edit in edits:
        if edit.key in standing:
            plans.append(_changed(reader, edit, *standing[edit.key], found))
        else:
            found.check(edit.key, "fund_id", "there is no such fund. Reload the page.")
    codes = {code.lower() for code in standing}
    for row in new:
        plan = _added(dict(row), codes, found)
        codes.add(plan.fund.fund_id.lower())
        plans += [plan] if plan.fund.fund_id not in found.rows and plan.fund.fund_id else []
    return plans


def _changed(reader: Reader, edit: RowEdit, old: Fund, held: Balance, found: _Found) -> FundPlan:
    values: dict[str, Any] = {}
    now = _cells(old, held)
    for cell in edit.cells:
        column = COLUMNS.get(cell.field)
        if column is None or column.field is None or not column.field.editable:
            found.check(old.fund_id, cell.field, f"“{cell.field}” cannot be changed here.")
            continue
        value, message = typed(cell.field, cell.after)
        found.check(old.fund_id, cell.field, message)
        if message or value == now[cell.field]:
            continue
        values[cell.field] = value
        seen, _ = typed(cell.field, cell.before)
        if edit.seen_version != old.version and seen != now[cell.field]:
            who = last_editor(reader, Fund.TABLE.name, old.fund_id, cell.field) or "Somebody"
            there = cell_text(column, now[cell.field])
            found.conflicts.append(
                Problem(
                    f"{old.fund_id}/{cell.field}",
                    f"{old.fund_id}: {who} changed “{column.field.label}” to “{there}” meanwhile; "
                    f"you typed “{cell.after}”. Look at it again.",
                )
            )
    return _plan(old, held, values, now)


def _added(texts: Mapping[str, str], codes: set[str], found: _Found) -> FundPlan:
    code = texts.get("fund_id", "").strip()
    row = code or "New fund"
    if code.lower() in codes:
        found.check(row, "fund_id", "there is a fund with this code already. Pick another one.")
    values: dict[str, Any] = {}
    for name, column in COLUMNS.items():
        text = texts.get(name, "").strip()
        if text:
            values[name], message = typed(name, text)
            found.check(row, name, message)
        elif column.required:
            label = column.field.label if column.field else name
            found.check(row, name, f"“{label}” is empty: please fill it in.")
    return _plan(_NEW, Balance(), values, {})


def _plan(old: Fund, held: Balance, values: Mapping[str, Any], now: Mapping[str, Any]) -> FundPlan:
    cells = {name: value for name, value in values.items() if name != BUDGET.name}
    budget = values.get(BUDGET.name, held.budget_cents)
    fund = replace(old, **{name: value for name, value in cells.items() if value is not None})
    return FundPlan(
        fund=fund,
        before={name: cell_text(COLUMNS[name], now[name]) for name in values if name in now},
        after={name: cell_text(COLUMNS[name], value) for name, value in values.items()},
        added_cents=(budget or 0) - held.budget_cents,
        cut=cut_problem(fund, held, budget or 0),
    )


def _cells(fund: Fund, held: Balance) -> dict[str, Any]:
    values = {name: getattr(fund, name) for name in COLUMNS if name != BUDGET.name}
    return {**values, BUDGET.name: held.budget_cents}
