"""Funding, as a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from builders import (
    NOON,
    allocated,
    in_status,
    the_request,
)
from pages.purchasing import COST, number, shown, standing
from techrequests import runtime
from techrequests.domain.funds import Fund
from techrequests.domain.techrequest import Status
from techrequests.store.quotes import offers_of

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database


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
    assert "GEN-27 holds this but may not pay" in tab.words
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
    assert "“Price each” has parts of a cent" in tab.words
    tab.press("Save the quote")
    with district.read() as reader:
        assert not offers_of(reader, request.request_id)


def test_one_button_gives_a_fund_the_rest(district: Database, open_page: type[Opened]) -> None:
    request = in_status(district, Status.FUNDING)
    tab = open_page("ben", "funding", {"request": request.request_id})
    number(tab, "GEN-27 pays, $", 900)
    rest = [found for found in tab.app.button if found.label == "The rest"]
    levy = [found for found in tab.app.text_input if found.label.endswith("pays, $")]
    position = [found.label for found in levy].index("LEVY-27 pays, $")
    rest[position].click().run()
    tab.fine()
    (field,) = [found for found in tab.app.text_input if found.label == "LEVY-27 pays, $"]
    assert field.value == "898.00"


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
