"""A pass over every table that is kept in step: look, plan, give to the app, write, remember.

No transaction is open while the network is used. A pass may break off anywhere: whatever was done
by then is found again by the next one, because it compares states and repeats no steps.

Google has no “write only if nobody wrote”: what a person types between our last look and our write,
a fraction of a second, into a cell that also changed in the app is overwritten. Only the
spreadsheet's own version history has it then: the log of writes has what we saw last.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from techrequests.store import sheets as store
from techrequests.sync.plan import Done, Known, app_row, moved, status_writes
from techrequests.sync.planning import SPARE_ROWS, States, plan_of
from techrequests.sync.tab import read_tab
from techrequests.sync.trouble import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from techrequests.domain.edits import NewRow, RowEdit
    from techrequests.domain.fields import Record
    from techrequests.store.database import Database
    from techrequests.sync.layout import Layout
    from techrequests.sync.plan import Plan, Write
    from techrequests.sync.tab import Rows, Tab
    from techrequests.sync.workbook import Cells, Workbook


MOST_ROWS = 2_000
MOST_CELLS = 5_000
"""What one pass writes of a table at most, to keep a call small; the rest waits for the next."""


class SyncedTable(Protocol):
    """A table of the app, by its services."""

    @property
    def layout(self) -> Layout:
        """How it stands in its tab."""

    def rows(self) -> Mapping[str, Record]:
        """Every row by key, in the order in which new ones are added to the sheet."""

    def save(self, edit: RowEdit) -> tuple[str, ...]:
        """Save cells that people changed in the sheet; the reasons why not, else nothing."""

    def add(self, key: str, row: NewRow) -> tuple[str, ...]:
        """Add a row that people filled in; the reasons why not, else nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass needs besides the tables.

    Attributes:
        new_key: Makes a key that nobody has, for a spare row.
        allow_vanished: The tables of which a person confirmed that many rows are to be gone.
    """

    database: Database
    workbook: Workbook
    now: datetime
    new_key: Callable[[], str]
    allow_vanished: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a pass did.

    Attributes:
        written: Cells and rows written to the sheet.
        taken: Edits and rows taken over into the app.
        stopped: Why a table was left alone, by its name.
        stale: Whether people moved something meanwhile, so that nothing was written.
    """

    written: int = 0
    taken: int = 0
    stopped: Mapping[str, str] = field(default_factory=dict)
    stale: bool = False


@dataclass(slots=True)
class _Running:
    """One table in a pass."""

    table: SyncedTable
    sheet_id: int
    title: str
    known: Known = field(default_factory=Known)
    tab: Tab | None = None
    plan: Plan | None = None
    writes: tuple[Write, ...] = ()
    done: Done = field(default_factory=Done)

    @property
    def name(self) -> str:
        return self.table.layout.record.TABLE.name


def run_pass(this: Pass, tables: Sequence[SyncedTable]) -> Report:
    """Keep tables and their tabs in step.

    Raises:
        SheetsError: Google cannot be used; the next pass carries on.
    """
    stopped: dict[str, str] = {}
    running = _tabs(this, tables, stopped)
    planned = _planned(this, running, stopped)
    for one in planned:
        _give_to_app(this, one)
    stale = _write(this, planned)
    for one in planned:
        _remember(this, one)
    return Report(
        written=sum(len(one.done.writes) + len(one.done.appends) for one in planned),
        taken=sum(len(one.done.edits) + len(one.done.rows) for one in planned),
        stopped=stopped,
        stale=stale,
    )


def _tabs(this: Pass, tables: Sequence[SyncedTable], stopped: dict[str, str]) -> list[_Running]:
    """The tab of each table, by its number, so that it may be renamed; made when there was none."""
    titles = this.workbook.tabs()
    with this.database.read() as reader:
        stored = store.tabs_of(reader, this.workbook.spreadsheet_id)
    by_title = {title: sheet_id for sheet_id, title in titles.items()}
    running = []
    for table in tables:
        name, wanted = table.layout.record.TABLE.name, table.layout.title
        sheet_id = stored.get(name)
        if sheet_id is None:
            sheet_id = by_title.get(wanted)
            if sheet_id is None:
                sheet_id = this.workbook.add_tab(wanted, columns=1)
                titles[sheet_id] = wanted
            with this.database.write() as work:
                store.keep_tab(work, name, this.workbook.spreadsheet_id, sheet_id)
        if sheet_id in titles:
            running.append(_Running(table, sheet_id, titles[sheet_id]))
        else:
            stopped[name] = (
                f"The tab of “{wanted}” was deleted. Undo that in the spreadsheet's version "
                "history, or link the table again."
            )
    return running


