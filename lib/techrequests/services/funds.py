"""The Business Office's own edit of the fund table, and the entries behind a balance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from techrequests.domain.audit import AuditKind
from techrequests.domain.budgets import (
    BudgetedFund,
    cut_problem,
    out_of_year,
    unknown_categories,
    unknown_sites,
)
from techrequests.domain.catalogue import (
    EVERY_CATEGORY,
    EVERY_SITE,
    Category,
    Site,
    means_every,
)
from techrequests.domain.errors import NotAllowedError, Problem
from techrequests.domain.ledger import Balance, Entry, EntryKind
from techrequests.domain.policy import Permission
from techrequests.services.edits import Saved, TableAsked, save_rows
from techrequests.services.posting import post
from techrequests.services.table_plan import Plan, RowChange, Saving
from techrequests.store.funds import (
    entries_behind_fund,
    fund_ids_of_year,
    funds_with_balances,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from techrequests.domain.fields import Record
    from techrequests.domain.funds import Fund
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database, Reader
    from techrequests.store.work import Work

LONGEST_REASON = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsAsked(TableAsked):
    """What was typed into the fund table.

    Attributes:
        reason: Why budgets change; needed when one does.
        over_limit: Whether a budget may be cut below what is committed, if the person may do so.
    """

    record: type[Record] = BudgetedFund
    reason: str = ""
    over_limit: bool = False


def save_funds(database: Database, actor: Actor, asked: FundsAsked, *, now: datetime) -> Saved:
    """Save everything that was typed into the fund table, or nothing.

    A row that others changed meanwhile is merged when they touched other cells of it.

    Raises:
        ConflictError: Others changed the same cells; one problem a cell.
        InvalidError: Something cannot be saved; every problem of every row.
        NotAllowedError: The person may not edit funds.
    """

    def write(work: Work, rows: Iterable[RowChange]) -> None:
        for row in rows:
            _write(work, actor, row, asked, now)

    return save_rows(database, actor, fund_plan(asked), asked, now=now, write=write)


def fund_plan(asked: FundsAsked) -> Plan:
    """The rules by which the fund table is edited, for a reason."""

    def not_cut(saving: Saving, row: RowChange) -> Iterator[Problem]:
        return _cut_problems(saving, row, asked)

    def reason_given(saving: Saving) -> Iterator[Problem]:
        return _reason_problems(saving, asked.reason)

    return replace(FUND_PLAN, row_rules=(*FUND_PLAN.row_rules, not_cut), rules=(reason_given,))


def fund_table(database: Database, actor: Actor) -> tuple[tuple[Fund, Balance], ...]:
    """Every fund with where it stands, newest fiscal year first.

    Raises:
        NotAllowedError: The person may not see funds.
    """
    _check_may_see(actor)
    with database.read() as reader:
        return tuple(funds_with_balances(reader))


def funds_of_year(database: Database, actor: Actor, year: int) -> frozenset[str]:
    """The codes of the funds that count for a fiscal year; see `store.funds.IN_YEAR`.

    Raises:
        NotAllowedError: The person may not see funds.
    """
    _check_may_see(actor)
    with database.read() as reader:
        return fund_ids_of_year(reader, year)


def entries_behind(
    database: Database, actor: Actor, fund_id: str, *kinds: EntryKind
) -> list[dict[str, Any]]:
    """The entries a balance is made of, newest first; see `store.funds.entries_behind_fund`.

    Raises:
        NotAllowedError: The person may not see funds.
    """
    _check_may_see(actor)
    with database.read() as reader:
        return entries_behind_fund(reader, fund_id, kinds or tuple(EntryKind))


def dates_in_order(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """A fund does not end before it starts."""
    del saving
    fund = _fund(row)
    if fund.ends_on < fund.starts_on:
        yield row.problem("ends_on", "“Last order date” is before “First order date”.")


def dates_in_the_year(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """A fund's dates have a day in its fiscal year."""
    del saving
    typed = any(row.changed(name) for name in ("fiscal_year", "starts_on", "ends_on"))
    if typed and (words := out_of_year(_fund(row))):
        yield row.problem("fiscal_year", words)


