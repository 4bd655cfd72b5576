"""Ready-made people, requests and a small district for tests: say only what the test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import (
    EVERY_CATEGORY,
    EVERY_SITE,
    Category,
    Person,
    RoutingRule,
    Site,
    SiteKind,
    StandardItem,
    Vendor,
)
from techrequests.domain.errors import NotFoundError
from techrequests.domain.funds import Control, Fund
from techrequests.domain.intake import DraftAsked, LineAsked
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.domain.policy import Actor, Role, RoleGrant
from techrequests.domain.receiving import LineCame
from techrequests.domain.sign_in import Claims, SignInRules, read_claims
from techrequests.domain.techrequest import (
    Alignment,
    Decision,
    Feasibility,
    Impact,
    Priority,
    Review,
    Status,
    TechRequest,
)
from techrequests.domain.workflow import Action
from techrequests.notify.messages import Message
from techrequests.services.approval import DecisionAsked, decide_request
from techrequests.services.billing import CreditAsked, ReverseAsked
from techrequests.services.cases import case_of
from techrequests.services.delegation import DelegationAsked, delegate
from techrequests.services.deployment import HandOverAsked, TickAsked, hand_over, tick
from techrequests.services.funding import (
    AllocateAsked,
    Share,
    allocate,
    place_order,
)
from techrequests.services.intake import save_draft, submit
from techrequests.services.intake_form import Likeness
from techrequests.services.offers import PriceAsked, QuoteAsked
from techrequests.services.ordering import InvoiceAsked, OrderAsked
from techrequests.services.posting import post
from techrequests.services.quotes import (
    ChoiceAsked,
    choose_quote,
    record_quote,
)
from techrequests.services.receiving import ReceiveAsked, receive
from techrequests.services.review import ReviewAsked, review
from techrequests.services.steps import TakeStep, take_step
from techrequests.store import people
from techrequests.store.deployment import tasks_of
from techrequests.store.funds import fund_with_balance
from techrequests.store.orders import invoices_of
from techrequests.store.quotes import offers_of, quotes_of
from techrequests.store.receiving import standings_of
from techrequests.store.requests import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from techrequests.domain.delegation import Delegation
    from techrequests.domain.fields import Record
    from techrequests.services.cases import Case
    from techrequests.store.database import Database, Reader

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
"""A Monday in fiscal year 2027, when everything in a test happens unless it says otherwise."""

TODAY = NOON.date()

SITES = (
    Site(site_id="DO", name="District Office", kind=SiteKind.OFFICE),
    Site(site_id="LHS", name="Lincoln High School", kind=SiteKind.HIGH),
    Site(site_id="WES", name="Washington Elementary", kind=SiteKind.ELEMENTARY),
)

# Code, name, job, site, supervisor.
_STAFF = (
    ("sue", "Sue Park", "Superintendent", "DO", None),
    ("pia", "Pia Lang", "Principal", "LHS", "sue"),
    ("wanda", "Wanda Ortiz", "Principal", "WES", "sue"),
    ("tina", "Tina Cho", "Teacher", "LHS", "pia"),
    ("tom", "Tom Berg", "Teacher", "LHS", "pia"),
    ("will", "Will Reyes", "Teacher", "WES", "wanda"),
    ("rita", "Rita Moss", "Technology specialist", "DO", "sue"),
    ("rob", "Rob Silva", "Technology specialist", "DO", "sue"),
    ("bea", "Bea Stone", "Business manager", "DO", "sue"),
    ("ben", "Ben Frost", "Accountant", "DO", "bea"),
    ("lea", "Lea Novak", "Assistant superintendent", "DO", "sue"),
    ("ada", "Ada Wynn", "Technology director", "DO", "sue"),
)

PEOPLE = tuple(
    Person(
        person_id=code,
        full_name=name,
        email=f"{code}@district.example",
        job_title=job,
        site_id=site,
        supervisor_id=supervisor,
    )
    for code, name, job, site, supervisor in _STAFF
)

_HELD = (
    ("sue", Role.APPROVER, EVERY_SITE),
    ("pia", Role.APPROVER, "LHS"),
    ("wanda", Role.APPROVER, "WES"),
    ("rita", Role.REVIEWER, EVERY_SITE),
    ("rita", Role.TECHNICIAN, EVERY_SITE),
    ("rob", Role.REVIEWER, EVERY_SITE),
    ("rob", Role.TECHNICIAN, EVERY_SITE),
    ("bea", Role.BUSINESS_MANAGER, EVERY_SITE),
    ("ben", Role.BUSINESS_OFFICE, EVERY_SITE),
    ("lea", Role.LEADERSHIP, EVERY_SITE),
    ("ada", Role.ADMINISTRATOR, EVERY_SITE),
)

GRANTED = tuple(
    RoleGrant(grant_id=f"{who}-{role}-{site}", person_id=who, role=role, site_id=site)
    for who, role, site in _HELD
)

# Computers at LHS are Rita's; everything else goes to whichever of the two has less to do.
RULES = (
    RoutingRule(
        rule_id="R10", position=10, site_id="LHS", category=Category.COMPUTERS, reviewer_id="rita"
    ),
    RoutingRule(
        rule_id="R20a",
        position=20,
        site_id=EVERY_SITE,
        category=EVERY_CATEGORY,
        reviewer_id="rita",
    ),
    RoutingRule(
        rule_id="R20b", position=20, site_id=EVERY_SITE, category=EVERY_CATEGORY, reviewer_id="rob"
    ),
)

LAPTOP = StandardItem(
    item_id="LAP-TEACHER",
    name="Teacher laptop 14 in",
    category=Category.COMPUTERS,
    manufacturer="Lenovo",
    model="ThinkPad L14",
    unit_price_cents=899_00,
    lead_time_days=21,
    replacement_years=5,
)
CHROMEBOOK = StandardItem(
    item_id="CB-STUDENT",
    name="Student Chromebook",
    category=Category.COMPUTERS,
    manufacturer="Acer",
    model="Spin 512",
    unit_price_cents=459_00,
    lead_time_days=14,
    replacement_years=4,
)
DISPLAY = StandardItem(
    item_id="DISP-75",
    name="Classroom display 75 in",
    category=Category.DISPLAYS,
    manufacturer="ViewSonic",
    model="IFP7550",
    unit_price_cents=2_199_00,
    lead_time_days=45,
    replacement_years=8,
)
HEADSET = StandardItem(
    item_id="HEADSET",
    name="Classroom headset",
    category=Category.ACCESSORIES,
    manufacturer="Logitech",
    model="H390",
    unit_price_cents=24_50,
    lead_time_days=7,
    tracked=False,
)
ITEMS = (LAPTOP, CHROMEBOOK, DISPLAY, HEADSET)

VENDORS = (
    Vendor(vendor_id="NORTHWIND", name="Northwind School Supply", email="sales@northwind.example"),
    Vendor(
        vendor_id="BLUERIDGE",
        name="Blue Ridge Computers",
        email="quotes@blueridge.example",
        contract_number="ESC-2025-114",
        contract_ends_on=date(2027, 6, 30),
    ),
)


def a_fund(**said: Any) -> Fund:  # noqa: ANN401  # any field of a fund
    """A fund of fiscal year 2027 that pays for everything everywhere."""
    usual: dict[str, Any] = {
        "fund_id": "GEN-27",
        "name": "General fund 2026-27",
        "account_code": "10-000-200-600",
        "fiscal_year": 2027,
        "starts_on": date(2026, 7, 1),
        "ends_on": date(2027, 6, 30),
    }
    return Fund(**{**usual, **said})


FUNDS = (
    a_fund(),
    a_fund(
        fund_id="T1A-27",
        name="Title I-A 2026-27",
        account_code="20-231-200-600",
        sites="WES",
        categories="computers, assistive technology",
        reserve_control=Control.STOP,
        award_number="S010A260001",
        rule="Supplements what Title I pupils get; never replaces it.",
    ),
    a_fund(
        fund_id="LEVY-27",
        name="Technology levy 2026-27",
        account_code="21-000-200-600",
        reserve_control=Control.STOP,
    ),
)

BUDGET_CENTS: Mapping[str, int] = {
    "GEN-27": 50_000_00,
    "T1A-27": 20_000_00,
    "LEVY-27": 1_000_00,
}
"""What each fund starts with, US cents."""


def settle(database: Database) -> None:
    """Write the small district into a migrated database."""
    everything: tuple[Record, ...] = (
        *SITES,
        *PEOPLE,
        *GRANTED,
        *RULES,
        *ITEMS,
        *VENDORS,
        *FUNDS,
    )
    with database.write() as work:
        work.insert_all(everything)
        post(
            work,
            (
                Entry(
                    fund_id=fund_id,
                    kind=EntryKind.BUDGET,
                    amount_cents=cents,
                    actor_id="bea",
                    posted_at=datetime(2026, 7, 1, 12, tzinfo=UTC),
                    why="Adopted budget.",
                )
                for fund_id, cents in BUDGET_CENTS.items()
            ),
        )


def who(database: Database, person_id: str, today: date = TODAY) -> Actor:
    """A person with the roles the store gives them."""
    with database.read() as reader:
        return people.actor(reader, person_id, today)


def an_actor(*roles: Role, person_id: str = "pat", site_id: str = "LHS", at: str = "LHS") -> Actor:
    """Somebody with roles at a site, for tests that need no store."""
    return Actor(
        person_id=person_id,
        full_name=person_id.title(),
        site_id=site_id,
        roles=frozenset({(Role.STAFF, site_id), *((role, at) for role in roles)}),
    )


def a_request(**said: Any) -> TechRequest:  # noqa: ANN401  # any field of a request
    """Tina's request for two laptops, as it stands after it was submitted."""
    usual: dict[str, Any] = {
        "request_id": "TR-2027-0001",
        "status": Status.IN_REVIEW,
        "title": "Two laptops for the writing lab",
        "category": Category.COMPUTERS,
        "problem": "The old ones do not start any more.",
        "impact": "Two pupils have no laptop in every lesson.",
        "site_id": "LHS",
        "requester_id": "tina",
        "submitted_by_id": "tina",
        "reviewer_id": "rita",
        "approver_id": "pia",
        "estimate_cents": 1_798_00,
        "created_at": NOON,
        "stage_since": NOON,
        "submitted_at": NOON,
        "version": 1,
    }
    return TechRequest(**{**usual, **said})


