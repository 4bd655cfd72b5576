"""Read the tables and their tabs, and plan what a pass has to do: nothing is changed by it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from techrequests.store import sheet_tabs as store
from techrequests.store.sheet_tabs import TabId
from techrequests.sync.errors import StoppedError
from techrequests.sync.layout import Mode
from techrequests.sync.make_plan import SPARE_ROWS, States, plan_of
from techrequests.sync.plan import Done, Known, Left, Plan, app_row
from techrequests.sync.tab import read_tab

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from techrequests.domain.edits import NewRow, RowEdit
    from techrequests.domain.errors import Problem
    from techrequests.domain.fields import Record
    from techrequests.domain.sheets import Link
    from techrequests.store.database import Database
    from techrequests.sync.layout import Layout
    from techrequests.sync.plan import Write
    from techrequests.sync.tab import Tab
    from techrequests.sync.workbook import Cells, Workbook


class SyncedTable(Protocol):
    """A table of the app, by its services."""

    @property
    def layout(self) -> Layout:
        """How it stands in its tab."""

    def rows(self) -> Mapping[str, Record]:
        """Every row by key, in the order in which new ones are added to the sheet."""

    def save(self, edit: RowEdit) -> tuple[Problem, ...]:
        """Save cells that people changed in the sheet, all or none; why not, else nothing.

        A problem names its field as `services.edits.save_rows` does, where it is about one.
        """

    def add(self, row: NewRow) -> tuple[Problem, ...]:
        """Add a row that people filled in; the reasons why not, else nothing."""


@dataclass(slots=True)
class Quiet:
    """What is remembered from one pass to the next, so that the same is not done twice.

    Attributes:
        commits: Of the app, when there was nothing to do.
        cells: Of the sheet, likewise; the same again need not be compared.
        noted: By table, what was written down before a write that did not succeed.
        left: What the pass with nothing to do left as it was, and so does the next one.
    """

    commits: int = -1
    cells: Mapping[str, Cells] = field(default_factory=dict)
    noted: dict[str, object] = field(default_factory=dict)
    left: Left = field(default_factory=Left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass needs besides the tables.

    Attributes:
        new_key: Makes a key that nobody has, for a spare row.
        meant: By table, the stop of which a person said that it is meant so, in its words.
        link: What the spreadsheet must know of this database; None where only one copy can be.
        quiet: Remembered by whoever runs one pass after the other.
        tell: Called with what is being done, for who waits; where tables are gone through one by
            one, also with how many are done and of how many.
    """

    database: Database
    workbook: Workbook
    now: datetime
    new_key: Callable[[], str]
    meant: Mapping[str, str] = field(default_factory=dict)
    link: Link | None = None
    quiet: Quiet = field(default_factory=Quiet)
    tell: Callable[..., None] = lambda *_: None


@dataclass(slots=True)
class Running:
    """One table in a pass.

    Attributes:
        sheet_id: The number of its tab; None before it is made.
        refused: Why the services did not take something, by the row's key in the sheet.
    """

    table: SyncedTable
    sheet_id: int | None
    title: str
    known: Known = field(default_factory=Known)
    tab: Tab | None = None
    plan: Plan | None = None
    refused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    writes: tuple[Write, ...] = ()
    done: Done = field(default_factory=Done)

    @property
    def name(self) -> str:
        """What the store calls the table."""
        return self.table.layout.record.TABLE.name


def tabs_of(
    this: Pass, tables: Sequence[SyncedTable], stopped: dict[str, StoppedError]
) -> list[Running]:
    """The tab of each table, by its number, so that it may be renamed; or that it has none yet."""
    this.tell("Opening the spreadsheet")
    titles = this.workbook.tabs()
    check_link(this)
    with this.database.read() as reader:
        stored = store.tabs_of(reader, this.workbook.spreadsheet_id)
        known = store.known_tabs(reader, this.workbook.spreadsheet_id)
    running = []
    for table in tables:
        name, wanted = table.layout.record.TABLE.name, table.layout.title
        sheet_id = stored.get(name)
        if sheet_id is None:
            running.append(Running(table, *_place_of(wanted, titles, known)))
        elif sheet_id in titles:
            running.append(Running(table, sheet_id, titles[sheet_id]))
        else:
            stopped[name] = StoppedError(
                f"The tab of “{wanted}” was deleted. Undo that in the spreadsheet's version "
                "history, or let a new one be made on the page “Google Sheets”."
            )
    return running


