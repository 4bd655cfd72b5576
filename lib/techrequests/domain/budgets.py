"""What the Business Office may write into a fund: its cells, its lists, and a budget's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import EVERY_CATEGORY, EVERY_SITE, Category
from techrequests.domain.errors import Problem
from techrequests.domain.fields import Column, Field, Kind, describe, from_text, problems
from techrequests.domain.funds import Fund
from techrequests.domain.money import MOST_CENTS, dollars

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from techrequests.domain.ledger import Balance

BUDGET = Column(
    name="budget_cents",
    kind=Kind.MONEY,
    python_type=int,
    nullable=False,
    required=False,
    field=Field(
        label="Budget",
        help="A change is an entry of its own in the fund's book.",
        minimum=0,
        maximum=MOST_CENTS,
    ),
)
"""The budget as the fund table shows it; the ledger holds it as entries, not the fund."""

COLUMNS: Mapping[str, Column] = {
    **{column.name: column for column in describe(Fund) if column.field},
    BUDGET.name: BUDGET,
}
"""Everything the fund table shows that people type, by name."""


def typed(name: str, text: str) -> tuple[Any, str]:
    """A cell's value from what was typed, or the sentence that says what is wrong with it."""
    column = COLUMNS[name]
    try:
        value = from_text(column, text)
    except ValueError as error:
        return None, str(error)
    label = column.field.label if column.field else name
    if value is None:
        return None, f"“{label}” is empty: please fill it in."
    if column is BUDGET and not 0 <= value <= MOST_CENTS:
        return None, f"“{label}” must be between $0.00 and {dollars(MOST_CENTS)}."
    return value, ""


def fund_problems(fund: Fund, sites: Collection[str]) -> tuple[Problem, ...]:
    """Everything that is wrong with a fund as it is to be.

    Args:
        fund: The fund with its new values.
        sites: The codes of all sites.
    """
    values = {name: getattr(fund, name) for name in COLUMNS if name != BUDGET.name}
    return (*problems(Fund, values), *_list_problems(fund, sites))


def cut_problem(fund: Fund, balance: Balance, budget_cents: int) -> str:
    """Why a budget may not become so small without an override, or nothing."""
    committed = balance.budget_cents - balance.available_cents
    if budget_cents >= min(committed, balance.budget_cents):
        return ""
    return (
        f"{fund.name} has {dollars(committed)} reserved, ordered or paid: its budget cannot be "
        f"{dollars(budget_cents)}."
    )


def _list_problems(fund: Fund, sites: Collection[str]) -> Iterator[Problem]:
    if fund.ends_on < fund.starts_on:
        yield Problem("ends_on", "“Last order date” is before “First order date”.")
    unknown = _unknown(fund.categories, {EVERY_CATEGORY, *map(str, Category)})
    if unknown:
        yield Problem(
            "categories",
            f"“Pays for” names {unknown}. Use * or these: {', '.join(Category)}.",
        )
    unknown = _unknown(fund.sites, {EVERY_SITE, *(site.lower() for site in sites)})
    if unknown:
        yield Problem(
            "sites", f"“For sites” names {unknown}. Use * or site codes: {', '.join(sites)}."
        )


def _unknown(listed: str, known: Collection[str]) -> str:
    names = (name.strip() for name in listed.split(","))
    return ", ".join(f"“{name}”" for name in names if name.lower() not in known)
