"""Quotes on a page: offers side by side, choosing one, and asking vendors."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote as url_quote

import pandas as pd
import streamlit as st

from techrequests import runtime
from techrequests.domain.calendar import short_date
from techrequests.domain.money import dollars
from techrequests.domain.policy import Permission
from techrequests.domain.purchasing import other_words
from techrequests.domain.workflow import Action
from techrequests.notify.letters import quote_letter_pdf
from techrequests.services.comparison import Comparison, Standing, comparison, letters
from techrequests.services.quotes import ChoiceAsked, VendorsAsked, ask_vendors, choose_quote
from techrequests.ui.cards import amount, paragraphs, plain
from techrequests.ui.downloads import files_of
from techrequests.ui.forms import Form
from techrequests.ui.press import button
from techrequests.ui.visit import problem_with, remember

if TYPE_CHECKING:
    from techrequests.domain.catalogue import Vendor
    from techrequests.domain.purchasing import Offer, Quote, QuoteLine
    from techrequests.domain.quoting import QuoteLetter
    from techrequests.domain.techrequest import RequestLine
    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit

_CARD_PIXELS = 290


def compared(visit: Visit, case: Case) -> Comparison:
    """Every offer for the request, as this person sees them."""
    return remember(comparison, visit.database, case)


def offers(visit: Visit, case: Case, known: Comparison) -> None:
    """All offers side by side: a card each, then line by line."""
    if not known.standings:
        st.info(
            "No quote has come in yet. Ask vendors below, or record a quote you already have.",
            icon=":material/request_quote:",
        )
        return
    st.subheader("Quotes side by side")
    if case.facts.approved_cents is not None:
        st.caption(f"The supervisor approved up to {amount(case.facts.approved_cents)}, delivered.")
    with st.grid(columns="auto", min_column_width=_CARD_PIXELS):
        for standing in known.standings:
            with st.container(border=True):
                _card(visit, case, standing)
    if len(known.standings) > 1 or len(known.lines) > 1 or _renamed(known):
        _line_by_line(known)
        by_quotes = visit.actor.may(Permission.MANAGE_QUOTES)
        files_of(
            visit,
            "comparison" if by_quotes else "funding_comparison",
            (("request", case.request.request_id),),
            rows=len(known.lines) + 2,
        )


def _renamed(known: Comparison) -> bool:
    return any(
        _offered_words(one.offer.line_for(line.line_id), line)
        for one in known.standings
        for line in known.lines
    )


def _offered_words(offered: QuoteLine | None, wanted: RequestLine) -> str:
    """What the vendor calls an item, where the request calls it otherwise."""
    if offered is None or not other_words(offered.description, wanted.description):
        return ""
    same = " (same item)" if offered.same_item else ""
    return f"“{offered.description}”{same}, "


def _card(visit: Visit, case: Case, standing: Standing) -> None:
    offer, name = standing.offer, plain(standing.vendor_name)
    st.markdown(
        f"**{name}** {_mark(standing)}\n\n### {amount(offer.delivered_cents)}\n\n"
        f":gray[{' · '.join(['delivered', *_terms(offer)])}]"
    )
    for words in _beyond(standing):
        st.markdown(words)
    if offer.quote.notes:
        st.markdown(paragraphs(offer.quote.notes))
    if offer.quote.chosen_at and offer.quote.justification:
        st.markdown(f":gray[Why this one:] {paragraphs(offer.quote.justification)}")
    if standing.refusals:
        st.markdown(
            "\n\n".join(f":orange[:material/block: {plain(why)}]" for why in standing.refusals)
        )
    with st.container(horizontal=True):
        if case.choice(Action.CHOOSE_QUOTE) and not standing.refusals:
            _choose(visit, case, standing)
        if case.may(Action.RECORD_QUOTE):
            st.button(
                "Correct",
                key=f"correct:{offer.quote.quote_id}",
                icon=":material/edit:",
                type="tertiary",
                help="Change what was typed in.",
                on_click=begin_recording,
                args=(case.request.request_id, offer.quote.vendor_id, offer.quote.quote_id),
            )


def _mark(standing: Standing) -> str:
    chosen = ":blue-badge[:material/task_alt: Chosen] " if standing.offer.quote.chosen_at else ""
    return chosen + _rank(standing)


def _rank(standing: Standing) -> str:
    if standing.expired:
        return ":red-badge[:material/event_busy: Expired]"
    if standing.cheapest:
        return ":green-badge[:material/check: Cheapest]"
    if standing.dearer_cents:
        return f":gray-badge[{amount(standing.dearer_cents)} more]"
    if standing.other_item:
        return ":orange-badge[Another item]"
    return ":orange-badge[Incomplete]"


def _beyond(standing: Standing) -> list[str]:
    """What is more than was approved, for everybody who looks at the offer."""
    return [f":orange-badge[:material/add: {plain(words)}]" for words in standing.beyond]


def _terms(offer: Offer) -> list[str]:
    quote = offer.quote
    expires_on = quote.expires_on
    return [
        *([f"good until {short_date(expires_on)}"] if expires_on else []),
        *([f"arrives in {quote.delivery_days} days"] if quote.delivery_days else []),
        *([f"quote {plain(quote.reference)}"] if quote.reference else []),
    ]


def _choose(visit: Visit, case: Case, standing: Standing) -> None:
    form = Form(prefix=f"choose:{standing.offer.quote.quote_id}")
    args = (
        choose_quote,
        lambda: _choice(case, form, standing),
        "Chosen; the Business Office is told.",
        lambda _: form.clear(),
    )
    if standing.cheapest:
        button("Choose", key=form.key("go"), type="primary", args=args)
        return
    with st.popover("Choose"):
        st.caption(
            f"{amount(standing.dearer_cents)} more than the cheapest. Auditors will ask: why this "
            "one?"
        )
        form.note("Why this one", required=True, name="justification")
        button("Choose it", key=form.key("go"), type="primary", args=args)
    del visit


def _choice(case: Case, form: Form, standing: Standing) -> ChoiceAsked:
    return ChoiceAsked(
        request_id=case.request.request_id,
        seen_version=case.request.version,
        key=form.save_id,
        quote_id=standing.offer.quote.quote_id,
        justification=form.value("justification") or "",
    )


def _line_by_line(known: Comparison) -> None:
    """A table that scrolls within itself, so that many vendors do not widen a phone's page."""
    right = {
        f"{number}": st.column_config.TextColumn(standing.vendor_name, alignment="right")
        for number, standing in enumerate(known.standings)
    }
    st.dataframe(
        remember(_side_by_side, known),
        hide_index=True,
        height="content",
        column_config={"Wanted": st.column_config.TextColumn(pinned=True, width=150), **right},
        alt="What each vendor offers for each item wanted",
    )


