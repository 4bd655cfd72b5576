"""A fund as the Business Office edits it: its own cells and its budget in one row."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, ClassVar

from techrequests.domain.calendar import fiscal_year_dates, fiscal_year_words, long_date
from techrequests.domain.catalogue import EVERY_CATEGORY, EVERY_SITE, Category
from techrequests.domain.fields import Field, Table
from techrequests.domain.funds import Fund
from techrequests.domain.money import MOST_CENTS, dollars

if TYPE_CHECKING:
    from collections.abc import Collection

    from techrequests.domain.ledger import Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetedFund(Fund):
    """A row of the fund table.

    Attributes:
        budget_cents: The sum of the fund's budget entries; a change of it is one more entry.
    """

    TABLE: ClassVar[Table] = Table(name="budgeted_fund", key="fund_id", label="Funds")

    budget_cents: Annotated[
        int,
        Field(
            label="Budget",
            help="A change is an entry of its own in the fund's book, with your reason.",
            minimum=0,
            maximum=MOST_CENTS,
        ),
    ] = 0

    @property
    def fund(self) -> Fund:
        """The row without its budget, as it is stored."""
        return Fund(**{item.name: getattr(self, item.name) for item in fields(Fund)})


def _standing(label: str) -> Field:
    return Field(label=label, help="Folded from the fund's book.", editable=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FundInSheet(BudgetedFund):
    """A row of the fund table with where the fund stands, as a linked sheet shows it."""

    TABLE: ClassVar[Table] = Table(name="fund_in_sheet", key="fund_id", label="Funds")

    reserved_cents: Annotated[int, _standing("Reserved")] = 0
    encumbered_cents: Annotated[int, _standing("Encumbered")] = 0
    expended_cents: Annotated[int, _standing("Expended")] = 0
    available_cents: Annotated[int, _standing("Available")] = 0


def unknown_categories(listed: str) -> str:
    """The names in a list of categories that are none, quoted; empty when all are known."""
    return _unknown(listed, {EVERY_CATEGORY, *map(str, Category)})


def unknown_sites(listed: str, sites: Collection[str]) -> str:
    """The names in a list of sites that are no site's code, quoted; empty when all are known."""
    return _unknown(listed, {EVERY_SITE, *(site.lower() for site in sites)})


def out_of_year(fund: Fund) -> str:
    """Why a fund's dates cannot belong to its fiscal year; empty when they can.

    A grant may begin before the year or end after it, but it has a day in it.
    """
    first, last = fiscal_year_dates(fund.fiscal_year)
    if fund.starts_on <= last and fund.ends_on >= first:
        return ""
    return (
        f"“First order date” and “Last order date” lie outside of fiscal year "
        f"{fiscal_year_words(fund.fiscal_year)}, which is {long_date(first)} to {long_date(last)}: "
        "please change the dates or the year."
    )


def cut_problem(name: str, balance: Balance, budget_cents: int) -> str:
    """Why a budget may not become so small without an override; empty when it may."""
    committed = balance.budget_cents - balance.available_cents
    if budget_cents >= min(committed, balance.budget_cents):
        return ""
    return (
        f"{name} has {dollars(committed)} reserved, ordered or paid: its budget cannot be "
        f"{dollars(budget_cents)}."
    )


def _unknown(listed: str, known: Collection[str]) -> str:
    names = (name.strip() for name in listed.split(","))
    return ", ".join(f"“{name}”" for name in names if name.lower() not in known)
