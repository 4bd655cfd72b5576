"""What is hardly meant stops a table; a person's word lets just that pass, and once."""

from __future__ import annotations

import pytest

from sheets.changes import insert
from sync.desk import Desk
from sync.gadgets import App, gadget
from sync.office import FUNDS, ITEMS, Office, new_item
from techrequests.domain.catalogue import StandardItem
from techrequests.domain.funds import Fund
from techrequests.domain.sheets import Sharing
from techrequests.store.sheet_link import sharing_of
from techrequests.sync.errors import StoppedError, UnlikelyError

FUND = "GEN-27"
TURNED = {"D1": "D2", "D2": "D3", "D3": "D4", "D4": "D5", "D5": "D1"}
DOCKS = tuple(f"DOCK-{number}" for number in range(12))
CATALOGUE = "Standards catalogue"


@pytest.fixture
def office(funds: Office) -> Office:
    """Funds and the catalogue are edited in both."""
    funds.share(ITEMS, Sharing.EDITED)
    funds.settle()
    return funds


def docks(office: Office, *keys: str) -> None:
    for key in keys or TURNED:
        new_item(office, key)
    office.settle()


def sort_names(office: Office) -> None:
    """A person sorts the names alone, as five cells that are typed."""
    for key, other in TURNED.items():
        office.typed(ITEMS, key, "name", f"Dock {other}")


def rename_heading(office: Office, before: str, after: str) -> None:
    tab = office.book.tab(CATALOGUE)
    heads = [tab.value(0, column) for column in range(tab.columns)]
    tab.put(0, heads.index(before), after)


def armed(office: Office) -> str:
    with office.database.read() as reader:
        return sharing_of(reader)[ITEMS].meant


def test_many_rows_gone_stop_the_table_until_a_person_confirms(office: Office) -> None:
    keys = [f"DOCK-{number}" for number in range(12)]
    for key in keys:
        new_item(office, key)
    office.settle()
    office.taken_out(ITEMS, *keys[:8])
    office.typed(FUNDS, FUND, "notes", "Goes on")
    office.sync()
    assert (
        "8 of 16 rows are gone from the tab “Standards catalogue”"
        in office.synchronizer.state.trouble
    )
    assert not office.waiting()
    assert office.stored(Fund, FUND).notes == "Goes on"
    office.meant_so(ITEMS)
    office.settle()
    assert not office.synchronizer.state.trouble
    assert {conflict.key for _, conflict in office.waiting()} == set(keys[:8])
    office.taken_out(ITEMS, *keys[8:], "CB-STUDENT")
    office.sync()
    assert "rows are gone" in office.synchronizer.state.trouble, "a word counts once"


def test_a_column_that_is_sorted_alone_stops_the_table_until_a_person_confirms(
    office: Office,
) -> None:
    docks(office)
    sort_names(office)
    office.sync()
    assert "5 values of “Name” changed places" in office.synchronizer.state.trouble
    assert office.stored(StandardItem, "D1").name == "Dock D1"
    office.meant_so(ITEMS)
    office.settle()
    assert not office.synchronizer.state.trouble
    assert office.stored(StandardItem, "D1").name == "Dock D2"


def test_more_edits_in_a_column_that_is_sorted_alone_do_not_let_it_pass(office: Office) -> None:
    docks(office)
    sort_names(office)
    office.typed(ITEMS, "HEADSET", "name", "Better headset")
    office.sync()
    assert "5 values of “Name” changed places" in office.synchronizer.state.trouble
    office.typed(ITEMS, "D1", "name", "Dock D2!")
    office.sync()
    assert "4 values of “Name” changed places" in office.synchronizer.state.trouble
    assert office.stored(StandardItem, "D2").name == "Dock D2"


@pytest.mark.parametrize("stop", ["renamed heading", "deleted tab"])
def test_a_stop_that_nobody_can_mean_cannot_be_confirmed(office: Office, stop: str) -> None:
    if stop == "renamed heading":
        rename_heading(office, "Name", "Nom")
    else:
        office.book.tabs.remove(office.book.tab(CATALOGUE))
    office.sync()
    [(table, why)] = office.synchronizer.state.stopped
    assert table == ITEMS
    assert not isinstance(why, UnlikelyError)


