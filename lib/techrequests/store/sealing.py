"""Sealing rows that no act of the product wrote: those of before the seal, and of migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.seals import GONE
from techrequests.store.seals import ROWS_AN_ACT, different_rows, head_of

if TYPE_CHECKING:
    from techrequests.store.database import Database
    from techrequests.store.work import Reader

_BROKEN = "SELECT table_name || ' ' || row_key AS row_name FROM seal_broken"
_NOTE_BROKEN = """
    INSERT INTO seal_broken
    SELECT split_part(row_name, ' ', 1), substr(row_name, strpos(row_name, ' ') + 1)
    FROM (SELECT unnest($names) AS row_name) named
"""
_LATER = "UPDATE seal_state SET to_be_sealed = $later WHERE state_id = 1"
_IS_LATER = "SELECT to_be_sealed FROM seal_state WHERE state_id = 1"


def seal_later(database: Database) -> None:
    """Before a migration: note which rows are broken, so that it does not seal them as they are."""
    with database.write() as work:
        if head_of(work) is None or work.value(_IS_LATER):
            return  # there is no seal yet, or an earlier migration was broken off
        names = [row["row_name"] for row in different_rows(work)]
        if names:
            work.run(_NOTE_BROKEN, names=names)
        work.run(_LATER, later=True)


def seal_what_is_left(database: Database) -> None:
    """After a migration: seal every row that it wrote, changed or took out."""
    with database.read() as reader:
        if not reader.value(_IS_LATER):
            return
        lines = _lines(reader)
    for start in range(0, len(lines), ROWS_AN_ACT):
        with database.write() as work:
            work.sealed += lines[start : start + ROWS_AN_ACT]
            work.wrote = True
    with database.write() as work:
        work.run("DELETE FROM seal_broken")
        work.run(_LATER, later=False)


def _lines(reader: Reader) -> list[str]:
    broken = {row["row_name"] for row in reader.rows(_BROKEN)}
    return [
        f"{row['digest'] or GONE} {row['row_name']}"
        for row in different_rows(reader)
        if row["row_name"] not in broken
    ]


def seal_all(database: Database) -> None:
    """Seal every row as it is, in a database that was filled past the services."""
    with database.write() as work:
        work.run(_LATER, later=True)
    seal_what_is_left(database)
