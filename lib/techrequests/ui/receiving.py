"""Goods at the dock: what is to come, what came, and the form that counts it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.assets import Asset, serials_from_text
from techrequests.domain.fields import Kind
from techrequests.domain.policy import Permission
from techrequests.domain.receiving import LineCame, delivery_problems, gets_tags
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.cancellation import CancelAsked, CancelledUnits, cancel_lines
from techrequests.services.receiving import GoodsIn, ReceiveAsked, goods_in, receive, serials_taken
from techrequests.ui.cards import amount, plain
from techrequests.ui.forms import Form
from techrequests.ui.links import page_link
from techrequests.ui.press import button
from techrequests.ui.visit import remember, tell

if TYPE_CHECKING:
    from techrequests.domain.purchasing import Receipt
    from techrequests.domain.receiving import LineStanding
    from techrequests.domain.techrequest import TechRequest
    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit


def goods_of(visit: Visit, case: Case) -> GoodsIn:
    """What the request has on order and what came of it."""
    return remember(goods_in, visit.database, case)


def order_card(goods: GoodsIn) -> None:
    """The order, how much of it is in, and each line's count."""
    for order in goods.orders:
        vendor = goods.vendors.get(order.vendor_id, order.vendor_id)
        st.markdown(
            f"**{plain(order.order_number)}** · {plain(vendor)} · "
            f"ordered {order.ordered_on:%b} {order.ordered_on.day}"
        )
    due = sum(one.due for one in goods.lines)
    accepted = sum(one.accepted for one in goods.lines)
    if due:
        st.progress(accepted / due, text=f"{accepted:,} of {due:,} in")
    head = "| Item | Ordered | In | To come |\n|:--|--:|--:|--:|\n"
    rows = (
        f"| {plain(one.line.description)}{_aside(one)} | {one.line.quantity:,} "
        f"| {one.accepted:,} | **{one.outstanding:,}** |"
        for one in goods.lines
    )
    st.markdown(head + "\n".join(rows))


def _aside(standing: LineStanding) -> str:
    gone = f"{standing.line.cancelled:,} cancelled" if standing.line.cancelled else ""
    sent_back = f"{standing.rejected:,} rejected" if standing.rejected else ""
    words = ", ".join(filter(None, (gone, sent_back)))
    return f" :small[:gray[({words})]]" if words else ""


def what_came(goods: GoodsIn) -> None:
    """Every delivery, newest first, with the tags to stick on."""
    if not goods.receipts:
        return
    st.subheader("What came")
    items = {one.line.order_line_id: one.line.description for one in goods.lines}
    st.markdown("\n".join(_came(goods, receipt, items) for receipt in goods.receipts))
    if any(goods.tags.values()):
        page_link(
            "pages/devices/inventory.py",
            label="See these units in the inventory",
            inventory_search=goods.request.request_id,
        )


def _came(goods: GoodsIn, receipt: Receipt, items: dict[str, str]) -> str:
    when = f"{receipt.received_at:%b} {receipt.received_at.day}"
    who = plain(goods.names.get(receipt.received_by_id, receipt.received_by_id))
    parts = [f"{receipt.accepted:,} x {plain(items[receipt.order_line_id])}"]
    if receipt.rejected:
        parts.append(f":red[{receipt.rejected:,} rejected: {plain(receipt.reason)}]")
    if tags := goods.tags.get(receipt.receipt_id):
        parts.append(f"tags **{tags[0]}**" + (f" to **{tags[-1]}**" if len(tags) > 1 else ""))
    return f"- {', '.join(parts)}  \n  :small[:gray[{when}, {who}]]"


def receive_form(visit: Visit, case: Case, goods: GoodsIn) -> None:
    """Accepted, rejected and serial numbers per line that is still to come."""
    form = Form(prefix=f"receive:{case.request.request_id}")
    waiting = [one for one in goods.lines if one.outstanding]
    st.subheader("What came in?")
    st.button(
        "Everything came, nothing is broken",
        key=form.key("all"),
        icon=":material/done_all:",
        help="Fills in all that is still to come. You can change the numbers.",
        on_click=_all_of_it,
        args=(form, waiting),
    )
    for standing in waiting:
        _line(visit, form, standing)
    form.draw(Asset, "room")
    button(
        "Receive",
        key=form.key("go"),
        type="primary",
        icon=":material/inventory_2:",
        width="stretch",
        args=(
            receive,
            lambda: _asked(case, form, waiting),
            "Received.",
            lambda saved: _received(form, saved),
        ),
    )


def _all_of_it(form: Form, waiting: list[LineStanding]) -> None:
    typed = {
        f"{name}:{one.line.order_line_id}": form.value(f"{name}:{one.line.order_line_id}")
        for one in waiting
        for name in ("reason", "serials", "tagged")
    }
    room = form.value("room")
    form.clear()
    form.fill({f"accepted:{one.line.order_line_id}": one.outstanding for one in waiting})
    form.fill({**{name: it for name, it in typed.items() if it is not None}, "room": room})


def _line(visit: Visit, form: Form, standing: LineStanding) -> None:
    line_id = standing.line.order_line_id
    came = _came_in(form, standing)
    with st.container(border=True):
        st.markdown(
            f"**{plain(standing.line.description)}** :gray-badge[{standing.outstanding:,} to come]"
        )
        with st.container(horizontal=True):
            _count(form, "Accepted", f"accepted:{line_id}", len(came.serials))
            _count(form, "Rejected", f"rejected:{line_id}", 0)
        for kind, name, label, known in _counts(standing):
            form.problem(name, known, first=form.unread(kind, name, label))
        if came.rejected:
            st.text_input(
                "Why rejected",
                value=form.start(f"reason:{line_id}") or "",
                key=form.key(f"reason:{line_id}"),
                placeholder="Screen cracked in transit",
                help="They stay on order: the vendor owes a replacement until you cancel them.",
            )
        if standing.inventoried and not standing.item:
            st.checkbox(
                "Each one gets an asset tag",
                value=form.start(f"tagged:{line_id}", default=True),
                key=form.key(f"tagged:{line_id}"),
                help="Take it away for what is too small to be inventoried, such as cables.",
            )
        if gets_tags(standing, came):
            _serials(form, line_id)
        _standing_words(visit, standing, came)


