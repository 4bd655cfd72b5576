"""Tables that their pages draw by themselves, as they leave in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.calendar import fiscal_year_words
from techrequests.domain.fields import Kind
from techrequests.domain.ledger import FIGURES as FUND_FIGURES
from techrequests.domain.ledger import EntryKind, figures, signed
from techrequests.exchange.grid import Grid, Heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from techrequests.domain.funds import Fund
    from techrequests.domain.ledger import Balance
    from techrequests.domain.purchasing import Offer
    from techrequests.domain.techrequest import RequestLine
    from techrequests.exchange.grid import Value
    from techrequests.services.comparison import Standing


def balances_grid(table: Iterable[tuple[Fund, Balance]]) -> Grid:
    """Every fund with where it stands."""
    texts = ("Code", "Fund", "Account code", "Fiscal year")
    return Grid(
        title="Fund balances",
        headings=(
            *(Heading(label=label, kind=Kind.TEXT) for label in texts),
            Heading(label="Closed", kind=Kind.YES_NO),
            Heading(label="Last order date", kind=Kind.DATE),
            *(Heading(label=label, kind=Kind.MONEY) for label in FUND_FIGURES),
        ),
        rows=tuple(
            (
                fund.fund_id,
                fund.name,
                fund.account_code,
                fiscal_year_words(fund.fiscal_year),
                fund.closed,
                fund.ends_on,
                *figures(held).values(),
            )
            for fund, held in table
        ),
    )


def entries_grid(fund: str, figure: str, rows: Iterable[Mapping[str, Any]]) -> Grid:
    """The entries that a figure of a fund is made of."""
    return Grid(
        title=f"{figure} of {fund}",
        headings=(
            Heading(label="Posted", kind=Kind.MOMENT),
            Heading(label="Entry", kind=Kind.TEXT),
            Heading(label="Amount", kind=Kind.MONEY),
            *(Heading(label=label, kind=Kind.TEXT) for label in ("Request", "What", "Who", "Why")),
        ),
        rows=tuple(
            (
                row["posted_at"].replace(tzinfo=None),
                row["kind"],
                signed(EntryKind(row["kind"]), row["amount_cents"], figure),
                row["request_id"],
                row["title"],
                row["who"],
                row["why"],
            )
            for row in rows
        ),
    )


def comparison_grid(
    number: str, lines: Sequence[RequestLine], standings: Sequence[Standing]
) -> Grid:
    """What each vendor offers for each line, side by side; the last two rows add it up."""
    offers = [standing.offer for standing in standings]
    names = [standing.vendor_name for standing in standings]
    return Grid(
        title=f"Quotes for {number}".strip(),
        headings=(
            Heading(label="Wanted", kind=Kind.TEXT),
            Heading(label="Quantity", kind=Kind.INTEGER),
            *(heading for name in names for heading in _of_vendor(name)),
        ),
        rows=(
            *(
                (
                    line.description,
                    line.quantity,
                    *(it for one in offers for it in _cells(one, line)),
                )
                for line in lines
            ),
            _summed("Shipping and fees", [one.quote.shipping_cents for one in offers]),
            _summed("Delivered", [one.delivered_cents for one in offers]),
        )
        if lines
        else (),
    )


def _of_vendor(name: str) -> tuple[Heading, ...]:
    return (
        Heading(label=f"{name}: quantity", kind=Kind.INTEGER),
        Heading(label=f"{name}: each", kind=Kind.MONEY),
        Heading(label=f"{name}: in all", kind=Kind.MONEY),
    )


def _cells(offer: Offer, line: RequestLine) -> tuple[Value, ...]:
    """Quantity, unit price and total of an offer for a line; empty where it is not offered."""
    offered = offer.line_for(line.line_id)
    if offered is None:
        return (None, None, None)
    return (offered.quantity, offered.unit_price_cents, offered.total_cents)


def _summed(words: str, amounts_cents: Sequence[int]) -> tuple[Value, ...]:
    return (words, None, *(it for amount in amounts_cents for it in (None, None, amount)))
