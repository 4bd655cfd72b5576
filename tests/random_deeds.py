"""Everything people can do to a request, each with values that are mostly right and sometimes not.

One `Deed` per action; a test names the actions that have none. To let random lives try a new step,
write its deed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from builders import (
    FUNDS,
    ITEMS,
    PEOPLE,
    VENDORS,
    a_credit,
    a_decision,
    a_draft,
    a_key,
    a_quote,
    a_review,
    an_order,
    cost_cents,
)
from techrequests.domain.catalogue import Category
from techrequests.domain.intake import LineAsked
from techrequests.domain.receiving import LineCame
from techrequests.domain.workflow import Action
from techrequests.services.approval import decide_request
from techrequests.services.billing import ReverseAsked, record_credit, reverse_invoice
from techrequests.services.cancellation import CancelAsked, cancel_lines
from techrequests.services.correction import CategoryAsked, correct, correct_category
from techrequests.services.deployment import (
    HandOverAsked,
    TechnicianAsked,
    TickAsked,
    assign_technician,
    hand_over,
    tick,
)
from techrequests.services.funding import (
    AllocateAsked,
    Share,
    allocate,
    place_order,
    record_invoice,
)
from techrequests.services.intake import submit
from techrequests.services.order_correction import CorrectionAsked, correct_order
from techrequests.services.ordering import InvoiceAsked
from techrequests.services.pending import MoveAsked, move_decision
from techrequests.services.quotes import (
    AmendAsked,
    ChoiceAsked,
    VendorsAsked,
    amend,
    ask_vendors,
    choose_quote,
    record_quote,
)
from techrequests.services.receiving import ReceiveAsked, receive
from techrequests.services.review import AssignAsked, name_approver, reassign, review
from techrequests.services.steps import TakeStep, take_step
from techrequests.store.deployment import tasks_of
from techrequests.store.orders import invoices_of
from techrequests.store.quotes import quotes_of
from techrequests.store.receiving import standings_of
from techrequests.store.requests import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from random import Random

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

WORDS = ("Because it is needed.", '=HYPERLINK("x")\n— “ß” 🎒', "", "\x07")
"""Notes: a good one, an odd one, none, and one that must be refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A request as somebody saw it, and where random values come from."""

    database: Database
    request: TechRequest
    seen_version: int
    now: datetime
    chance: Random

    def pick(self, values: Sequence[Any]) -> Any:  # noqa: ANN401  # whatever is drawn from
        """One of these values."""
        return self.chance.choice(values)

    def mostly(self, usual: Any, *others: Any) -> Any:  # noqa: ANN401
        """The usual value three times out of four."""
        return self.pick([usual] * 3 * max(1, len(others)) + list(others))

    @property
    def click(self) -> dict[str, Any]:
        """What every form about a request sends."""
        return {"request_id": self.request.request_id, "seen_version": self.seen_version}

    @property
    def keyed(self) -> dict[str, Any]:
        """The same with a key of its own."""
        return {**self.click, "key": a_key("click")}

    def note(self) -> str:
        """Words, mostly good ones."""
        return str(self.mostly(*WORDS))

    def lines(self) -> tuple[LineAsked, ...]:
        """One to three items from the catalogue or in free text."""
        items = self.chance.choices(ITEMS, k=self.mostly(1, 2, 3, 0))
        return tuple(
            LineAsked(
                item_id=item.item_id if number else None,
                description=item.name,
                quantity=self.mostly(1, 2, 3),
                unit_estimate_cents=self.mostly(item.unit_price_cents, 0, 1),
            )
            for number, item in enumerate(items)
        )

    def person(self) -> str:
        """Anybody in the district."""
        return str(self.pick([person.person_id for person in PEOPLE]))

    def funds(self, most: int = 2) -> list[str]:
        """Up to so many different funds."""
        codes = [fund.fund_id for fund in FUNDS]
        return self.chance.sample(codes, k=self.chance.randint(0, most))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """How to do one action: the service, and the form that is sent to it.

    Attributes:
        guarded: Whether the form says which version of the request it was drawn from.
    """

    service: Callable[..., Any]
    form: Callable[[Scene], Any]
    guarded: bool = True


def _submit(scene: Scene) -> Any:  # noqa: ANN401  # a form
    return a_draft(
        scene.mostly(scene.request.requester_id, scene.person()), lines=scene.lines(), **scene.click
    )


def _step(action: Action) -> Deed:
    return Deed(
        service=take_step,
        form=lambda scene: TakeStep(action=action, note=scene.note(), **scene.click),
    )


def _review(action: Action) -> Deed:
    def form(scene: Scene) -> Any:  # noqa: ANN401
        words = {"note": scene.note(), "alternatives": scene.note()}
        said = words if action is Action.DECLINE else {}
        return a_review(scene.request, action=action, seen_version=scene.seen_version, **said)

    return Deed(service=review, form=form)


def _spare(scene: Scene) -> Any:  # noqa: ANN401
    with scene.database.read() as reader:
        free = reader.rows("SELECT asset_tag FROM asset WHERE status = 'in stock'")
    tags = [row["asset_tag"] for row in free]
    return a_review(
        scene.request,
        action=Action.USE_SPARE,
        seen_version=scene.seen_version,
        spares=tuple(tags[: scene.mostly(1, 2, 0)]),
    )


def _decision(action: Action) -> Deed:
    def form(scene: Scene) -> Any:  # noqa: ANN401
        return a_decision(
            scene.request,
            seen_version=scene.seen_version,
            action=action,
            note=scene.note(),
            alternatives=scene.note(),
            fund_id=next(iter(scene.funds(1)), None),
        )

    return Deed(service=decide_request, form=form)


def _move(action: Action) -> Deed:
    return Deed(
        service=move_decision,
        form=lambda scene: MoveAsked(
            action=action, escalation_days=scene.pick([0, 1, 3]), **scene.click
        ),
    )


def _assign(service: Callable[..., Any]) -> Deed:
    return Deed(
        service=service,
        form=lambda scene: AssignAsked(person_id=scene.person(), note=scene.note(), **scene.click),
    )


def _vendors(scene: Scene) -> Any:  # noqa: ANN401
    codes = [vendor.vendor_id for vendor in VENDORS]
    return VendorsAsked(vendor_ids=(scene.pick(codes),), **scene.keyed)


def _quote(scene: Scene) -> Any:  # noqa: ANN401
    return a_quote(
        scene.database,
        scene.request,
        seen_version=scene.seen_version,
        vendor_id=scene.pick([vendor.vendor_id for vendor in VENDORS]),
        offered=scene.mostly("", "Gaming console XXL"),
        same_item=bool(scene.mostly(0, 1)),
        dearer_cents=scene.mostly(0, -1, 1),
        shipping_cents=scene.mostly(0, 15_00),
        expires_on=scene.mostly(None, scene.now.date(), scene.now.date() + timedelta(days=2)),
    )


def _choice(scene: Scene) -> Any:  # noqa: ANN401
    with scene.database.read() as reader:
        codes = [quote.quote_id for quote in quotes_of(reader, scene.request.request_id)]
    return ChoiceAsked(
        quote_id=scene.pick(codes or ["none"]), justification=scene.note(), **scene.keyed
    )


def _amend(scene: Scene) -> Any:  # noqa: ANN401
    return AmendAsked(lines=scene.lines(), note=scene.note(), **scene.keyed)


def _allocation(scene: Scene) -> Any:  # noqa: ANN401
    cost = cost_cents(scene.database, scene.request) + scene.mostly(0, 1, -1)
    codes = scene.funds() or ["GEN-27"]
    first = cost if len(codes) == 1 else scene.pick([cost // 2, cost, 0, -1])
    amounts = [first, cost - first]
    return AllocateAsked(
        shares=tuple(
            Share(fund_id=code, amount_cents=cents)
            for code, cents in zip(codes, amounts, strict=False)
        ),
        override_reason=scene.note(),
        **scene.keyed,
    )


def _order(scene: Scene) -> Any:  # noqa: ANN401
    today = scene.now.date()
    return an_order(
        scene.request,
        seen_version=scene.seen_version,
        order_number=scene.mostly(a_key("PO"), f"PO-{scene.request.request_id}", "PO-1", ""),
        ordered_on=scene.mostly(today, today - timedelta(days=1), today + timedelta(days=1)),
        override_reason=scene.note(),
    )


def _correction(scene: Scene) -> Any:  # noqa: ANN401
    today = scene.now.date()
    return CorrectionAsked(
        order_number=scene.mostly(f"PO-{scene.request.request_id}-A", "PO-1", ""),
        ordered_on=scene.mostly(today, today - timedelta(days=1), today + timedelta(days=1)),
        reason=scene.note(),
        **scene.keyed,
    )


def _delivery(scene: Scene) -> Any:  # noqa: ANN401
    with scene.database.read() as reader:
        standings = standings_of(reader, scene.request)
    return ReceiveAsked(
        receipt_id=a_key("receipt"),
        request_id=scene.request.request_id,
        lines=tuple(
            LineCame(
                order_line_id=one.line.order_line_id,
                accepted=scene.mostly(one.outstanding, 1, 0, one.outstanding + 1, -1),
                rejected=scene.mostly(0, 1),
                reason=scene.note(),
                serials=scene.pick([(), ("S-1",), (a_key("S"),)]),
            )
            for one in standings
        ),
    )


def _cancellation(scene: Scene) -> Any:  # noqa: ANN401
    with scene.database.read() as reader:
        standings = standings_of(reader, scene.request)
    return CancelAsked(
        cancel_id=a_key("cancel"),
        request_id=scene.request.request_id,
        units=tuple(
            (one.line.order_line_id, scene.mostly(one.outstanding, 1, 0, one.outstanding + 1, -1))
            for one in standings
        ),
        note=scene.note(),
    )


def _invoice(scene: Scene) -> Any:  # noqa: ANN401
    cost = cost_cents(scene.database, scene.request)
    return InvoiceAsked(
        invoice_number=scene.mostly(a_key("INV"), "INV-0"),
        invoiced_on=scene.now.date(),
        amount_cents=scene.mostly(cost, cost // 2, cost + 1, 1, 0, -5),
        final=scene.pick([True, False]),
        reason=scene.note(),
        override_reason=scene.note(),
        **scene.keyed,
    )


def _credit(scene: Scene) -> Any:  # noqa: ANN401
    return a_credit(
        scene.request,
        seen_version=scene.seen_version,
        invoice_number=scene.mostly(a_key("CM"), "INV-0"),
        amount_cents=scene.mostly(1, 100_00, 0, 10_000_000_00),
        invoiced_on=scene.now.date(),
        reason=scene.note(),
    )


def _reversal(scene: Scene) -> Any:  # noqa: ANN401
    with scene.database.read() as reader:
        known = [one.invoice_id for one in invoices_of(reader, scene.request.request_id)]
    return ReverseAsked(
        invoice_id=scene.pick(known or ["none"]),
        reason=scene.note(),
        override_reason=scene.note(),
        **scene.keyed,
    )


def _tick(scene: Scene) -> Any:  # noqa: ANN401
    with scene.database.read() as reader:
        tasks = tasks_of(reader, scene.request.request_id)
    if not tasks:
        return TickAsked(task_id="none", seen_version=1, done=True)
    open_first = sorted(tasks, key=lambda task: task.done_at is not None)
    task = scene.mostly(open_first[0], *open_first)
    done = bool(scene.mostly(1, 0))
    return TickAsked(task_id=task.task_id, seen_version=task.version, done=done)


def _corrected(scene: Scene) -> Any:  # noqa: ANN401
    return a_draft(
        scene.request.requester_id,
        title=scene.mostly("Three laptops for the writing lab", scene.request.title, ""),
        category=scene.pick([*Category]),
        lines=scene.lines(),
        **scene.keyed,
    )


def _category(scene: Scene) -> Any:  # noqa: ANN401
    with scene.database.read() as reader:
        lines = lines_of(reader, scene.request.request_id)
    return CategoryAsked(
        category=scene.mostly(scene.pick([*Category]), None),
        lines=tuple(
            (line.line_id, scene.pick([None, *Category]))
            for line in lines
            if line.item_id is None or scene.chance.random() < 0.1
        ),
        note=scene.note(),
        **scene.keyed,
    )


DEEDS: dict[Action, Deed] = {
    Action.SUBMIT: Deed(service=submit, form=_submit),
    Action.CORRECT: Deed(service=correct, form=_corrected),
    Action.CORRECT_CATEGORY: Deed(service=correct_category, form=_category),
    Action.REASSIGN: _assign(reassign),
    Action.NAME_APPROVER: _assign(name_approver),
    Action.FORWARD: _review(Action.FORWARD),
    Action.USE_SPARE: Deed(service=review, form=_spare),
    Action.DECLINE: _review(Action.DECLINE),
    Action.APPROVE: _decision(Action.APPROVE),
    Action.DENY: _decision(Action.DENY),
    Action.ASK_VENDORS: Deed(service=ask_vendors, form=_vendors),
    Action.RECORD_QUOTE: Deed(service=record_quote, form=_quote),
    Action.CHOOSE_QUOTE: Deed(service=choose_quote, form=_choice),
    Action.AMEND: Deed(service=amend, form=_amend),
    Action.ALLOCATE: Deed(service=allocate, form=_allocation),
    Action.ORDER: Deed(service=place_order, form=_order),
    Action.CORRECT_ORDER: Deed(service=correct_order, form=_correction),
    Action.RECEIVE: Deed(service=receive, form=_delivery, guarded=False),
    Action.CANCEL_LINES: Deed(service=cancel_lines, form=_cancellation, guarded=False),
    Action.RECORD_INVOICE: Deed(service=record_invoice, form=_invoice),
    Action.RECORD_CREDIT: Deed(service=record_credit, form=_credit),
    Action.REVERSE_INVOICE: Deed(service=reverse_invoice, form=_reversal),
    Action.ASSIGN_TECHNICIAN: Deed(
        service=assign_technician,
        form=lambda scene: TechnicianAsked(person_id=scene.person(), **scene.keyed),
    ),
    Action.TICK: Deed(service=tick, form=_tick, guarded=False),
    Action.HAND_OVER: Deed(
        service=hand_over,
        form=lambda scene: HandOverAsked(room="112", note=scene.note(), **scene.keyed),
    ),
    **{
        action: _move(action)
        for action in (
            Action.DELEGATE,
            Action.RETURN_DECISION,
            Action.FIND_APPROVER,
            Action.ESCALATE,
            Action.REPORT_OVERDUE,
            Action.REMIND_APPROVER,
        )
    },
    **{
        action: _step(action)
        for action in (
            Action.DISCARD,
            Action.ASK,
            Action.ASK_BEFORE_DECIDING,
            Action.ANSWER,
            Action.REMIND,
            Action.LAPSE,
            Action.WITHDRAW,
            Action.RETURN_TO_QUOTING,
            Action.CANCEL,
            Action.REQUOTE,
            Action.CONFIRM,
            Action.REMIND_OF_DELIVERY,
            Action.CLOSE_UNCONFIRMED,
            Action.REPORT_PROBLEM,
            Action.REOPEN,
        )
    },
}
"""One deed per action; `test_random_lives` names what is missing."""
