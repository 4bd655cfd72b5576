"""A linked spreadsheet, by what people decide about it; passes themselves are in `sync`."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from techrequests.domain.audit import AuditKind
from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.errors import (
    InvalidError,
    NotAllowedError,
    Problem,
    StaleError,
)
from techrequests.domain.policy import Permission
from techrequests.domain.sheets import Conflict, Link, Sharing, base_after
from techrequests.services.sheet_tables import TABLES, may_edit_from_sheet, seen_in_sheet
from techrequests.store import sheet_link as store
from techrequests.store import sheet_log, sheet_tabs
from techrequests.store.audit import record
from techrequests.store.database import IN_MEMORY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.sheets import Shared
    from techrequests.services.sheet_tables import SheetTable
    from techrequests.store.database import Database, Work
    from techrequests.store.sheet_tabs import TabId


_MACHINE = Path("/etc/machine-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAsked:
    """Keep this database in step with a spreadsheet.

    Attributes:
        spreadsheet: Its id, as in the settings.
        take_over: Whether it may belong to another copy of the app until now.
    """

    spreadsheet: str
    take_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareAsked:
    """Which way a table shall go."""

    table: str
    sharing: Sharing


@dataclass(frozen=True, slots=True, kw_only=True)
class TabAsked:
    """Something about the tab of a table.

    Attributes:
        stop: Why it was left alone, in the words that the person read and says are meant so.
    """

    table: str
    stop: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAsked:
    """Whose value shall stand.

    Attributes:
        conflict: As the person saw it.
        ours: Whether the app's stands; else the sheet's. Of a row that was taken out of the sheet:
            whether it comes back.
    """

    table: str
    conflict: Conflict
    ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the link stands.

    Attributes:
        shared: How each table is shared that is.
        waiting: What waits for a person, of the tables that this one may see; see
            `store.sheet_tabs.all_waiting`.
        runs: The newest passes; see `store.sheet_log.newest_runs`.
    """

    link: Link | None
    shared: Mapping[str, Shared]
    waiting: tuple[Mapping[str, Any], ...]
    runs: tuple[Mapping[str, Any], ...]


def home_of(database: Database) -> str:
    """Which file a database is: a copy of it has another home."""
    if database.path == IN_MEMORY:
        return IN_MEMORY
    machine = _MACHINE.read_text().strip() if _MACHINE.exists() else ""
    return f"{database.path} {Path(database.path).stat().st_ino} {machine}".rstrip()


def standing(database: Database, actor: Actor) -> Standing:
    """Where the link stands.

    Raises:
        NotAllowedError: The person has nothing to do with it.
    """
    check_may_link(actor)
    seen = {table.name for table in seen_in_sheet(actor)}
    with database.read() as reader:
        return Standing(
            link=store.link_of(reader),
            shared=store.sharing_of(reader),
            waiting=tuple(
                row for row in sheet_tabs.all_waiting(reader) if row["table_name"] in seen
            ),
            runs=tuple(sheet_log.newest_runs(reader)),
        )


def link(database: Database, actor: Actor, asked: LinkAsked, *, now: datetime) -> Link:
    """Link this database to a spreadsheet; the next pass writes the link into it.

    Raises:
        NotAllowedError: The person may not link sheets.
    """
    check_may_link(actor)
    home = home_of(database)
    made = Link(
        # The same after “End the link”, or the sheet would take its own database for a stranger.
        code=sha256(home.encode()).hexdigest()[:16],
        spreadsheet=asked.spreadsheet,
        home=home,
        take_over=asked.take_over,
        linked_by_id=actor.person_id,
        linked_at=now,
    )
    with database.write() as work:
        store.keep_link(work, made)
        words = f"linked to {asked.spreadsheet}" + (", taken over" if asked.take_over else "")
        _note(work, actor, "Google Sheets", words, now)
    return made


def unlink(database: Database, actor: Actor, asked: None = None, *, now: datetime) -> None:
    """Keep this database in step with nothing; sheet and app stay as they are.

    Raises:
        NotAllowedError: The person may not link sheets.
    """
    del asked
    check_may_link(actor)
    with database.write() as work:
        if store.link_of(work):
            store.forget_link(work)
            _note(work, actor, "Google Sheets", "the link was ended", now)


