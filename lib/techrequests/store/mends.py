"""Data that older versions left wrong is put right once, after the schema is the present one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from techrequests.domain.invoice_doubts import number_key
from techrequests.domain.ledger import Entry
from techrequests.domain.policy import SCHEDULE
from techrequests.store.books import wrong_books
from techrequests.store.funds import touch
from techrequests.store.sealing import seal_later, seal_what_is_left

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from techrequests.store.database import Database, Work

_WHY = (
    "Put right at an upgrade: each fund pays for the lines it took on, and nothing is held that "
    "can no longer be billed."
)


def mend(database: Database, *, now: datetime) -> list[str]:
    """Do every mend that this database has not seen, each in a transaction of its own.

    Returns:
        What was mended, in words; empty when there was nothing.
    """
    with database.read() as reader:
        done = {row["name"] for row in reader.rows("SELECT name FROM data_mend")}
    said, missing = [], [name for name in MENDS if name not in done]
    if missing:
        seal_later(database)  # what a mend changes is sealed after it, as after a migration
    for name in missing:
        with database.write() as work:
            words = MENDS[name](work, now)
            work.run("INSERT INTO data_mend VALUES ($name, $now)", name=name, now=now)
        said += [words] if words else []
    seal_what_is_left(database)
    return said


def _mend_books(work: Work, now: datetime) -> str:
    """Post what is missing; it is seen as any entry is, and nothing that stands is changed."""
    found = list(wrong_books(work))
    entries = [
        Entry(
            fund_id=fund_id,
            request_id=request_id,
            line_id=line_id,
            kind=kind,
            amount_cents=cents,
            actor_id=SCHEDULE.person_id,
            posted_at=now,
            why=_WHY,
        )
        for request_id, needed in found
        for kind, split in needed.postings
        for (fund_id, line_id), cents in split.items()
    ]
    work.insert_all(entries)
    for fund_id in sorted({entry.fund_id for entry in entries}):
        touch(work, fund_id)
    many = "request" if len(found) == 1 else "requests"
    return f"the books of {len(found):,} {many} put right" if found else ""


def _mend_numbers(work: Work, _: datetime) -> str:
    rows = work.rows("SELECT invoice_id, invoice_number FROM invoice WHERE number_key = ''")
    for row in rows:
        work.run(
            "UPDATE invoice SET number_key = $key WHERE invoice_id = $invoice_id",
            key=number_key(row["invoice_number"]),
            invoice_id=row["invoice_id"],
        )
    return ""


MENDS: Mapping[str, Callable[[Work, datetime], str]] = MappingProxyType(
    {"invoice numbers": _mend_numbers, "books": _mend_books}
)
"""Every mend by its name; each leaves right data as it is."""
