"""Being away, standing in, and what an administrator sees of it, as pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from builders import NOON, TODAY, away, in_status, the_request
from techrequests.domain.techrequest import Status
from techrequests.services.delegation import every_absence
from techrequests.services.pending import move_decisions

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database


def pick(tab: Opened, label: str, value: str) -> None:
    [*_, box] = [found for found in tab.app.selectbox if found.label == label]
    box.set_value(value).run()
    tab.fine()


def last_day(tab: Opened, days: int) -> None:
    [*_, field] = [found for found in tab.app.date_input if found.label == "Last day"]
    field.set_value(TODAY + timedelta(days=days)).run()
    tab.fine()


def test_an_approver_goes_away_and_comes_back(district: Database, open_page: type[Opened]) -> None:
    request = in_status(district, Status.AWAITING_APPROVAL)
    tab = open_page("pia", "approvals", {})
    pick(tab, "Who decides instead", "tom")
    last_day(tab, 3)
    tab.fill("Reason (optional)", "Conference *in* Denver")
    tab.press("Set the delegate")
    assert the_request(district, request.request_id).approver_id == "tom"
    assert "**Tom Berg** decides for you from October 5, 2026 to October 8, 2026" in tab.words
    assert "1 waiting for a decision" in tab.words
    assert "Conference \\*in\\* Denver" in tab.words
    assert "Nothing waits for your decision." in tab.words
    tab.press("End now")
    assert the_request(district, request.request_id).approver_id == "pia"
    assert "Away now" not in tab.words


def test_what_is_wrong_with_a_delegation_is_said_and_nothing_typed_is_lost(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("pia", "approvals", {})
    tab.fill("Reason (optional)", "Conference")
    tab.press("Set the delegate")
    assert "“Who decides instead” is empty: please fill it in." in tab.words
    [reason] = [found for found in tab.app.text_input if found.label == "Reason (optional)"]
    assert reason.value == "Conference"
    assert every_absence(district, TODAY) == ()


def test_a_delegate_without_a_role_finds_decides_and_is_named_with_the_approver(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.AWAITING_APPROVAL)
    assert "This page is for people who may" in open_page("tom", "approvals", {}).words
    away(district, "pia", "tom", TODAY, TODAY)
    assert "Approve or deny (1)" in open_page("tom", "", {}).words
    queue = open_page("tom", "approvals", {})
    assert list(queue.app.dataframe[-1].value["for_whom"]) == ["Pia Lang"]
    assert not [found for found in queue.app.button if found.label == "Set the delegate"]
    tab = open_page("tom", "approvals", {"request": request.request_id})
    assert "You decide for **Pia Lang**, who is away." in tab.words
    assert "**You are next:**" in tab.words
    asker = open_page("tina", "one_request", {"request": request.request_id})
    assert "Next: **Tom Berg for Pia Lang**" in asker.words
    tab.press("Approve \\$1,798.00")
    assert the_request(district, request.request_id).status is Status.QUOTING
    seen = open_page("tina", "one_request", {"request": request.request_id})
    assert "**Tom Berg for Pia Lang** approved the request" in seen.words


def test_an_administrator_sets_and_ends_delegations_of_others(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.AWAITING_APPROVAL)
    tab = open_page("ada", "delegations", {})
    assert "Nobody is away, now or later." in tab.words
    pick(tab, "Who is away", "pia")
    pick(tab, "Who decides instead", "tom")
    tab.press("Set the delegate")
    assert "**Tom Berg** decides for **Pia Lang** on October 5, 2026" in tab.words
    assert "set by Ada Wynn" in tab.words
    assert the_request(district, request.request_id).approver_id == "tom"
    tab.app.session_state["past"] = True
    tab.app.run()
    tab.fine()
    assert "Tom Berg" in str(tab.app.dataframe[-1].value)
    tab.press("End now")
    assert the_request(district, request.request_id).approver_id == "pia"


def test_a_delegation_to_come_can_be_taken_back(
    district: Database, open_page: type[Opened]
) -> None:
    away(district, "pia", "tom", TODAY + timedelta(days=1), TODAY + timedelta(days=2))
    tab = open_page("pia", "approvals", {})
    assert "Planned" in tab.words
    tab.press("Take back")
    assert every_absence(district, TODAY) == ()


def test_an_overdue_decision_with_nobody_above_stands_before_the_administrator(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.AWAITING_APPROVAL, requester_id="tina", by="sue")
    move_decisions(district, 10, now=NOON + timedelta(days=10))
    assert "Find somebody who decides (1)" in open_page("ada", "", {}).words
    tab = open_page("ada", "one_request", {"request": request.request_id})
    assert "Overdue, and nobody above could take it over" in tab.words
