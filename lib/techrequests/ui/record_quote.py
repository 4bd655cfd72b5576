"""The form for a vendor's offer: one price a line, terms, and the vendor's own paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.attachments import ACCEPTED, MOST_BYTES
from techrequests.domain.errors import InvalidError, Problem
from techrequests.domain.fields import Kind
from techrequests.domain.purchasing import Quote, other_words
from techrequests.services.comments import FileAsked, attach
from techrequests.services.offers import PriceAsked, QuoteAsked
from techrequests.services.quotes import record_quote
from techrequests.ui.cards import amount, plain
from techrequests.ui.forms import Form
from techrequests.ui.press import button
from techrequests.ui.uploads import gone, let_go, sent
from techrequests.ui.visit import problem_with

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.purchasing import Offer
    from techrequests.domain.techrequest import RequestLine, TechRequest
    from techrequests.services.cases import Case
    from techrequests.services.comparison import Comparison
    from techrequests.store.database import Database

_TERMS = ("shipping_cents", "delivery_days", "expires_on", "reference", "notes")


def record_form(case: Case, known: Comparison) -> None:
    """Type in an offer, or correct one that is recorded already."""
    request_id = case.request.request_id
    vendor_id, quote_id = st.session_state.get(f"recording:{request_id}", ("", ""))
    corrected = next(
        (one.offer for one in known.standings if one.offer.quote.quote_id == quote_id), None
    )
    form = Form(prefix=f"quote:{request_id}:{vendor_id}:{quote_id}")
    form.fill(_start(known, vendor_id, corrected))
    words = f"Correct {plain(known.name(vendor_id))}'s quote" if corrected else "Record a quote"
    st.subheader(words)
    if not corrected:
        names = {vendor.vendor_id: vendor.name for vendor in known.vendors.values()}
        form.draw(Quote, "vendor_id", choices={"vendor_id": names})
    for line in known.lines:
        _line(form, line)
    if message := problem_with("lines"):
        st.markdown(f":red[:material/error: {plain(message)}]")
    for column, name in zip(st.columns(3), _TERMS[:3], strict=True):
        with column:
            form.draw(Quote, name)
    form.draw(Quote, *_TERMS[3:])
    st.file_uploader(
        "The vendor's quote as a file (optional)",
        key=form.key("files"),
        accept_multiple_files=True,
        max_upload_size=MOST_BYTES // 2**20,
        help=f"{', '.join(ACCEPTED)}; up to {MOST_BYTES // 2**20} MB each.",
    )
    _total(case, form, known)
    with st.container(horizontal=True):
        button(
            "Save the correction" if corrected else "Save the quote",
            key=form.key("go"),
            type="primary",
            args=(
                _record,
                lambda: (_asked(case, form, known), _files(case, form)),
                "The quote is saved.",
                lambda _: _done(form, request_id),
            ),
        )
        if vendor_id:
            st.button("Never mind", key=form.key("no"), on_click=_done, args=(form, request_id))


def _start(known: Comparison, vendor_id: str, corrected: Offer | None) -> dict[str, object]:
    """What the form starts with: the offer to correct, or what is wanted."""
    values: dict[str, object] = {"vendor_id": vendor_id or None, "shipping_cents": 0}
    values["delivery_days"] = 0
    if corrected:
        values |= {name: getattr(corrected.quote, name) for name in _TERMS}
    for line in known.lines:
        offered = corrected.line_for(line.line_id) if corrected else None
        values[f"quantity:{line.line_id}"] = offered.quantity if offered else line.quantity
        values[f"description:{line.line_id}"] = offered.description if offered else line.description
        values[f"price:{line.line_id}"] = offered.unit_price_cents if offered else None
        values[f"same:{line.line_id}"] = bool(offered and offered.same_item)
    return values


def _line(form: Form, line: RequestLine) -> None:
    st.markdown(f"Wanted: **{line.quantity:,} {plain(line.description)}**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Offered",
            value=form.start(f"description:{line.line_id}"),
            key=form.key(f"description:{line.line_id}"),
            width="stretch",
        )
        form.number(Kind.INTEGER, f"quantity:{line.line_id}", "Quantity", width=120)
        form.number(
            Kind.MONEY,
            f"price:{line.line_id}",
            "Price each, $",
            width=150,
            placeholder="not offered",
            help="Leave it empty when the vendor does not offer this.",
        )
    for kind, name, label, known in _numbers(line):
        form.problem(name, known, first=form.unread(kind, name, label))
    if _renamed(form, line):
        _same_item(form, line)


def _numbers(line: RequestLine) -> list[tuple[Kind, str, str, str]]:
    price, quantity = f"price:{line.line_id}", f"quantity:{line.line_id}"
    return [
        (Kind.INTEGER, quantity, "Quantity", quantity),
        (Kind.MONEY, price, "Price each", price),
    ]


def _renamed(form: Form, line: RequestLine) -> bool:
    return other_words(form.value(f"description:{line.line_id}") or "", line.description)


def _same_item(form: Form, line: RequestLine) -> None:
    """Other words are another item until somebody says that they are not."""
    same = st.checkbox(
        "Same item, other name",
        value=bool(form.start(f"same:{line.line_id}")),
        key=form.key(f"same:{line.line_id}"),
        help="The vendor only calls it differently. Another item needs a new approval.",
    )
    if not same:
        st.caption(
            ":orange[:material/warning: Another item than the supervisor approved: this quote "
            "cannot be chosen.]"
        )


def _prices(form: Form, known: Comparison) -> tuple[PriceAsked, ...]:
    found = []
    for line in known.lines:
        price_cents = form.cents(f"price:{line.line_id}")
        if price_cents is not None:
            found.append(
                PriceAsked(
                    line_id=line.line_id,
                    description=form.value(f"description:{line.line_id}") or "",
                    quantity=form.units(f"quantity:{line.line_id}") or 0,
                    unit_price_cents=price_cents,
                    same_item=_renamed(form, line) and bool(form.value(f"same:{line.line_id}")),
                )
            )
    return tuple(found)


def _total(case: Case, form: Form, known: Comparison) -> None:
    prices = _prices(form, known)
    if not prices:
        return
    cents = sum(price.quantity * price.unit_price_cents for price in prices)
    cents += form.cents("shipping_cents") or 0
    words = f"Delivered: **{amount(cents)}**"
    approved = case.facts.approved_cents
    if approved is not None and cents > approved:
        words += f" :orange[:material/warning: {amount(cents - approved)} above the approval]"
    if len(prices) < len(known.lines):
        words += f" · {len(known.lines) - len(prices)} not offered"
    st.markdown(words)


def _asked(case: Case, form: Form, known: Comparison) -> QuoteAsked:
    values = form.values(Quote, *_TERMS)
    form.check_numbers(*(field for line in known.lines for field in _numbers(line)))
    vendor_id, quote_id = st.session_state.get(f"recording:{case.request.request_id}", ("", ""))
    picked = form.value("vendor_id") or ""
    return QuoteAsked(
        request_id=case.request.request_id,
        seen_version=case.request.version,
        key=form.save_id,
        vendor_id=picked,
        quote_id=quote_id if picked == vendor_id else "",
        **values,
        lines=_prices(form, known),
    )


def _files(case: Case, form: Form) -> tuple[FileAsked, ...]:
    key, place = form.save_id, form.key("files")
    if gone(place):
        words = "The file was not kept while this page was away. Add it again."
        raise InvalidError(Problem("files", words))
    return tuple(
        FileAsked(
            attachment_id=f"{key}-{file.file_id}",
            request_id=case.request.request_id,
            file_name=file.name,
            content=file.getvalue(),
        )
        for file in sent(place)
    )


def _record(
    database: Database,
    actor: Actor,
    typed: tuple[QuoteAsked, tuple[FileAsked, ...]],
    *,
    now: datetime,
) -> TechRequest:
    """Keep the files with the request, then the offer with its files."""
    asked, files = typed
    kept = [attach(database, actor, file, now=now).attachment_id for file in files]
    return record_quote(database, actor, replace(asked, attachment_ids=tuple(kept)), now=now)


def _done(form: Form, request_id: str) -> None:
    let_go(sent(form.key("files")))
    form.clear()
    st.session_state.pop(f"recording:{request_id}", None)
