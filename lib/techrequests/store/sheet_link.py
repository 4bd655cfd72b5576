"""Which spreadsheet this database is linked to, and what of it is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.sheets import Link, Shared, Sharing

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.store.database import Reader, Work

_LINK = """
    SELECT link_code AS code, spreadsheet, home, take_over, linked_by_id, linked_at FROM sheet_link
"""
_KEEP_LINK = """
    INSERT INTO sheet_link VALUES
        (1, $code, $spreadsheet, $home, $take_over, $linked_by_id, $linked_at)
"""
_KEEP_SHARING = """
    INSERT INTO sheet_sharing VALUES ($table, $sharing, '', $shared_by_id, $shared_at)
"""
_MEANT = "UPDATE sheet_sharing SET meant = $words WHERE table_name = $table"
_NO_WORD = "UPDATE sheet_sharing SET meant = '' WHERE table_name = $table AND meant = $words"


def link_of(reader: Reader) -> Link | None:
    """The spreadsheet this database is linked to, if any."""
    found = reader.row(_LINK)
    return Link(**found) if found else None


def keep_link(work: Work, link: Link) -> None:
    """Link the database; what was agreed on with another spreadsheet stays known."""
    forget_link(work)
    values = {name: getattr(link, name) for name in Link.__slots__}
    work.run(_KEEP_LINK, **values)


def forget_link(work: Work) -> None:
    """Keep this database in step with nothing; what was agreed on stays known."""
    work.run("DELETE FROM sheet_link")


def taken_over(work: Work) -> None:
    """The spreadsheet knows this database now: another one is not pushed aside again."""
    work.run("UPDATE sheet_link SET take_over = FALSE")


def sharing_of(reader: Reader) -> dict[str, Shared]:
    """How each table is shared that is."""
    rows = reader.rows("SELECT * FROM sheet_sharing")
    return {
        row["table_name"]: Shared(
            sharing=Sharing(row["sharing"]),
            by_id=row["shared_by_id"],
            meant=row["meant"],
        )
        for row in rows
    }


def keep_sharing(work: Work, table: str, sharing: Sharing, *, by_id: str, now: datetime) -> None:
    """Remember which way a table goes."""
    work.run("DELETE FROM sheet_sharing WHERE table_name = $table", table=table)
    if sharing is not Sharing.OFF:
        work.run(_KEEP_SHARING, table=table, sharing=sharing, shared_by_id=by_id, shared_at=now)


def say_meant(work: Work, table: str, words: str) -> None:
    """Let the next pass go on where it stopped with these words."""
    work.run(_MEANT, table=table, words=words)


def no_word(work: Work, table: str, words: str) -> None:
    """End that, unless a person has said so of another stop since."""
    work.run(_NO_WORD, table=table, words=words)
