"""Reserve, encumber and expend for one request within one transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.errors import BlockedError
from techrequests.domain.funds import Purchase, Stage
from techrequests.domain.ledger import Entry, EntryKind, balances
from techrequests.domain.money import dollars, fill
from techrequests.services.limits import Override, Passed, check_funds, overridden_funds
from techrequests.services.posting import post, release_encumbrances, release_reserves
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from techrequests.domain.ledger import Purse
    from techrequests.domain.policy import Actor
    from techrequests.domain.purchasing import Offer
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Work

    Split = Mapping[Purse, int]
    """US cents by fund and request line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One person's hand on the funds for one request.

    Attributes:
        override_reason: Why a fund may go over its limit; empty when nobody wishes it.
    """

    work: Work
    request: TechRequest
    actor: Actor
    now: datetime
    override_reason: str = ""

    def reserve(self, offer: Offer, shares_cents: Mapping[str, int], ordered_on: date) -> None:
        """Hold an offer's delivered cost on funds instead of whatever was held before.

        Raises:
            BlockedError: A fund could not pay the order.
        """
        self._release_reserves("Allocated anew.")
        split = split_over(bills(offer), shares_cents)
        # Asked as for the order, so that nothing is held that cannot be ordered on that day.
        passed = self._check(split, self._purchase(Stage.ENCUMBER, ordered_on), frozenset())
        self._post(split, EntryKind.RESERVE, "Allocated.", passed)

    def encumber(self, offer: Offer, ordered_on: date, why: str) -> None:
        """Turn what is held into an obligation of the same funds.

        Raises:
            BlockedError: A fund may not pay on the day of the order.
        """
        granted = overridden_funds(entries_of(self.work, self.request.request_id))
        split = split_as_held(bills(offer), self._release_reserves(why))
        passed = self._check(split, self._purchase(Stage.ENCUMBER, ordered_on), granted)
        self._post(split, EntryKind.ENCUMBER, why, passed)

    def expend(self, amount_cents: int, invoiced_on: date, why: str) -> None:
        """Pay from what is encumbered, in order; what is above that from the last fund used.

        Raises:
            BlockedError: More than is encumbered, and the last fund may not pay the rest.
        """
        entries = entries_of(self.work, self.request.request_id)
        held = {purse: one.encumbered_cents for purse, one in balances(entries).items()}
        whole = sum(held.values())
        covered = min(amount_cents, whole)
        paid = fill(list(held.values()), [covered, whole - covered])[0]
        split = dict(zip(held, paid, strict=True))
        self._post(split, EntryKind.RELEASE_ENCUMBRANCE, why, {})
        self._post(split, EntryKind.EXPEND, why, {})
        if amount_cents > covered:
            above: Split = {(_last_fund(entries), None): amount_cents - covered}
            passed = self._check(above, self._purchase(Stage.EXPEND, invoiced_on), frozenset())
            words = f"{why} {dollars(amount_cents - covered)} above what was encumbered."
            self._post(above, EntryKind.EXPEND, words, passed)

    def release_rest(self, why: str) -> None:
        """Give back what is still encumbered: no more bills will come."""
        release_encumbrances(
            self.work,
            self.request.request_id,
            actor_id=self.actor.person_id,
            now=self.now,
            why=why,
        )

    def _release_reserves(self, why: str) -> Split:
        return release_reserves(
            self.work,
            self.request.request_id,
            actor_id=self.actor.person_id,
            now=self.now,
            why=why,
        )

    def _purchase(self, stage: Stage, on: date) -> Purchase:
        return Purchase(
            site_id=self.request.site_id, category=self.request.category, on=on, stage=stage
        )

    def _check(
        self, split: Split, purchase: Purchase, granted: frozenset[str]
    ) -> dict[str, Passed]:
        override = Override(actor=self.actor, reason=self.override_reason, granted=granted)
        return check_funds(self.work, by_fund(split), purchase, override)

    def _post(self, split: Split, kind: EntryKind, why: str, passed: Mapping[str, Passed]) -> None:
        quiet = Passed(overridden=False, words="")
        post(
            self.work,
            (
                Entry(
                    fund_id=fund_id,
                    request_id=self.request.request_id,
                    line_id=line_id,
                    kind=kind,
                    amount_cents=cents,
                    actor_id=self.actor.person_id,
                    posted_at=self.now,
                    why=" ".join(filter(None, (why, passed.get(fund_id, quiet).words))),
                    overridden=passed.get(fund_id, quiet).overridden,
                )
                for (fund_id, line_id), cents in split.items()
            ),
        )


def _last_fund(entries: Sequence[Entry]) -> str:
    """The fund that pays what is above the order: the last one that is in use, or was.

    Raises:
        BlockedError: The order was to cost nothing, so no fund was ever picked.
    """
    in_use = [
        fund_id
        for (fund_id, _), one in balances(entries).items()
        if one.encumbered_cents or one.expended_cents
    ]
    were = [entry.fund_id for entry in entries if entry.kind is EntryKind.ENCUMBER]
    if not were:
        raise BlockedError(
            ("No fund pays for this order: it was to cost nothing. Ask the vendor why it does.",)
        )
    return (in_use or were)[-1]


def bills(offer: Offer) -> dict[str | None, int]:
    """What is to be paid: US cents by request line, then shipping and fees as None."""
    lines: dict[str | None, int] = {line.line_id: line.total_cents for line in offer.lines}
    return {**lines, None: offer.quote.shipping_cents}


def split_over(owed: Mapping[str | None, int], shares_cents: Mapping[str, int]) -> dict[Purse, int]:
    """Split bills over funds to the cent; the first fund pays the first bills.

    Raises:
        ValueError: The shares are not the sum of the bills.
    """
    rows = fill(list(owed.values()), list(shares_cents.values()))
    return {
        (fund_id, line_id): cents
        for fund_id, row in zip(shares_cents, rows, strict=True)
        for line_id, cents in zip(owed, row, strict=True)
        if cents
    }


def split_as_held(owed: Mapping[str | None, int], held: Split) -> Split:
    """The split that is held if it fits the bills line by line, else the same funds anew.

    A reservation made at the approval follows the estimate, and a quote may have the same sum with
    other prices per line.
    """
    by_line: dict[str | None, int] = defaultdict(int)
    for (_, line_id), cents in held.items():
        by_line[line_id] += cents
    fits = all(by_line[line_id] == cents for line_id, cents in owed.items())
    return held if fits else split_over(owed, by_fund(held))


def by_fund(split: Split) -> dict[str, int]:
    """US cents by fund, in the order in which the funds come."""
    total: dict[str, int] = defaultdict(int)
    for (fund_id, _), cents in split.items():
        total[fund_id] += cents
    return dict(total)
