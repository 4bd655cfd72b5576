"""Rows that people sort, copy, take out or fill in are recognised, or left alone with a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheets.changes import delete, insert, sort
from sync.desk import Desk, app_of, six_gadgets
from sync.gadgets import App, gadget
from techrequests.sync.errors import StoppedError
from techrequests.sync.layout import KEY, Mode


@pytest.fixture
def desk() -> Desk:
    return six_gadgets()


class TestRows:
    def test_sorting_moving_and_columns_of_their_own_do_no_harm(self, desk: Desk) -> None:
        sort(desk.book, "Gadgets", desk.column_of("name"), descending=True)
        insert(desk.book, "Gadgets", "COLUMNS", 0, 2)
        insert(desk.book, "Gadgets", "ROWS", 3, 2)
        desk.book.type("Gadgets!A1", "our notes")
        desk.book.type("Gadgets!A5", "mine")
        before = desk.written
        desk.type("G4", "name", "Four")
        desk.app.set("G2", name="Two")
        desk.settle()
        assert app_of(desk, "G4").name == "Four"
        assert desk.cell("G2", "name") == "Two"
        assert desk.book.read("Gadgets!A5", {})["values"] == [["mine"]]
        assert desk.written == before + 1

    def test_headings_may_have_other_capitals_and_places(self, desk: Desk) -> None:
        at = desk.column_of("name")
        desk.sheet.put(0, at, "  NAME ")
        desk.type("G1", "name", "New")
        desk.settle()
        assert app_of(desk).name == "New"

    @pytest.mark.parametrize("name", ["name", KEY, "_status"])
    def test_a_heading_that_is_renamed_stops_the_table(self, desk: Desk, name: str) -> None:
        desk.sheet.put(0, desk.column_of(name), "Something")
        with pytest.raises(StoppedError, match=f"has no column “{desk.layout.headings[name]}”"):
            desk.sync()

    def test_a_heading_that_stands_twice_stops_the_table(self, desk: Desk) -> None:
        desk.sheet.put(0, 15, "name")
        with pytest.raises(StoppedError, match="has 2 columns “Name”"):
            desk.sync()

    def test_rows_of_one_key_are_frozen_until_the_copy_is_gone(self, desk: Desk) -> None:
        desk.book.paste("Gadgets!A20", [["G1", "G1", "A copy"]])
        desk.app.set("G1", name="New")
        desk.settle()
        assert [row.status for row in desk.look().rows if row.key == "G1"] == [
            "This key stands in 2 rows, so none of them is read: delete the copies."
        ] * 2
        assert desk.cell("G1", "name") == "Gadget G1"
        delete(desk.book, "Gadgets", "ROWS", 19)
        desk.settle()
        assert desk.cell("G1", "name") == "New"
        assert desk.status("G1") == ""

    @pytest.mark.parametrize(
        ("key", "words"),
        [("", "has no key"), ("XX", "Nobody knows this key"), ("12", "The key became a number")],
    )
    def test_a_row_that_cannot_be_recognised_is_left_alone(
        self, desk: Desk, key: str, words: str
    ) -> None:
        desk.sheet.formats.clear()
        desk.book.paste("Gadgets!A20", [[key, "", "Mine"]])
        desk.settle()
        (row,) = (row for row in desk.look().rows if row.cells["name"] == "Mine")
        assert words in str(row.status)
        assert not desk.app.made

    def test_a_row_deleted_in_the_sheet_is_asked_about_and_stays_in_the_app(
        self, desk: Desk
    ) -> None:
        delete(desk.book, "Gadgets", "ROWS", desk.row_of("G1"))
        desk.settle()
        assert desk.conflicts["G1", ""].theirs is None
        assert "G1" in desk.app.rows
        assert "G1" not in {row.key for row in desk.look().rows}
        desk.known = replace(desk.known, left_out=frozenset({"G1"}))
        desk.settle()
        assert not desk.conflicts

    def test_many_rows_gone_stop_everything_until_a_person_confirms(self, desk: Desk) -> None:
        delete(desk.book, "Gadgets", "ROWS", 1, 4)
        desk.type("G6", "name", "Not read")
        with pytest.raises(
            StoppedError, match="4 of 6 rows are gone from the tab “Gadgets”"
        ) as stop:
            desk.sync()
        assert app_of(desk, "G6").name == "Gadget G6"
        desk.sync(meant=str(stop.value))
        assert len(desk.conflicts) == 4

    def test_a_row_that_the_app_lost_says_so_and_keeps_what_was_typed(self, desk: Desk) -> None:
        desk.type("G1", "name", "Typed")
        del desk.app.rows["G1"], desk.app.rows["G2"]
        desk.settle()
        assert desk.conflicts["G1", "name"].theirs == "Typed"
        assert "it was changed here: decide there" in str(desk.status("G1"))
        assert desk.status("G2") == "The app does not have this row any more."
        delete(desk.book, "Gadgets", "ROWS", desk.row_of("G2"))
        desk.settle()
        assert "G2" not in desk.known.base


class TestNewRows:
    def spare(self, desk: Desk) -> str:
        return next(str(row.key) for row in desk.look().rows if str(row.key).startswith("new-"))

    def test_a_spare_row_that_is_filled_in_becomes_a_row(self, desk: Desk) -> None:
        spare = self.spare(desk)
        desk.type(spare, "gadget_id", "GIFT")
        desk.type(spare, "name", "A gift")
        desk.type(spare, "price_cents", "12.5")
        desk.settle()
        made = app_of(desk, "GIFT")
        assert (made.name, made.price_cents) == ("A gift", 12_50)
        assert desk.cell(spare, "colour") == "red"
        assert desk.known.links == {spare: "GIFT"}
        assert desk.spares() >= 2
        desk.app.set("GIFT", name="Changed")
        desk.settle()
        assert desk.cell(spare, "name") == "Changed"

    def test_without_a_code_it_gets_the_key_of_the_row(self, desk: Desk) -> None:
        spare = self.spare(desk)
        desk.type(spare, "name", "A gift")
        desk.settle()
        assert app_of(desk, spare).name == desk.cell(spare, "name") == "A gift"
        assert desk.cell(spare, "gadget_id") == spare

    def test_half_typed_it_waits_and_says_for_what(self, desk: Desk) -> None:
        spare = self.spare(desk)
        desk.type(spare, "price_cents", "5")
        desk.settle()
        assert desk.status(spare) == "Not taken over yet: “Name” is empty: please fill it in."
        desk.type(spare, "due_on", "soon")
        desk.settle()
        assert "“Due” must be a date" in str(desk.status(spare))
        assert not desk.app.made

    def test_a_ticked_box_alone_is_not_a_row(self, desk: Desk) -> None:
        spare = self.spare(desk)
        desk.type(spare, "active", "TRUE")
        desk.settle()
        assert desk.status(spare) == ""

    def test_a_code_in_use_is_not_taken_over_nor_merged_with_its_owner(self, desk: Desk) -> None:
        spare = self.spare(desk)
        desk.type(spare, "gadget_id", "g1")
        desk.type(spare, "name", "Mine")
        desk.settle()
        assert "the code “g1” is in use already" in str(desk.status(spare))
        assert app_of(desk).name == "Gadget G1"

    def test_two_rows_of_one_new_code_make_one_row(self, desk: Desk) -> None:
        for row in [row for row in desk.look().rows if str(row.key).startswith("new-")][:2]:
            desk.type(str(row.key), "gadget_id", "GIFT")
            desk.type(str(row.key), "name", f"From {row.key}")
        desk.settle()
        assert desk.app.made == ["GIFT"]

    def test_there_are_none_where_rows_are_only_edited(self) -> None:
        desk = Desk(App(gadget("G1")), Mode.EDITS)
        desk.settle()
        assert [row.key for row in desk.look().rows] == ["G1"]


class TestMirror:
    @pytest.fixture
    def mirror(self) -> Desk:
        desk = Desk(App(*(gadget(f"G{number}") for number in range(1, 7))), Mode.MIRROR)
        desk.settle()
        return desk

    def test_nothing_typed_into_a_mirror_reaches_the_app(self, mirror: Desk) -> None:
        before = dict(mirror.app.rows)
        mirror.type("G1", "name", "Typed")
        mirror.type("G1", "price_cents", "=1/0")
        mirror.settle()
        assert mirror.app.rows == before
        assert mirror.cell("G1", "name") == "Gadget G1"
        assert mirror.cell("G1", "price_cents") == 0

    def test_a_row_deleted_in_a_mirror_comes_back_once(self, mirror: Desk) -> None:
        delete(mirror.book, "Gadgets", "ROWS", mirror.row_of("G1"))
        mirror.settle()
        assert [row.key for row in mirror.look().rows].count("G1") == 1
        assert not mirror.conflicts
