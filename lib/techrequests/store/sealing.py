"""Sealing rows that no act of the product wrote: those of before the seal, and of migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.seals import GONE
from techrequests.store.seals import ROWS_AN_ACT, different_rows, different_sql, head_of

if TYPE_CHECKING:
    from techrequests.store.database import Database

_ACTS = """
    SELECT string_agg(coalesce(digest, '%s') || ' ' || row_name, chr(10)) AS lines
    FROM (
        SELECT digest, row_name, row_number() OVER (ORDER BY row_name) AS number
        FROM (%s) different
        WHERE row_name NOT IN (SELECT table_name || ' ' || row_key FROM seal_broken)
    ) numbered
    GROUP BY (number - 1) // %d
    ORDER BY min(number)
"""
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
        # Some at a time: a large district has millions of rows.
        acts = reader.rows(_ACTS % (GONE, different_sql(reader), ROWS_AN_ACT))
    for act in acts:
        with database.write() as work:
            work.sealed += act["lines"].split("\n")
            work.wrote = True
    with database.write() as work:
        work.run("DELETE FROM seal_broken")
        work.run(_LATER, later=False)


def seal_all(database: Database) -> None:
    """Seal every row as it is, in a database that was filled past the services."""
    with database.write() as work:
        work.run(_LATER, later=True)
    seal_what_is_left(database)
