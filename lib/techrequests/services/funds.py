"""The Business Office's own edit of the fund table, and the entries behind a balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.domain.edits import NewRow, RowEdit, TableEdit
from techrequests.domain.errors import InvalidError, NotAllowedError, Problem
from techrequests.domain.funds import Fund
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.domain.policy import Permission
from techrequests.services.fund_plans import FundPlan, fund_plans
from techrequests.services.posting import post
from techrequests.store.funds import entries_behind_fund, funds_with_balances

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from techrequests.domain.ledger import Balance
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database, Work

LONGEST_REASON = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsAsked:
    """What was typed into the fund table.

    Attributes:
        edits: Changed cells by fund code; `budget_cents` counts as a cell.
        new: New funds, as pairs of column and text.
        reason: Why budgets change; needed when one does.
        over_limit: Whether a budget may be cut below what is committed, if the person may do so.
    """

    key: str
    edits: tuple[RowEdit, ...] = ()
    new: tuple[NewRow, ...] = ()
    reason: str = ""
    over_limit: bool = False


def save_funds(database: Database, actor: Actor, asked: FundsAsked, *, now: datetime) -> int:
    """Save everything that was typed into the fund table, or nothing.

    A row that others changed meanwhile is merged when they touched other cells of it.

    Returns:
        How many funds were changed or added.

    Raises:
        ConflictError: Others changed the same cells; one problem a cell, named `fund code/column`.
        InvalidError: Something cannot be saved; likewise.
        NotAllowedError: The person may not edit funds.
    """
    if not actor.may(Permission.EDIT_FUNDS):
        raise NotAllowedError("You may not edit the fund table. Ask the Business Office.")
    with database.write() as work:
        if made := work.made_before(asked.key):
            return int(made)
        plans = fund_plans(work, asked.edits, asked.new)
        if wrong := tuple(_budget_problems(actor, asked, plans)):
            raise InvalidError(*wrong)
        for plan in plans:
            _write(work, actor, plan, asked.reason.strip(), now)
        work.made(asked.key, str(len(plans)), now)
        return len(plans)


def fund_table(database: Database, actor: Actor) -> tuple[tuple[Fund, Balance], ...]:
    """Every fund with where it stands, newest fiscal year first.

    Raises:
        NotAllowedError: The person may not see funds.
    """
    _check_may_see(actor)
    with database.read() as reader:
        return tuple(funds_with_balances(reader))


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


def _check_may_see(actor: Actor) -> None:
    if not actor.may(Permission.SEE_FUNDS):
        raise NotAllowedError("You may not see funds. Ask the Business Office.")


def _budget_problems(
    actor: Actor, asked: FundsAsked, plans: Sequence[FundPlan]
) -> Iterator[Problem]:
    reason = asked.reason.strip()
    if any(plan.added_cents for plan in plans) and not reason:
        yield Problem("reason", "Say why the budget changes: it stands in the fund's book.")
    if len(reason) > LONGEST_REASON:
        yield Problem("reason", f"Please keep the reason to {LONGEST_REASON} characters.")
    may = actor.may(Permission.OVERRIDE_FUND_LIMITS)
    hint = "Tick that it may" if may else "Ask the business manager to allow it"
    for plan in plans:
        if plan.cut and not (may and asked.over_limit):
            yield Problem(f"{plan.fund.fund_id}/budget_cents", f"{plan.cut} {hint}.")


def _write(work: Work, actor: Actor, plan: FundPlan, reason: str, now: datetime) -> None:
    fund = plan.fund
    if not fund.version:
        work.insert(fund)
    elif set(plan.after) - {"budget_cents"}:
        work.update(fund)
    work.insert_all(
        TableEdit(
            table_name=Fund.TABLE.name,
            row_key=fund.fund_id,
            field=name,
            before=plan.before.get(name),
            after=text,
            actor_id=actor.person_id,
            edited_at=now,
        )
        for name, text in plan.after.items()
    )
    entry = Entry(
        fund_id=fund.fund_id,
        kind=EntryKind.BUDGET,
        amount_cents=plan.added_cents,
        actor_id=actor.person_id,
        posted_at=now,
        why=reason,
        overridden=bool(plan.cut),
    )
    post(work, [entry])
