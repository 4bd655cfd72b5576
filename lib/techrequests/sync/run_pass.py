"""A pass over every table that is kept in step: look, plan, give to the app, write, remember.

No transaction is open while the network is used. A pass may break off anywhere: whatever was done
by then is found again by the next one, because it compares states and repeats no steps.

Google has no “write only if nobody wrote”: what a person types between our last look and our write,
a fraction of a second, into a cell that also changed in the app is overwritten. Only the
spreadsheet's own version history has it then: the log of writes has what we saw last.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from techrequests.store import sheet_link, sheet_log
from techrequests.store import sheet_tabs as store
from techrequests.sync.apply_to_app import give_to_app
from techrequests.sync.errors import StoppedError
from techrequests.sync.plan import Done, Left, left_of, moved, status_writes
from techrequests.sync.reading import (
    Pass,
    Running,
    SyncedTable,
    planned,
    read_tabs,
    tab_id,
    tabs_of,
    tie_of,
)
from techrequests.sync.tab import read_tab

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from techrequests.domain.sheets import Conflict
    from techrequests.sync.tab import Rows


MOST_ROWS_A_PASS = 2_000
MOST_CELLS_A_PASS = 5_000
"""What one pass writes at most, to keep a call small; the rest waits for the next."""

_NEW_ROW = "the whole row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a pass did.

    Attributes:
        written: Cells and rows written to the sheet.
        taken: Edits and rows taken over into the app.
        stopped: Why a table was left alone, by its name.
        left: What of the sheet was not taken over, and whether there is more to do.
        stale: Whether people moved something meanwhile, so that nothing was written.
    """

    written: int = 0
    taken: int = 0
    stopped: Mapping[str, StoppedError] = field(default_factory=dict)
    left: Left = field(default_factory=Left)
    stale: bool = False


def run_pass(this: Pass, tables: Sequence[SyncedTable]) -> Report:
    """Keep tables and their tabs in step.

    Raises:
        SheetsError: Google cannot be used; the next pass carries on.
    """
    stopped: dict[str, StoppedError] = {}
    running = tabs_of(this, tables, stopped)
    _tie(this)
    _make_tabs(this, running)
    commits, cells = this.database.commits.total, read_tabs(this, running)
    if not stopped and (commits, cells) == (this.quiet.commits, this.quiet.cells):
        return Report(left=this.quiet.left)
    ready = planned(this, running, cells, stopped)
    if _set_up(this, ready):
        ready = planned(this, ready, read_tabs(this, ready), stopped)
    _end_words(this, stopped)
    for done, one in enumerate(ready):
        this.tell(f"Taking over “{one.table.layout.title}”", done, len(ready))
        give_to_app(this, one)
        _told(one)
    stale = _write(this, ready)
    for one in ready:
        _remember(this, one)
    if not (stopped or stale) and commits == this.database.commits.total:
        this.quiet.commits, this.quiet.cells = commits, cells
    this.quiet.left = _left(ready, stale=stale)
    return Report(
        written=sum(len(one.done.writes) + len(one.done.appends) for one in ready),
        taken=sum(len(one.done.edits) + len(one.done.rows) for one in ready),
        stopped=stopped,
        left=this.quiet.left,
        stale=stale,
    )


def _left(ready: list[Running], *, stale: bool) -> Left:
    each = [left_of(one.plan, one.done) for one in ready if one.plan]
    full = any(len(one.writes) == MOST_CELLS_A_PASS for one in ready)
    return Left(
        refused=sum(left.refused for left in each),
        unread=sum(left.unread for left in each),
        again=stale or full or any(left.again for left in each),
    )


def _tie(this: Pass) -> None:
    """Let the spreadsheet know whose it is."""
    if this.link and (ours := tie_of(this, this.link)) not in this.workbook.links:
        this.workbook.tie(ours)
    elif not (this.link and this.link.take_over):
        return
    with this.database.write() as work:
        sheet_link.taken_over(work)


def _end_words(this: Pass, stopped: Collection[str]) -> None:
    """A word that a stop is meant so counts once: not for another stop, nor for a later one."""
    if used := this.meant.keys() & stopped:
        with this.database.write() as work:
            for name in used:
                sheet_link.no_word(work, name, this.meant[name])


def _make_tabs(this: Pass, running: list[Running]) -> None:
    for done, one in enumerate(running):
        if one.sheet_id is None:
            this.tell(f"Making the tab “{one.title}”", done, len(running))
            one.sheet_id = this.workbook.add_tab(one.title, columns=1)
        with this.database.read() as reader:
            known = store.tabs_of(reader, this.workbook.spreadsheet_id).get(one.name)
        if known != one.sheet_id:
            with this.database.write() as work:
                store.keep_tab(work, one.name, tab_id(this, one))


