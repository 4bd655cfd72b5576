"""Quotes, funding and funds, as pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    CHROMEBOOK,
    NOON,
    a_quote,
    allocated,
    an_invoice,
    chosen,
    cost_cents,
    in_status,
    quoted,
    received,
    the_request,
    who,
)
from techrequests import runtime
from techrequests.domain.funds import Fund
from techrequests.domain.techrequest import Status
from techrequests.services.funding import record_invoice
from techrequests.services.quotes import VendorsAsked, ask_vendors
from techrequests.store.funds import fund_with_balance
from techrequests.store.orders import invoices_of
from techrequests.store.quotes import offers_of
from techrequests.store.requests import lines_of

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.domain.ledger import Balance
    from techrequests.store.database import Database
    from techrequests.ui.editor_state import Desk

COST = 1_798_00


def number(tab: Opened, label: str, value: float, *, nth: int = -1) -> None:
    """Type a number into the field with this label."""
    found = [field for field in tab.app.number_input if field.label == label]
    found[nth].set_value(value).run()
    tab.fine()


def shown(tab: Opened, label: str) -> Any:  # noqa: ANN401  # any widget
    """The button with these words."""
    return next(found for found in tab.app.button if found.label == label)


def standing(district: Database, fund_id: str) -> Balance:
    with district.read() as reader:
        return fund_with_balance(reader, fund_id)[1]


@pytest.mark.parametrize(
    ("person_id", "url", "words"),
    [
        ("rita", "quotes", "No approved request needs a quote."),
        ("ben", "funding", "No chosen quote waits for a fund."),
    ],
)
def test_an_empty_queue_says_so_kindly(
    person_id: str, url: str, words: str, open_page: type[Opened]
) -> None:
    assert words in open_page(person_id, url, {}).words


def test_vendors_are_asked_and_their_letters_are_ready(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.QUOTING)
    tab = open_page("rita", "quotes", {"request": request.request_id})
    assert shown(tab, "Ask them").disabled
    (vendors,) = [found for found in tab.app.multiselect if found.label == "Vendors"]
    vendors.set_value(["NORTHWIND", "BLUERIDGE"]).run()
    tab.press("Ask them")
    assert "Northwind School Supply" in tab.words
    letters = "\n".join(str(found.value) for found in tab.app.code)
    assert "Dear Northwind School Supply" in letters
    assert "2 x Teacher laptop 14 in (Lenovo ThinkPad L14)" in letters
    assert [found.label for found in tab.app.download_button].count("PDF") == 2


def test_a_quote_is_recorded_from_the_question_and_chosen(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.QUOTING)
    asked = VendorsAsked(
        request_id=request.request_id,
        seen_version=request.version,
        key="asked",
        vendor_ids=("BLUERIDGE",),
    )
    ask_vendors(district, who(district, "rita"), asked, now=NOON)
    tab = open_page("rita", "quotes", {"request": request.request_id})
    tab.press("Record their quote")
    number(tab, "Price each, $", 890.25)
    number(tab, "Shipping and fees, $", 12.5)
    assert "Delivered: **\\$1,793.00**" in tab.words
    tab.press("Save the quote")
    with district.read() as reader:
        (offer,) = offers_of(reader, request.request_id)
    assert (offer.quote.vendor_id, offer.delivered_cents) == ("BLUERIDGE", 1_793_00)
    assert ":green-badge[:material/check: Cheapest]" in tab.words
    tab.press("Choose")
    assert the_request(district, request.request_id).status is Status.FUNDING


def test_a_recorded_quote_is_corrected_in_place(
    district: Database, open_page: type[Opened]
) -> None:
    request = quoted(district, in_status(district, Status.QUOTING), reference="Q-1")
    tab = open_page("rita", "quotes", {"request": request.request_id})
    tab.press("Correct")
    (price,) = [found for found in tab.app.number_input if found.label == "Price each, $"]
    assert price.value == 899.0
    number(tab, "Price each, $", 880)
    tab.press("Save the correction")
    with district.read() as reader:
        (offer,) = offers_of(reader, request.request_id)
    assert (offer.delivered_cents, offer.quote.reference) == (1_760_00, "Q-1")


def test_what_a_vendor_calls_otherwise_is_shown_and_is_another_item_until_it_is_ticked(
    district: Database, open_page: type[Opened]
) -> None:
    request = quoted(district, in_status(district, Status.QUOTING), offered="Gaming console XXL")
    tab = open_page("rita", "quotes", {"request": request.request_id})
    assert "Another item" in tab.words
    assert "“Gaming console XXL”" in str(tab.app.dataframe[0].value)
    assert "Choose" not in [found.label for found in tab.app.button]
    tab.press("Correct")
    (same,) = [found for found in tab.app.checkbox if found.label == "Same item, other name"]
    same.check().run()
    tab.press("Save the correction")
    tab.press("Choose")
    assert the_request(district, request.request_id).status is Status.FUNDING


def test_what_is_wrong_with_a_quote_is_said_and_nothing_typed_is_lost(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.QUOTING)
    tab = open_page("rita", "quotes", {"request": request.request_id})
    number(tab, "Price each, $", 890)
    tab.press("Save the quote")
    assert "Pick the vendor whose quote this is." in tab.words
    (price,) = [found for found in tab.app.number_input if found.label == "Price each, $"]
    assert price.value == 890


def test_a_dearer_quote_is_chosen_with_a_reason_only(
    district: Database, open_page: type[Opened]
) -> None:
    request = quoted(district, in_status(district, Status.QUOTING), dearer_cents=-500)
    request = quoted(district, request, vendor_id="BLUERIDGE")
    tab = open_page("rita", "quotes", {"request": request.request_id})
    assert "\\$10.00 more" in tab.words
    tab.press("Choose it")
    assert "Another quote is $10.00 cheaper" in tab.words
    tab.fill("Why this one", "Arrives before school starts.")
    tab.press("Choose it")
    assert the_request(district, request.request_id).status is Status.FUNDING
    assert cost_cents(district, request) == COST


def test_an_offer_that_cannot_be_chosen_says_why_and_has_no_button(
    district: Database, open_page: type[Opened]
) -> None:
    request = quoted(district, in_status(district, Status.QUOTING), shipping_cents=1)
    tab = open_page("rita", "quotes", {"request": request.request_id})
    assert "above the approved" in tab.words
    assert "Choose" not in [found.label for found in tab.app.button]


def test_a_click_on_what_others_changed_meanwhile_is_told(
    district: Database, open_page: type[Opened]
) -> None:
    request = quoted(district, in_status(district, Status.QUOTING))
    tab = open_page("rita", "quotes", {"request": request.request_id})
    quoted(district, request, vendor_id="BLUERIDGE", dearer_cents=-100)
    tab.press("Choose")
    assert "In the meantime Rita Moss recorded a quote." in tab.words
    assert the_request(district, request.request_id).status is Status.QUOTING


def test_an_approved_request_is_changed_and_goes_back(
    district: Database, open_page: type[Opened]
) -> None:
    request = quoted(district, in_status(district, Status.QUOTING), shipping_cents=20_01)
    tab = open_page("rita", "quotes", {"request": request.request_id})
    tab.app.session_state[f"amend_open:{request.request_id}"] = True
    tab.app.run()
    tab.press("Take the prices of Northwind School Supply")
    assert "is **\\$1,818.02**" in tab.words
    tab.fill("What changed and why", "Shipping was not in the estimate.")
    tab.press("Amend and ask for a new approval")
    changed = the_request(district, request.request_id)
    assert (changed.status, changed.estimate_cents) == (Status.AWAITING_APPROVAL, 1_818_02)


def test_an_approved_request_is_changed_to_another_standard_item(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.QUOTING)
    tab = open_page("rita", "quotes", {"request": request.request_id})
    tab.app.session_state[f"amend_open:{request.request_id}"] = True
    tab.app.run()
    (box,) = [one for one in tab.app.selectbox if one.label == "Add from the standards catalogue"]
    box.set_value(CHROMEBOOK.item_id).run()
    next(one for one in tab.app.button if one.label == "Remove").click().run()
    tab.fill("What changed and why", "The cheaper model is enough.")
    tab.press("Amend and ask for a new approval")
    with district.read() as reader:
        (line,) = lines_of(reader, request.request_id)
    assert (line.item_id, line.description) == (CHROMEBOOK.item_id, CHROMEBOOK.name)
    assert line.unit_estimate_cents == CHROMEBOOK.unit_price_cents


def test_the_cost_is_split_saved_and_ordered(district: Database, open_page: type[Opened]) -> None:
    request = in_status(district, Status.FUNDING)
    tab = open_page("ben", "funding", {"request": request.request_id})
    assert "May pay all of it" in tab.words
    assert "All of \\$1,798.00 is split. Save it" in tab.words
    assert shown(tab, "Order for \\$1,798.00").disabled
    number(tab, "GEN-27 pays, $", 798)
    assert "\\$1,000.00 of \\$1,798.00 is still without a fund." in tab.words
    assert shown(tab, "Save the split").disabled
    number(tab, "LEVY-27 pays, $", 1_000)
    tab.press("Save the split")
    assert standing(district, "LEVY-27").reserved_cents == 1_000_00
    tab.fill("Order number", "PO-27-9")
    tab.press("Order for \\$1,798.00")
    assert the_request(district, request.request_id).status is Status.ORDERED
    assert standing(district, "GEN-27").encumbered_cents == 798_00


def test_a_changed_split_is_saved_before_it_is_ordered(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.FUNDING)
    tab = open_page("ben", "funding", {"request": request.request_id})
    assert "Save the split first" in tab.words
    assert "Allocate the whole delivered cost first" not in tab.words
    tab.press("Save the split")
    assert "All of \\$1,798.00 is reserved." in tab.words
    number(tab, "GEN-27 pays, $", 1_000)
    number(tab, "LEVY-27 pays, $", 798)
    assert "The split has changed; save it first." in tab.words.replace("\\", "")
    assert shown(tab, "Order for \\$1,798.00").disabled
    tab.press("Save the split")
    assert not shown(tab, "Order for \\$1,798.00").disabled
    tab.fill("Order number", "PO-27-9")
    tab.press("Order for \\$1,798.00")
    assert standing(district, "LEVY-27").encumbered_cents == 798_00


def test_nothing_is_ordered_on_a_held_fund_that_was_closed(
    district: Database, open_page: type[Opened]
) -> None:
    request = allocated(district, in_status(district, Status.FUNDING), shares={"GEN-27": COST})
    with district.write() as work:
        work.update(replace(work.get(Fund, "GEN-27"), closed=True))
    tab = open_page("ben", "funding", {"request": request.request_id})
    assert "GEN\\-27 holds this but may not pay" in tab.words
    assert shown(tab, "Order for \\$1,798.00").disabled
    assert "The split is saved" not in [found.label for found in tab.app.button]


def test_funds_are_judged_on_the_day_of_the_order(
    district: Database, open_page: type[Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = in_status(district, Status.FUNDING)
    later = datetime(2027, 8, 2, 15, tzinfo=UTC)
    monkeypatch.setattr(runtime, "utc_now", lambda: later)
    tab = open_page("ben", "funding", {"request": request.request_id})
    assert "not on 08/02/2027" in tab.words
    (day,) = [found for found in tab.app.date_input if found.label == "Order date"]
    day.set_value(NOON.date()).run()
    tab.fine()
    tab.press("Save the split")
    tab.fill("Order number", "PO-27-9")
    tab.press("Order for \\$1,798.00")
    assert the_request(district, request.request_id).status is Status.ORDERED
    assert standing(district, "GEN-27").encumbered_cents == COST


def test_a_part_of_a_cent_is_refused_in_words(district: Database, open_page: type[Opened]) -> None:
    request = in_status(district, Status.QUOTING)
    tab = open_page("rita", "quotes", {"request": request.request_id})
    number(tab, "Price each, $", 0.125)
    assert "0.125 has parts of a cent" in tab.words
    tab.press("Save the quote")
    with district.read() as reader:
        assert not offers_of(reader, request.request_id)


def test_one_button_gives_a_fund_the_rest(district: Database, open_page: type[Opened]) -> None:
    request = in_status(district, Status.FUNDING)
    tab = open_page("ben", "funding", {"request": request.request_id})
    number(tab, "GEN-27 pays, $", 900)
    rest = [found for found in tab.app.button if found.label == "The rest"]
    levy = [found for found in tab.app.number_input if found.label.endswith("pays, $")]
    position = [found.label for found in levy].index("LEVY-27 pays, $")
    rest[position].click().run()
    tab.fine()
    (field,) = [found for found in tab.app.number_input if found.label == "LEVY-27 pays, $"]
    assert field.value == 898.0


@pytest.mark.parametrize(("person_id", "may"), [("ben", False), ("bea", True)])
def test_only_who_may_is_asked_why_a_fund_goes_over_its_limit(
    district: Database, open_page: type[Opened], person_id: str, *, may: bool
) -> None:
    request = in_status(district, Status.FUNDING)
    tab = open_page(person_id, "funding", {"request": request.request_id})
    number(tab, "GEN-27 pays, $", 0)
    number(tab, "LEVY-27 pays, $", 1_798)
    asked = [found.label for found in tab.app.text_area]
    assert ("Why may a fund go over its limit?" in asked) is may
    if may:
        tab.fill("Why may a fund go over its limit?", "The board agreed.")
    tab.press("Save the split")
    assert (standing(district, "LEVY-27").reserved_cents == COST) is may
    assert may or "ask the business manager" in tab.words


def test_a_fund_that_may_not_pay_is_listed_with_its_reason(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.FUNDING)
    words = open_page("ben", "funding", {"request": request.request_id}).words
    assert "is not for this site" in words


def test_the_own_request_is_not_funded(district: Database, open_page: type[Opened]) -> None:
    request = in_status(district, Status.FUNDING, requester_id="ben")
    tab = open_page("ben", "funding", {"request": request.request_id})
    assert "There is nothing for you to do here" in tab.words
    assert "Save the split" not in [found.label for found in tab.app.button]


def last_one(tab: Opened) -> None:
    assert "2 units are still to come" not in tab.words
    (box,) = [found for found in tab.app.checkbox if found.label == "Last invoice"]
    assert not box.value
    box.check().run()
    tab.fine()
    assert "2 units are still to come" in tab.words


def test_a_wrong_invoice_is_reversed_and_a_credit_recorded(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.DEPLOYING)
    record_invoice(
        district, who(district, "ben"), an_invoice(district, request, invoice_number="W1"), now=NOON
    )
    tab = open_page("ben", "funding", {"request": request.request_id})
    tab.press("Reverse it")
    assert "“What was wrong” is empty" in tab.words
    tab.fill("What was wrong", "It was for another school.")
    tab.press("Reverse it")
    assert "~~W1~~" in tab.words
    assert standing(district, "GEN-27").encumbered_cents == COST
    tab.fill("Invoice number", "W1")
    tab.press("Record the invoice")
    tab.fill("Credit number", "CM-7")
    number(tab, "Amount, $", 100)
    tab.fill("What for", "One laptop went back.")
    tab.press("Record the credit")
    assert "One laptop went back" in tab.words
    assert standing(district, "GEN-27").expended_cents == COST - 100_00


def test_invoices_are_recorded_until_nothing_is_on_order(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.ORDERED)
    tab = open_page("ben", "funding", {"request": request.request_id})
    tab.fill("Invoice number", "INV-1")
    number(tab, "Amount, $", 1_800)
    assert "\\$2.00 more than is encumbered" in tab.words
    number(tab, "Amount, $", 1_700)
    last_one(tab)
    assert "| \\$1,700.00 | \\$98.00 |" in tab.words
    tab.press("Record the invoice")
    with district.read() as reader:
        (invoice,) = invoices_of(reader, request.request_id)
    assert (invoice.amount_cents, invoice.final) == (1_700_00, True)
    assert standing(district, "GEN-27").available_cents == 50_000_00 - 1_700_00
    assert "INV\\-1" in tab.words


def test_a_bill_above_the_order_asks_for_a_reason(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.ORDERED)
    tab = open_page("ben", "funding", {"request": request.request_id})
    tab.fill("Invoice number", "INV-1")
    number(tab, "Amount, $", 1_800)
    assert "0 received" in tab.words
    tab.press("Record the invoice")
    assert "above what is encumbered" in tab.words
    tab.fill("Why it is above the order", "Freight was added later.")
    tab.press("Record the invoice")
    assert standing(district, "GEN-27").expended_cents == 1_800_00


def test_a_credit_to_come_is_told_at_once_and_waits_for_the_business_office(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.ORDERED)
    paid = record_invoice(district, who(district, "ben"), an_invoice(district, request), now=NOON)
    tab = open_page("rita", "receiving", {"request": paid.request_id})
    number(tab, "Teacher laptop 14 in (2 to come)", 2)
    tab.fill("Reason", "Out of stock until May.")
    tab.press("Cancel these units")
    assert [told.value for told in tab.app.toast] == [
        "Cancelled. \\$0.00 came back; \\$1,798.00 was paid already: ask the vendor for a credit."
    ]
    assert "Credits to come: ask the vendor (1)" in open_page("ben", "", {}).words
    tab = open_page("ben", "funding", {"funding_show": "Credits to come"})
    assert request.request_id in str(tab.app.dataframe[0].value)
    tab = open_page("ben", "funding", {"request": request.request_id})
    assert "\\$0.00 ordered, \\$1,798.00 invoiced" in tab.words
    assert "\\$1,798.00 was paid for what is cancelled" in tab.words


def test_orders_with_invoices_to_come_are_a_list_of_their_own(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.ORDERED)
    tab = open_page("ben", "funding", {"funding_show": "Invoices to come"})
    (table,) = tab.app.dataframe
    assert table.value["request_id"].tolist() == [request.request_id]
    assert table.value["open_cents"].tolist() == [1_798.0]


def fund_desk(tab: Opened) -> Desk:
    found: Desk = tab.app.session_state["funds_desk"]
    return found


def type_in(tab: Opened, code: str, **cells: Any) -> None:  # noqa: ANN401  # any cell's
    """Type into a row of the fund table."""
    there = fund_desk(tab)
    position = [getattr(row, "fund_id", "") for row in there.rows].index(code)
    tab.app.session_state[there.key] = {
        "edited_rows": {position: cells},
        "added_rows": [],
        "deleted_rows": [],
    }
    tab.app.run()
    tab.fine()


def test_the_business_office_types_into_the_fund_table(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("ben", "funds", {})
    type_in(tab, "GEN-27", name="General fund, amended", ends_on="2027-06-15")
    assert "Not saved yet" in tab.words
    tab.press("Save")
    with district.read() as reader:
        fund = fund_with_balance(reader, "GEN-27")[0]
    assert (fund.name, str(fund.ends_on)) == ("General fund, amended", "2027-06-15")


def test_a_budget_is_saved_with_its_reason_only(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("ben", "funds", {})
    type_in(tab, "GEN-27", budget_cents=60_000)
    tab.press("Save")
    assert "Say why the budget changes" in tab.words
    assert not tab.app.checkbox, "nothing goes below what is committed"
    assert standing(district, "GEN-27").budget_cents == 50_000_00
    tab.fill("Why does the budget change?", "Board vote of October 1.")
    tab.press("Save")
    assert standing(district, "GEN-27").budget_cents == 60_000_00
    tab.app.session_state["funds_history"] = True
    tab.app.run()
    changes = tab.app.dataframe[-1].value.to_dict("records")
    assert {(one["Before"], one["After"], one["Why"]) for one in changes} == {
        ("$50,000.00", "$60,000.00", "Board vote of October 1.")
    }


def test_only_the_business_manager_cuts_below_what_is_committed(
    district: Database, open_page: type[Opened]
) -> None:
    allocated(district, in_status(district, Status.FUNDING))
    for person_id in ("ben", "bea"):
        tab = open_page(person_id, "funds", {})
        type_in(tab, "GEN-27", budget_cents=1_000)
        tab.fill("Why does the budget change?", "The State took it back.")
        boxes = [box for box in tab.app.checkbox if box.label.startswith("A budget may go below")]
        assert bool(boxes) is (person_id == "bea"), "asked only when it goes below"
        for box in boxes:
            box.check().run()
        tab.press("Save")
        assert (standing(district, "GEN-27").budget_cents == 1_000_00) is (person_id == "bea")


def test_what_two_people_typed_into_one_cell_is_told_row_by_row(open_page: type[Opened]) -> None:
    tab, other = open_page("ben", "funds", {}), open_page("bea", "funds", {})
    type_in(tab, "GEN-27", name="Ben's name")
    type_in(other, "GEN-27", name="Bea's name")
    other.press("Save")
    tab.press("Save")
    assert "Bea Stone changed" in tab.words
    assert fund_desk(tab).edits()


def test_a_forged_cell_is_refused(district: Database, open_page: type[Opened]) -> None:
    tab = open_page("ben", "funds", {})
    type_in(tab, "GEN-27", fund_id="X")
    tab.press("Save")
    assert "cannot be edited" in tab.words
    assert standing(district, "GEN-27").budget_cents == 50_000_00


def test_who_only_sees_funds_gets_no_editor(district: Database, open_page: type[Opened]) -> None:
    tab = open_page("lea", "funds", {})
    (balances,) = tab.app.dataframe
    assert "General fund 2026-27" in balances.value["Fund"].tolist()
    assert "The fund table" not in tab.words
    assert standing(district, "GEN-27").available_cents == 50_000_00


def test_balances_are_numbers_of_the_same_funds_as_on_spending(
    district: Database, open_page: type[Opened]
) -> None:
    allocated(district, in_status(district, Status.FUNDING))
    tab = open_page("lea", "funds", {})
    (balances,) = tab.app.dataframe
    rows = balances.value.set_index("Fund")
    assert rows.loc["General fund 2026-27", "Reserved"] == 1_798.0
    assert {found.label: found.value for found in tab.app.metric}["Reserved"] == "$1,798.00"
    assert "in 2026-27" in tab.words
    spending = open_page("lea", "spending", {})
    shown_there = {found.label: found.value for found in spending.app.metric}
    assert shown_there["Reserved now"] == "$1,798.00"
    assert "available \\$69,202.00" in spending.words


@pytest.mark.parametrize(
    ("figure", "words"),
    [("Reserved", "1 entry, together **\\$1,798.00**"), ("Available", "together **\\$48,202.00**")],
)
def test_a_figure_opens_the_entries_that_add_up_to_it(
    district: Database, open_page: type[Opened], figure: str, words: str
) -> None:
    allocated(district, in_status(district, Status.FUNDING))
    tab = open_page("lea", "funds", {})
    tab.app.session_state["funds_open"] = ("GEN-27", figure)
    tab.app.run()
    tab.fine()
    assert words in tab.words


def test_the_choice_and_its_reason_are_shown_first_and_nothing_is_called_impossible(
    district: Database, open_page: type[Opened]
) -> None:
    request = quoted(district, in_status(district, Status.QUOTING))
    line = a_quote(district, request).lines[0]
    request = quoted(
        district,
        request,
        vendor_id="BLUERIDGE",
        lines=(replace(line, unit_price_cents=line.unit_price_cents - 1),),
    )
    request = chosen(district, request, justification="Arrives before school starts.")
    for person_id, url in (("rita", "quotes"), ("ben", "funding")):
        words = open_page(person_id, url, {"request": request.request_id}).words
        assert words.index("Chosen]") < words.index("Cheapest]")
        assert "Arrives before school starts" in words.replace("\\", "")
        assert "is not possible" not in words


def test_correct_opens_the_form_before_everything_else(
    district: Database, open_page: type[Opened]
) -> None:
    request = quoted(district, in_status(district, Status.QUOTING))
    tab = open_page("rita", "quotes", {"request": request.request_id})
    tab.press("Correct")
    heads = [found.value for found in tab.app.subheader]
    assert heads[0].startswith("Correct")
    assert "Record a quote" not in heads
    tab.press("Save the correction")
    assert "Record a quote" in [found.value for found in tab.app.subheader]


def test_a_bill_being_typed_stays_when_somebody_else_does_their_part(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.ORDERED)
    tab = open_page("ben", "funding", {"request": request.request_id})
    tab.fill("Invoice number", "INV-7")
    received(district, request)
    number(tab, "Amount, $", 1_000)
    tab.press("Record the invoice")
    with district.read() as reader:
        assert [one.amount_cents for one in invoices_of(reader, request.request_id)] == [1_000_00]


def test_what_nothing_can_be_ordered_from_any_more_is_told_beside_the_total(
    district: Database, open_page: type[Opened]
) -> None:
    assert "of what is available" not in open_page("ben", "funds", {}).words
    with district.write() as work:
        work.update(replace(work.get(Fund, "T1A-27"), closed=True))
    words = open_page("ben", "funds", {}).words
    assert "$20,000.00 of what is available is in funds that are closed" in words
