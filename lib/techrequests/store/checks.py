"""Look for rows that break what must always be true; see `schema/checks.sql`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from techrequests.store.audit import breaks
from techrequests.store.books import wrong_purses, wrong_shares
from techrequests.store.migrate import split
from techrequests.store.seals import breaks as seal_breaks
from techrequests.store.seals import broken_acts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from techrequests.store.database import Database
    from techrequests.store.files import FileStore
    from techrequests.store.work import Reader

FILES = "files"
AUDIT = "audit"
BOOKS = "books"
SHARES = "unit_shares"
SEAL = "seal"

_TITLE = re.compile(r"^-- ([a-z_]+): (.+)$", re.MULTILINE)
_KEPT_FILES = """
    SELECT attachment_id, request_id, file_name, sha256, size_bytes
    FROM attachment WHERE removed_at IS NULL ORDER BY attachment_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must always be true.

    Attributes:
        name: One word, unique.
        sentence: What must be true.
        sql: Lists the rows that break it.
    """

    name: str
    sentence: str
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that is broken, and by which rows.

    Attributes:
        rows: The rows by column, never empty.
    """

    name: str
    sentence: str
    rows: tuple[Mapping[str, Any], ...]


@cache
def checks() -> tuple[Check, ...]:
    """Every check of `checks.sql`, in its order."""
    text = resources.files(__package__).joinpath("schema", "checks.sql").read_text()
    return tuple(
        Check(name=name, sentence=sentence, sql=sql)
        for (name, sentence), sql in zip(_TITLE.findall(text), split(text), strict=True)
    )


def run_checks(database: Database, *, now: datetime, quick: bool = False) -> list[Finding]:
    """Ask every check; an empty list means that all is well.

    Args:
        database: What is checked.
        now: The present moment.
        quick: Look at attached files by their size, and of the seal at the chain only. A large
            district has millions of sealed rows, and gigabytes of files.
    """
    with database.read() as reader:
        found = _findings(reader, now)
        kept = reader.rows(_KEPT_FILES)
        broken = tuple(breaks(reader))
        purses, shares = wrong_purses(reader), wrong_shares(reader)
        unsealed = tuple(broken_acts(reader) if quick else seal_breaks(reader))
    lost = tuple(_lost(database.files, kept, quick=quick))
    if lost:
        sentence = "Every attached file is in the file folder, as it was when it came."
        found.append(Finding(name=FILES, sentence=sentence, rows=lost))
    if purses:
        sentence = "Each fund holds and has paid what its order lines say; this is missing."
        found.append(Finding(name=BOOKS, sentence=sentence, rows=purses))
    if shares:
        sentence = "Each unit's record names the shares of funds that the ledger has for its line."
        found.append(Finding(name=SHARES, sentence=sentence, rows=shares))
    if broken:
        sentence = "Nothing was altered in the audit trail, nor taken out of it."
        found.append(Finding(name=AUDIT, sentence=sentence, rows=broken))
    if unsealed:
        sentence = "Everything is as it was sealed: nothing was altered, added or taken out."
        found.append(Finding(name=SEAL, sentence=sentence, rows=unsealed))
    return found


def broken_rows(reader: Reader, *, now: datetime) -> dict[str, int]:
    """Number of rows by the name of each check of `checks.sql` that they break."""
    return {finding.name: len(finding.rows) for finding in _findings(reader, now)}


def broken_seals(reader: Reader) -> dict[str, int]:
    """Likewise for the audit trail and the seal."""
    found = {AUDIT: len(list(breaks(reader))), SEAL: len(list(seal_breaks(reader)))}
    return {name: rows for name, rows in found.items() if rows}


def _lost(
    files: FileStore, kept: Iterable[Mapping[str, Any]], *, quick: bool
) -> Iterator[Mapping[str, Any]]:
    for row in kept:
        size = files.size(row["sha256"])
        if size is None:
            yield {**row, "wrong": "missing"}
        elif size != row["size_bytes"] or not (quick or files.is_whole(row["sha256"])):
            yield {**row, "wrong": "damaged"}


def _findings(reader: Reader, now: datetime) -> list[Finding]:
    return [
        Finding(name=check.name, sentence=check.sentence, rows=tuple(rows))
        for check in checks()
        if (rows := _rows(reader, check, now))
    ]


def _rows(reader: Reader, check: Check, now: datetime) -> list[dict[str, Any]]:
    # The database refuses a parameter that a statement does not use.
    values = {"now": now} if "$now" in check.sql else {}
    return reader.rows(check.sql, **values)