def test_a_word_about_one_stop_lets_no_other_pass_and_is_used_up(office: Office) -> None:
    docks(office, *DOCKS)
    rename_heading(office, "Name", "Nom")
    office.sync()
    office.meant_so(ITEMS)
    office.sync()
    assert not armed(office)
    rename_heading(office, "Nom", "Name")
    office.taken_out(ITEMS, *DOCKS[:8])
    office.sync()
    assert "8 of 16 rows are gone" in office.synchronizer.state.trouble


def test_a_word_about_rows_that_are_gone_lets_no_more_go_nor_a_sorted_column(
    office: Office,
) -> None:
    docks(office, *DOCKS, *TURNED)
    office.taken_out(ITEMS, *DOCKS[:6])
    office.sync()
    office.meant_so(ITEMS)
    sort_names(office)
    office.sync()
    assert "5 values of “Name” changed places" in office.synchronizer.state.trouble
    assert not armed(office)
    assert not office.waiting()
    office.meant_so(ITEMS)
    office.settle()
    assert not office.synchronizer.state.trouble
    assert office.stored(StandardItem, "D1").name == "Dock D2"
    assert len(office.waiting()) == 6


def test_a_word_does_not_stay_for_later_when_the_rows_were_put_back(office: Office) -> None:
    docks(office, *DOCKS)
    before = dict(office.book.tab(CATALOGUE).cells)
    office.taken_out(ITEMS, *DOCKS[:8])
    office.sync()
    office.meant_so(ITEMS)
    insert(office.book, CATALOGUE, "ROWS", 1, 8)
    office.book.tab(CATALOGUE).cells = before
    office.settle()
    assert not office.synchronizer.state.trouble
    assert not armed(office)
    office.taken_out(ITEMS, *DOCKS[:8])
    office.sync()
    assert "8 of 16 rows are gone" in office.synchronizer.state.trouble


def test_a_word_waits_for_google_to_answer(office: Office) -> None:
    docks(office, *DOCKS)
    office.taken_out(ITEMS, *DOCKS[:8])
    office.sync()
    office.meant_so(ITEMS)
    office.book.shared = False
    office.sync()
    office.book.shared = True
    office.settle()
    assert not office.synchronizer.state.trouble
    assert len(office.waiting()) == 8


@pytest.fixture
def desk() -> Desk:
    """Six rows that stand in app and sheet."""
    values = ["101", "102", "103", "104", "", ""]
    rows = (gadget(f"G{number}", account=text) for number, text in enumerate(values, 1))
    made = Desk(App(*rows))
    made.settle()
    return made


def test_three_values_that_change_places_stop_nothing(desk: Desk) -> None:
    for key, text in {"G1": "102", "G2": "103", "G3": "101"}.items():
        desk.type(key, "account", text)
    desk.settle()
    assert desk.app.rows["G1"].account == "102"


def test_emptied_cells_are_no_values_that_change_places(desk: Desk) -> None:
    for key, text in {"G1": "", "G2": "", "G3": "", "G4": "", "G5": "105", "G6": "106"}.items():
        desk.type(key, "account", text)
    desk.settle()
    assert desk.app.rows["G6"].account == "106"


def test_where_there_are_few_values_only_a_whole_turn_of_them_stops(desk: Desk) -> None:
    for key in ("G1", "G2", "G3", "G4", "G5"):
        desk.type(key, "colour", "blue")
    desk.settle()
    for key in ("G1", "G2", "G3", "G4", "G5"):
        desk.type(key, "colour", "red")
    desk.type("G6", "colour", "blue")
    desk.settle()
    for key in ("G1", "G2", "G3"):
        desk.type(key, "colour", "blue")
    desk.settle()
    for key in ("G1", "G2"):
        desk.type(key, "colour", "red")
    for key in ("G4", "G5"):
        desk.type(key, "colour", "blue")
    with pytest.raises(StoppedError, match="4 values of “Colour” changed places"):
        desk.sync()
