"""Whatever people do to a sheet, nothing of anybody's is lost, and they are told in words."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar

import pytest

from sync.desk import Desk, app_of, six_gadgets
from sync.gadgets import Colour, Gadget, gadget
from techrequests.domain.fields import Field, Table
from techrequests.domain.sheets import Conflict, base_after
from techrequests.sync.layout import Mode, layout_of
from techrequests.sync.merge import Way, way_of

if TYPE_CHECKING:
    from techrequests.domain.fields import Record


@pytest.fixture
def desk() -> Desk:
    return six_gadgets()


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "way"),
    [
        ("a", "a", "a", Way.NOWHERE),
        ("a", "b", "b", Way.NOWHERE),
        (None, "b", "b", Way.NOWHERE),
        ("a", "b", "a", Way.TO_SHEET),
        ("a", "", "a", Way.TO_SHEET),
        (None, "b", "", Way.TO_SHEET),
        ("a", "a", "b", Way.TO_APP),
        ("a", "a", "", Way.TO_APP),
        (None, "", "b", Way.TO_APP),
        ("a", "b", "c", Way.TO_A_PERSON),
        ("a", "", "c", Way.TO_A_PERSON),
        ("a", "b", "", Way.TO_A_PERSON),
        (None, "b", "c", Way.TO_A_PERSON),
    ],
)
def test_a_field_goes_where_it_did_not_change(
    base: str | None, ours: str, theirs: str, way: Way
) -> None:
    assert way_of(base, ours, theirs) is way


class TestBothWays:
    def test_a_new_tab_gets_its_headings_and_every_row(self, desk: Desk) -> None:
        head, first = desk.book.read("Gadgets!A1:K2", {})["values"]
        assert head == [*desk.layout.headings.values()]
        assert first[:4] == ["G1", "G1", "Gadget G1", "010-00123"]
        assert desk.spares() == 3

    def test_a_second_pass_writes_nothing(self, desk: Desk) -> None:
        before = desk.written
        desk.sync()
        assert desk.written == before

    @pytest.mark.parametrize(
        ("name", "typed", "value"),
        [
            ("name", "Zoë's", "Zoë's"),
            ("account", "00123", "00123"),
            ("price_cents", "$1,250.50", 1_250_50),
            ("price_cents", "=100*2", 200_00),
            ("due_on", "3/31/2027", date(2027, 3, 31)),
            ("colour", "Blue", Colour.BLUE),
            ("active", "FALSE", False),
            ("story", "", ""),
        ],
    )
    def test_what_people_type_arrives(
        self, desk: Desk, name: str, typed: str, value: object
    ) -> None:
        desk.type("G1", name, typed)
        desk.settle()
        assert getattr(app_of(desk), name) == value
        assert desk.status("G1") == ""

    def test_what_changes_in_the_app_arrives_and_typing_stays_beside_it(self, desk: Desk) -> None:
        desk.app.set("G1", price_cents=5_50, due_on=date(2027, 3, 31), active=False)
        desk.type("G1", "name", "Typed")
        desk.settle()
        assert desk.cell("G1", "price_cents") == 5.5
        assert desk.cell("G1", "due_on") == 46_477
        assert desk.cell("G1", "active") is False
        assert app_of(desk).name == desk.cell("G1", "name") == "Typed"

    def test_the_same_change_on_both_sides_is_no_conflict(self, desk: Desk) -> None:
        desk.app.set("G1", price_cents=7_00)
        desk.type("G1", "price_cents", "7")
        desk.settle()
        assert not desk.conflicts

    def test_a_formula_is_never_written_into_the_app_nor_over_without_a_word(
        self, desk: Desk
    ) -> None:
        desk.type("G1", "price_cents", "=100*2")
        desk.settle()
        desk.app.set("G1", price_cents=3_00)
        desk.settle()
        assert desk.cell("G1", "price_cents") == 3
        assert "the formula in “Price” gave way" in str(desk.status("G1"))

    def test_a_row_of_the_app_is_added_once(self, desk: Desk) -> None:
        desk.app.rows["H1"] = gadget("H1")
        desk.settle()
        assert [row.key for row in desk.look().rows].count("H1") == 1


class TestConflicts:
    @pytest.fixture
    def conflict(self, desk: Desk) -> Conflict:
        desk.app.set("G1", price_cents=5_00)
        desk.type("G1", "price_cents", "6")
        desk.settle()
        (found,) = desk.conflicts.values()
        return found

    def test_a_conflict_waits_and_changes_neither_side(
        self, desk: Desk, conflict: Conflict
    ) -> None:
        assert conflict == Conflict(
            key="G1", field="price_cents", base="0.00", ours="5.00", theirs="6.00"
        )
        assert desk.cell("G1", "price_cents") == 6
        assert app_of(desk).price_cents == 5_00
        assert "“Price” was changed here and in the app, where it is “5.00”" in str(
            desk.status("G1")
        )

    @pytest.mark.parametrize(("ours", "cents"), [(True, 5_00), (False, 6_00)])
    def test_a_decision_is_carried_out_by_the_next_pass(
        self, desk: Desk, conflict: Conflict, cents: int, *, ours: bool
    ) -> None:
        decided = {conflict.field: str(base_after(conflict, ours=ours))}
        base = {**desk.known.base, "G1": {**desk.known.base["G1"], **decided}}
        desk.known = replace(desk.known, base=base)
        desk.settle()
        assert app_of(desk).price_cents == cents
        assert desk.cell("G1", "price_cents") == cents / 100
        assert desk.status("G1") == ""
        assert not desk.conflicts


class TestInvalidCells:
    @pytest.mark.parametrize(
        ("name", "typed", "words"),
        [
            ("price_cents", "about 5", "“Price” must be an amount"),
            ("price_cents", "=1000/3", "an amount has whole cents"),
            ("price_cents", "=1/0", "shows #DIV/0!"),
            ("price_cents", "-5", "must be between"),
            ("name", "", "“Name” is empty"),
            ("name", "x" * 121, "1 characters too long"),
            ("colour", "green", "must be one of: red, blue"),
            ("due_on", "soon", "must be a date"),
        ],
    )
    def test_the_typing_stays_with_the_reason_beside_it(
        self, desk: Desk, name: str, typed: str, words: str
    ) -> None:
        desk.type("G1", name, typed)
        kept = desk.cell("G1", name)
        desk.app.set("G1", spent_cents=9_00)
        desk.settle()
        assert words in str(desk.status("G1"))
        assert desk.cell("G1", name) == kept
        assert desk.cell("G1", "spent_cents") == 9
        desk.app.set("G1", **{name: getattr(gadget("G1"), name)})
        desk.settle()
        assert desk.cell("G1", name) == kept

    def test_a_code_that_lost_its_zeros_is_not_taken(self, desk: Desk) -> None:
        desk.sheet.formats.clear()
        desk.sheet.cells = {
            at: replace(entry, number_format=None) for at, entry in desk.sheet.cells.items()
        }
        desk.type("G1", "account", "00123")
        desk.settle()
        assert "“Account” became the number 123: format the cell" in str(desk.status("G1"))
        assert app_of(desk).account == "010-00123"

    def test_it_is_taken_when_it_is_mended_and_the_reason_goes(self, desk: Desk) -> None:
        desk.type("G1", "price_cents", "about 5")
        desk.settle()
        desk.type("G1", "price_cents", "5")
        desk.settle()
        assert app_of(desk).price_cents == 5_00
        assert desk.status("G1") == ""

    def test_what_only_the_app_writes_is_put_back_with_a_note_that_stays(self, desk: Desk) -> None:
        desk.type("G1", "spent_cents", "99")
        desk.type("G1", "gadget_id", "G9")
        desk.settle()
        assert desk.cell("G1", "spent_cents") == 0
        assert desk.cell("G1", "gadget_id") == "G1"
        note = "Put back: “Code” is only changed in the app. Put back: “Spent” is only changed in "
        assert str(desk.status("G1")).startswith(note)
        desk.type("G1", "name", "News")
        desk.settle()
        assert desk.status("G1") == ""

    def test_a_text_that_is_cut_in_the_sheet_never_comes_back_cut(self, desk: Desk) -> None:
        story = "x" * 3_000
        desk.app.set("G1", story=story)
        desk.settle()
        desk.type("G1", "story", "shorter")
        desk.settle()
        assert app_of(desk).story == story
        assert "too long for a sheet; change it in the app" in str(desk.status("G1"))

    def test_what_a_service_refuses_is_said_too(self, desk: Desk) -> None:
        desk.type("G1", "price_cents", "5")
        desk.between = lambda: desk.app.set("G1", price_cents=4_00)
        desk.sync()
        desk.between = None
        assert desk.status("G1") == "Somebody changed it to 4.00."
        desk.settle()
        assert ("G1", "price_cents") in desk.conflicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Wider(Gadget):
    """The same table with a column more."""

    TABLE: ClassVar[Table] = Table(name="gadget", key="gadget_id", label="Gadgets")

    lamp: Annotated[str, Field(label="Lamp", optional=True)] = "long life"


NAMES = [item.name for item in fields(Gadget)]


def widened(row: Record) -> Wider:
    assert isinstance(row, Gadget)
    return Wider(**{name: getattr(row, name) for name in NAMES})


def test_a_column_added_later_appears_by_itself_beside_what_people_added(desk: Desk) -> None:
    desk.sheet.put(0, 14, "people's own")
    desk.layout = layout_of(Wider, Mode.ROWS)
    desk.app.rows = {key: widened(row) for key, row in desk.app.rows.items()}
    desk.settle()
    assert desk.column_of("lamp") == 15
    assert desk.cell("G3", "lamp") == "long life"
    assert not desk.conflicts
