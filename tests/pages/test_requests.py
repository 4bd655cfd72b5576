"""Asking, reviewing and deciding, as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON, in_status, submitted, the_request, who
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.steps import TakeStep, take_step
from techrequests.ui.menu import PAGES

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database

EVERYBODY = ("tina", "pia", "rita", "bea", "ben", "lea", "ada", "sue")


@pytest.mark.parametrize("person_id", EVERYBODY)
def test_every_page_opens_or_says_kindly_why_not(
    person_id: str, district: Database, open_page: type[Opened]
) -> None:
    for status in (Status.IN_REVIEW, Status.AWAITING_APPROVAL, Status.QUOTING):
        in_status(district, status)
    actor = who(district, person_id)
    for page in PAGES:
        words = open_page(person_id, page.url, {}).words
        refused = "This page is for people who may" in words
        assert refused is not page.open_to(actor), page.path


def test_a_request_that_does_not_exist_and_one_of_somebody_else_look_the_same(
    district: Database, open_page: type[Opened]
) -> None:
    theirs = submitted(district, "tina").request_id
    for number in (theirs, "TR-2027-9999", "<script>", "' OR 1=1 --"):
        words = open_page("will", "one_request", {"request": number}).words
        assert "it is not yours to see" in words
        assert "Two laptops" not in words


def test_a_draft_is_kept_while_it_is_typed_and_found_again(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("tina", "submit", {})
    tab.fill("What do you need?", "Two <b>laptops</b> =HYPERLINK(1)")
    number = str(tab.app.query_params["request"])
    assert the_request(district, number).title == "Two <b>laptops</b> =HYPERLINK(1)"
    again = open_page("tina", "submit", {"request": number})
    [title] = [found for found in again.app.text_input if found.label == "What do you need?"]
    assert title.value == "Two <b>laptops</b> =HYPERLINK(1)"


def test_submitting_too_little_says_everything_at_once_and_loses_nothing(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("tina", "submit", {})
    tab.fill("What do you need?", "A projector")
    tab.press("Submit the request")
    for label in ("What problem does it solve?", "How does it affect daily work or learning?"):
        assert f"“{label}” is empty: please fill it in." in tab.words
    [title] = [found for found in tab.app.text_input if found.label == "What do you need?"]
    assert title.value == "A projector"
    with district.read() as reader:
        assert reader.value("SELECT count(*) FROM tech_request WHERE status <> 'draft'") == 0


def test_a_form_that_is_out_of_date_is_refused_with_what_happened(
    district: Database, open_page: type[Opened]
) -> None:
    request = submitted(district, "tina")
    tab = open_page("rita", "review", {"request": request.request_id})
    tab.fill("Findings", "Fits the standard.")
    withdraw = TakeStep(
        request_id=request.request_id, seen_version=request.version, action=Action.WITHDRAW
    )
    take_step(district, who(district, "tina"), withdraw, now=NOON)
    tab.press("Forward to the supervisor")
    assert "In the meantime Tina Cho withdrew the request." in tab.words
    assert the_request(district, request.request_id).status is Status.WITHDRAWN


def test_a_denial_needs_a_reason_and_an_alternative(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.AWAITING_APPROVAL)
    tab = open_page("pia", "approvals", {"request": request.request_id})
    tab.press("Deny the request")
    assert "“Reason” is empty: please fill it in." in tab.words
    assert "Please offer at least one alternative." in tab.words
    assert the_request(district, request.request_id).status is Status.AWAITING_APPROVAL


def test_the_supervisor_approves_and_the_money_is_set_aside(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.AWAITING_APPROVAL)
    tab = open_page("pia", "approvals", {"request": request.request_id})
    tab.press("Approve \\$1,798.00")
    assert the_request(district, request.request_id).status is Status.QUOTING
    with district.read() as reader:
        held = reader.value("SELECT sum(reserved_cents) FROM fund_balance")
    assert held == request.estimate_cents


def test_a_person_who_left_is_signed_out_at_the_next_click(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("tina", "my_requests", {})
    with district.write() as work:
        work.run("UPDATE person SET active = false WHERE person_id = 'tina'")
    tab.app.run()
    tab.fine()
    assert "My requests" not in [found.value for found in tab.app.title]