def _side_by_side(known: Comparison) -> pd.DataFrame:
    rows = [
        [
            f"{line.quantity:,} {line.description}",
            *(_cell(one.offer, line) for one in known.standings),
        ]
        for line in known.lines
    ]
    offered = [standing.offer for standing in known.standings]
    rows.append(["Shipping and fees", *(dollars(offer.quote.shipping_cents) for offer in offered)])
    rows.append(["Delivered", *(dollars(offer.delivered_cents) for offer in offered)])
    return pd.DataFrame(rows, columns=["Wanted", *(f"{number}" for number in range(len(offered)))])


def _cell(offer: Offer, wanted: RequestLine) -> str:
    line = offer.line_for(wanted.line_id)
    if line is None:
        return "not offered"
    few = f", only {line.quantity:,}" if line.quantity < wanted.quantity else ""
    few = f", {line.quantity:,} of them" if line.quantity > wanted.quantity else few
    price = f"{dollars(line.total_cents)} at {dollars(line.unit_price_cents)}{few}"
    return f"{_offered_words(line, wanted)}{price}"


def ask(visit: Visit, case: Case, known: Comparison) -> None:
    """Pick vendors to ask; the letters to those that were asked, to send."""
    form = Form(prefix=f"ask:{case.request.request_id}")
    st.subheader("Ask vendors")
    unasked = known.unasked()
    st.multiselect(
        "Vendors",
        list(unasked),
        format_func=lambda vendor_id: unasked.get(vendor_id, vendor_id),
        key=form.key("vendor_ids"),
        placeholder="Pick one or more",
        help="Each gets a letter for you to send: as e-mail or PDF.",
    )
    if message := problem_with("vendor_ids"):
        st.markdown(f":red[:material/error: {plain(message)}]")
    button(
        "Ask them",
        key=form.key("go"),
        disabled=not form.value("vendor_ids"),
        args=(
            ask_vendors,
            lambda: VendorsAsked(
                request_id=case.request.request_id,
                seen_version=case.request.version,
                key=form.save_id,
                vendor_ids=tuple(form.value("vendor_ids") or ()),
            ),
            "Noted. Send them the letters below.",
            lambda _: form.clear(),
        ),
    )
    if known.waiting:
        district = runtime.current().settings.district
        written = remember(letters, visit.database, case, known, district)
        for question in known.waiting:
            vendor = known.vendors[question.vendor_id]
            _waiting(case, vendor, question, written[question.quote_id])


def _waiting(case: Case, vendor: Vendor, question: Quote, letter: QuoteLetter) -> None:
    asked_on = question.asked_at.date()
    with st.container(border=True):
        st.markdown(
            f"**{plain(vendor.name)}** :gray[asked on {asked_on:%b} {asked_on.day}, no answer yet]"
        )
        with st.container(horizontal=True):
            if vendor.email:
                st.link_button("E-mail", _mail_address(vendor, letter), icon=":material/mail:")
            st.download_button(
                "PDF",
                data=lambda: quote_letter_pdf(letter, now=question.asked_at),
                file_name=f"{question.quote_id.replace('/', '-')}.pdf",
                mime="application/pdf",
                icon=":material/picture_as_pdf:",
                on_click="ignore",
                key=f"pdf:{question.quote_id}",
            )
            st.button(
                "Record their quote",
                key=f"record:{question.quote_id}",
                icon=":material/edit_note:",
                on_click=begin_recording,
                args=(case.request.request_id, vendor.vendor_id, question.quote_id),
            )
        as_text = st.expander(
            "The letter as text", on_change="rerun", key=f"letter:{question.quote_id}"
        )
        if as_text.open:
            as_text.code(f"{letter.subject}\n\n{letter.text}", language=None, wrap_lines=True)


def begin_recording(request_id: str, vendor_id: str, quote_id: str = "") -> None:
    """Open the form for a vendor's offer; for callbacks."""
    st.session_state[f"recording:{request_id}"] = (vendor_id, quote_id)


def recording(case: Case) -> bool:
    """Whether the form for one vendor's offer is open: it then comes before everything else."""
    opened = f"recording:{case.request.request_id}" in st.session_state
    return opened and case.may(Action.RECORD_QUOTE)


def _mail_address(vendor: Vendor, letter: QuoteLetter) -> str:
    return (
        f"mailto:{url_quote(vendor.email, safe='@')}"
        f"?subject={url_quote(letter.subject)}&body={url_quote(letter.text)}"
    )
