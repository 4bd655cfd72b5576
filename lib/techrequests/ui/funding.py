"""Splitting a purchase over funds, to the cent, and placing its order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.calendar import long_date
from techrequests.domain.fields import Kind
from techrequests.domain.funds import Commitment, Control, overspends
from techrequests.domain.policy import Permission
from techrequests.domain.purchasing import PurchaseOrder
from techrequests.domain.workflow import STEP_OF, Action, blockers
from techrequests.services.fund_choices import FundChoice, Rank, against_held, funds_for
from techrequests.services.funding import AllocateAsked, Share, allocate, place_order
from techrequests.services.ordering import OrderAsked
from techrequests.ui.cards import amount, plain
from techrequests.ui.forms import Form
from techrequests.ui.press import button
from techrequests.ui.visit import problem_with, remember

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from techrequests.domain.purchasing import Offer
    from techrequests.services.books import Books
    from techrequests.services.cases import Case
    from techrequests.services.comparison import Comparison
    from techrequests.ui.visit import Visit

_FIELD_PIXELS = 320

_MARKS: Mapping[Rank, str] = {
    Rank.PAYS_ALL: ":green-badge[:material/check: May pay]",
    Rank.PAYS_WITH_WARNING: ":orange-badge[:material/warning: May pay]",
    Rank.PAYS_SOME: ":orange-badge[:material/pie_chart: May pay a part]",
    Rank.EMPTY: ":gray-badge[:material/block: Empty]",
    Rank.REFUSES: ":red-badge[:material/block: May not pay]",
}


def purchase(known: Comparison) -> None:
    """What is bought: the chosen quote with its price at the door."""
    chosen = next((one for one in known.standings if one.offer.quote.chosen_at), None)
    if chosen is None:
        st.info("No quote is chosen yet.", icon=":material/request_quote:")
        return
    offer, quote = chosen.offer, chosen.offer.quote
    rows = [
        f"| {plain(line.description)} | {line.quantity:,} | {amount(line.unit_price_cents)} "
        f"| {amount(line.total_cents)} |"
        for line in offer.lines
    ]
    rows.append(f"| Shipping and fees | | | {amount(quote.shipping_cents)} |")
    rows.append(f"| **Delivered** | | | **{amount(offer.delivered_cents)}** |")
    head = "| Item | Quantity | Price each | Together |\n|:--|--:|--:|--:|\n"
    expires = f" · good until {long_date(quote.expires_on)}" if quote.expires_on else ""
    number = f" · quote {plain(quote.reference)}" if quote.reference else ""
    st.markdown(f"**{plain(chosen.vendor_name)}**{number}{expires}\n\n{head}" + "\n".join(rows))
    for words in chosen.beyond:
        st.markdown(f":orange-badge[:material/add: More than approved] {plain(words)}")
    if quote.justification:
        st.markdown(f":gray[Why this one:] {plain(quote.justification)}")


def order_day(visit: Visit, case: Case) -> date:
    """Ask on which day the order goes out: funds and quotes are judged on it."""
    form = _order(visit, case)
    with st.container(width=_FIELD_PIXELS):
        form.draw(PurchaseOrder, "ordered_on")
    return form.value("ordered_on") or visit.today


def split(visit: Visit, case: Case, offer: Offer, known: Books, day: date) -> tuple[str, ...]:
    """Every fund with its answer for an order of a day; what each pays; what is without a fund.

    Returns:
        Why what is shown cannot be ordered: it is not saved, or a fund that holds it may not pay.
    """
    request_id = case.request.request_id
    cost_cents = offer.delivered_cents
    choices = remember(funds_for, case.request, offer, known, day)
    form = Form(prefix=f"split:{request_id}:{cost_cents}:{day}")
    form.fill({f"share:{code}": cents for code, cents in _proposal(choices, cost_cents).items()})
    st.subheader("Which funds pay?")
    paying = [one for one in choices if one.rank is not Rank.REFUSES]
    for choice in paying:
        _fund_row(form, choice, paying, cost_cents)
    if not paying:
        st.warning("No fund may pay for this. See why below.", icon=":material/money_off:")
    _refusing([one for one in choices if one.rank is Rank.REFUSES])
    rest_cents = cost_cents - sum(_shares(form, paying).values())
    held = case.facts.reserved_cents == cost_cents and not _changed(form, choices)
    _rest(rest_cents, cost_cents, held=held)
    for name in ("shares", "override_reason"):
        if message := problem_with(name):
            st.markdown(f":red[:material/error: {plain(message)}]")
    if _over_limit(form, paying):
        _override(visit, case, form)
    button(
        "The split is saved" if held else "Save the split",
        key=form.key("go"),
        type="secondary" if held else "primary",
        disabled=bool(rest_cents) or held,
        args=(
            allocate,
            lambda: _allocation(case, form, paying, day),
            "The money is reserved.",
            lambda _: form.clear(),
        ),
    )
    if refused := against_held(case.request, offer, known, day):
        return refused
    # What is not saved would be ordered on the funds that were saved before, or on none.
    words = (
        "The split has changed; save it first."
        if case.facts.reserved_cents
        else "Save the split first."
    )
    return () if held else (words,)


def _allocation(case: Case, form: Form, paying: Sequence[FundChoice], day: date) -> AllocateAsked:
    form.check_numbers(*map(_share, paying))
    shares = {one.fund.fund_id: form.cents(f"share:{one.fund.fund_id}") for one in paying}
    return AllocateAsked(
        request_id=case.request.request_id,
        seen_version=case.request.version,
        key=form.save_id,
        ordered_on=day,
        shares=tuple(
            Share(fund_id=code, amount_cents=cents) for code, cents in shares.items() if cents
        ),
        override_reason=form.value("override_reason") or "",
    )


def _share(choice: FundChoice) -> tuple[Kind, str, str, str]:
    name = f"share:{choice.fund.fund_id}"
    return Kind.MONEY, name, f"{choice.fund.fund_id} pays", name


def _proposal(choices: Sequence[FundChoice], cost_cents: int) -> dict[str, int]:
    """What each fund pays at first: what it holds already, else the best ones until all is paid."""
    held = {one.fund.fund_id: one.held_cents for one in choices if one.held_cents}
    if sum(held.values()) == cost_cents:
        return held
    left, shares = cost_cents, {}
    for one in choices:
        if one.rank in {Rank.PAYS_ALL, Rank.PAYS_SOME} and left:
            shares[one.fund.fund_id] = min(left, one.pays_cents)
            left -= shares[one.fund.fund_id]
    return shares


def _fund_row(
    form: Form, choice: FundChoice, paying: Sequence[FundChoice], cost_cents: int
) -> None:
    fund = choice.fund
    with st.container(border=True):
        ends = f"orders until {fund.ends_on:%b} {fund.ends_on.day}, {fund.ends_on.year}"
        st.markdown(
            f"**{plain(fund.name)}** {_MARKS[choice.rank]}\n\n"
            f":gray[{plain(fund.account_code)} · {ends}]  \n{plain(choice.words)}"
            + (f"  \n:gray[{plain(fund.rule)}]" if fund.rule else "")
        )
        name = f"share:{fund.fund_id}"
        form.fill({name: 0})
        with st.container(horizontal=True, vertical_alignment="bottom"):
            form.number(Kind.MONEY, name, f"{plain(fund.fund_id)} pays, $", width=180)
            st.button(
                "The rest",
                key=form.key(f"rest:{fund.fund_id}"),
                type="tertiary",
                help="This fund pays what the others do not.",
                on_click=_take_rest,
                args=(form, fund.fund_id, paying, cost_cents),
            )
        form.problem(name, first=form.unread(*_share(choice)[:3]))


def _take_rest(form: Form, fund_id: str, paying: Sequence[FundChoice], cost_cents: int) -> None:
    shares = {one.fund.fund_id: form.cents(f"share:{one.fund.fund_id}") or 0 for one in paying}
    shares[fund_id] = 0
    shares[fund_id] = max(0, cost_cents - sum(shares.values()))
    reason = form.value("override_reason")
    form.clear()
    form.fill({f"share:{code}": cents for code, cents in shares.items()})
    form.fill({"override_reason": reason})


def _refusing(choices: Sequence[FundChoice]) -> None:
    if not choices:
        return
    with st.expander(f"{len(choices)} funds may not pay, and why", icon=":material/block:"):
        st.markdown(
            "\n".join(f"- **{plain(one.fund.name)}**: {plain(one.words)}" for one in choices)
        )


def _rest(rest_cents: int, cost_cents: int, *, held: bool) -> None:
    if held:
        st.success(f"All of {amount(cost_cents)} is reserved.", icon=":material/check_circle:")
    elif not rest_cents:
        st.info(
            f"All of {amount(cost_cents)} is split. Save it, so that the funds reserve it.",
            icon=":material/save:",
        )
    elif rest_cents > 0:
        st.warning(
            f"{amount(rest_cents)} of {amount(cost_cents)} is still without a fund.",
            icon=":material/pie_chart:",
        )
    else:
        st.warning(
            f"{amount(-rest_cents)} more than the {amount(cost_cents)} it costs.",
            icon=":material/warning:",
        )


def _shares(form: Form, paying: Sequence[FundChoice]) -> dict[str, int]:
    found = {one.fund.fund_id: form.cents(f"share:{one.fund.fund_id}") or 0 for one in paying}
    return {code: cents for code, cents in found.items() if cents}


def _changed(form: Form, choices: Sequence[FundChoice]) -> bool:
    """Whether the split shown is not the one that is held, also by funds that may not pay now."""
    held = {one.fund.fund_id: one.held_cents for one in choices if one.held_cents}
    paying = [one for one in choices if one.rank is not Rank.REFUSES]
    return _shares(form, paying) != held


def _over_limit(form: Form, paying: Sequence[FundChoice]) -> list[str]:
    shares = _shares(form, paying)
    return [
        one.fund.name
        for one in paying
        if (
            one.fund.encumber_control is Control.STOP
            and shares.get(one.fund.fund_id, 0) > one.balance.available_cents
        )
        or overspends(one.balance, shares.get(one.fund.fund_id, 0), Commitment.ENCUMBER)
    ]


def _override(visit: Visit, case: Case, form: Form) -> None:
    if visit.actor.may(Permission.OVERRIDE_FUND_LIMITS, case.request.site_id):
        st.text_area(
            "Why may a fund go over its limit?",
            value=form.start("override_reason") or "",
            key=form.key("override_reason"),
            height=80,
            help="Stands in the fund's book with your name.",
        )
    else:
        st.caption("A fund gets more than it has: only the business manager can allow that.")


def order_form(visit: Visit, case: Case, day: date, against: tuple[str, ...]) -> None:
    """The order's number, unless `split` has something against it; then it is binding."""
    st.subheader("Place the order")
    form = _order(visit, case)
    with st.container(width=_FIELD_PIXELS):
        form.draw(PurchaseOrder, "order_number")
    reasons = (*_against_ordering(visit, case, day, split_fits=not against), *against)
    for reason in reasons:
        st.markdown(f":orange[:material/block: {plain(reason)}]")
    button(
        f"Order for {amount(case.facts.chosen_cents or 0)}",
        key=form.key("go"),
        type="primary",
        disabled=bool(reasons),
        args=(
            place_order,
            lambda: OrderAsked(
                request_id=case.request.request_id,
                seen_version=case.request.version,
                key=form.save_id,
                **form.values(PurchaseOrder, "order_number", "ordered_on"),
            ),
            "Ordered; the requester and the technology department are told.",
            lambda _: form.clear(),
        ),
    )


def _order(visit: Visit, case: Case) -> Form:
    form = Form(prefix=f"order:{case.request.request_id}")
    form.fill({"ordered_on": visit.today})
    return form


def _against_ordering(visit: Visit, case: Case, day: date, *, split_fits: bool) -> tuple[str, ...]:
    """Why it cannot be ordered now: the rules on the day of the order, as in the service."""
    facts = replace(case.facts, today=day)
    if not split_fits:
        facts = replace(facts, reserved_cents=facts.chosen_cents or 0)
    return blockers(case.request, STEP_OF[Action.ORDER], visit.actor, facts)