def _planned(this: Pass, running: list[_Running], stopped: dict[str, str]) -> list[_Running]:
    if not running:
        return []
    titles = [one.title for one in running]
    read = this.workbook.read(titles)
    planned = [one for one in running if _plan(this, one, read[one.title], stopped)]
    new = [one for one in planned if one.plan and one.plan.headings]
    for one in new:
        if one.plan and one.tab:
            this.workbook.set_up(one.sheet_id, one.table.layout, one.plan.headings, one.tab.width)
    if not new:
        return planned
    read = this.workbook.read(titles)
    return [one for one in planned if _plan(this, one, read[one.title], stopped)]


def _plan(this: Pass, one: _Running, cells: Cells, stopped: dict[str, str]) -> bool:
    try:
        one.tab = read_tab(one.table.layout, *cells)
        one.known = _known(this, one)
        app = {key: app_row(one.table.layout, row) for key, row in one.table.rows().items()}
        states = States(
            tab=one.tab,
            app=app,
            known=one.known,
            fresh=tuple(this.new_key() for _ in range(SPARE_ROWS)),
            allow_vanished=one.name in this.allow_vanished,
        )
        one.plan = plan_of(one.table.layout, states)
    except StoppedError as error:
        stopped[one.name] = str(error)
        return False
    return True


def _known(this: Pass, one: _Running) -> Known:
    with this.database.read() as reader:
        keys = store.keys_of(reader, one.name)
        return Known(
            base=store.base_of(reader, one.name),
            spares=frozenset(keys),
            links={sheet_key: key for sheet_key, key in keys.items() if key is not None},
        )


def _give_to_app(this: Pass, one: _Running) -> None:
    """Let the services save what people changed; each row alone, so that one stops no other."""
    if one.plan is None or one.tab is None:
        return
    spares = [added.sheet_key for added in one.plan.appends if not added.texts]
    links: dict[str, str | None] = {row.sheet_key: row.key for row in one.plan.rows}
    # First: a row that is added just before a crash must be known again by its place in the sheet.
    with this.database.write() as work:
        store.issue_keys(work, one.name, spares)
        store.link_keys(work, one.name, links)
    refused = {edit.sheet_key: one.table.save(edit.edit) for edit in one.plan.edits}
    refused |= {row.sheet_key: one.table.add(row.key, row.row) for row in one.plan.rows}
    refused = {sheet_key: words for sheet_key, words in refused.items() if words}
    with this.database.write() as work:
        store.link_keys(work, one.name, dict.fromkeys(links.keys() & refused.keys()))
    one.writes = (*one.plan.writes, *status_writes(one.plan, one.tab, refused))[:MOST_CELLS]
    one.done = Done(
        agreed=one.plan.agreed,
        edits=tuple(edit for edit in one.plan.edits if edit.sheet_key not in refused),
        rows=tuple(row for row in one.plan.rows if row.sheet_key not in refused),
    )


def _write(this: Pass, planned: list[_Running]) -> bool:
    """Write to the sheet what is to be written, unless people moved something meanwhile.

    Returns:
        Whether they did.
    """
    todo = [one for one in planned if one.writes or (one.plan and one.plan.appends)]
    if not todo:
        return False
    values = this.workbook.values([one.title for one in todo])
    fresh = [one for one in todo if _still_there(one, values[one.title])]
    for one in fresh:
        _note(this, one)
    this.workbook.write({one.title: one.writes for one in fresh})
    for one in fresh:
        one.done = replace(one.done, writes=one.writes)
    appends = {one.sheet_id: one.plan.appends[:MOST_ROWS] for one in fresh if one.plan}
    this.workbook.append(appends, {one.sheet_id: one.tab.columns for one in fresh if one.tab})
    for one in fresh:
        one.done = replace(one.done, appends=appends[one.sheet_id])
    return len(fresh) < len(todo)


def _still_there(one: _Running, values: Rows) -> bool:
    if one.plan is None or one.tab is None:
        return False
    try:
        now = read_tab(one.table.layout, values)
    except StoppedError:
        return False
    return not moved(one.writes, one.plan.appends, one.tab, now)


def _note(this: Pass, one: _Running) -> None:
    cells = [
        (str(write.sheet_key), write.name, str(write.before), str(write.after))
        for write in one.writes
    ]
    with this.database.write() as work:
        store.note_writes(work, one.name, cells, this.now)


def _remember(this: Pass, one: _Running) -> None:
    if one.plan is None:
        return
    news = one.done.base(one.known)
    rows = {key: {**one.known.base.get(key, {}), **texts} for key, texts in news.items()}
    conflicts = [
        {
            "row_key": conflict.key,
            "field": conflict.field,
            "base": conflict.base,
            "ours": conflict.ours,
            "theirs": conflict.theirs,
        }
        for conflict in one.plan.conflicts
    ]
    with this.database.write() as work:
        store.keep_base(work, one.name, rows, one.plan.forgotten)
        store.keep_conflicts(work, one.name, conflicts, this.now)