_keys = count(1)


def a_key(prefix: str = "key") -> str:
    """A key or record id that no other test in this run uses."""
    return f"{prefix}-{next(_keys)}"


VALUES: Mapping[str, Any] = {
    "title": "Two laptops for the writing lab",
    "category": Category.COMPUTERS,
    "problem": "The old ones do not start any more.",
    "impact": "Two pupils have no laptop in every lesson.",
    "priority": Priority.MEDIUM,
}
TWO_LAPTOPS = LineAsked(
    item_id=LAPTOP.item_id,
    description=LAPTOP.name,
    quantity=2,
    unit_estimate_cents=LAPTOP.unit_price_cents,
)


def a_draft(
    requester_id: str = "tina",
    *,
    lines: tuple[LineAsked, ...] = (TWO_LAPTOPS,),
    key: str = "",
    request_id: str = "",
    seen_version: int = 0,
    **values: Any,  # noqa: ANN401  # any field of the form
) -> DraftAsked:
    """A form filled in well; `values` change single fields of it."""
    return DraftAsked(
        key=key or a_key("draft"),
        request_id=request_id,
        seen_version=seen_version,
        requester_id=requester_id,
        values={**VALUES, **values},
        lines=lines,
    )


def drafted(database: Database, requester_id: str = "tina", **said: Any) -> TechRequest:  # noqa: ANN401
    """A saved draft; `said` goes to `a_draft`, except `by`: who fills in the form."""
    by = said.pop("by", requester_id)
    return save_draft(database, who(database, by), a_draft(requester_id, **said), now=NOON)


