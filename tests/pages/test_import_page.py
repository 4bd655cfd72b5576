"""Bringing a file on the page of its table: choose, look, save; nothing before that is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import given
from exchange.bringing import a_file
from techrequests.domain.assets import Asset
from techrequests.domain.budgets import BudgetedFund
from techrequests.domain.catalogue import Person, Site
from techrequests.domain.policy import Role
from techrequests.exchange import importing
from techrequests.ui import import_state

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database

LOOK = "See what it would do"
STAFF = a_file(
    ["Mail", "Position", "Where"],
    ["tina@district.example", "Librarian", "WES"],
    ["tom@district.example", "Teacher", "LHS"],
    ["wrong", "Aide", "LHS"],
)


def with_file(
    open_page: type[Opened], page: str, content: bytes, *, by: str = "ada", name: str = ""
) -> Opened:
    """The page of a table with a file chosen."""
    tab = open_page(by, page, {})
    tab.app.session_state[f"bring_{name or page}"] = True
    tab.app.run()
    [box] = tab.app.file_uploader
    box.upload("file.csv", content).run()
    tab.fine()
    return tab


def frames(tab: Opened) -> str:
    """What stands in the tables of the page."""
    return "\n".join(one.value.to_string() for one in tab.app.dataframe)


def person(database: Database, code: str) -> Person:
    with database.read() as reader:
        return reader.get(Person, code)


def test_a_file_is_chosen_looked_at_and_saved(district: Database, open_page: type[Opened]) -> None:
    tab = with_file(open_page, "people", STAFF)
    assert "3 rows; 2 of 3 columns go into a field" in tab.words
    [where] = [one for one in tab.app.selectbox if one.label == "Where"]
    assert where.help == "WES, LHS, LHS"
    where.select("site_id").run()
    tab.press(LOOK)
    assert [(one.label, one.value) for one in tab.app.metric] == [
        ("New", "0"), ("Changed", "1"), ("Unchanged", "1"), ("Cannot be saved", "1"),
    ]  # fmt: skip
    shown = frames(tab)
    for words in ("Librarian", "Washington Elementary", "“Name” is empty: please fill it in."):
        assert words in shown
    assert person(district, "tina").job_title == "Teacher"
    tab.press("Save 1 row")
    assert "Saved: 2 changed cells." in tab.told("success")
    assert [one.label for one in tab.app.download_button] == [
        "The row that cannot be saved, as a file"
    ]
    assert (person(district, "tina").job_title, person(district, "tina").site_id) == (
        "Librarian",
        "WES",
    )
    tab.press("Import another file")
    assert "Saved:" not in tab.told("success")
    again = with_file(open_page, "people", STAFF)
    assert "3 of 3 columns go into a field" in again.words


def test_what_was_looked_at_is_looked_at_again_when_something_else_is_said(
    open_page: type[Opened],
) -> None:
    tab = with_file(open_page, "people", STAFF)
    tab.press(LOOK)
    assert tab.app.metric
    [where] = [one for one in tab.app.selectbox if one.label == "Where"]
    where.select("email").run()
    assert not tab.app.metric
    tab.press(LOOK)
    assert "Two columns go into “E-mail”" in tab.told("error")


def test_all_or_nothing_saves_nothing_while_a_row_is_wrong(
    district: Database, open_page: type[Opened]
) -> None:
    tab = with_file(open_page, "people", STAFF)
    tab.press(LOOK)
    [whole] = [one for one in tab.app.checkbox if one.label.startswith("All or nothing")]
    whole.check().run()
    tab.press("Save 1 row")
    assert "Nothing was saved: one row cannot be, and you asked for all." in tab.told("error")
    assert person(district, "tina").job_title == "Teacher"


def test_a_file_that_cannot_be_read_is_refused_beside_its_box(open_page: type[Opened]) -> None:
    tab = with_file(open_page, "people", b"%PDF-1.7")
    assert "This is not a table" in tab.told("error")
    assert LOOK not in [one.label for one in tab.app.button]


def test_a_budget_is_changed_by_a_file_for_a_reason(
    district: Database, open_page: type[Opened]
) -> None:
    tab = with_file(open_page, "funds", a_file(["Code", "Budget"], ["GEN-27", "60000"]), by="bea")
    tab.press(LOOK)
    assert "Say why the budget changes" in tab.told("warning")
    tab.fill("Why do budgets change?", "Board vote.")
    tab.press(LOOK)
    tab.press("Save 1 row")
    with district.read() as reader:
        assert reader.get(BudgetedFund, "GEN-27").budget_cents == 60_000_00


def test_what_takes_long_goes_on_beside_the_page(
    district: Database, open_page: type[Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_state, "_PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(importing, "ROWS_A_STEP", 2)
    monkeypatch.setattr(importing, "_PAUSE_SECONDS", 0.05)
    rows = ([f"S{number}", f"School {number}", "high school"] for number in range(12))
    tab = with_file(open_page, "sites", a_file(["Code", "Name", "Kind"], *rows))
    until_over(tab)
    tab.press(LOOK)
    until_over(tab)
    tab.press("Save 12 rows")
    assert "Saving" in str([one.proto for one in tab.app.get("progress")])
    assert "Saved:" not in tab.told("success")
    until_over(tab)
    assert "Saved: 12 new rows." in tab.told("success")
    with district.read() as reader:
        assert len(reader.find(Site)) == 15


def until_over(tab: Opened) -> None:
    """Look again until what goes on beside the page is over, as its fragment does."""
    state = tab.app.session_state["bring_sites_state"]
    if state.job:
        state.job.over(10)
    tab.app.run()
    tab.fine()


@pytest.mark.parametrize(("page", "by"), [("inventory", "lea"), ("funds", "lea")])
def test_a_file_is_offered_only_to_who_may_edit_the_table(
    open_page: type[Opened], page: str, by: str
) -> None:
    tab = open_page(by, page, {})
    assert "Import a file" not in [one.label for one in tab.app.expander]


def test_a_technician_brings_units_for_their_site(
    district: Database, open_page: type[Opened]
) -> None:
    given(district, "tom", Role.TECHNICIAN, "LHS")
    content = a_file(
        ["Asset tag", "Description", "Category", "Site", "Cost", "Acquired"],
        ["A1", "Projector", "displays", "LHS", "1", "2019-08-01"],
        ["A2", "Projector", "displays", "WES", "1", "2019-08-01"],
    )
    tab = with_file(open_page, "inventory", content, by="tom")
    tab.press(LOOK)
    assert "you may not change inventory records there" in frames(tab)
    tab.press("Save 1 row")
    assert "Saved: 1 new row." in tab.told("success")


def test_a_closed_box_reads_nothing(open_page: type[Opened]) -> None:
    tab = open_page("ada", "people", {})
    assert "Import a file" in [one.label for one in tab.app.expander]
    assert not tab.app.file_uploader


DEVICES = a_file(
    ["Asset Tag", "Model name", "Category", "Location", "Purchase Date"],
    ["Z1", "Dell 3110", "Laptops", "Lincoln HS", "01/07/2026"],
    ["Z2", "Dell 3110", "Laptops", "Lincoln HS", "02/03/2026"],
)


def test_what_a_file_leaves_open_is_asked_and_remembered(
    district: Database, open_page: type[Opened]
) -> None:
    tab = with_file(open_page, "inventory", DEVICES, by="rita")
    tab.press(LOOK)
    assert "there is no site “Lincoln HS”" in frames(tab)
    pick(tab, "Site “Lincoln HS”, 2 rows", "LHS")
    tab.fill("Cost", "250")
    [days] = [one for one in tab.app.checkbox if one.label.startswith("Days are written day first")]
    days.check().run()
    assert not tab.app.metric
    tab.press(LOOK)
    tab.press("Save 2 rows")
    assert "Saved: 2 new rows." in tab.told("success")
    with district.read() as reader:
        unit = reader.get(Asset, "Z1")
    assert (unit.site_id, unit.category, unit.cost_cents) == ("LHS", "computers", 250_00)
    assert unit.acquired_on.isoformat() == "2026-07-01"
    again = with_file(
        open_page, "inventory", DEVICES.replace(b"Z", b"Y").replace(b"01/07", b"13/07"), by="rita"
    )
    again.press(LOOK)
    assert [one.value for one in again.app.metric] == ["2", "0", "0", "0"]


def pick(tab: Opened, label: str, value: str) -> None:
    [box] = [one for one in tab.app.selectbox if one.label == label]
    box.select(value).run()
    tab.fine()


def test_who_becomes_inactive_is_listed_with_their_work_and_nobody_is_by_default(
    district: Database, open_page: type[Opened]
) -> None:
    with district.read() as reader:
        staff = [one for one in reader.find(Person) if one.person_id != "pia"]
    rows = [
        f"{one.person_id},active,true,{one.site_id},teacher,{one.person_id},,{one.email},"
        f"{one.full_name},"
        for one in staff
    ]
    heads = (
        "sourcedId,status,enabledUser,orgSourcedIds,role,username,identifier,email,givenName,"
        "familyName"
    )
    tab = with_file(open_page, "people", "\n".join([heads, *rows]).encode())
    assert "The export says that it holds everybody." in tab.told("info")
    [everybody] = [one for one in tab.app.checkbox if one.label.startswith("The file holds")]
    assert everybody.value is False
    everybody.check().run()
    tab.press(LOOK)
    assert "One person becomes inactive" in tab.told("warning")
    shown = frames(tab)
    assert "Pia Lang" in shown
    assert "Direct reports" in shown
    assert person(district, "pia").active


def test_a_template_is_offered_where_a_file_is_chosen(open_page: type[Opened]) -> None:
    tab = open_page("ada", "people", {})
    tab.app.session_state["bring_people"] = True
    tab.app.run()
    addresses = [one.proto.url for one in tab.app.get("link_button")]
    assert any("/tables/people-template.csv" in one for one in addresses)
