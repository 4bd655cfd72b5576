"""Passes for real: gspread over HTTP, the base in DuckDB, and everything that can break."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from sync.gadgets import App, gadget
from sync.live import POINTS, LiveDesk
from sync.verdicts import differences, doubled_rows, lost_edits, strangers
from sync.worlds import World
from techrequests.store import sheet_tabs as store
from techrequests.store.database import Database
from techrequests.store.migrate import migrate
from techrequests.sync.errors import StoppedError
from techrequests.sync.layout import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sheets.book import Book
    from sheets.server import FakeSheets
    from techrequests.sync.connection import SheetLink

WORLDS = 200


@pytest.fixture(scope="module")
def empty() -> Iterator[Database]:
    """A database without a district, shared by worlds that clean up behind them."""
    opened = Database.open()
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def store_of_sheets(empty: Database) -> Database:
    with empty.write() as work:
        for table in ("sheet_tab", "sheet_base", "sheet_key", "sheet_conflict", "sheet_write"):
            work.run(f"DELETE FROM {table}")  # noqa: S608  # names from here
    return empty


@pytest.fixture
def desk(store_of_sheets: Database, link: SheetLink, book: Book) -> LiveDesk:
    app = App(*(gadget(f"G{number}", price_cents=number * 100) for number in range(1, 9)))
    return LiveDesk(store_of_sheets, link, book, app)


def at(desk: LiveDesk, key: str, name: str) -> tuple[int, int]:
    seen = desk.look()
    return next(row.number for row in seen.rows if row.key == key), seen.columns[name]


def type_in(desk: LiveDesk, key: str, name: str, text: str) -> None:
    desk.book.tab("Gadgets").put(*at(desk, key, name), text, "USER_ENTERED")


def test_a_new_tab_is_made_with_formats_that_keep_codes_whole(desk: LiveDesk) -> None:
    desk.sync()
    tab = desk.book.tab("Gadgets")
    assert tab.grid["frozenRowCount"] == 1
    assert tab.number_format(5, desk.look().columns["account"]) == {"type": "TEXT"}
    type_in(desk, "G1", "account", "00123")
    desk.sync()
    assert desk.app.rows["G1"].account == "00123"
    assert [row.key for row in desk.look().rows][:8] == [f"G{number}" for number in range(1, 9)]


def test_every_cell_written_is_in_the_log_with_what_stood_there(desk: LiveDesk) -> None:
    desk.sync()
    desk.app.set("G1", name="New")
    desk.sync()
    with desk.database.read() as reader:
        rows = reader.rows(
            "SELECT sheet_key, field, before, after FROM sheet_write WHERE after <> 'added'"
        )
    assert rows == [{"sheet_key": "G1", "field": "name", "before": "Gadget G1", "after": "New"}]


def test_a_change_of_ten_cells_takes_six_calls_and_a_quiet_pass_three(
    desk: LiveDesk, google: FakeSheets
) -> None:
    desk.sync()
    desk.sync()
    google.calls.clear()
    for key in ("G1", "G2", "G3", "G4", "G5"):
        desk.app.set(key, name=f"New {key}")
        type_in(desk, key, "price_cents", "77")
    desk.app.rows["H1"] = gadget("H1")
    desk.sync()
    assert google.count() == 6
    google.calls.clear()
    desk.sync()
    assert google.count() == 3


def test_text_that_looks_like_a_formula_stays_text_in_the_sheet(desk: LiveDesk) -> None:
    desk.app.set("G1", name='=HYPERLINK("http://evil.example")')
    desk.sync()
    desk.sync()
    cell = desk.book.tab("Gadgets").cells[at(desk, "G1", "name")]
    assert cell.value == '=HYPERLINK("http://evil.example")'
    assert not cell.formula
    assert desk.app.rows["G1"].name == cell.value


def test_a_tab_that_is_renamed_is_found_and_one_that_is_deleted_stops_its_table(
    desk: LiveDesk,
) -> None:
    desk.sync()
    desk.book.tab("Gadgets").title = "Our gadgets"
    desk.app.set("G1", name="New")
    desk.sync()
    assert desk.book.tab("Our gadgets").value(1, 2) == "New"
    desk.book.tabs.remove(desk.book.tab("Our gadgets"))
    with pytest.raises(StoppedError, match="The tab of “Gadgets” was deleted"):
        desk.sync()
    assert len(desk.app.rows) == 8


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_anywhere_is_repaired_by_the_next_pass(desk: LiveDesk, point: str) -> None:
    desk.sync()
    spare = next(str(row.key) for row in desk.look().rows if str(row.key).startswith("new-"))
    desk.app.set("G1", name="From the app")
    desk.app.rows["H1"] = gadget("H1")
    type_in(desk, "G2", "name", "From the sheet")
    type_in(desk, spare, "name", "A new row")
    type_in(desk, spare, "gadget_id", "GIFT")
    desk.crash_at = point
    desk.sync()
    for _ in range(4):
        desk.sync()
    assert not desk.sync().written
    assert desk.app.rows["G2"].name == "From the sheet"
    assert desk.app.rows["GIFT"].name == "A new row"
    keys = [row.key for row in desk.look().rows]
    assert (keys.count("H1"), keys.count(spare)) == (1, 1)
    assert desk.book.tab("Gadgets").value(*at(desk, "G1", "name")) == "From the app"
    assert desk.app.made == ["GIFT"]
    assert not desk.conflicts


def test_a_row_moved_to_another_spare_one_after_a_crash_is_made_once(desk: LiveDesk) -> None:
    desk.sync()
    first, second = [str(row.key) for row in desk.look().rows if row.key in desk.known.spares][:2]
    with desk.database.write() as work:
        store.link_keys(work, desk.tab, {first: "GIFT"})
    type_in(desk, second, "gadget_id", "GIFT")
    type_in(desk, second, "name", "A gift")
    for _ in range(3):
        desk.sync()
    assert desk.app.made == ["GIFT"]
    assert desk.known.links == {second: "GIFT"}
    assert {row.status for row in desk.look().rows} == {""}


def test_a_conflict_keeps_the_moment_since_when_it_waits(desk: LiveDesk) -> None:
    desk.sync()
    desk.app.set("G1", name="Ours")
    type_in(desk, "G1", "name", "Theirs")
    for _ in range(2):
        desk.sync()
    with desk.database.read() as reader:
        (row,) = store.conflicts_of(reader, desk.tab)
    assert (row["ours"], row["theirs"], row["base"]) == ("Ours", "Theirs", "Gadget G1")


@pytest.mark.parametrize("seed", range(WORLDS))
def test_no_edit_is_lost_and_no_row_doubled_whatever_breaks(
    desk: LiveDesk, google: FakeSheets, seed: int
) -> None:
    random = Random(seed)  # noqa: S311  # a world, not a secret
    world = BreakingWorld(desk, random, google)
    desk.app.rows = {key: replace(row, price_cents=0) for key, row in desk.app.rows.items()}
    desk.sync()
    world.live(40, races=bool(seed % 2))
    google.faults.clear()
    world.breaks = False
    world.rest()
    assert lost_edits(world) == []
    assert doubled_rows(world) == []
    assert differences(world) == []
    assert strangers(world) == []


class BreakingWorld(World):
    """A world in which the server crashes and Google fails."""

    def __init__(self, desk: LiveDesk, random: Random, google: FakeSheets) -> None:
        super().__init__(desk, random)
        self.live_desk, self.google, self.breaks = desk, google, True

    def one_pass(self) -> None:
        """A pass that may break off."""
        if self.breaks and self.chance(0.25):
            self.live_desk.crash_at = self.random.choice(POINTS)
        if self.breaks and self.chance(0.3):
            self.google.fail(
                self.random.choice((429, 500, 503)),
                times=self.random.choice((1, 2)),
                match=self.random.choice(("GET /v4", "batchUpdate")),
                after=self.chance(0.5),
                drop=self.chance(0.2),
            )
        super().one_pass()


def test_a_mirror_is_written_and_never_read(
    store_of_sheets: Database, link: SheetLink, book: Book
) -> None:
    desk = LiveDesk(store_of_sheets, link, book, App(gadget("G1")), Mode.MIRROR)
    desk.sync()
    type_in(desk, "G1", "name", "Typed")
    desk.sync()
    assert desk.app.rows["G1"].name == "Gadget G1"
    assert desk.book.tab("Gadgets").value(*at(desk, "G1", "name")) == "Gadget G1"
