"""The tables of the district, edited on their pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from builders import submitted
from techrequests.domain.audit import AuditEvent
from techrequests.domain.catalogue import Person, Site, StandardItem, Vendor
from techrequests.domain.policy import RoleGrant
from techrequests.ui.links import script
from techrequests.ui.menu import PAGE_AT

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.domain.fields import Record
    from techrequests.store.database import Database
    from techrequests.ui.editor_state import Desk

PAGES = ("people", "roles", "sites", "routing", "catalogue", "vendors")


def stored(database: Database, record: type[Record], key: str) -> Any:  # noqa: ANN401  # any record
    with database.read() as reader:
        return reader.get(record, key)


def desk(tab: Opened, name: str) -> Desk:
    found: Desk = tab.app.session_state[f"{name}_desk"]
    return found


def type_into(tab: Opened, name: str, cells: dict[str, dict[str, Any]]) -> None:
    """Put values into cells as the browser would: by the position of the row with this key."""
    there = desk(tab, name)
    positions = {getattr(row, row.TABLE.key): index for index, row in enumerate(there.rows)}
    tab.app.session_state[there.key] = {
        "edited_rows": {positions[key]: values for key, values in cells.items()},
        "added_rows": [],
        "deleted_rows": [],
    }
    tab.app.run()
    tab.fine()


@pytest.mark.parametrize("page", PAGES)
def test_a_table_page_opens_with_its_rows(open_page: type[Opened], page: str) -> None:
    tab = open_page("ada", page, {})
    assert tab.app.title[0].value
    assert len(tab.app.session_state[f"{page}_desk"].rows) > 0
    assert not tab.app.error


@pytest.mark.parametrize("page", PAGES)
def test_a_table_page_stays_closed_to_who_may_not_edit_it(
    open_page: type[Opened], page: str
) -> None:
    tab = open_page("tina", page, {})
    assert "This page is for people who may" in tab.words
    assert f"{page}_desk" not in tab.app.session_state


def test_what_is_typed_is_shown_and_saved(open_page: type[Opened], district: Database) -> None:
    tab = open_page("ada", "sites", {})
    type_into(tab, "sites", {"LHS": {"phone": "555-0101", "active": False}})
    assert "2 changed cells" in tab.words
    assert stored(district, Site, "LHS").phone == ""
    tab.press("Save")
    site = stored(district, Site, "LHS")
    assert (site.phone, site.active) == ("555-0101", False)
    assert "Saved: 2 changed cells" in tab.words
    assert "Lincoln High School is not active any more" in tab.words.replace("\\", "")
    assert "Not saved yet" not in tab.words


def test_a_refused_save_keeps_what_was_typed(open_page: type[Opened], district: Database) -> None:
    tab = open_page("ada", "catalogue", {})
    type_into(tab, "catalogue", {"HEADSET": {"unit_price_cents": -5, "name": "Better headset"}})
    tab.press("Save")
    assert "Nothing was saved: one thing needs another look" in tab.words
    assert "must be between $0.00" in tab.words.replace("\\", "")
    assert stored(district, StandardItem, "HEADSET").name == "Classroom headset"
    assert "2 changed cells" in tab.words
    type_into(tab, "catalogue", {"HEADSET": {"unit_price_cents": 25, "name": "Better headset"}})
    tab.press("Save")
    assert stored(district, StandardItem, "HEADSET").unit_price_cents == 25_00


def test_who_decides_on_the_own_request_is_for_another_administrator(
    open_page: type[Opened], district: Database
) -> None:
    own = submitted(district, "tina", by="ada")
    tab = open_page("ada", "people", {})
    type_into(tab, "people", {"pia": {"active": False}})
    tab.press("Save")
    words = f"This would change who decides on your own request {own.request_id}. Ask another"
    assert words in tab.words.replace("\\", "")
    assert "1 changed cell" in tab.words
    assert stored(district, Person, "pia").active
    with district.read() as reader:
        [told] = reader.find(AuditEvent, "WHERE kind = 'refusal'")
    assert (told.actor_id, told.about) == ("ada", "save")
    assert told.detail.startswith(words)


@pytest.mark.parametrize(
    "cells", [{"site_id": "NOSUCH"}, {"version": "99"}, {"name": "x" * 500}, {"kind": "castle"}]
)
def test_a_forged_cell_is_refused(
    open_page: type[Opened], district: Database, cells: dict[str, str]
) -> None:
    tab = open_page("ada", "sites", {})
    # As `typed_in` reads it from a forged state; Streamlit itself would stumble over some of them.
    desk(tab, "sites").kept = {"LHS": cells}
    tab.app.run()
    tab.press("Save")
    assert "Nothing was saved" in tab.words
    assert stored(district, Site, "LHS").version == 1


def test_a_conflict_is_told_and_the_values_of_others_can_be_taken(
    open_page: type[Opened], district: Database
) -> None:
    tab = open_page("ada", "sites", {})
    type_into(tab, "sites", {"LHS": {"phone": "555-0101", "address": "1 Main Street"}})
    with district.write() as work:
        work.update(replace(work.get(Site, "LHS"), phone="555-0202"))
    tab.press("Save")
    assert "somebody else changed “Phone” to “555-0202”" in tab.words.replace("\\", "")
    assert stored(district, Site, "LHS").address == ""
    tab.press("Take the new values of others")
    assert "1 changed cell" in tab.words
    tab.press("Save")
    site = stored(district, Site, "LHS")
    assert (site.phone, site.address) == ("555-0202", "1 Main Street")


def test_what_is_typed_outlives_a_search_and_another_page(
    open_page: type[Opened], district: Database
) -> None:
    tab = open_page("ada", "people", {})
    type_into(tab, "people", {"tina": {"job_title": "Librarian"}})
    tab.fill("Search", "washington")
    assert "Tina Cho (tina)" in str(tab.app.dataframe[-1].value)
    type_into(tab, "people", {"will": {"job_title": "Coach"}})
    tab.app.switch_page(script(PAGE_AT["sites"].path)).run()
    tab.app.switch_page(script(PAGE_AT["people"].path)).run()
    assert "2 changed cells" in tab.words
    tab.press("Save")
    assert stored(district, Person, "tina").job_title == "Librarian"
    assert stored(district, Person, "will").job_title == "Coach"


def test_discarding_gives_up_what_was_typed(open_page: type[Opened], district: Database) -> None:
    tab = open_page("ada", "vendors", {})
    type_into(tab, "vendors", {"NORTHWIND": {"name": "Southwind"}})
    tab.press("Discard")
    assert "Not saved yet" not in tab.words
    assert stored(district, Vendor, "NORTHWIND").name == "Northwind School Supply"


def test_new_rows_are_added_below_the_table(open_page: type[Opened], district: Database) -> None:
    tab = open_page("ada", "roles", {})
    desk(tab, "roles").new_rows = [{"person_id": "tom", "role": "technician", "site_id": "LHS"}]
    tab.app.run()
    assert "1 new row" in tab.words
    tab.press("Save")
    assert stored(district, RoleGrant, "tom-technician-LHS").person_id == "tom"


def test_the_last_save_is_undone_from_the_history(
    open_page: type[Opened], district: Database
) -> None:
    tab = open_page("ada", "vendors", {})
    type_into(tab, "vendors", {"NORTHWIND": {"name": "Southwind"}})
    tab.press("Save")
    tab.app.session_state["vendors_history"] = True
    tab.app.run()
    assert "Southwind" in str(tab.app.dataframe[-1].value)
    tab.press("Undo my last save")
    assert stored(district, Vendor, "NORTHWIND").name == "Northwind School Supply"


def test_today_shows_the_first_days_list_until_all_of_it_is_there(
    district: Database, open_page: type[Opened]
) -> None:
    assert "The first day" not in open_page("ada", "", {}).words
    with district.write() as work:
        work.run("UPDATE routing_rule SET active = FALSE")
        work.run("UPDATE fund SET closed = TRUE")
    of_administrator = open_page("ada", "", {}).words
    assert "The first day (6 of 8 done)" in of_administrator
    assert "They find nobody for: District Office, Lincoln High School" in of_administrator
    assert "For the business manager" in of_administrator
    of_manager = open_page("bea", "", {}).words
    assert "For an administrator" in of_manager
    assert "For the business manager" not in of_manager
    assert "The first day" not in open_page("tina", "", {}).words


def test_a_table_is_narrowed_down_and_sorted_by_its_address(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page(
        "ada", "people", {"people_site": "Lincoln High School", "people_sort": "Name (last first)"}
    )
    assert [getattr(row, "person_id", "") for row in desk(tab, "people").rows] == [
        "tom",
        "tina",
        "pia",
    ]
    assert "Only Site: **Lincoln High School**" in tab.words
    assert stored(district, Person, "tom").active


def test_edits_stay_with_their_rows_while_filters_and_order_change(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("ada", "people", {"people_sort": "Name (last first)"})
    type_into(tab, "people", {"tina": {"job_title": "Librarian"}})
    site = next(one for one in tab.app.multiselect if one.label == "Site")
    site.set_value(["WES"]).run()
    tab.fine()
    assert {getattr(row, "site_id", "") for row in desk(tab, "people").rows} == {"WES"}
    # What was typed before is still to be saved, though its row is out of sight.
    type_into(tab, "people", {"will": {"job_title": "Coach"}})
    tab.app.selectbox(key="people_sort").set_value("Usual order").run()
    assert "**Not saved yet:** 2 changed cells" in tab.words
    tab.press("Save")
    assert stored(district, Person, "tina").job_title == "Librarian"
    assert stored(district, Person, "will").job_title == "Coach"
    assert stored(district, Person, "wanda").job_title == "Principal"


@pytest.mark.parametrize("url", PAGES)
def test_every_edited_table_can_be_sorted_and_filtered_on_its_page(
    url: str, open_page: type[Opened]
) -> None:
    tab = open_page("ada", url, {})
    assert tab.app.selectbox(key=f"{url}_sort").value == "Usual order"
    labels = {one.label for one in tab.app.multiselect}
    assert labels or url == "vendors"