def share(database: Database, actor: Actor, asked: ShareAsked, *, now: datetime) -> None:
    """Choose which way a table goes.

    Raises:
        InvalidError: A sheet can only show this table.
        NotAllowedError: The person may not link sheets, or not see or edit this table themselves.
    """
    table = _table(actor, asked.table)
    with database.write() as work:
        before = store.sharing_of(work).get(table.name)
        if Sharing.EDITED in {asked.sharing, before.sharing if before else None}:
            _check_may_edit(actor, table)
        elif asked.sharing is Sharing.SHOWN and table not in seen_in_sheet(actor):
            raise NotAllowedError(f"You may not {table.sees}. Ask somebody who may.")
        store.keep_sharing(work, table.name, asked.sharing, by_id=actor.person_id, now=now)
        was = before.sharing if before else Sharing.OFF
        _note(work, actor, table.label, f"sharing: {was} → {asked.sharing}", now)


def decide(database: Database, actor: Actor, asked: DecideAsked, *, now: datetime) -> None:
    """Decide what waits for a person; the next pass carries it out.

    Raises:
        NotAllowedError: The person may not edit this table.
        StaleError: It is not what the person saw any more.
    """
    table = _table(actor, asked.table)
    _check_may_edit(actor, table)
    conflict = asked.conflict
    with database.write() as work:
        tab = sheet_tabs.tab_of(work, table.name)
        if not tab or sheet_tabs.waiting(work, tab, conflict.key, conflict.field) != conflict:
            raise StaleError(
                "This was decided, or changed once more in the sheet or in the app, since you "
                "looked. Look at it again, then decide."
            )
        _carry_out(work, tab, conflict, ours=asked.ours)
        sheet_tabs.no_conflict(work, tab, conflict)
        who = "the app" if asked.ours else "the sheet"
        about = f"{table.label} {conflict.key}"
        _note(work, actor, about, f"{conflict.field or 'the row'}: as in {who}", now)


def let_rows_go(database: Database, actor: Actor, asked: TabAsked, *, now: datetime) -> None:
    """Say that what stopped a table is meant so: the next pass goes on, and asks about rows gone.

    It counts for this one stop and this one pass: what is another by then stops the table again.

    Raises:
        NotAllowedError: The person may not edit this table.
    """
    table = _table(actor, asked.table)
    _check_may_edit(actor, table)
    with database.write() as work:
        store.say_meant(work, table.name, asked.stop)
        _note(work, actor, table.label, f"confirmed: {asked.stop}", now)


def begin_tab_anew(database: Database, actor: Actor, asked: TabAsked, *, now: datetime) -> None:
    """Leave the tab of a table, which may be deleted: the next pass makes another one.

    Raises:
        NotAllowedError: The person may not link sheets, or not edit this table.
    """
    table = _table(actor, asked.table)
    if table.edits:
        _check_may_edit(actor, table)
    with database.write() as work:
        if tab := sheet_tabs.tab_of(work, table.name):
            sheet_tabs.leave_tab(work, table.name, tab.spreadsheet)
        _note(work, actor, table.label, "its tab is made anew", now)


def _carry_out(work: Work, tab: TabId, conflict: Conflict, *, ours: bool) -> None:
    """A decision is a change of what was agreed on, from which the next pass does the rest."""
    if conflict.ours is None or (not conflict.field and ours):
        # The app has the row no more, or the sheet is to get it back: nothing is agreed on.
        sheet_tabs.keep_base(work, tab, {}, [conflict.key])
    elif not conflict.field:
        sheet_tabs.leave_out(work, tab, conflict.key)
    else:
        agreed = sheet_tabs.base_of(work, tab).get(conflict.key, {})
        agreed[conflict.field] = base_after(conflict, ours=ours) or ""
        sheet_tabs.keep_base(work, tab, {conflict.key: agreed})


def check_may_link(actor: Actor) -> None:
    """Refuse whoever may not: the sheet shows every site, and so it takes every site.

    Raises:
        NotAllowedError: The person may not link sheets, or only at some sites.
    """
    if not actor.may(Permission.LINK_SHEETS, EVERY_SITE):
        raise NotAllowedError(f"You may not {Permission.LINK_SHEETS} for the whole district.")


def _table(actor: Actor, name: str) -> SheetTable:
    check_may_link(actor)
    if name not in TABLES:
        raise NotAllowedError("This table does not go into a sheet.")
    return TABLES[name]


def _check_may_edit(actor: Actor, table: SheetTable) -> None:
    if table.edits is None:
        words = f"A sheet can only show “{table.label}”: it is changed in the app alone."
        raise InvalidError(Problem("sharing", words))
    if not may_edit_from_sheet(actor, table):
        raise NotAllowedError(
            f"A sheet would change what you may not: you may not {table.edits} everywhere. "
            "Ask somebody who may."
        )


def _note(work: Work, actor: Actor, about: str, detail: str, now: datetime) -> None:
    about = f"sheet: {about}"
    record(work, AuditKind.SETTING, actor_id=actor.person_id, about=about, detail=detail, now=now)
