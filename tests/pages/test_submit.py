"""The form that people ask with, as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import drafted, submitted, the_request
from techrequests.domain.techrequest import Status

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database


def number(tab: Opened, label: str, value: float) -> None:
    """Type a number into the last field with this label."""
    [*_, field] = [found for found in tab.app.text_input if found.label == label]
    field.set_value(f"{value:.10g}").run()
    tab.fine()


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


def test_a_refusal_is_told_beside_the_button_and_at_each_field_until_it_is_mended(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("tina", "submit", {})
    tab.press("Submit the request")
    assert "Add at least one item." in tab.told("error")
    assert tab.told("markdown").count(":red[:material/error: Add at least one item") == 1
    assert not tab.app.toast
    tab.fill("What do you need?", "A projector")
    tab.press("Add something else")
    assert "Add at least one item" not in tab.told("error")
    assert "What do you need?" not in tab.told("error")
    assert "What problem does it solve?" in tab.told("error")
    assert the_request(district, str(tab.app.query_params["request"])).title == "A projector"


def test_what_is_not_saved_is_named_while_it_is_typed(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("tina", "submit", {})
    for title in ("Cables", "x" * 121):
        tab.fill("What do you need?", title)
    tab.press("Add something else")
    tab.fill("What problem does it solve?", "None fit.")
    draft = the_request(district, str(tab.app.query_params["request"]))
    assert (draft.title, draft.problem) == ("Cables", "None fit.")
    assert "1 characters too long" in tab.told("warning")
    assert "Item 1: “Item” is empty" in tab.told("warning")
    tab.fill("Item", "USB cable")
    number(tab, "Quantity", 0)
    number(tab, "Price each, $", -5)
    for words in ("“Quantity” must be between", "“Price each” cannot be below zero"):
        assert tab.told("markdown").count(f":red[:material/error: Item 1: {words}") == 1


def test_a_form_of_a_request_that_was_submitted_leads_to_it(
    district: Database, open_page: type[Opened]
) -> None:
    number = submitted(district, "tina").request_id
    tab = open_page("tina", "submit", {"request": number})
    assert "was submitted" in tab.words
    assert not tab.app.text_input
    tab.app.run()
    assert not tab.app.text_input


def test_files_make_the_draft_and_are_listed(open_page: type[Opened]) -> None:
    tab = open_page("tina", "submit", {})
    [box] = tab.app.file_uploader
    box.upload("list.txt", b"30 headsets").upload("fake.pdf", b"\x00").run()
    tab.fine()
    assert str(tab.app.query_params["request"]).startswith("TR-")
    assert [found.proto.label for found in tab.app.get("link_button")] == ["list.txt"]
    assert "fake.pdf" in tab.told("error")
    tab.press("Remove")
    assert not tab.app.get("link_button")
    assert not tab.app.error


def test_a_draft_is_discarded_on_its_form(district: Database, open_page: type[Opened]) -> None:
    tab = open_page("tina", "submit", {})
    tab.fill("What do you need?", "Nothing")
    draft = str(tab.app.query_params["request"])
    tab.press("Discard it")
    assert the_request(district, draft).status is Status.WITHDRAWN
    assert tab.app.title[0].value == "My requests"


def test_a_draft_in_two_windows_says_so_and_keeps_the_one_that_is_picked(
    district: Database, open_page: type[Opened]
) -> None:
    draft = drafted(district)
    here, there = (open_page("tina", "submit", {"request": draft.request_id}) for _ in "12")
    for tab, title in ((there, "Three laptops"), (here, "Four laptops")):
        tab.fill("What do you need?", title)
    assert the_request(district, draft.request_id).title == "Three laptops"
    assert "**Not saved**: this draft was changed in another window" in here.words
    assert "Saved as draft" not in here.words
    here.press("Keep what stands here")
    assert the_request(district, draft.request_id).title == "Four laptops"
    assert "Saved as draft" in here.words
    there.fill("What problem does it solve?", "None of them starts.")
    there.press("Take the other one")
    assert "Four laptops" in [field.value for field in there.app.text_input]
    there.fill("What problem does it solve?", "None of them starts.")
    kept = the_request(district, draft.request_id)
    assert (kept.title, kept.problem) == ("Four laptops", "None of them starts.")


def test_a_price_with_parts_of_a_cent_is_not_sent_as_another(
    district: Database, open_page: type[Opened]
) -> None:
    draft = drafted(district)
    tab = open_page("tina", "submit", {"request": draft.request_id})
    number(tab, "Price each, $", 100.505)
    assert "“Price each” has parts of a cent" in tab.words
    tab.press("Submit the request")
    assert the_request(district, draft.request_id).status is Status.DRAFT
    number(tab, "Price each, $", 100.5)
    tab.press("Submit the request")
    assert the_request(district, draft.request_id).estimate_cents == 2 * 100_50
