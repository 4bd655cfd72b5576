"""The category on the form, corrections of what was sent, and findings against a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import DISPLAY, LAPTOP, in_status, submitted, the_request
from techrequests.domain.catalogue import Category
from techrequests.domain.intake import LineAsked
from techrequests.domain.techrequest import Status

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database

MOUNT = LineAsked(description="Wall mount", quantity=1, unit_estimate_cents=90_00)


def category(tab: Opened, label: str = "Category") -> str | None:
    chosen: str | None = next(box.value for box in tab.app.selectbox if box.label == label)
    return chosen


def pick(tab: Opened, label: str, value: str) -> None:
    next(box for box in tab.app.selectbox if box.label == label).set_value(value).run()
    tab.fine()


def test_the_category_is_empty_and_filled_from_the_first_item_that_is_picked(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("tina", "submit", {})
    assert category(tab) is None
    assert "who, depends on the category" in tab.words
    pick(tab, "Add from the standards catalogue", DISPLAY.item_id)
    assert category(tab) == "displays"
    assert f"From the first item you picked: {DISPLAY.name}" in tab.words
    pick(tab, "Add from the standards catalogue", LAPTOP.item_id)
    assert category(tab) == "displays"
    next(found for found in tab.app.button if found.label == "Remove").click().run()
    assert category(tab) == "computers"
    number = str(tab.app.query_params["request"])
    assert the_request(district, number).category is Category.COMPUTERS


def test_a_category_that_somebody_chose_stays(open_page: type[Opened]) -> None:
    tab = open_page("tina", "submit", {})
    pick(tab, "Category", "audio and video")
    pick(tab, "Add from the standards catalogue", DISPLAY.item_id)
    assert category(tab) == "audio and video"
    assert "From the first item you picked" not in tab.words


def test_a_request_is_corrected_in_the_same_form_and_nothing_before_it_is_saved(
    district: Database, open_page: type[Opened]
) -> None:
    request = submitted(district)
    tab = open_page("tina", "submit", {"correct": request.request_id})
    tab.fill("What do you need?", "Three laptops")
    assert the_request(district, request.request_id).title == request.title
    tab.press("Save the correction")
    assert the_request(district, request.request_id).title == "Three laptops"
    assert tab.app.title[0].value == "Three laptops"
    assert "Before: Two laptops for the writing lab" in tab.words
    review = open_page("rita", "review", {"request": request.request_id})
    assert "Tina Cho corrected this request" in review.told("info")
    assert "Now: Three laptops" in review.told("info")


def test_a_form_of_what_cannot_be_corrected_any_more_says_why(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.AWAITING_APPROVAL)
    tab = open_page("tina", "submit", {"correct": request.request_id})
    assert "This request is “awaiting approval” now" in tab.words.replace("\\", "")
    assert not tab.app.text_input


def test_the_reviewer_corrects_the_category_with_that_of_the_items(
    district: Database, open_page: type[Opened]
) -> None:
    request = submitted(district, lines=(MOUNT,))
    tab = open_page("rita", "review", {"request": request.request_id})
    pick(tab, "Category of the request", "displays")
    assert "The review stays with you." in tab.words
    tab.press("Correct the category")
    assert the_request(district, request.request_id).category is Category.DISPLAYS
    assert "Wall mount: computers → displays" in tab.words.replace("\\", "")


def test_what_is_not_feasible_goes_on_for_a_reason_that_everybody_concerned_reads(
    district: Database, open_page: type[Opened]
) -> None:
    request = submitted(district)
    tab = open_page("rita", "review", {"request": request.request_id})
    tab.fill("Findings", "There is no outlet.")
    next(box for box in tab.app.radio if box.label == "Feasibility").set_value("not feasible").run()
    tab.press("Forward to the supervisor")
    assert "You found it not feasible. Decline it, or say" in tab.told("error")
    tab.fill("Why it goes to the supervisor all the same", "An outlet is promised by June.")
    tab.press("Forward to the supervisor")
    assert the_request(district, request.request_id).status is Status.AWAITING_APPROVAL
    for person_id, page in (("pia", "approvals"), ("tina", "one_request")):
        seen = open_page(person_id, page, {"request": request.request_id})
        assert "There is no outlet" in seen.words
        assert "**Forwarded although it is not feasible.** An outlet" in seen.told("warning")


def test_leadership_sees_who_took_two_duties(open_page: type[Opened], district: Database) -> None:
    in_status(district, Status.CLOSED)
    tab = open_page("lea", "audit", {})
    assert "Nobody took two duties in one request." in tab.words
