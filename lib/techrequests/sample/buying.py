"""What buyers do: ask vendors, record and choose quotes, split over funds, order, pay."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from techrequests.domain.calendar import fiscal_year
from techrequests.domain.catalogue import Category
from techrequests.domain.intake import LineAsked
from techrequests.domain.purchasing import rivals
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.sample.papers import quote_paper
from techrequests.services.comments import FileAsked, attach
from techrequests.services.offers import PriceAsked, QuoteAsked
from techrequests.services.quotes import (
    AmendAsked,
    ChoiceAsked,
    VendorsAsked,
    amend,
    ask_vendors,
    choose_quote,
    record_quote,
)
from techrequests.store.quotes import offers_of

if TYPE_CHECKING:
    from techrequests.domain.purchasing import Offer
    from techrequests.domain.techrequest import RequestLine
    from techrequests.sample.life import Life
    from techrequests.sample.world import Acts

_NEAREST_CENTS = 50
# Vendors that would be asked for a category; the others take whatever there is.
_SELL = {
    Category.COMPUTERS: ("PINEBROOK", "TRILAKES", "MERIDIAN", "REDWAGON"),
    Category.DISPLAYS: ("BLUEHERON", "SUMMITAV", "TRILAKES", "PINEBROOK"),
    Category.AUDIO_VIDEO: ("SUMMITAV", "BLUEHERON", "TRILAKES"),
    Category.NETWORK: ("GRANITE", "PINEBROOK", "MERIDIAN"),
    Category.PRINTING: ("COPPERLEAF", "TRILAKES", "MERIDIAN"),
    Category.SOFTWARE: ("LANTERN", "PINEBROOK", "TRILAKES"),
    Category.ASSISTIVE: ("CLEARPATH", "TRILAKES", "PINEBROOK"),
}


def quote(life: Life) -> Acts:
    """Get quotes and choose one; what is dearer than approved goes back to the supervisor."""
    offers = _offers(life)
    if offers:
        # Returned, or expired: the cheapest vendor offers once more.
        answering: tuple[str, ...] = (offers[0].quote.vendor_id,)
    else:
        yield life.wait(0.2, 3)
        if life.left(Status.QUOTING):
            return
        if life.twist("cancel"):
            life.take(life.reviewer, Action.CANCEL, life.world.say("cancel reason"))
            return
        answering = _ask(life)
    for vendor_id in answering:
        yield life.wait(0.4, 4)
        if life.left(Status.QUOTING):
            return
        _record(life, vendor_id, offers[0] if offers else None)
    yield life.wait(0.2, 3)
    if not life.left(Status.QUOTING):
        _choose(life)


def _offers(life: Life) -> list[Offer]:
    """What vendors offered for the present version, the cheapest first."""
    version = life.request.content_version
    offers = (one for one in life.known(offers_of) if one.quote.content_version == version)
    return sorted(offers, key=lambda one: one.delivered_cents)


def _ask(life: Life) -> tuple[str, ...]:
    """Ask some vendors; those that will answer, in their order."""
    active = [vendor.vendor_id for vendor in life.world.vendors]
    fitting = [one for one in _SELL.get(life.case.category, active) if one in active] or active
    wanted = min(len(fitting), life.world.rng.choice((2, 2, 3, 3)))
    asked = tuple(life.world.rng.sample(fitting, wanted))
    life.act(ask_vendors, life.reviewer, VendorsAsked(**life.click("vendors"), vendor_ids=asked))
    return asked[:-1] if len(asked) > 1 and life.twist("silent vendor") else asked


def _record(life: Life, vendor_id: str, before: Offer | None) -> None:
    rng = life.world.rng
    factor = rng.uniform(1.04, 1.12) if "dearer" in life.twists else rng.uniform(0.87, 0.985)
    prices = tuple(_price(line, factor, before) for line in life.lines)
    total = sum(price.quantity * price.unit_price_cents for price in prices)
    shipping = round(total * rng.uniform(0.002, 0.012) / 100) * 100 if life.world.chance(0.5) else 0
    reference = f"{vendor_id[:2]}-{life.world.number(vendor_id, 20_140):05d}"
    attached = _paper(life, vendor_id, reference, prices)
    asked = QuoteAsked(
        **life.click("quote"),
        vendor_id=vendor_id,
        quote_id=before.quote.quote_id if before else "",
        reference=reference,
        expires_on=life.world.today + timedelta(days=rng.choice((30, 30, 45, 60, 90))),
        shipping_cents=before.quote.shipping_cents if before else shipping,
        delivery_days=rng.randrange(5, 45),
        notes=life.world.say("quote note") if life.world.chance(0.4) else "",
        lines=prices,
        attachment_ids=attached,
    )
    life.act(record_quote, life.reviewer, asked)


def _price(line: RequestLine, factor: float, before: Offer | None) -> PriceAsked:
    old = before.line_for(line.line_id) if before else None
    cents = round(line.unit_estimate_cents * factor / _NEAREST_CENTS) * _NEAREST_CENTS
    return PriceAsked(
        line_id=line.line_id,
        description=line.description,
        quantity=line.quantity,
        unit_price_cents=old.unit_price_cents if old else cents,
    )


def _paper(
    life: Life, vendor_id: str, reference: str, prices: tuple[PriceAsked, ...]
) -> tuple[str, ...]:
    if not life.world.chance(0.1):
        return ()
    vendor = next(one for one in life.world.vendors if one.vendor_id == vendor_id)
    lines = [(price.quantity, price.description, price.unit_price_cents) for price in prices]
    asked = FileAsked(
        attachment_id=life.key("paper"),
        request_id=life.request_id,
        file_name=f"quote-{reference}.pdf",
        content=quote_paper(vendor.name, reference, lines, life.now),
    )
    return (life.act(attach, life.reviewer, asked).attachment_id,)


def _choose(life: Life) -> None:
    """Choose among what can be bought now; what expired is asked for again by `quote`."""
    offers, approved = _offers(life), life.request.estimate_cents
    current = rivals(offers, life.lines, life.world.today)
    able = [one for one in current if one.delivered_cents <= approved]
    if not able:
        if offers[0].delivered_cents > approved:
            _amend(life, offers[0])
        return
    dearer = len(able) > 1 and life.twist("not the cheapest")
    asked = ChoiceAsked(
        **life.click("choice"),
        quote_id=able[1 if dearer else 0].quote.quote_id,
        justification=life.world.say("justification") if dearer else "",
    )
    life.act(choose_quote, life.reviewer, asked)


def _amend(life: Life, cheapest: Offer) -> None:
    """Ask for a new approval at what the cheapest offer costs, with a little room for shipping."""
    life.twists.discard("dearer")
    lines = tuple(
        LineAsked(
            item_id=line.item_id,
            description=line.description,
            quantity=line.quantity,
            unit_estimate_cents=round(_offered(cheapest, line) * 1.03 / 100 + 0.5) * 100,
        )
        for line in life.lines
    )
    asked = AmendAsked(**life.click("amend"), note=life.world.say("amend reason"), lines=lines)
    life.act(amend, life.reviewer, asked)


def _offered(offer: Offer, line: RequestLine) -> int:
    found = offer.line_for(line.line_id)
    return found.unit_price_cents if found else line.unit_estimate_cents


def order_number(life: Life) -> str:
    """The next number of the Business Office's own, one series a fiscal year."""
    year = fiscal_year(life.world.today) % 100
    return f"PO-{year:02d}-{life.world.number(f'PO-{year}', 1_181):05d}"
