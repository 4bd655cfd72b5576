"""Splitting a purchase over funds, ordering it, and paying its invoices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    HEADSET,
    NOON,
    TODAY,
    TWO_LAPTOPS,
    a_fund,
    a_quote,
    allocated,
    an_allocation,
    an_invoice,
    an_order,
    chosen,
    cost_cents,
    in_status,
    ordered,
    quoted,
    stepped,
    the_request,
    who,
)
from techrequests.domain.errors import BlockedError, InvalidError, NotFoundError, StaleError
from techrequests.domain.funds import Control
from techrequests.domain.intake import LineAsked
from techrequests.domain.ledger import Balance, Entry, EntryKind, balance, balances
from techrequests.domain.purchasing import Invoice
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.books import books_of
from techrequests.services.cancellation import CancelAsked, cancel_lines
from techrequests.services.fund_choices import Rank, funds_for
from techrequests.services.funding import allocate, place_order, record_invoice
from techrequests.services.posting import post
from techrequests.store.funds import fund_with_balance
from techrequests.store.orders import invoices_of, order_lines_of, order_of
from techrequests.store.quotes import offers_of
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

COST = 1_798_00
HEADSETS = LineAsked(
    item_id=HEADSET.item_id, description="Headset", quantity=12, unit_estimate_cents=24_50
)


def standing(database: Database, fund_id: str) -> Balance:
    with database.read() as reader:
        return fund_with_balance(reader, fund_id)[1]


def the_entries(database: Database, request: TechRequest) -> list[Entry]:
    with database.read() as reader:
        return entries_of(reader, request.request_id)


def with_fund(database: Database, budget_cents: int = 0, **said: Any) -> str:  # noqa: ANN401
    """Add a fund, or change one, and give it a budget."""
    fund = a_fund(**said)
    with database.write() as work:
        work.run("DELETE FROM fund WHERE fund_id = $it", it=fund.fund_id)
        work.insert(fund)
        entry = Entry(
            fund_id=fund.fund_id,
            kind=EntryKind.BUDGET,
            amount_cents=budget_cents,
            actor_id="bea",
            posted_at=NOON,
            why="Adopted.",
        )
        post(work, [entry])
    return fund.fund_id


def test_an_allocation_reserves_the_delivered_cost_line_by_line(database: Database) -> None:
    request = in_status(database, Status.QUOTING, lines=(TWO_LAPTOPS, HEADSETS))
    laptops, headsets = a_quote(database, request).lines
    cheaper = (laptops, replace(headsets, unit_price_cents=20_00))
    request = chosen(database, quoted(database, request, lines=cheaper, shipping_cents=9_99))
    with_fund(database, 100_00, fund_id="GIFT")
    request = allocated(
        database, request, shares={"GIFT": 100_00, "GEN-27": COST + 240_00 + 9_99 - 100_00}
    )
    held = {
        purse: one.reserved_cents for purse, one in balances(the_entries(database, request)).items()
    }
    first, second = (line.line_id for line in a_quote(database, request).lines)
    assert held == {
        ("GIFT", first): 100_00,
        ("GEN-27", first): COST - 100_00,
        ("GEN-27", second): 240_00,
        ("GEN-27", None): 9_99,
    }
    assert request.status is Status.FUNDING


def test_allocating_anew_gives_back_what_was_held_before(database: Database) -> None:
    request = in_status(database, Status.FUNDING, fund_id="GEN-27")
    assert standing(database, "GEN-27").reserved_cents == COST
    with_fund(database, COST, fund_id="GIFT")
    request = allocated(database, request, shares={"GIFT": COST})
    assert standing(database, "GEN-27").reserved_cents == 0
    assert standing(database, "GIFT").available_cents == 0
    request = allocated(database, request, shares={"GIFT": 1, "GEN-27": COST - 1})
    assert standing(database, "GIFT").reserved_cents == 1
    assert standing(database, "GEN-27").reserved_cents == COST - 1


def test_what_the_request_holds_itself_does_not_make_its_fund_short(database: Database) -> None:
    fund_id = with_fund(database, COST, fund_id="EXACT", encumber_control=Control.STOP)
    request = allocated(database, in_status(database, Status.FUNDING), shares={fund_id: COST})
    assert allocated(database, request, shares={fund_id: COST}).version == request.version + 1


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"GEN-27": COST - 1}, r"\$0.01 is still without a fund"),
        ({"GEN-27": COST + 1}, r"\$0.01 is more than the purchase costs"),
        ({"GEN-27": COST + 1, "T1A-27": -1}, "A share is negative"),
        ({}, r"\$1,798.00 is still without a fund"),
    ],
)
def test_the_split_must_be_the_cost_to_the_cent(
    database: Database, shares: Mapping[str, int], words: str
) -> None:
    request = in_status(database, Status.FUNDING)
    with pytest.raises(InvalidError, match=words):
        allocated(database, request, shares=shares)
    assert the_entries(database, request) == []


def test_a_fund_listed_twice_is_refused(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    (share,) = an_allocation(database, request).shares
    half = replace(share, amount_cents=COST // 2)
    asked = replace(an_allocation(database, request), shares=(half, half))
    with pytest.raises(InvalidError, match="listed twice"):
        allocate(database, who(database, "ben"), asked, now=NOON)


@pytest.mark.parametrize(
    ("fund", "words"),
    [
        ({"closed": True}, "is closed to new spending"),
        ({"ends_on": date(2026, 9, 30)}, "pays for orders from 07/01/2026 to 09/30/2026"),
        ({"categories": "displays"}, "does not pay for computers"),
        ({"sites": "WES"}, "is not for this site"),
    ],
)
def test_a_fund_that_may_not_pay_refuses_the_business_manager_too(
    database: Database, fund: dict[str, Any], words: str
) -> None:
    with_fund(database, 10 * COST, fund_id="ODD", **fund)
    request = in_status(database, Status.FUNDING)
    with pytest.raises(BlockedError, match=words):
        allocated(
            database, request, by="bea", shares={"ODD": COST}, override_reason="We need it now."
        )
    assert the_entries(database, request) == []


def test_funds_are_judged_on_the_day_of_the_order(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    after, asked = NOON + timedelta(days=300), an_allocation(database, request)
    with pytest.raises(BlockedError, match="not on"):
        allocate(database, who(database, "ben"), asked, now=after)
    for day in (TODAY - timedelta(days=1), after.date() + timedelta(days=1)):
        with pytest.raises(InvalidError, match=r"in the future|before the approval"):
            allocate(database, who(database, "ben"), replace(asked, ordered_on=day), now=after)
    allocate(database, who(database, "ben"), replace(asked, ordered_on=TODAY), now=after)
    assert standing(database, "GEN-27").reserved_cents == COST


def test_every_refusal_of_every_fund_is_said_at_once(database: Database) -> None:
    with_fund(database, COST, fund_id="SHUT", name="Shut fund", closed=True)
    request = in_status(database, Status.FUNDING)
    with pytest.raises(BlockedError) as refused:
        allocated(database, request, shares={"SHUT": 1, "T1A-27": COST - 1})
    assert "Shut fund is closed to new spending." in refused.value.reasons
    assert "Title I-A 2026-27 is not for this site." in refused.value.reasons


def test_a_short_fund_needs_the_permission_and_a_reason(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    short = {"LEVY-27": COST}
    with pytest.raises(BlockedError, match=r"\$798.00 short.*ask the business manager"):
        allocated(database, request, shares=short, override_reason="Because.")
    with pytest.raises(BlockedError, match="give a reason"):
        allocated(database, request, by="bea", shares=short, override_reason=" ")
    request = allocated(
        database, request, by="bea", shares=short, override_reason="The board agreed."
    )
    (entry,) = the_entries(database, request)
    assert entry.overridden
    assert "The board agreed." in entry.why
    assert standing(database, "LEVY-27").available_cents == 1_000_00 - COST


@pytest.mark.parametrize(
    ("control", "words"), [(Control.WARN, "is $798.00 short"), (Control.IGNORE, "Allocated.")]
)
def test_a_fund_that_only_warns_pays_and_the_book_says_so(
    database: Database, control: Control, words: str
) -> None:
    with_fund(database, 1_000_00, fund_id="SOFT", name="Soft", encumber_control=control)
    request = allocated(database, in_status(database, Status.FUNDING), shares={"SOFT": COST})
    (entry,) = the_entries(database, request)
    assert words in entry.why
    assert not entry.overridden


def test_an_unknown_fund_is_refused(database: Database) -> None:
    with pytest.raises(NotFoundError, match="no fund “NOPE”"):
        allocated(database, in_status(database, Status.FUNDING), shares={"NOPE": COST})


def test_nobody_funds_their_own_request(database: Database) -> None:
    request = in_status(database, Status.FUNDING, requester_id="ben")
    with pytest.raises(BlockedError, match="your own request"):
        allocated(database, request, by="ben")
    request = allocated(database, request, by="bea")
    with pytest.raises(BlockedError, match="your own request"):
        ordered(database, request, by="ben")
    request = ordered(database, request, by="bea")
    with pytest.raises(BlockedError, match="your own request"):
        record_invoice(database, who(database, "ben"), an_invoice(database, request), now=NOON)


@pytest.mark.parametrize("person_id", ["tina", "pia", "rita", "lea", "ada"])
def test_only_the_business_office_pays(database: Database, person_id: str) -> None:
    request = in_status(database, Status.FUNDING)
    with pytest.raises(BlockedError, match="You may not pay requests from funds here"):
        allocated(database, request, by=person_id)
    request = allocated(database, request)
    with pytest.raises(BlockedError, match="You may not place orders"):
        ordered(database, request, by=person_id)


def test_an_order_turns_what_is_held_into_an_obligation(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    request = allocated(database, request, shares={"LEVY-27": 1_000_00, "GEN-27": COST - 1_000_00})
    request = ordered(database, request, order_number=" PO-27-1 ")
    assert request.status is Status.ORDERED
    assert standing(database, "LEVY-27") == Balance(
        budget_cents=1_000_00, encumbered_cents=1_000_00
    )
    assert standing(database, "GEN-27").encumbered_cents == COST - 1_000_00
    with database.read() as reader:
        order = order_of(reader, request.request_id)
        (line,) = order_lines_of(reader, request.request_id)
    assert order is not None
    assert (order.order_number, order.ordered_on, order.vendor_id) == (
        "PO-27-1",
        TODAY,
        "NORTHWIND",
    )
    assert (line.quantity, line.unit_price_cents, line.item_id) == (2, 899_00, "LAP-TEACHER")


def test_a_reservation_from_the_approval_follows_the_quote_when_ordered(
    database: Database,
) -> None:
    request = in_status(database, Status.QUOTING, lines=(TWO_LAPTOPS, HEADSETS), fund_id="GEN-27")
    laptops, headsets = a_quote(database, request).lines
    # One dollar a laptop less and two dollars shipping: the same sum, other lines.
    same_sum = (replace(laptops, unit_price_cents=898_00), headsets)
    request = chosen(database, quoted(database, request, lines=same_sum, shipping_cents=2_00))
    request = ordered(database, request)
    encumbered = {
        purse: one.encumbered_cents
        for purse, one in balances(the_entries(database, request)).items()
        if one.encumbered_cents
    }
    assert encumbered == {
        ("GEN-27", laptops.line_id): 2 * 898_00,
        ("GEN-27", headsets.line_id): 12 * 24_50,
        ("GEN-27", None): 2_00,
    }


def test_nothing_is_ordered_that_is_not_fully_allocated(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    with pytest.raises(BlockedError, match=r"\$1,798.00 is still without a fund"):
        ordered(database, request)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"order_number": "  "}, "“Order number” is empty"),
        ({"order_number": "po-taken"}, "PO-TAKEN is already the order of TR-2027-0001"),
        ({"ordered_on": TODAY + timedelta(days=1)}, "“Order date” is in the future"),
        ({"ordered_on": TODAY - timedelta(days=1)}, "before the approval on 10/05/2026"),
        ({"ordered_on": None}, "“Order date” is empty"),
    ],
)
def test_an_order_that_cannot_be_is_refused_in_words(
    database: Database, said: dict[str, Any], words: str
) -> None:
    ordered(
        database, allocated(database, in_status(database, Status.FUNDING)), order_number="PO-TAKEN"
    )
    request = allocated(database, in_status(database, Status.FUNDING))
    before = the_entries(database, request)
    with pytest.raises(InvalidError, match=words):
        ordered(database, request, **said)
    assert the_entries(database, request) == before


def test_the_quote_must_be_good_on_the_day_of_the_order(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING), expires_on=TODAY)
    request = allocated(database, chosen(database, request))
    later = NOON + timedelta(days=3)
    ben = who(database, "ben")
    today = an_order(request, ordered_on=later.date())
    with pytest.raises(BlockedError, match="expired on 10/05/2026"):
        place_order(database, ben, today, now=later)
    in_time = an_order(request, ordered_on=TODAY)
    assert place_order(database, ben, in_time, now=later).status is Status.ORDERED


def test_funds_are_asked_again_on_the_day_of_the_order(database: Database) -> None:
    fund_id = with_fund(database, COST, fund_id="SOON", name="Soon", ends_on=TODAY)
    request = allocated(database, in_status(database, Status.FUNDING), shares={fund_id: COST})
    later = NOON + timedelta(days=3)
    ben = who(database, "ben")
    with pytest.raises(BlockedError, match="Soon pays for orders"):
        place_order(database, ben, an_order(request, ordered_on=later.date()), now=later)
    with database.write() as work:
        work.run("UPDATE fund SET closed = TRUE WHERE fund_id = 'SOON'")
    with pytest.raises(BlockedError, match="Soon is closed"):
        place_order(database, ben, an_order(request), now=later)


def test_an_override_of_the_allocation_holds_for_the_order(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    request = allocated(
        database, request, by="bea", shares={"LEVY-27": COST}, override_reason="Agreed."
    )
    request = ordered(database, request, by="ben")
    (encumbered,) = [
        entry for entry in the_entries(database, request) if entry.kind is EntryKind.ENCUMBER
    ]
    assert encumbered.overridden
    assert request.status is Status.ORDERED


def test_an_override_does_not_outlive_its_reservation(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    request = allocated(
        database, request, by="bea", shares={"LEVY-27": COST}, override_reason="Agreed."
    )
    request = stepped(database, request, Action.RETURN_TO_QUOTING, "ben")
    request = chosen(database, request)
    with pytest.raises(BlockedError, match="short"):
        allocated(database, request, shares={"LEVY-27": COST})


def test_a_fund_that_became_short_stops_the_order(database: Database) -> None:
    fund_id = with_fund(database, COST, fund_id="THIN", name="Thin")
    request = allocated(database, in_status(database, Status.FUNDING), shares={fund_id: COST})
    with database.write() as work:
        post(
            work,
            [
                Entry(
                    fund_id=fund_id,
                    kind=EntryKind.BUDGET,
                    amount_cents=-1,
                    actor_id="bea",
                    posted_at=NOON,
                    why="Cut.",
                )
            ],
        )
    with pytest.raises(BlockedError, match=r"Thin is \$0.01 short"):
        ordered(database, request)
    request = ordered(database, request, by="bea", override_reason="The cut comes back in July.")
    assert request.status is Status.ORDERED


def test_the_whole_invoice_pays_what_was_encumbered(database: Database) -> None:
    request = in_status(database, Status.ORDERED)
    paid = record_invoice(database, who(database, "ben"), an_invoice(database, request), now=NOON)
    assert paid.status is Status.ORDERED
    assert balance(the_entries(database, request)) == Balance(expended_cents=COST)
    with database.read() as reader:
        (invoice,) = invoices_of(reader, request.request_id)
    assert (invoice.amount_cents, invoice.final) == (COST, True)


@pytest.mark.parametrize("final", [True, False])
def test_only_the_last_invoice_gives_back_what_is_left(database: Database, *, final: bool) -> None:
    request = in_status(database, Status.ORDERED)
    asked = an_invoice(database, request, amount_cents=COST - 100_00, final=final)
    record_invoice(database, who(database, "ben"), asked, now=NOON)
    left = 0 if final else 100_00
    assert balance(the_entries(database, request)) == Balance(
        encumbered_cents=left, expended_cents=COST - 100_00
    )


def test_every_fund_pays_an_invoice_by_its_share_of_the_order(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    shares = {"LEVY-27": 1_000_00, "GEN-27": COST - 1_000_00}
    request = ordered(database, allocated(database, request, shares=shares))
    for cents in (600_00, 600_00):
        asked = an_invoice(database, request, amount_cents=cents, final=False)
        request = record_invoice(database, who(database, "ben"), asked, now=NOON)
    assert books_of(database, request).held == {
        "LEVY-27": Balance(expended_cents=667_41, encumbered_cents=332_59),
        "GEN-27": Balance(expended_cents=532_59, encumbered_cents=265_41),
    }


def test_what_is_above_the_order_is_paid_by_the_same_shares_if_they_may(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    shares = {"GEN-27": COST - 1_000_00, "LEVY-27": 1_000_00}
    request = ordered(database, allocated(database, request, shares=shares))
    asked = an_invoice(database, request, amount_cents=COST + 1_00)
    with database.write() as work:
        work.run("UPDATE fund SET expend_control = 'stop' WHERE fund_id = 'LEVY-27'")
    with pytest.raises(BlockedError, match=r"Technology levy 2026-27 is \$0.56 short"):
        record_invoice(database, who(database, "ben"), asked, now=NOON)
    assert balance(the_entries(database, request)).expended_cents == 0
    manager = replace(asked, override_reason="The vendor raised the price, the board agreed.")
    record_invoice(database, who(database, "bea"), manager, now=NOON)
    last = the_entries(database, request)[-1]
    assert (last.fund_id, last.amount_cents, last.overridden) == ("LEVY-27", 56, True)
    assert "$1.00 above what was encumbered: The vendor added freight." in last.why
    assert standing(database, "LEVY-27").available_cents == -56


def test_a_further_invoice_after_the_last_one_is_paid_by_the_same_funds(database: Database) -> None:
    request = in_status(database, Status.ORDERED)
    ben = who(database, "ben")
    request = record_invoice(database, ben, an_invoice(database, request), now=NOON)
    late = an_invoice(database, request, amount_cents=25_00)
    record_invoice(database, ben, late, now=NOON)
    assert balance(the_entries(database, request)) == Balance(expended_cents=COST + 25_00)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount_cents": 0}, r"“Amount” must be between \$0.01"),
        ({"amount_cents": -5}, r"“Amount” must be between \$0.01"),
        ({"amount_cents": None}, "“Amount” is empty"),
        ({"invoice_number": ""}, "“Invoice number” is empty"),
        ({"invoice_number": " inv-1"}, r"Invoice INV-1 of this vendor over \$1.00 is recorded"),
        ({"invoiced_on": TODAY + timedelta(days=1)}, "“Invoice date” is in the future"),
        ({"invoiced_on": None}, "“Invoice date” is empty"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused_in_words(
    database: Database, said: dict[str, Any], words: str
) -> None:
    request, ben = in_status(database, Status.ORDERED), who(database, "ben")
    first = an_invoice(database, request, invoice_number="INV-1", amount_cents=1_00, final=False)
    request = record_invoice(database, ben, first, now=NOON)
    before = the_entries(database, request)
    with pytest.raises(InvalidError, match=words):
        record_invoice(database, ben, an_invoice(database, request, **said), now=NOON)
    assert the_entries(database, request) == before


def test_double_clicks_pay_once(database: Database) -> None:
    ben = who(database, "ben")
    request = in_status(database, Status.FUNDING)
    split = an_allocation(database, request)
    request = allocate(database, ben, split, now=NOON)
    assert allocate(database, ben, split, now=NOON) == request
    order = an_order(request)
    request = place_order(database, ben, order, now=NOON)
    assert place_order(database, ben, order, now=NOON) == request
    invoice = an_invoice(database, request, final=False, amount_cents=1_00)
    request = record_invoice(database, ben, invoice, now=NOON)
    assert record_invoice(database, ben, invoice, now=NOON) == request
    assert balance(the_entries(database, request)) == Balance(
        encumbered_cents=COST - 1_00, expended_cents=1_00
    )
    with database.read() as reader:
        assert len(reader.find(Invoice)) == 1


def test_two_people_allocating_at_once_do_not_overwrite_each_other(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    allocated(database, request)
    with pytest.raises(StaleError, match="Ben Frost allocated funds"):
        allocated(database, request, by="bea", shares={"GEN-27": COST})


@pytest.mark.parametrize("action", [Action.RETURN_TO_QUOTING, Action.CANCEL, Action.WITHDRAW])
def test_going_back_gives_every_cent_back(database: Database, action: Action) -> None:
    request = allocated(database, in_status(database, Status.FUNDING))
    by = {Action.CANCEL: "rita", Action.WITHDRAW: "tina"}.get(action, "ben")
    stepped(database, request, action, by)
    assert standing(database, "GEN-27").available_cents == 50_000_00


def test_funds_are_offered_best_first_with_their_reasons(database: Database) -> None:
    with_fund(database, 5_000_00, fund_id="ENDS", name="Ends soon", ends_on=date(2026, 12, 31))
    with_fund(database, 1_00, fund_id="SOFT", name="Soft", encumber_control=Control.WARN)
    with_fund(database, 0, fund_id="NIL", name="Nil")
    request = in_status(database, Status.FUNDING, fund_id="GEN-27")
    with database.read() as reader:
        (offer,) = offers_of(reader, request.request_id)
    offered = funds_for(request, offer, books_of(database, request), TODAY)
    assert [(one.fund.fund_id, one.rank) for one in offered] == [
        ("ENDS", Rank.PAYS_ALL),
        ("GEN-27", Rank.PAYS_ALL),
        ("SOFT", Rank.PAYS_WITH_WARNING),
        ("LEVY-27", Rank.PAYS_SOME),
        ("NIL", Rank.EMPTY),
        ("T1A-27", Rank.REFUSES),
    ]
    assert [one.words for one in offered] == [
        "May pay all of it: $5,000.00 is available.",
        "May pay all of it: $50,000.00 is available.",
        "May pay, but look at this: Soft is $1,797.00 short: $1.00 is available.",
        "May pay $1,000.00 of it; that is all it has.",
        "May pay for this, but nothing is left in it.",
        "May not pay. Title I-A 2026-27 is not for this site.",
    ]
    assert {one.fund.fund_id: one.held_cents for one in offered}["GEN-27"] == COST
    assert cost_cents(database, request) == COST


def test_the_money_of_a_request_stands_by_the_names_of_its_funds(database: Database) -> None:
    request = in_status(database, Status.ORDERED)
    (money,) = books_of(database, request).money
    assert (money.fund_name, money.balance.encumbered_cents) == ("General fund 2026-27", COST)


def test_a_bill_for_what_was_to_cost_nothing_is_refused_in_words(database: Database) -> None:
    gift = replace(HEADSETS, unit_estimate_cents=0)
    request = ordered(
        database, allocated(database, in_status(database, Status.FUNDING, lines=(gift,)), shares={})
    )
    with pytest.raises(BlockedError, match="No fund pays for this order"):
        record_invoice(
            database,
            who(database, "ben"),
            an_invoice(database, request, amount_cents=5_00),
            now=NOON,
        )


def test_a_bill_after_all_that_costs_something_was_cancelled_is_paid_by_the_same_funds(
    database: Database,
) -> None:
    """A fee for the cancellation, say: the fund that would have paid the goods pays it."""
    gift = replace(HEADSETS, unit_estimate_cents=0)
    request = in_status(database, Status.ORDERED, lines=(gift, TWO_LAPTOPS))
    with database.read() as reader:
        (_, laptops) = order_lines_of(reader, request.request_id)
    cancel_lines(
        database,
        who(database, "rita"),
        CancelAsked(
            cancel_id="c",
            request_id=request.request_id,
            units=((laptops.order_line_id, 2),),
            note="Sold out.",
        ),
        now=NOON,
    )
    request = the_request(database, request.request_id)
    record_invoice(
        database,
        who(database, "ben"),
        an_invoice(database, request, amount_cents=5_00),
        now=NOON,
    )
    assert standing(database, "GEN-27").expended_cents == 5_00


@pytest.mark.parametrize("reason", ["x" * 4001, "bell\x07"])
def test_a_reason_that_cannot_be_kept_is_refused(database: Database, reason: str) -> None:
    request = in_status(database, Status.FUNDING)
    with pytest.raises(InvalidError, match="The reason is too long or holds invisible"):
        allocated(database, request, override_reason=reason)
