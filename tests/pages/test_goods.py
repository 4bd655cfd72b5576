"""Receiving, the inventory and deployments, as pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from builders import TWO_LAPTOPS, in_status, received, the_request, ticked
from techrequests.domain.assets import Asset, AssetStatus
from techrequests.domain.techrequest import Status
from techrequests.store.deployment import tasks_of
from techrequests.store.inventory import assets_of_request
from techrequests.store.receiving import standings_of

if TYPE_CHECKING:
    from streamlit.testing.v1.element_tree import TextInput

    from pages.conftest import Opened
    from techrequests.store.database import Database

TEN_LAPTOPS = replace(TWO_LAPTOPS, quantity=10)


def number(tab: Opened, label: str) -> TextInput:
    """The last number field with this label."""
    [*_, field] = [found for found in tab.app.text_input if found.label == label]
    return field


def pick(tab: Opened, label: str, value: str) -> None:
    """Pick from the last list with this label."""
    [*_, field] = [found for found in tab.app.selectbox if found.label == label]
    field.set_value(value).run()
    tab.fine()


def assets(district: Database, request_id: str) -> list[Asset]:
    with district.read() as reader:
        return assets_of_request(reader, request_id)


def test_goods_are_counted_in_with_scanned_serial_numbers(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.ORDERED, lines=(TEN_LAPTOPS,))
    tab = open_page("rita", "receiving", {"request": request.request_id})
    assert "PO-TR-2027-0001" in tab.words
    tab.fill("Serial numbers (optional)", "SN-1\nSN-2\nSN-3")
    assert "3 accepted, 3 serial numbers" in tab.words
    tab.fill("Room (optional)", "Dock 2")
    tab.press("Receive")
    assert [(unit.serial, unit.room) for unit in assets(district, request.request_id)] == [
        ("SN-1", "Dock 2"),
        ("SN-2", "Dock 2"),
        ("SN-3", "Dock 2"),
    ]
    assert "tags **A-100001** to **A-100003**" in tab.words
    assert number(tab, "Accepted").value == ""


def test_everything_came_fills_in_the_rest_and_keeps_what_was_typed(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.ORDERED, lines=(TEN_LAPTOPS,))
    tab = open_page("rita", "receiving", {"request": request.request_id})
    tab.fill("Serial numbers (optional)", "SN-1")
    tab.press("Everything came, nothing is broken")
    assert number(tab, "Accepted").value == "10"
    assert "10 accepted, 1 serial numbers" in tab.words
    tab.press("Receive")
    assert "Everything is in. Rita Moss sets it up." in tab.words
    assert the_request(district, request.request_id).status is Status.DEPLOYING
    assert len(assets(district, request.request_id)) == 10


@pytest.mark.parametrize(
    ("counts", "serials", "words"),
    [
        ((11, 0), "", "the 11th cannot be received"),
        ((1, 1), "", "say why you reject 1"),
        ((1, 0), "A, B", "2 serial numbers for 1 accepted units"),
        ((2, 0), "A a", "serial number A is there 2 times"),
    ],
)
def test_a_wrong_count_is_said_before_and_after_the_click_and_nothing_typed_is_lost(
    district: Database,
    open_page: type[Opened],
    counts: tuple[int, int],
    serials: str,
    words: str,
) -> None:
    request = in_status(district, Status.ORDERED, lines=(TEN_LAPTOPS,))
    tab = open_page("rita", "receiving", {"request": request.request_id})
    for label, count in zip(("Accepted", "Rejected"), counts, strict=True):
        number(tab, label).set_value(str(count))
    tab.fill("Serial numbers (optional)", serials)
    assert words in tab.words
    tab.press("Receive")
    assert any(words in str(error.value) for error in tab.app.error)
    assert number(tab, "Accepted").value == str(counts[0])
    assert assets(district, request.request_id) == []


def test_units_that_will_not_come_are_cancelled(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.ORDERED, lines=(TEN_LAPTOPS,))
    tab = open_page("rita", "receiving", {"request": request.request_id})
    number(tab, "Teacher laptop 14 in (10 to come)").set_value("4")
    tab.press("Cancel these units")
    assert any("“Reason” is empty" in str(error.value) for error in tab.app.error)
    tab.fill("Reason", "Out of stock until May.")
    tab.press("Cancel these units")
    with district.read() as reader:
        assert standings_of(reader, request)[0].outstanding == 6
    assert "4 cancelled" in tab.words


def test_the_queue_of_receiving_is_kind_when_nothing_comes(open_page: type[Opened]) -> None:
    assert "Nothing is on its way" in open_page("rita", "receiving", {}).words


def test_a_unit_opens_with_its_origin_and_history_and_is_changed_there(
    district: Database, open_page: type[Opened]
) -> None:
    in_status(district, Status.DEPLOYING)
    tab = open_page("rita", "inventory", {"asset": "A-100001"})
    for words in ("General fund 2026-27", "PO-TR-2027-0001, Northwind", "Received with"):
        assert words in tab.words
    tab.fill("Room (optional)", "112")
    tab.press("Save")
    with district.read() as reader:
        assert reader.get(Asset, "A-100001").room == "112"
    assert "Room: none → 112" in tab.words.replace("\\", "")


def test_a_lost_unit_needs_a_reason(district: Database, open_page: type[Opened]) -> None:
    in_status(district, Status.DEPLOYING)
    tab = open_page("rita", "inventory", {"asset": "A-100001"})
    [*_, status] = [found for found in tab.app.selectbox if found.label == "Status"]
    status.set_value(AssetStatus.LOST).run()
    tab.press("Save")
    assert any("Say what happened to it" in str(error.value) for error in tab.app.error)
    tab.fill("Why (optional)", "Stolen from the car, report 27-118.")
    tab.press("Save")
    with district.read() as reader:
        assert reader.get(Asset, "A-100001").status is AssetStatus.LOST


def test_people_who_only_see_the_inventory_get_no_form(
    district: Database, open_page: type[Opened]
) -> None:
    in_status(district, Status.DEPLOYING)
    tab = open_page("pia", "inventory", {"asset": "A-100001"})
    assert "Received with" in tab.words
    buttons = {button.label for button in tab.app.button}
    for tool in ("several", "add"):
        tab = open_page("pia", "inventory", {"do": tool})
        buttons |= {button.label for button in tab.app.button}
    assert not {"Save", "Change several", "Change them", "Add to the inventory"} & buttons


@pytest.mark.parametrize("tag", ["A-999999", "<script>", "' OR 1=1 --"])
def test_a_unit_that_does_not_exist_is_said_kindly(
    district: Database, open_page: type[Opened], tag: str
) -> None:
    in_status(district, Status.DEPLOYING)
    assert "Check the tag" in open_page("rita", "inventory", {"asset": tag}).words


def test_several_units_are_moved_by_scanning_them(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.DEPLOYING)
    tab = open_page("rita", "inventory", {"do": "several"})
    tab.fill("Asset tags", "a-100001\nA-100002\nA-100001")
    assert "2 units. Empty fields stay as they are." in tab.words
    tab.fill("Room (optional)", "Cart 4")
    tab.press("Change them")
    assert {unit.room for unit in assets(district, request.request_id)} == {"Cart 4"}


def test_a_unit_from_before_is_added(district: Database, open_page: type[Opened]) -> None:
    tab = open_page("rita", "inventory", {"do": "add"})
    pick(tab, "Standard item (optional)", "DISP-75")
    pick(tab, "Site", "WES")
    [*_, day] = [found for found in tab.app.date_input if found.label == "Acquired"]
    day.set_value(date(2024, 8, 1)).run()
    tab.press("Add to the inventory")
    with district.read() as reader:
        [unit] = reader.find(Asset)
    assert (unit.asset_tag, unit.model, unit.site_id) == ("A-100001", "IFP7550", "WES")
    assert unit.fund_id is None
    assert "Added as A-100001." in tab.words


def test_a_technician_ticks_off_and_hands_over(district: Database, open_page: type[Opened]) -> None:
    request = in_status(district, Status.DEPLOYING)
    tab = open_page("rita", "deployments", {})
    assert "Two laptops for the writing lab" in tab.words
    tab = open_page("rita", "deployments", {"request": request.request_id})
    [hand_over] = [found for found in tab.app.button if found.label == "Hand over to Tina Cho"]
    assert hand_over.disabled
    tab.press("Enrolled in device management")
    with district.read() as reader:
        done = [task.done_by_id for task in tasks_of(reader, request.request_id)]
    assert done == [None, "rita", None, None, None]
    tab.press(":gray[Enrolled in device management]")
    ticked(district, the_request(district, request.request_id))
    tab = open_page("rita", "deployments", {"request": request.request_id})
    tab.fill("Room (optional)", "114")
    tab.press("Hand over to Tina Cho")
    assert the_request(district, request.request_id).status is Status.DELIVERED
    for unit in assets(district, request.request_id):
        assert (unit.custodian_id, unit.room) == ("tina", "114")


def test_another_technician_takes_it_first(district: Database, open_page: type[Opened]) -> None:
    request = in_status(district, Status.DEPLOYING)
    tab = open_page("rob", "deployments", {"request": request.request_id})
    assert "Another technician has this" in tab.words
    tab.press("Take it")
    assert the_request(district, request.request_id).technician_id == "rob"
    tab.press("Enrolled in device management")
    with district.read() as reader:
        assert tasks_of(reader, request.request_id)[1].done_by_id == "rob"


def test_a_task_is_added_on_the_spot(district: Database, open_page: type[Opened]) -> None:
    request = in_status(district, Status.DEPLOYING)
    tab = open_page("rita", "deployments", {"request": request.request_id})
    tab.fill("Task", "Take the old ones away")
    tab.press("Add")
    assert "Checklist, 0 of 6 done" in tab.words
    tab.fill("Task", "Second one")
    tab.press("Add")
    assert "Checklist, 0 of 7 done" in tab.words


def test_lists_without_work_say_so(district: Database, open_page: type[Opened]) -> None:
    received(district, in_status(district, Status.ORDERED))
    assert "Nothing waits for you to set up" in open_page("rob", "deployments", {}).words
    tab = open_page("rob", "deployments", {"whose": "Unassigned"})
    assert "Everything has a technician" in tab.words


def test_two_people_change_one_unit_and_each_saves_only_what_they_changed(
    district: Database, open_page: type[Opened]
) -> None:
    in_status(district, Status.DEPLOYING)
    one, other = (open_page("rita", "inventory", {"asset": "A-100001"}) for _ in "12")
    one.fill("Room (optional)", "112")
    other.fill("Model (optional)", "L14 Gen 7")
    one.press("Save")
    other.press("Save")
    assert "changed" in other.told("error") + other.words
    other.press("Save")
    with district.read() as reader:
        unit = reader.get(Asset, "A-100001")
    assert (unit.room, unit.model) == ("112", "L14 Gen 7")
