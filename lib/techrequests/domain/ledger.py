"""Fund accounting: entries that are only ever added, and balances that are folds over them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from techrequests.domain.fields import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class EntryKind(StrEnum):
    """What an entry does to a fund; amounts are positive, only a budget entry may be negative."""

    BUDGET = "budget"
    RESERVE = "reserve"
    RELEASE_RESERVE = "release reserve"
    ENCUMBER = "encumber"
    RELEASE_ENCUMBRANCE = "release encumbrance"
    EXPEND = "expend"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a fund's book; a mistake is corrected by a further entry, never by an edit.

    Attributes:
        request_id: The request it is for; None for a budget entry.
        line_id: The request line it is for; None for shipping and for budgets.
        amount_cents: US cents.
        overridden: Whether somebody with the permission went over the fund's limit.
        invoice_id: The bill, credit or reversal it was posted for.
        order_id: The order that it obligates: together such entries are the order's split over
            funds. None for everything that happens to the order afterwards.
    """

    TABLE: ClassVar[Table] = Table(name="ledger_entry", key="entry_no")

    fund_id: str
    request_id: str | None = None
    line_id: str | None = None
    kind: EntryKind
    amount_cents: int
    actor_id: str
    posted_at: datetime
    why: str
    overridden: bool = False
    invoice_id: str | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Where an amount of money stands, in US cents."""

    budget_cents: int = 0
    reserved_cents: int = 0
    encumbered_cents: int = 0
    expended_cents: int = 0

    @property
    def available_cents(self) -> int:
        """What may still be committed."""
        return self.unspent_cents - self.reserved_cents

    @property
    def unspent_cents(self) -> int:
        """What is neither ordered nor paid, reserved or not: below zero a fund is overspent."""
        return self.budget_cents - self.encumbered_cents - self.expended_cents


def balance(entries: Iterable[Entry]) -> Balance:
    """Fold entries into where the money stands."""
    total: dict[EntryKind, int] = defaultdict(int)
    for entry in entries:
        total[entry.kind] += entry.amount_cents
    return Balance(
        budget_cents=total[EntryKind.BUDGET],
        reserved_cents=total[EntryKind.RESERVE] - total[EntryKind.RELEASE_RESERVE],
        encumbered_cents=total[EntryKind.ENCUMBER] - total[EntryKind.RELEASE_ENCUMBRANCE],
        expended_cents=total[EntryKind.EXPEND] - total[EntryKind.CREDIT],
    )


FundLine = tuple[str, str | None]
"""A fund and a request line (None: shipping and other charges)."""


def balances(entries: Iterable[Entry]) -> dict[FundLine, Balance]:
    """Fold one request's entries by fund and line, in the order in which they were first used."""
    groups: dict[FundLine, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.fund_id, entry.line_id].append(entry)
    return {purse: balance(group) for purse, group in groups.items()}


FIGURES: Mapping[str, tuple[EntryKind, ...]] = MappingProxyType(
    {
        "Budget": (EntryKind.BUDGET,),
        "Reserved": (EntryKind.RESERVE, EntryKind.RELEASE_RESERVE),
        "Encumbered": (EntryKind.ENCUMBER, EntryKind.RELEASE_ENCUMBRANCE),
        "Expended": (EntryKind.EXPEND, EntryKind.CREDIT),
        "Available": tuple(EntryKind),
    }
)
"""The figures of a balance by their words, and the entries each is made of."""

_MINUS = {EntryKind.RELEASE_RESERVE, EntryKind.RELEASE_ENCUMBRANCE, EntryKind.CREDIT}


def figures(held: Balance) -> dict[str, int]:
    """A balance as figures, in US cents."""
    return {
        "Budget": held.budget_cents,
        "Reserved": held.reserved_cents,
        "Encumbered": held.encumbered_cents,
        "Expended": held.expended_cents,
        "Available": held.available_cents,
    }


def signed(kind: EntryKind, cents: int, figure: str) -> int:
    """What an entry adds to a figure; what commits money takes from what is available."""
    amount = -cents if kind in _MINUS else cents
    return -amount if figure == "Available" and kind is not EntryKind.BUDGET else amount