def lists_are_known(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """A misspelt category or site would make a fund pay for nothing, in silence."""
    fund = _fund(row)
    if unknown := unknown_categories(fund.categories):
        known = ", ".join(Category)
        yield row.problem("categories", f"“Pays for” names {unknown}. Use * or these: {known}.")
    sites = [site.site_id for site in saving.reader.find(Site, "ORDER BY site_id")]
    if unknown := unknown_sites(fund.sites, sites):
        codes = ", ".join(sites)
        yield row.problem("sites", f"“For sites” names {unknown}. Use * or these: {codes}.")


def _settled(row: RowChange) -> RowChange:
    """All sites and all categories are written in one way, whatever was typed."""
    fund = _fund(row)
    sites = EVERY_SITE if means_every(fund.sites) else fund.sites
    categories = EVERY_CATEGORY if means_every(fund.categories) else fund.categories
    return replace(row, after=replace(fund, sites=sites, categories=categories))


FUND_PLAN = Plan(
    record=BudgetedFund,
    permission=Permission.EDIT_FUNDS,
    order="fiscal_year DESC, name",
    settle=_settled,
    row_rules=(dates_in_order, dates_in_the_year, lists_are_known),
    audited=AuditKind.SETTING,
)
"""How the fund table is edited; `fund_plan` adds what must hold of a budget."""


def _check_may_see(actor: Actor) -> None:
    if not actor.may(Permission.SEE_FUNDS):
        raise NotAllowedError("You may not see funds. Ask the Business Office.")


def _fund(row: RowChange) -> BudgetedFund:
    if not isinstance(row.after, BudgetedFund):
        raise TypeError(f"{row.key} is not a row of the fund table")
    return row.after


def _added_cents(row: RowChange) -> int:
    before = row.before.budget_cents if isinstance(row.before, BudgetedFund) else 0
    return _fund(row).budget_cents - before


def _reason_problems(saving: Saving, reason: str) -> Iterator[Problem]:
    if len(reason) > LONGEST_REASON:
        yield Problem("reason", f"Please keep the reason to {LONGEST_REASON} characters.")
    if not reason.strip() and any(_added_cents(row) for row in saving.rows):
        yield Problem("reason", "Say why the budget changes: it stands in the fund's book.")


def _cut_problems(saving: Saving, row: RowChange, asked: FundsAsked) -> Iterator[Problem]:
    may = saving.actor.may(Permission.OVERRIDE_FUND_LIMITS)
    if (cut := _cut(saving.reader, row)) and not (may and asked.over_limit):
        hint = "Tick that it may" if may else "Ask the business manager to allow it"
        yield row.problem("budget_cents", f"{cut} {hint}.")


def _cut(reader: Reader, row: RowChange) -> str:
    held = {fund.fund_id: balance for fund, balance in funds_with_balances(reader, row.key)}
    budget_cents = _fund(row).budget_cents
    return cut_problem(_fund(row).name, held.get(row.key, Balance()), budget_cents)


def _write(work: Work, actor: Actor, row: RowChange, asked: FundsAsked, now: datetime) -> None:
    fund = _fund(row).fund
    cut = _cut(work, row)
    if row.before is None:
        work.insert(fund)
    elif isinstance(row.before, BudgetedFund) and row.before.fund != fund:
        work.update(fund)
    entry = Entry(
        fund_id=fund.fund_id,
        kind=EntryKind.BUDGET,
        amount_cents=_added_cents(row),
        actor_id=actor.person_id,
        posted_at=now,
        why=asked.reason.strip(),
        overridden=bool(cut) and bool(_added_cents(row)),
    )
    post(work, [entry])
