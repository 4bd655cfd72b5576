"""Quotes, as a page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from builders import (
    CHROMEBOOK,
    NOON,
    a_quote,
    chosen,
    cost_cents,
    in_status,
    quoted,
    the_request,
    who,
)
from pages.purchasing import COST, number, shown
from techrequests.domain.purchasing import Quote
from techrequests.domain.techrequest import Status
from techrequests.services.quotes import VendorsAsked, ask_vendors
from techrequests.store.quotes import offers_of
from techrequests.store.requests import lines_of

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database


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
    assert not tab.app.code
    with district.read() as reader:
        for question in reader.find(Quote):
            tab.app.session_state[f"letter:{question.quote_id}"] = True
    tab.app.run()
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
    (price,) = [found for found in tab.app.text_input if found.label == "Price each, $"]
    assert price.value == "899.00"
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
    (price,) = [found for found in tab.app.text_input if found.label == "Price each, $"]
    assert price.value == "890"


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


def test_an_offer_a_cent_above_the_approval_is_marked_and_may_be_chosen(
    district: Database, open_page: type[Opened]
) -> None:
    request = quoted(district, in_status(district, Status.QUOTING), shipping_cents=1)
    tab = open_page("rita", "quotes", {"request": request.request_id})
    assert "$0.01 above the approved $1,798.00, within the tolerance" in tab.words
    tab.press("Choose")
    assert the_request(district, request.request_id).status is Status.FUNDING


def test_an_offer_that_cannot_be_chosen_says_why_and_has_no_button(
    district: Database, open_page: type[Opened]
) -> None:
    request = quoted(district, in_status(district, Status.QUOTING), shipping_cents=60_00)
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
