"""The dashboards as pages: who may open them, their numbers, filters and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from builders import in_status
from techrequests.domain.catalogue import Category
from techrequests.domain.techrequest import Priority, Status

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database


def numbers(tab: Opened) -> dict[str, str]:
    """The numbers at the top, by label."""
    return {found.label: found.value for found in tab.app.metric}


@pytest.mark.parametrize(
    ("person_id", "page"), [("tina", "overview"), ("tina", "spending"), ("pia", "spending")]
)
def test_a_dashboard_stays_closed_to_who_may_not_see_it(
    open_page: type[Opened], person_id: str, page: str
) -> None:
    tab = open_page(person_id, page, {})
    assert "This page is for people who may" in tab.words
    assert not numbers(tab)


def test_an_empty_district_is_told_kindly(open_page: type[Opened]) -> None:
    tab = open_page("lea", "overview", {})
    assert numbers(tab)["Open requests"] == "0"
    assert numbers(tab)["Days to delivery"] == "none yet"
    assert "No request is open. Enjoy it while it lasts." in tab.words


def test_the_overview_counts_what_its_reader_may_see(
    open_page: type[Opened], district: Database
) -> None:
    in_status(district, Status.IN_REVIEW, priority=Priority.CRITICAL)
    in_status(district, Status.QUOTING, requester_id="will")
    tab = open_page("lea", "overview", {})
    assert numbers(tab)["Open requests"] == "2"
    assert numbers(tab)["High or critical"] == "1"
    assert numbers(tab)["Submitted in 2026-27"] == "2"
    assert all(found.help for found in tab.app.metric), "every number says what it counts"
    assert numbers(open_page("pia", "overview", {}))["Open requests"] == "1"


def test_filters_in_the_address_narrow_the_overview_down(
    open_page: type[Opened], district: Database
) -> None:
    in_status(district, Status.IN_REVIEW, requester_id="tina")
    in_status(district, Status.IN_REVIEW, requester_id="will", category=Category.DISPLAYS)
    tab = open_page("lea", "overview", {"overview_site": "Washington Elementary"})
    assert numbers(tab)["Open requests"] == "1"
    tab = open_page(
        "lea",
        "overview",
        {"overview_site": "Washington Elementary", "overview_category": "Computers"},
    )
    assert numbers(tab)["Open requests"] == "0"


def test_under_a_chart_stands_the_table_it_is_drawn_from(
    open_page: type[Opened], district: Database
) -> None:
    in_status(district, Status.IN_REVIEW)
    tab = open_page("lea", "overview", {})
    assert not tab.app.dataframe
    tab.app.session_state["backlog-by-priority_figures"] = True
    tab.app.run()
    tab.fine()
    (table,) = tab.app.dataframe
    assert table.value.to_dict("records") == [
        {"status": "in review", "priority": "medium", "requests": 1, "estimate_cents": 1_798.0}
    ]


def test_the_spending_page_adds_up_the_funds_of_the_year(
    open_page: type[Opened], district: Database
) -> None:
    in_status(district, Status.QUOTING, fund_id="GEN-27")
    tab = open_page("ben", "spending", {})
    assert numbers(tab) == {
        "Expended in 2026-27": "$0.00",
        "Encumbered now": "$0.00",
        "Reserved now": "$1,798.00",
    }
    assert "budget \\$71,000.00" in tab.words
    assert "Nothing was expended in this fiscal year yet." in tab.words
    tab = open_page("ben", "spending", {"spending_fund": "Technology levy 2026-27"})
    assert "budget \\$1,000.00" in tab.words
    assert numbers(tab)["Reserved now"] == "$0.00"
    tab = open_page("ben", "spending", {"spending_category": "Displays"})
    assert numbers(tab)["Reserved now"] == "$0.00", "every filter narrows the numbers down"


def test_the_numbers_lead_to_the_requests_that_they_count(
    district: Database, open_page: type[Opened]
) -> None:
    for status in (Status.IN_REVIEW, Status.ORDERED, Status.DENIED):
        for priority in (Priority.LOW, Priority.HIGH):
            in_status(district, status, priority=priority)
    in_status(district, Status.IN_REVIEW, requester_id="will", priority=Priority.CRITICAL)
    tab = open_page("lea", "overview", {"overview_site": "Lincoln High School"})
    counted = numbers(tab)
    links = {one.proto.label: one.proto.query_string for one in tab.app.get("page_link")}
    for label, number in {
        "The open requests": counted["Open requests"],
        "High or critical": counted["High or critical"],
        "Longest at a stage first": counted["Open requests"],
    }.items():
        listed = open_page("lea", "all_requests", parse_qs(links[label]))
        assert f"{number} row" in listed.told("caption"), label
    assert (counted["Open requests"], counted["High or critical"]) == ("4", "2")
