"""Open a file for a table: its rows and headings, and where its columns go by what is known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from techrequests.domain.errors import InvalidError
from techrequests.exchange.columns import FileTable, mapping_problems, table_of
from techrequests.exchange.editable import editable
from techrequests.exchange.file_rows import refused
from techrequests.exchange.headings import guessed
from techrequests.exchange.planning import remembered
from techrequests.exchange.pupils import without_pupils
from techrequests.exchange.reading import ARCHIVE, check_size, read_file
from techrequests.exchange.rostering import Known, is_roster, people_of, read_roster, sites_of
from techrequests.exchange.workbook_words import unseen
from techrequests.store.tables import emails_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from techrequests.exchange.file_rows import FileRows
    from techrequests.exchange.rostering import Roster
    from techrequests.store.database import Database

_MOST_TABS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file that somebody brought for a table.

    Attributes:
        fields: The field of each column.
        defaults: What new rows say where such a file says nothing.
        tab: Which tab of a workbook it is.
        tabs: All of them.
        notes: What a person should know about how it was read.
        everybody: Whether it says of itself that it holds everybody.
        hidden: How many of its rows a workbook does not show.
    """

    name: str
    file: FileTable
    fields: tuple[str, ...]
    defaults: Mapping[str, str] = field(default_factory=dict)
    tab: str = ""
    tabs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    everybody: bool = False
    hidden: int = 0


def opened(  # noqa: PLR0913  # what, for which table, and how
    database: Database,
    table: str,
    name: str,
    content: bytes,
    *,
    today: date,
    tab: str = "",
    hidden_too: bool = True,
    told: Callable[[int], None] = lambda _: None,
) -> Opened:
    """Open a CSV file, a workbook or a rostering export.

    Args:
        database: Where the table is.
        table: As in `EDITABLE`.
        name: Of the file.
        content: All of it.
        today: By which roles of a roster hold.
        tab: The tab of a workbook; by default the first whose headings fit the table.
        hidden_too: Whether rows that a workbook does not show are read.
        told: Called now and then with how many rows are read.

    Raises:
        InvalidError: It cannot be read, or is not for this table.
    """
    check_size(content)
    if is_roster(content):
        return _roster(database, table, name, content, today, told)
    read, file = _tab_with_a_table(table, name, content, tab, told)
    if not hidden_too:
        shown = tuple(row for row in file.rows if row.number not in read.hidden)
        file = replace(file, rows=shown)
    file, notes = without_pupils(file) if table == "people" else (file, ())
    kept = remembered(database, table, file.headings)
    return Opened(
        name=name,
        file=file,
        fields=kept.fields,
        defaults=kept.defaults,
        tab=read.tab,
        tabs=read.tabs,
        notes=(*read.notes, *unseen(read, hidden_too=hidden_too), *notes),
        hidden=len(read.hidden),
    )


def _tab_with_a_table(
    table: str, name: str, content: bytes, tab: str, told: Callable[[int], None]
) -> tuple[FileRows, FileTable]:
    """The tab that was asked for, or the first whose headings say which row is meant.

    Raises:
        InvalidError: None can be read; says what is wrong with the first.
    """
    read = read_file(name, content, tab=tab, told=told)
    others = () if tab else read.tabs[read.tabs.index(read.tab) + 1 :] if read.tabs else ()
    if not others or _has_a_table(table, read):
        return read, table_of(editable(table), read)
    for title in others[:_MOST_TABS]:
        try:
            other = read_file(name, content, tab=title, told=told)
        except InvalidError:
            continue  # an empty tab, or one that is no table
        if _has_a_table(table, other):
            return other, table_of(editable(table), other)
    return read, table_of(editable(table), read)


def _has_a_table(table: str, read: FileRows) -> bool:
    try:
        file = table_of(editable(table), read)
    except InvalidError:
        return False
    return not mapping_problems(editable(table), guessed(editable(table), file.headings))


def _roster(  # noqa: PLR0913, PLR0917  # as `opened`
    database: Database,
    table: str,
    name: str,
    content: bytes,
    today: date,
    told: Callable[[int], None],
) -> Opened:
    if table not in {"people", "sites"}:
        kind = "ZIP file" if content.startswith(ARCHIVE) else "file"
        raise refused(f"This {kind} is a rostering export: bring it to People or to Sites.")
    roster, known = read_roster(content, today, told), _known(database)
    file = people_of(roster, known) if table == "people" else sites_of(roster, known)
    notes = ["It is a rostering export: it gives no roles, and supervisors stay as they are."]
    if table == "people":
        notes += _who_is_missing(roster, len(file.rows))
    return Opened(
        name=name,
        file=file,
        fields=remembered(database, table, file.headings).fields,
        notes=tuple(notes),
        everybody=table == "people" and roster.whole,
    )


def _who_is_missing(roster: Roster, rows: int) -> Iterator[str]:
    if roster.left_out:
        yield f"{roster.left_out:,} students, guardians and others who are no staff were left out."
    if gone := len(roster.users) - rows:
        words = (
            "person whose role ended or has not begun was"
            if gone == 1
            else ("people whose roles ended or have not begun were")
        )
        yield f"{gone:,} {words} left out: nobody here knows them."
    if roster.whole:
        yield (
            "The export says that it holds everybody. If it does, say so below: who would become "
            "inactive is listed before anything is saved."
        )


def _known(database: Database) -> Known:
    with database.read() as reader:
        sites = words_of(reader, "site", active=False)
        people = words_of(reader, "person", active=False)
        emails = emails_of(reader)
    return Known(
        people={code.casefold(): code for code in people} | emails,
        sites={words.casefold(): code for code, words in sites.items()}
        | {code.casefold(): code for code in sites},
    )
