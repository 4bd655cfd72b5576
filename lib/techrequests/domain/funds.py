"""Funds, and the rules by which one may pay for a purchase, each refusal in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar

from techrequests.domain.catalogue import EVERY_CATEGORY, EVERY_SITE
from techrequests.domain.fields import Field, Table
from techrequests.domain.money import MOST_CENTS, dollars

if TYPE_CHECKING:
    from techrequests.domain.ledger import Balance


class Control(StrEnum):
    """What happens when a fund does not have enough at a stage.

    At an order or a bill, what is reserved for other requests may be taken where it does not stop;
    what a fund never had is never spent without the override permission.
    """

    STOP = "stop"
    WARN = "warn"
    IGNORE = "ignore"


class Commitment(StrEnum):
    """When money is committed; each has its own control."""

    RESERVE = "reserve"
    ENCUMBER = "encumber"
    EXPEND = "expend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """Money with an account code, dates and rules; its balance is folded from the ledger.

    Attributes:
        version: Raised by every edit and by every posting to the fund.
    """

    TABLE: ClassVar[Table] = Table(name="fund", key="fund_id", label="Funds")

    fund_id: Annotated[
        str, Field(label="Code", code=True, example="T1A-27", max_length=24, editable=False)
    ]
    name: Annotated[str, Field(label="Name", example="Title I-A 2026-27")]
    account_code: Annotated[
        str, Field(label="Account code", code=True, example="20-231-200-600", max_length=60)
    ]
    fiscal_year: Annotated[
        int,
        Field(
            label="Fiscal year",
            help="The year in which it ends: 2027 for 2026-27.",
            minimum=2000,
            maximum=2100,
            recurs=True,
        ),
    ]
    starts_on: Annotated[date, Field(label="First order date")]
    ends_on: Annotated[date, Field(label="Last order date", help="The order is the obligation.")]
    closed: Annotated[bool, Field(label="Closed", help="No new orders; records stay.")] = False
    categories: Annotated[
        str,
        Field(label="Pays for", help="Categories, separated by commas; * for all.", max_length=200),
    ] = EVERY_CATEGORY
    sites: Annotated[
        str,
        Field(
            label="For sites", help="Site codes, separated by commas; * for all.", max_length=200
        ),
    ] = EVERY_SITE
    least_unit_cents: Annotated[
        int,
        Field(
            label="Least price each",
            help="It pays for nothing cheaper; 0 for things at any price.",
            minimum=0,
            maximum=MOST_CENTS // 100,
        ),
    ] = 0
    reserve_control: Annotated[Control, Field(label="Short at approval")] = Control.WARN
    encumber_control: Annotated[Control, Field(label="Short at order")] = Control.STOP
    expend_control: Annotated[Control, Field(label="Short at invoice")] = Control.WARN
    award_number: Annotated[
        str,
        Field(label="FAIN", code=True, help="Federal award number.", optional=True, max_length=40),
    ] = ""
    rule: Annotated[
        str, Field(label="Rule", help="What the money is for.", optional=True, max_length=400)
    ] = ""
    notes: Annotated[str, Field(label="Notes", optional=True, max_length=500)] = ""
    version: int = 0

    def control(self, stage: Commitment) -> Control:
        """What happens at `stage` when the fund does not have enough."""
        return {
            Commitment.RESERVE: self.reserve_control,
            Commitment.ENCUMBER: self.encumber_control,
            Commitment.EXPEND: self.expend_control,
        }[stage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What is to be paid: where it goes, what it is and when the money is committed.

    Attributes:
        categories: Of everything that is to be paid: a fund must pay for each.
        least_unit_cents: What the cheapest of the items costs each; None when that does not count,
            as for a bill, whose order was judged.
    """

    site_id: str
    categories: tuple[str, ...]
    on: date
    stage: Commitment
    least_unit_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether a fund may pay an amount, with every reason.

    Attributes:
        refusals: Reasons nobody can pass, such as a closed fund.
        shortfall: The reason that a person with the override permission may pass, or empty.
        warnings: Things to know that stop nothing.
    """

    refusals: tuple[str, ...] = ()
    shortfall: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def may_pay(self) -> bool:
        """Whether the fund may pay without anybody's override."""
        return not self.refusals and not self.shortfall


