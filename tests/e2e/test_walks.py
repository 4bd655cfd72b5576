"""Whole lives of requests, walked in a real browser by each person in turn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from e2e.conftest import Walk

pytestmark = pytest.mark.browser

PROBLEM = "Two laptops of the writing lab no longer start, so two students share one."
IMPACT = "Five classes a day; drafts are lost when students swap seats."


def submit(walk: Walk, title: str) -> str:
    """Tina fills in the form and sends it; the request's number."""
    walk.sit_down("tina", "submit")
    walk.type("What do you need?", title)
    walk.type("What problem does it solve?", PROBLEM)
    walk.type("How does it affect daily work or learning?", IMPACT)
    walk.pick("Add from the standards catalogue", "Teacher laptop")
    walk.sees("Rita Moss checks feasibility")
    walk.press("Submit the request")
    walk.sees("Next:")
    return walk.request_id


def forward(walk: Walk, number: str) -> None:
    """Rita reviews the request and forwards it."""
    walk.sit_down("rita", "review", request=number)
    walk.type(
        "Findings", "The lab's laptops are out of warranty; the standard model fits the carts."
    )
    walk.press("Forward to the supervisor")


def quote(walk: Walk, number: str, vendor: str, price: str) -> None:
    """Rita types in what a vendor offers."""
    walk.sit_down("rita", "quotes", request=number)
    walk.pick("Vendor", vendor)
    walk.number("Price each, $", price)
    walk.press("Save the quote")


def test_from_the_ask_to_the_device_on_the_desk(walk: Walk) -> None:
    number = submit(walk, "Laptop for the reading room")
    forward(walk, number)
    walk.sit_down("pia", "approvals", request=number)
    walk.press("Approve $899.00")
    quote(walk, number, "Northwind", "880")
    walk.press("Choose")

    fund_and_order(walk, number)
    receive_and_deploy(walk, number)

    walk.sit_down("tina")
    walk.sees("Check that it works")
    walk.sit_down("tina", "one_request", request=number)
    walk.press("Confirm it works")
    walk.type("Feedback (optional)", "Set up before first period. Thank you!")
    walk.press("Confirm it works")
    walk.sees("confirmed that it works")
    walk.sit_down("lea", "inventory", inventory_search=f"SN-{number}")
    walk.sees("1 row")
    walk.sit_down("bea", "one_request", request=number)
    walk.sees("expended $880.00")


def fund_and_order(walk: Walk, number: str) -> None:
    """Bea splits the cost, orders, and records the bill."""
    walk.sit_down("bea")
    walk.sees("Pick the funds and order")
    walk.sit_down("bea", "funding", request=number)
    walk.sees("All of $880.00 is split.")
    walk.press("Save the split")
    walk.type("Order number", f"PO-{number}")
    walk.press("Order for $880.00")
    walk.type("Invoice number", f"INV-{number}")
    walk.press("Record the invoice")


def receive_and_deploy(walk: Walk, number: str) -> None:
    """Rita takes the goods in, sets them up and hands them over."""
    walk.sit_down("rita", "receiving", request=number)
    walk.press("Everything came, nothing is broken")
    walk.type("Serial numbers (optional)", f"SN-{number}")
    walk.press("Receive")
    walk.sit_down("rita", "deployments", request=number)
    walk.tick_everything()
    walk.press("Hand over to Tina Cho")


def test_a_short_text_is_kept_before_its_field_is_left(walk: Walk) -> None:
    walk.sit_down("tina", "submit")
    walk.page.get_by_role("textbox", name="What do you need?").press_sequentially("Cables")
    walk.page.wait_for_url(re.compile("request=TR-"))
    walk.settle()
    walk.page.reload()
    expect(walk.page.get_by_role("textbox", name="What do you need?")).to_have_value("Cables")


def test_going_back_after_submitting_leads_to_the_request(walk: Walk) -> None:
    number = submit(walk, "Laptops for the chess club")
    walk.page.go_back()
    walk.sees("there is nothing to fill in any more")
    walk.page.get_by_role("link", name=f"Open {number}").click()
    walk.sees("Next:")


def test_denied_with_alternatives_then_asked_again(walk: Walk) -> None:
    number = submit(walk, "Laptops for the writing lab")
    forward(walk, number)
    walk.sit_down("pia", "approvals", request=number)
    walk.press("Deny")
    walk.press("Deny the request")
    # The pop-up is still open, and says at both fields what is missing.
    walk.sees("“Reason” is empty: please fill it in.")
    walk.sees("Please offer at least one alternative.")
    walk.type("Reason", "The lab moves to the library in January.")
    walk.tick("Ask for fewer units")
    walk.press("Deny the request")
    walk.sit_down("tina", "one_request", request=number)
    walk.sees("The lab moves to the library in January.")
    walk.sees("Ask for fewer units now and the rest later.")
    walk.press("Start a new request from this one")
    walk.press("Submit the request")
    assert walk.request_id != number
    walk.sees(f"Started from {number}")


def test_needs_information_and_back(walk: Walk) -> None:
    number = submit(walk, "Laptops for the debate club")
    walk.sit_down("rita", "review", request=number)
    walk.press("Ask the requester")
    walk.type("Question", "Do they need to run the video editor?")
    walk.press("Ask the requester")
    walk.sit_down("tina", "messages")
    walk.sees("Messages (")
    unread = walk.unread
    walk.page.locator("summary").first.click()
    walk.sees("Question: Do they need to run the video editor?")
    walk.settle()
    assert walk.unread == unread - 1
    walk.sit_down("tina")
    walk.sees("Answer a question")
    walk.sit_down("tina", "one_request", request=number)
    walk.press("Answer")
    walk.type("Answer", "No, only documents and slides.")
    walk.press("Answer")
    walk.sees("Rita Moss")
    forward(walk, number)
    walk.sit_down("pia", "approvals", request=number)
    walk.sees("No, only documents and slides.")