def _set_up(this: Pass, ready: list[Running]) -> bool:
    """Put up the headings that are not there yet; whether any were."""
    new = [one for one in ready if one.plan and one.plan.headings]
    for done, one in enumerate(new):
        if one.plan and one.tab and one.sheet_id is not None:
            this.tell(f"Setting up “{one.title}”", done, len(new))
            this.workbook.set_up(one.sheet_id, one.table.layout, one.plan.headings, one.tab.width)
    return bool(new)


def _told(one: Running) -> None:
    """What is to be written, now that it is known what the services refused."""
    if one.plan and one.tab:
        statuses = status_writes(one.plan, one.tab, one.refused)
        one.writes = (*one.plan.writes, *statuses)[:MOST_CELLS_A_PASS]


def _write(this: Pass, planned: list[Running]) -> bool:
    """Write to the sheet what is to be written, unless people moved something meanwhile.

    Returns:
        Whether they did.
    """
    todo = [one for one in planned if one.writes or (one.plan and one.plan.appends)]
    if not todo:
        return False
    this.tell("Writing into the sheet")
    values = this.workbook.values([one.title for one in todo])
    fresh = [one for one in todo if _still_there(one, values[one.title])]
    for one in fresh:
        _note(this, one)
    this.workbook.write({one.title: one.writes for one in fresh})
    for one in fresh:
        one.done = replace(one.done, writes=one.writes)
    numbers = {one.name: tab_id(this, one).tab_number for one in fresh}
    left, appends = MOST_ROWS_A_PASS, {}
    for one in fresh:
        appends[numbers[one.name]] = one.plan.appends[:left] if one.plan else ()
        left -= len(appends[numbers[one.name]])
    this.workbook.append(appends, {numbers[one.name]: one.tab.columns for one in fresh if one.tab})
    for one in fresh:
        one.done = replace(one.done, appends=appends[numbers[one.name]])
        this.quiet.noted.pop(one.name, None)
    return len(fresh) < len(todo)


def _still_there(one: Running, values: Rows) -> bool:
    if one.plan is None or one.tab is None:
        return False
    try:
        now = read_tab(one.table.layout, values)
    except StoppedError:
        return False
    return not moved(one.writes, one.plan.appends, one.tab, now)


def _note(this: Pass, one: Running) -> None:
    cells = [
        (str(write.sheet_key), write.name, str(write.before), str(write.after))
        for write in one.writes
    ]
    if one.plan:
        added = [row.sheet_key for row in one.plan.appends[:MOST_ROWS_A_PASS] if row.texts]
        cells += [(key, _NEW_ROW, "", "added") for key in added]
    if cells and cells != this.quiet.noted.get(one.name):
        this.quiet.noted[one.name] = cells
        with this.database.write() as work:
            sheet_log.note_writes(work, one.name, cells, this.now)


def _remember(this: Pass, one: Running) -> None:
    if one.plan is None or not _is_news(this, one):
        return
    news = one.done.base(one.known)
    tab = tab_id(this, one)
    with this.database.write() as work:
        # As it is now: somebody may have decided about a conflict since it was read.
        base = store.base_of(work, tab) if news or one.plan.conflicts else {}
        rows = {key: {**base.get(key, {}), **texts} for key, texts in news.items()}
        conflicts = [found for found in one.plan.conflicts if not _decided(found, base)]
        store.keep_base(work, tab, rows, one.plan.forgotten)
        store.keep_conflicts(work, tab, conflicts, this.now)
        sheet_link.no_word(work, one.name, this.meant.get(one.name, ""))


def _is_news(this: Pass, one: Running) -> bool:
    """A quiet pass commits nothing, so that pages need not read everything again."""
    if one.plan is None:
        return False
    with this.database.read() as reader:
        rows = store.conflicts_of(reader, tab_id(this, one))
    before = {(row["row_key"], row["field"], row["ours"], row["theirs"]) for row in rows}
    now = {(found.key, found.field, found.ours, found.theirs) for found in one.plan.conflicts}
    return bool(one.done != Done() or one.plan.forgotten or before != now or one.name in this.meant)


def _decided(conflict: Conflict, base: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether a person has decided since; of a whole row the next pass asks once more at worst."""
    agreed = base.get(conflict.key, {}).get(conflict.field)
    return bool(conflict.field) and agreed != conflict.base