def _counts(standing: LineStanding) -> list[tuple[Kind, str, str, str]]:
    line_id = standing.line.order_line_id
    return [
        (Kind.INTEGER, f"{name.lower()}:{line_id}", name, f"{line_id}.{name.lower()}")
        for name in ("Accepted", "Rejected")
    ]


def _count(form: Form, label: str, name: str, otherwise: int) -> None:
    form.number(Kind.INTEGER, name, label, placeholder=str(otherwise), width=150)


def _serials(form: Form, line_id: str) -> None:
    st.text_area(
        "Serial numbers (optional)",
        value=form.start(f"serials:{line_id}") or "",
        key=form.key(f"serials:{line_id}"),
        placeholder="Scan, type or paste: one a line, or with commas",
        help="They are counted when you leave the field. Empty “Accepted” means as many.",
        height=120,
    )


def _standing_words(visit: Visit, standing: LineStanding, came: LineCame) -> None:
    """How far the count is, or what is wrong with it, before anything is sent."""
    if not (came.accepted or came.rejected or came.serials):
        st.caption("Nothing counted yet.")
        return
    pair = ((standing, came),)
    taken = remember(serials_taken, visit.database, pair)
    wrong = delivery_problems(pair, taken)
    if wrong:
        st.markdown(f":red[:material/error: {plain(wrong[0].message)}]")
        return
    counted = f"{came.accepted:,} accepted"
    if came.rejected:
        counted += f", {came.rejected:,} rejected"
    if gets_tags(standing, came):
        counted += f", {len(came.serials):,} serial numbers"
    st.caption(f":material/check: {counted}")


def _came_in(form: Form, standing: LineStanding) -> LineCame:
    line_id = standing.line.order_line_id
    serials = serials_from_text(form.value(f"serials:{line_id}") or "")
    accepted = form.units(f"accepted:{line_id}")
    return LineCame(
        order_line_id=line_id,
        accepted=len(serials) if accepted is None else accepted,
        rejected=form.units(f"rejected:{line_id}") or 0,
        reason=form.value(f"reason:{line_id}") or "",
        serials=serials,
        tagged=bool(form.value(f"tagged:{line_id}", default=True)),
    )


def _asked(case: Case, form: Form, waiting: list[LineStanding]) -> ReceiveAsked:
    form.check_numbers(*(field for one in waiting for field in _counts(one)))
    return ReceiveAsked(
        receipt_id=form.save_id,
        request_id=case.request.request_id,
        lines=tuple(_came_in(form, one) for one in waiting),
        room=form.value("room") or "",
    )


def _received(form: Form, _: TechRequest) -> None:
    form.clear()


def cancel_form(visit: Visit, case: Case, goods: GoodsIn) -> None:
    """Give up on units that will not come."""
    step = STEP_OF[Action.CANCEL_LINES]
    form = Form(prefix=f"cancel:{case.request.request_id}")
    waiting = [one for one in goods.lines if one.outstanding]
    with st.popover(step.label, icon=":material/remove_shopping_cart:"):
        st.markdown("How many will not come? What is still held for them goes back to the funds.")
        for one in waiting:
            words = f"{plain(one.line.description)} ({one.outstanding:,} to come)"
            name = one.line.order_line_id
            form.number(Kind.INTEGER, name, words, placeholder="0")
            form.problem(name, first=form.unread(Kind.INTEGER, name, "Units"))
        form.note(step.note, required=True, help="The requester reads this.")
        if visit.actor.may(Permission.MANAGE_QUOTES, case.request.site_id):
            st.checkbox(
                "If nothing of the order comes, buy from another vendor",
                key=form.key("requote"),
                help="The request goes back to quoting, and the supervisor's approval stands. "
                "Otherwise it ends.",
            )
        button(
            "Cancel these units",
            key=form.key("go"),
            type="primary",
            args=(
                cancel_lines,
                lambda: _cancel_asked(case, form, waiting),
                "",
                lambda came: _cancelled(form, came),
            ),
        )


def _cancelled(form: Form, came: CancelledUnits) -> None:
    back = amount(came.released_cents)
    paid = (
        f"{back} came back; {amount(came.credit_cents)} was paid already: ask the vendor for a "
        "credit."
    )
    tell(
        f"Cancelled. {paid}" if came.credit_cents else f"Cancelled; {back} is back with the funds."
    )
    _received(form, came.request)


def _cancel_asked(case: Case, form: Form, waiting: list[LineStanding]) -> CancelAsked:
    lines = [one.line.order_line_id for one in waiting]
    form.check_numbers(*((Kind.INTEGER, line_id, "Units", line_id) for line_id in lines))
    return CancelAsked(
        cancel_id=form.save_id,
        request_id=case.request.request_id,
        units=tuple((line_id, form.units(line_id) or 0) for line_id in lines),
        note=form.value("note") or "",
        requote=bool(form.value("requote")),
    )


def after_receiving(case: Case) -> None:
    """Where to go on when everything is in."""
    st.success(
        f"Everything is in. {plain(case.name(case.request.technician_id))} sets it up.",
        icon=":material/check_circle:",
    )
    page_link(
        "pages/devices/deployments.py",
        label="Open the deployment",
        request=case.request.request_id,
    )