def submitted(database: Database, requester_id: str = "tina", **said: Any) -> TechRequest:  # noqa: ANN401
    """A request in review; `said` goes to `a_draft`, except `by`: who fills in the form."""
    by = said.pop("by", requester_id)
    return submit(database, who(database, by), a_draft(requester_id, **said), now=NOON)


def a_review(request: TechRequest, **said: Any) -> ReviewAsked:  # noqa: ANN401  # any field of a review
    """A favourable review that forwards the request; `said` changes single fields."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "review_id": a_key("review"),
        "feasibility": Feasibility.FEASIBLE,
        "impact": Impact.CLASSROOM,
        "alignment": Alignment.STANDARD,
        "findings": "Works with what the school has.",
        "action": Action.FORWARD,
    }
    return ReviewAsked(**{**usual, **said})


def a_decision(request: TechRequest, **said: Any) -> DecisionAsked:  # noqa: ANN401  # any field of a decision
    """An approval without a fund; `said` changes single fields."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "decision_id": a_key("decision"),
        "action": Action.APPROVE,
        "priority": Priority.HIGH,
        "impact": Impact.CLASSROOM,
    }
    return DecisionAsked(**{**usual, **said})


def reviewed(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after its reviewer's review."""
    reviewer = who(database, _named(request.reviewer_id))
    return review(database, reviewer, a_review(request, **said), now=NOON)


def decided(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after its supervisor's decision."""
    approver = who(database, _named(request.approver_id))
    return decide_request(database, approver, a_decision(request, **said), now=NOON)


def stepped(  # noqa: PLR0913  # each is one thing a test may want to say
    database: Database,
    request: TechRequest,
    action: Action,
    by: str,
    *,
    note: str = "Because.",
    now: datetime = NOON,
) -> TechRequest:
    """The request after a plain step."""
    asked = TakeStep(
        request_id=request.request_id, seen_version=request.version, action=action, note=note
    )
    return take_step(database, who(database, by), asked, now=now)


def a_quote(database: Database, request: TechRequest, **said: Any) -> QuoteAsked:  # noqa: ANN401  # any field of a quote
    """Northwind's offer at the estimated prices without shipping; `said` changes single fields.

    `dearer_cents` raises every unit price.
    """
    dearer_cents = said.pop("dearer_cents", 0)
    with database.read() as reader:
        lines = lines_of(reader, request.request_id)
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("quote"),
        "vendor_id": "NORTHWIND",
        "lines": tuple(
            PriceAsked(
                line_id=line.line_id,
                description=line.description,
                quantity=line.quantity,
                unit_price_cents=line.unit_estimate_cents + dearer_cents,
            )
            for line in lines
        ),
    }
    return QuoteAsked(**{**usual, **said})


def quoted(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after a vendor's offer was recorded; `said` goes to `a_quote`."""
    asked = a_quote(database, request, **said)
    return record_quote(database, who(database, _named(request.reviewer_id)), asked, now=NOON)


def a_choice(database: Database, request: TechRequest, **said: Any) -> ChoiceAsked:  # noqa: ANN401
    """The choice of the newest quote, justified in words; `said` changes single fields."""
    with database.read() as reader:
        newest = quotes_of(reader, request.request_id)[-1].quote_id
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("choice"),
        "quote_id": newest,
        "justification": "Arrives before school starts.",
    }
    return ChoiceAsked(**{**usual, **said})


def chosen(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after a quote was chosen; `said` goes to `a_choice`."""
    asked = a_choice(database, request, **said)
    return choose_quote(database, who(database, _named(request.reviewer_id)), asked, now=NOON)


def cost_cents(database: Database, request: TechRequest) -> int:
    """The delivered cost of the chosen quote, US cents."""
    with database.read() as reader:
        offers = offers_of(reader, request.request_id)
    return sum(offer.delivered_cents for offer in offers if offer.quote.chosen_at)


def an_allocation(database: Database, request: TechRequest, **said: Any) -> AllocateAsked:  # noqa: ANN401
    """The whole delivered cost on the general fund; `shares` are cents by fund code."""
    shares = said.pop("shares", {"GEN-27": cost_cents(database, request)})
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("allocation"),
        "shares": tuple(Share(fund_id=code, amount_cents=cents) for code, cents in shares.items()),
    }
    return AllocateAsked(**{**usual, **said})


def allocated(
    database: Database,
    request: TechRequest,
    by: str = "ben",
    **said: Any,  # noqa: ANN401  # any field of an allocation
) -> TechRequest:
    """The request after funds were allocated; `said` goes to `an_allocation`."""
    asked = an_allocation(database, request, **said)
    return allocate(database, who(database, by), asked, now=NOON)


def an_order(request: TechRequest, **said: Any) -> OrderAsked:  # noqa: ANN401  # any field of an order
    """An order of the day with a number of its own; `said` changes single fields."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("order"),
        "order_number": f"PO-{request.request_id}",
        "ordered_on": TODAY,
    }
    return OrderAsked(**{**usual, **said})


def ordered(database: Database, request: TechRequest, by: str = "ben", **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after its order was placed; `said` goes to `an_order`."""
    return place_order(database, who(database, by), an_order(request, **said), now=NOON)


def an_invoice(database: Database, request: TechRequest, **said: Any) -> InvoiceAsked:  # noqa: ANN401
    """The last invoice over the whole delivered cost; `said` changes single fields."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("invoice"),
        "invoice_number": a_key("INV"),
        "invoiced_on": TODAY,
        "amount_cents": cost_cents(database, request),
    }
    return InvoiceAsked(**{**usual, **said})


def a_credit(request: TechRequest, **said: Any) -> CreditAsked:  # noqa: ANN401  # any field of a credit
    """A vendor's credit of one dollar."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("credit"),
        "invoice_number": "CM-1",
        "invoiced_on": TODAY,
        "amount_cents": 1_00,
        "reason": "A cable was missing.",
    }
    return CreditAsked(**{**usual, **said})


def a_reversal(database: Database, request: TechRequest, **said: Any) -> ReverseAsked:  # noqa: ANN401
    """The reversal of the newest bill."""
    with database.read() as reader:
        newest = invoices_of(reader, request.request_id)[-1:]
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("reversal"),
        "invoice_id": newest[0].invoice_id if newest else "none",
        "reason": "Typed wrong.",
    }
    return ReverseAsked(**{**usual, **said})


def a_delivery(database: Database, request: TechRequest, **said: Any) -> ReceiveAsked:  # noqa: ANN401
    """Everything that is outstanding, accepted and without serial numbers; `said` changes it."""
    with database.read() as reader:
        standings = standings_of(reader, request)
    usual: dict[str, Any] = {
        "receipt_id": a_key("receipt"),
        "request_id": request.request_id,
        "lines": tuple(
            LineCame(order_line_id=one.line.order_line_id, accepted=one.outstanding)
            for one in standings
        ),
    }
    return ReceiveAsked(**{**usual, **said})


def received(
    database: Database,
    request: TechRequest,
    by: str = "rita",
    **said: Any,  # noqa: ANN401  # any field of a delivery
) -> TechRequest:
    """The request after a delivery; `said` goes to `a_delivery`."""
    asked = a_delivery(database, request, **said)
    return receive(database, who(database, by), asked, now=NOON)


def ticked(database: Database, request: TechRequest) -> TechRequest:
    """The request after its technician ticked off the whole checklist."""
    technician = who(database, _named(request.technician_id))
    with database.read() as reader:
        tasks = tasks_of(reader, request.request_id)
    for task in tasks:
        asked = TickAsked(task_id=task.task_id, seen_version=task.version, done=True)
        tick(database, technician, asked, now=NOON)
    return the_request(database, request.request_id)


def handed_over(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after its technician handed it over; `said` goes to `HandOverAsked`."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("hand-over"),
    }
    asked = HandOverAsked(**{**usual, **said})
    return hand_over(database, who(database, _named(request.technician_id)), asked, now=NOON)


def in_status(database: Database, status: Status, **said: Any) -> TechRequest:  # noqa: ANN401
    """A request that the real services brought to a status; `said` goes to `submitted`."""
    return _WAYS[status](database, said)


def the_request(database: Database, request_id: str) -> TechRequest:
    """A request as the store holds it now."""
    with database.read() as reader:
        return reader.get(TechRequest, request_id)


def _named(person_id: str | None) -> str:
    if person_id is None:
        raise NotFoundError("Nobody is named on this request: build it with somebody.")
    return person_id


def _draft(database: Database, said: dict[str, Any]) -> TechRequest:
    return drafted(database, **said)


def _in_review(database: Database, said: dict[str, Any]) -> TechRequest:
    return submitted(database, **said)


def _needs_information(database: Database, said: dict[str, Any]) -> TechRequest:
    request = _in_review(database, said)
    return stepped(
        database, request, Action.ASK, _named(request.reviewer_id), note="Which room is it for?"
    )


def _awaiting_approval(database: Database, said: dict[str, Any]) -> TechRequest:
    return reviewed(database, _in_review(database, said))


def _quoting(database: Database, said: dict[str, Any]) -> TechRequest:
    fund_id = said.pop("fund_id", None)
    return decided(database, _awaiting_approval(database, said), fund_id=fund_id)


def _funding(database: Database, said: dict[str, Any]) -> TechRequest:
    return chosen(database, quoted(database, _quoting(database, said)))


def _ordered(database: Database, said: dict[str, Any]) -> TechRequest:
    return ordered(database, allocated(database, _funding(database, said)))


def _deploying(database: Database, said: dict[str, Any]) -> TechRequest:
    return received(database, _ordered(database, said))


def _delivered(database: Database, said: dict[str, Any]) -> TechRequest:
    return handed_over(database, ticked(database, _deploying(database, said)))


def _closed(database: Database, said: dict[str, Any]) -> TechRequest:
    request = _delivered(database, said)
    return stepped(database, request, Action.CONFIRM, request.requester_id)


def _declined(database: Database, said: dict[str, Any]) -> TechRequest:
    return reviewed(
        database,
        _in_review(database, said),
        action=Action.DECLINE,
        note="The room has no power outlet for it.",
        alternatives="Use the cart in room 12.",
    )


def _denied(database: Database, said: dict[str, Any]) -> TechRequest:
    return decided(
        database,
        _awaiting_approval(database, said),
        action=Action.DENY,
        note="Not this year.",
        alternatives="Ask again in July.",
    )


def _withdrawn(database: Database, said: dict[str, Any]) -> TechRequest:
    request = _in_review(database, said)
    return stepped(database, request, Action.WITHDRAW, request.requester_id)


def _cancelled(database: Database, said: dict[str, Any]) -> TechRequest:
    request = _quoting(database, said)
    return stepped(database, request, Action.CANCEL, _named(request.reviewer_id))


_WAYS: dict[Status, Callable[[Database, dict[str, Any]], TechRequest]] = {
    Status.DRAFT: _draft,
    Status.IN_REVIEW: _in_review,
    Status.NEEDS_INFORMATION: _needs_information,
    Status.AWAITING_APPROVAL: _awaiting_approval,
    Status.QUOTING: _quoting,
    Status.FUNDING: _funding,
    Status.ORDERED: _ordered,
    Status.DEPLOYING: _deploying,
    Status.DELIVERED: _delivered,
    Status.CLOSED: _closed,
    Status.DECLINED: _declined,
    Status.DENIED: _denied,
    Status.WITHDRAWN: _withdrawn,
    Status.CANCELLED: _cancelled,
}


def told(database: Database, request_id: str) -> dict[str, Message]:
    """The newest message about a request that each person got, by person code."""
    with database.read() as reader:
        found = reader.find(
            Message, "WHERE request_id = $request_id ORDER BY message_no", request_id=request_id
        )
    return {message.person_id: message for message in found}


def hushed(database: Database) -> None:
    """Forget every message, so that the next step's can be told apart."""
    with database.write() as work:
        work.run("DELETE FROM message")


def a_likeness(**but: Any) -> Likeness:  # noqa: ANN401  # any field
    """What Tina's new request for laptops is compared by, as the test wants it otherwise."""
    usual = {
        "request_id": "",
        "requester_id": "tina",
        "site_id": "LHS",
        "category": Category.COMPUTERS,
        "title": "Two laptops for the writing lab",
        "item_ids": ("LAP-TEACHER",),
    }
    return Likeness(**{**usual, **but})


def seen_by(database: Database, person_id: str, request: TechRequest, today: date = TODAY) -> Case:
    """A request as somebody sees it."""
    return case_of(database, who(database, person_id, today), request.request_id, today)


def decisions_of(reader: Reader, request_id: str) -> list[Decision]:
    """Every decision on a request, newest first."""
    where = "WHERE request_id = $request_id ORDER BY decided_at DESC"
    return reader.find(Decision, where, request_id=request_id)


def reviews_of(reader: Reader, request_id: str) -> list[Review]:
    """Every review of a request, newest first."""
    where = "WHERE request_id = $request_id ORDER BY reviewed_at DESC"
    return reader.find(Review, where, request_id=request_id)


def held_cents(database: Database, fund_id: str) -> int:
    """What a fund holds in reserve, US cents."""
    with database.read() as reader:
        return fund_with_balance(reader, fund_id)[1].reserved_cents


def left(database: Database, person_id: str) -> None:
    """Somebody leaves the district."""
    with database.write() as work:
        work.update(replace(work.get(Person, person_id), active=False))


def away(  # noqa: PLR0913  # who, for whom, and from when to when
    database: Database,
    person_id: str,
    delegate_id: str,
    starts_on: date,
    ends_on: date,
    *,
    by: str = "",
    now: datetime = NOON,
) -> Delegation:
    """An approver is away, and somebody decides for them; set by the approver unless `by` says."""
    asked = DelegationAsked(
        delegation_id=a_key("delegation"),
        person_id=person_id,
        delegate_id=delegate_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return delegate(database, who(database, by or person_id, now.date()), asked, now=now)


def given(database: Database, person_id: str, role: Role, site_id: str = EVERY_SITE) -> None:
    """Somebody gets one role more."""
    with database.write() as work:
        work.insert(
            RoleGrant(grant_id=a_key("grant"), person_id=person_id, role=role, site_id=site_id)
        )


RULES_OF_SIGN_IN = SignInRules(
    email_domains=("district.example",), longest=timedelta(hours=12), idle=timedelta(hours=2)
)


def claims_of(name: str, *, now: datetime = NOON, but: str = "", **said: object) -> Claims:
    """What the provider says of somebody who signed in at `now`, but for one word of it."""
    usual: dict[str, object] = {
        "iss": "https://accounts.example",
        "sub": f"subject-{name}",
        "iat": int(now.timestamp()),
        "email": f"{name}@district.example",
        "email_verified": True,
        "name": name.title(),
    }
    usual.pop(but, None)
    return read_claims({**usual, **said})
