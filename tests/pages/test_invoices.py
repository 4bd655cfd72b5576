"""Invoices and credits, on the page of funding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import (
    NOON,
    an_invoice,
    in_status,
    received,
    who,
)
from pages.purchasing import COST, number, standing
from techrequests.domain.techrequest import Status
from techrequests.services.funding import record_invoice
from techrequests.store.orders import invoices_of

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database


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
    assert "INV-1" in tab.words


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


def test_a_number_much_like_another_asks_why_it_is_right(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.ORDERED)
    asked = an_invoice(district, request, invoice_number="INV-1", amount_cents=1_00, final=False)
    record_invoice(district, who(district, "ben"), asked, now=NOON)
    tab = open_page("ben", "funding", {"request": request.request_id})
    assert "Why is it right?" not in tab.words
    tab.fill("Invoice number", "INV-01")
    tab.press("Record the invoice")
    assert "a number much like this one" in tab.words
    tab.fill("Why is it right?", "Two papers, I hold both.")
    tab.press("Record the invoice")
    with district.read() as reader:
        assert len(invoices_of(reader, request.request_id)) == 2
    assert "Two papers, I hold both" in tab.words


def test_the_business_office_reads_the_tolerances_and_the_manager_changes_them(
    open_page: type[Opened],
) -> None:
    said = "more than was approved, without a new approval"
    tab = open_page("ben", "funds", {})
    assert said in tab.words
    assert "The business manager sets them." in tab.words
    tab = open_page("bea", "funds", {})
    assert said in tab.words
    (toggle,) = [one for one in tab.app.toggle if one.label == "Change the tolerances"]
    toggle.set_value(True).run()
    tab.fine()
