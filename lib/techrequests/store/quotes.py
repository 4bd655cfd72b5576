"""Quotes with their lines, and the vendors that give them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import StandardItem, Vendor
from techrequests.domain.purchasing import Offer, Quote, QuoteLine

if TYPE_CHECKING:
    from techrequests.store.database import Reader, Work

# The last part of a line's code is its position.
_LINES = "WHERE quote_id = ANY($quotes) ORDER BY quote_id, length(quote_line_id), quote_line_id"
_USED = """
    WHERE active OR vendor_id IN (SELECT vendor_id FROM quote WHERE request_id = $request_id)
    ORDER BY name
"""


def quotes_of(reader: Reader, request_id: str) -> list[Quote]:
    """Every quote of a request, asked for or received, oldest first."""
    where = "WHERE request_id = $request_id ORDER BY asked_at, quote_id"
    return reader.find(Quote, where, request_id=request_id)


def choose_none(work: Work, request_id: str) -> None:
    """Take the choice of a quote back, if there is one."""
    work.run(
        "UPDATE quote SET chosen_at = NULL, version = version + 1 "
        "WHERE request_id = $request_id AND chosen_at IS NOT NULL",
        request_id=request_id,
    )


def offers_of(reader: Reader, request_id: str) -> list[Offer]:
    """The received quotes of a request, oldest first, with lines in the order of the request."""
    quotes = reader.find(
        Quote,
        "WHERE request_id = $request_id AND received_at IS NOT NULL ORDER BY received_at, quote_id",
        request_id=request_id,
    )
    lines: dict[str, list[QuoteLine]] = defaultdict(list)
    known = [quote.quote_id for quote in quotes]
    for line in reader.find(QuoteLine, _LINES, quotes=known) if known else ():
        lines[line.quote_id].append(line)
    return [Offer(quote=quote, lines=tuple(lines[quote.quote_id])) for quote in quotes]


def vendors_for(reader: Reader, request_id: str) -> list[Vendor]:
    """Active vendors, and those that quoted for a request, by name."""
    return reader.find(Vendor, _USED, request_id=request_id)


def items_of(reader: Reader, request_id: str) -> list[StandardItem]:
    """The standard items among what a request asks for."""
    where = "WHERE item_id IN (SELECT item_id FROM request_line WHERE request_id = $request_id)"
    return reader.find(StandardItem, where, request_id=request_id)


def replace_quote_lines(work: Work, quote_id: str, lines: list[QuoteLine]) -> None:
    """Put new lines in the place of a quote's old ones; a chosen quote's lines never change."""
    work.run("DELETE FROM quote_line WHERE quote_id = $quote_id", quote_id=quote_id)
    work.insert_all(lines)
