"""Quotes with their lines, and the vendors that give them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Person, Site, StandardItem, Vendor
from techrequests.domain.purchasing import Offer, Quote, QuoteLine
from techrequests.store.request_documents import OF_REQUEST
from techrequests.store.union_query import Part

if TYPE_CHECKING:
    from techrequests.store.database import Reader, Work
    from techrequests.store.union_query import Found

_OFFERS = (
    Part(Quote, OF_REQUEST, ("asked_at", "quote_id")),
    Part(
        QuoteLine,
        f"WHERE quote_id IN (SELECT quote_id FROM quote {OF_REQUEST})",  # noqa: S608  # a constant
        ("quote_line_id",),
    ),
)
_VENDORS = Part(
    Vendor,
    f"WHERE active OR vendor_id IN (SELECT vendor_id FROM quote {OF_REQUEST})",  # noqa: S608
    ("name",),
)
_FOR_LETTERS = (
    Part(Site, "WHERE site_id = $site_id", ("site_id",)),
    Part(Person, "WHERE person_id = $person_id", ("person_id",)),
    Part(
        StandardItem,
        f"WHERE item_id IN (SELECT item_id FROM request_line {OF_REQUEST})",  # noqa: S608
        ("item_id",),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoting:
    """Whom a request was shown to, and what came back.

    Attributes:
        quotes: Every quote, asked for or received, oldest first.
        offers: The received ones with their lines, oldest first.
        vendors: Active vendors, and those that quoted, by name.
    """

    quotes: tuple[Quote, ...]
    offers: list[Offer]
    vendors: tuple[Vendor, ...]


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


def quoting_of(reader: Reader, request_id: str) -> Quoting:
    """A request's quotes and the vendors that were or could be asked, in one statement."""
    found = reader.together(*_OFFERS, _VENDORS, request_id=request_id)
    return Quoting(quotes=found.of(Quote), offers=_offers(found), vendors=found.of(Vendor))


def offers_of(reader: Reader, request_id: str) -> list[Offer]:
    """The received quotes of a request, oldest first, with lines in the order of the request."""
    return _offers(reader.together(*_OFFERS, request_id=request_id))


def _offers(found: Found) -> list[Offer]:
    lines: dict[str, list[QuoteLine]] = defaultdict(list)
    # The last part of a line's code is its position.
    for line in sorted(found.of(QuoteLine), key=lambda line: len(line.quote_line_id)):
        lines[line.quote_id].append(line)
    received = [quote for quote in found.of(Quote) if quote.received_at is not None]
    received.sort(key=attrgetter("received_at", "quote_id"))
    return [Offer(quote=quote, lines=tuple(lines[quote.quote_id])) for quote in received]


def for_letters(reader: Reader, request_id: str, site_id: str, person_id: str) -> Found:
    """What a letter to a vendor names: the site, the person who asks, and the standard items."""
    return reader.together(
        *_FOR_LETTERS, request_id=request_id, site_id=site_id, person_id=person_id
    )


def replace_quote_lines(work: Work, quote_id: str, lines: list[QuoteLine]) -> None:
    """Put new lines in the place of a quote's old ones; a chosen quote's lines never change."""
    work.run("DELETE FROM quote_line WHERE quote_id = $quote_id", quote_id=quote_id)
    work.insert_all(lines)