def _place_of(
    wanted: str, titles: Mapping[int, str], used: Collection[int]
) -> tuple[int | None, str]:
    """The tab of that name, unless another table has it or had it; else a name nobody has."""
    by_title = {title.casefold(): sheet_id for sheet_id, title in titles.items()}
    for number in itertools.count(1):
        title = wanted if number == 1 else f"{wanted} {number}"
        sheet_id = by_title.get(title.casefold())
        if sheet_id not in used:
            return sheet_id, title if sheet_id is None else titles[sheet_id]
    raise AssertionError("counting has no end")


def tie_of(this: Pass, link: Link) -> str:
    """What stands in the spreadsheet: a copy of it has another id than the one written there."""
    return f"{link.code} {this.workbook.spreadsheet_id}"


def check_link(this: Pass) -> None:
    """Go on only in the one spreadsheet, and as the one database, that were linked.

    Raises:
        StoppedError: It is another one's.
    """
    if this.link is None:
        return
    ours = tie_of(this, this.link)
    if any(one != ours for one in this.workbook.links) and not this.link.take_over:
        raise StoppedError(
            "This spreadsheet is linked to another copy of the app, or is a copy of one that is "
            "linked. Nothing of it is read or written. If this is the one people work in, press "
            "“Take it over” on the page “Google Sheets”; if not, make a new spreadsheet and put "
            "its address into the settings."
        )


def read_tabs(this: Pass, running: list[Running]) -> dict[str, Cells]:
    """What stands in every tab there is."""
    there = [one for one in running if one.sheet_id is not None]
    if not there:
        return {}
    this.tell("Reading the sheet")
    shown = {one.title for one in there if one.table.layout.mode is Mode.MIRROR}
    return this.workbook.read([one.title for one in there], shown)


def planned(
    this: Pass,
    running: list[Running],
    cells: Mapping[str, Cells],
    stopped: dict[str, StoppedError],
) -> list[Running]:
    """Plan for every tab; a table that cannot go on is left out, with the reason."""
    found = []
    for done, one in enumerate(running):
        this.tell(f"Comparing “{one.table.layout.title}”", done, len(running))
        if _plan(this, one, cells.get(one.title, ((), ())), stopped):
            found.append(one)
    return found


def _plan(this: Pass, one: Running, cells: Cells, stopped: dict[str, StoppedError]) -> bool:
    try:
        one.tab = read_tab(one.table.layout, *cells)
        one.known = _known(this, one)
        app = {key: app_row(one.table.layout, row) for key, row in one.table.rows().items()}
        states = States(
            tab=one.tab,
            app=app,
            known=one.known,
            fresh=_fresh(this, one.known, one.tab),
            meant=this.meant.get(one.name, ""),
        )
        one.plan = plan_of(one.table.layout, states)
    except StoppedError as error:
        stopped[one.name] = error
        return False
    return True


def _fresh(this: Pass, known: Known, tab: Tab) -> tuple[str, ...]:
    """Keys for spare rows: first those that were handed out and never came into the sheet."""
    placed = {row.key for row in tab.rows}
    unused = sorted(known.spares - known.links.keys() - placed)
    new = (this.new_key() for _ in range(SPARE_ROWS - len(unused)))
    return (*unused, *new)[:SPARE_ROWS]


def tab_id(this: Pass, one: Running) -> TabId:
    """Which tab it is.

    Raises:
        TypeError: It is not made yet.
    """
    if one.sheet_id is None:
        raise TypeError(f"{one.title} has no tab")
    return TabId(this.workbook.spreadsheet_id, one.sheet_id)


def _known(this: Pass, one: Running) -> Known:
    if one.sheet_id is None:
        return Known()
    tab = tab_id(this, one)
    with this.database.read() as reader:
        keys = store.keys_of(reader, tab)
        waiting = store.conflicts_of(reader, tab)
        return Known(
            base=store.base_of(reader, tab),
            spares=frozenset(keys),
            links={sheet_key: key for sheet_key, key in keys.items() if key is not None},
            left_out=store.left_out(reader, tab),
            asked=frozenset(row["row_key"] for row in waiting if not row["field"]),
        )