def answer(fund: Fund, balance: Balance, amount_cents: int, purchase: Purchase) -> Answer:
    """Whether `fund` may pay `amount_cents` more for `purchase`, and why or why not.

    Args:
        fund: The fund asked.
        balance: Its standing without this purchase.
        amount_cents: What it is to pay, US cents, 0 or more.
        purchase: What for, where and when.
    """
    refusals = tuple(reason for reason in _refusals(fund, purchase) if reason)
    short = amount_cents - balance.available_cents
    control = fund.control(purchase.stage)
    words = (
        f"{fund.name} is {dollars(short)} short: {dollars(balance.available_cents)} is available."
    )
    if short > 0 and (control is Control.STOP or overspends(balance, amount_cents, purchase.stage)):
        return Answer(refusals=refusals, shortfall=words)
    if short <= 0 or control is Control.IGNORE:
        return Answer(refusals=refusals)
    return Answer(refusals=refusals, warnings=(words,))


def overspends(balance: Balance, amount_cents: int, stage: Commitment) -> bool:
    """Whether an amount would be spent that a fund never had, whatever its controls say.

    A reservation is no spending; an order or a bill may take what is reserved for others where the
    fund's control lets it, and never more than is left.
    """
    return stage is not Commitment.RESERVE and amount_cents > balance.unspent_cents


def is_over(fund: Fund, today: date) -> bool:
    """Whether nothing can be ordered from a fund any more, whatever is left in it."""
    return fund.closed or fund.ends_on < today


def is_for_site(fund: Fund, site_id: str) -> bool:
    """Whether a fund's rules let its money be used at a site."""
    return lists_site(fund.sites, site_id)


def lists_site(listed: str, site_id: str) -> bool:
    """Whether a fund's list of sites holds a site."""
    return _lists(listed, site_id)


def pays_for(fund: Fund, category: str) -> bool:
    """Whether a fund's rules let its money be used for a category."""
    return _lists(fund.categories, category)


def _refusals(fund: Fund, purchase: Purchase) -> tuple[str, ...]:
    return (
        f"{fund.name} is closed to new spending." if fund.closed else "",
        _date_refusal(fund, purchase),
        *(
            f"{fund.name} does not pay for {category}."
            for category in purchase.categories
            if not pays_for(fund, category)
        ),
        "" if is_for_site(fund, purchase.site_id) else f"{fund.name} is not for this site.",
        _price_refusal(fund, purchase),
    )


def _price_refusal(fund: Fund, purchase: Purchase) -> str:
    cents = purchase.least_unit_cents
    if cents is None or cents >= fund.least_unit_cents:
        return ""
    return (
        f"{fund.name} pays only for items of {dollars(fund.least_unit_cents)} or more each, "
        f"not of {dollars(cents)}."
    )


def _date_refusal(fund: Fund, purchase: Purchase) -> str:
    # An invoice may come after the last order date: the order obligated in time (34 CFR 76.707).
    return "" if purchase.stage is Commitment.EXPEND else not_on(fund, purchase.on)


def not_on(fund: Fund, ordered_on: date) -> str:
    """Why a fund does not pay for orders of a day; empty when it does."""
    if fund.starts_on <= ordered_on <= fund.ends_on:
        return ""
    return (
        f"{fund.name} pays for orders from {fund.starts_on:%m/%d/%Y} to {fund.ends_on:%m/%d/%Y}, "
        f"not on {ordered_on:%m/%d/%Y}."
    )


def _lists(listed: str, value: str) -> bool:
    names = {name.strip().lower() for name in listed.split(",")}
    return "*" in names or value.lower() in names
