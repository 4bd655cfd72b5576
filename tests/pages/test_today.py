"""Today as those see it who pay, and those who oversee the district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import in_status
from techrequests.domain.techrequest import Status

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database


def test_leadership_never_reads_only_that_nothing_waits(
    open_page: type[Opened], district: Database
) -> None:
    empty = open_page("lea", "", {})
    assert "Nothing waits for you" not in empty.words
    assert "No request waits for a supervisor." in empty.words
    in_status(district, Status.AWAITING_APPROVAL)
    tab = open_page("lea", "", {})
    assert {one.label: one.value for one in tab.app.metric}["Waits for a decision"] == "$1,798.00"
    assert "with Pia Lang" in tab.words
    (stages, *_) = tab.app.dataframe
    assert stages.value["Stage"].tolist() == ["Awaiting approval"]


def test_others_have_no_figures_of_the_district(open_page: type[Opened]) -> None:
    for person_id in ("tina", "pia", "rita", "ben", "ada"):
        tab = open_page(person_id, "", {})
        assert not tab.app.metric
        assert "Nothing waits for you" in tab.words


def test_the_business_office_sees_what_it_waits_for(
    open_page: type[Opened], district: Database
) -> None:
    for _ in range(6):
        in_status(district, Status.ORDERED)
    tab = open_page("ben", "", {})
    assert "Invoices to come (6)" in tab.words
    assert "$1,798.00" in tab.words
    assert "ordered" in tab.words
