"""Looking at requests, reviewing and deciding, as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON, decisions_of, drafted, in_status, submitted, the_request, who
from techrequests.domain.intake import LineAsked
from techrequests.domain.reminders import open_question
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.quotes import AmendAsked, amend
from techrequests.services.steps import TakeStep, take_step
from techrequests.store.requests import events_of
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
    # The button is gone with the form, so it is told in the corner of the screen.
    assert "In the meantime Tina Cho withdrew the request." in tab.told("toast")
    assert the_request(district, request.request_id).status is Status.WITHDRAWN


def test_a_denial_needs_a_reason_and_an_alternative(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.AWAITING_APPROVAL)
    tab = open_page("pia", "approvals", {"request": request.request_id})
    tab.press("Deny the request")
    for words in ("“Reason” is empty: please fill it in", "Please offer at least one alternative"):
        assert words in tab.told("error")
        assert tab.told("markdown").count(f":red[:material/error: {words}") == 1
    assert the_request(district, request.request_id).status is Status.AWAITING_APPROVAL


def test_who_is_asked_reads_the_question_and_is_told_that_they_are_next(
    district: Database, open_page: type[Opened]
) -> None:
    number = in_status(district, Status.NEEDS_INFORMATION).request_id
    with district.read() as reader:
        question = open_question(events_of(reader, number))
    assert question
    tab = open_page("tina", "one_request", {"request": number})
    assert "**You are next:** answer the question" in tab.words
    assert f"**Rita Moss asks:** {question.note}" in tab.told("info")
    assert f"**Question:** {question.note}" in tab.told("markdown")
    tab.press("Answer")
    assert "“Answer” is empty" in tab.told("error")
    tab.fill("Answer", "No.")
    assert not tab.app.error
    assert "Next: **Tina Cho** answers" in open_page("rita", "review", {"request": number}).words


def test_after_a_decision_it_says_what_comes_next_and_offers_the_next_case(
    district: Database, open_page: type[Opened]
) -> None:
    first, second = (in_status(district, Status.AWAITING_APPROVAL) for _ in "12")
    tab = open_page("pia", "approvals", {"request": first.request_id})
    tab.press("Approve \\$1,798.00")
    told = "You approved the request. Next: **the technology department** gets quotes"
    assert told in tab.told("success")
    links = [str(found.proto.label) for found in tab.app.get("page_link")]
    assert f"Go on with the next one, {second.request_id}" in links


def test_a_denial_offers_what_is_ticked_and_what_is_typed(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.AWAITING_APPROVAL)
    tab = open_page("pia", "approvals", {"request": request.request_id})
    tab.fill("Reason", "No money.")
    ticked = "Ask for fewer units now and the rest later."
    [box] = [found for found in tab.app.checkbox if found.label == ticked]
    box.check().run()
    tab.fill("In your own words, one a line", "Share ours.")
    tab.press("Deny the request")
    with district.read() as reader:
        [decision] = decisions_of(reader, request.request_id)
    assert decision.alternatives == f"{ticked}\nShare ours."


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


def test_a_list_says_the_site_only_to_who_sees_several_and_which_filters_are_set(
    district: Database, open_page: type[Opened]
) -> None:
    in_status(district, Status.IN_REVIEW)
    one_site, all_sites = (open_page(code, "all_requests", {}) for code in ("pia", "rita"))
    assert list(one_site.app.dataframe[0].value.columns)[:3] == ["request_id", "status", "title"]
    assert "site" not in one_site.app.dataframe[0].value.columns
    assert "site" in all_sites.app.dataframe[0].value.columns
    assert "Only" not in all_sites.told("markdown")
    [sites] = [found for found in all_sites.app.multiselect if found.label == "Site"]
    sites.select("LHS").run()
    assert "Only Site: **Lincoln High School**" in all_sites.told("markdown")


def test_a_draft_costs_nothing_yet_on_today(district: Database, open_page: type[Opened]) -> None:
    drafted(district, lines=())
    words = open_page("tina", "", {}).words
    assert "Finish your draft (1)" in words
    assert "$0.00" not in words


def test_a_decline_names_everything_that_is_missing(
    district: Database, open_page: type[Opened]
) -> None:
    request = submitted(district, "tina")
    tab = open_page("rita", "review", {"request": request.request_id})
    tab.press("Decline the request")
    for words in ("“Findings” is empty", "“Reason” is empty", "at least one alternative"):
        assert words in tab.told("error")


def test_who_decided_once_decides_again_when_it_comes_back_changed(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.AWAITING_APPROVAL)
    tab = open_page("pia", "approvals", {"request": request.request_id})
    tab.press("Approve \\$1,798.00")
    approved = the_request(district, request.request_id)
    dearer = LineAsked(description="Laptop", quantity=2, unit_estimate_cents=999_00)
    amend(
        district,
        who(district, "rita"),
        AmendAsked(
            request_id=approved.request_id,
            seen_version=approved.version,
            key="dearer",
            note="The old model is not sold any more.",
            lines=(dearer,),
        ),
        now=NOON,
    )
    tab.app.run()
    tab.press("Approve \\$1,998.00")
    with district.read() as reader:
        decisions = decisions_of(reader, request.request_id)
    assert [one.amount_cents for one in decisions] == [1_798_00, 1_998_00]
    assert the_request(district, request.request_id).status is Status.QUOTING


@pytest.mark.parametrize(
    ("others", "words", "said"),
    [
        (0, "0 other open requests of", "None: this is the only one."),
        (1, "1 other open request of", "awaiting approval"),
        (2, "2 other open requests of", "awaiting approval"),
    ],
)
def test_the_other_open_requests_of_the_school_are_listed(
    district: Database, open_page: type[Opened], others: int, words: str, said: str
) -> None:
    for _ in range(others):
        in_status(district, Status.AWAITING_APPROVAL)
    request = in_status(district, Status.AWAITING_APPROVAL)
    tab = open_page("pia", "approvals", {"request": request.request_id})
    [box] = [one for one in tab.app.expander if one.label.startswith(words)]
    [listed] = box.markdown
    assert said in listed.value
    assert len(listed.value.split("\n\n")) == max(others, 1)
    assert request.request_id not in listed.value
