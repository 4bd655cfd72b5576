"""The seal: a chain of hashes over the rows that somebody may one day have to answer for.

Each save that writes such rows adds one act to the chain, within its own transaction. An act holds
a line for each of them, with the hash of what the row says; its seal covers those lines and the
seal of the act before. So no row can be altered, added or taken out behind the product, and no act
either, without showing it.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST_SEAL = "0" * 64
"""What stands before the first act."""

SEALED = {
    "asset": "asset_tag",
    "asset_event": "asset_event_no",
    "attachment": "attachment_id",
    "audit_event": "audit_no",
    "comment": "comment_id",
    "decision": "decision_id",
    "invoice": "invoice_id",
    "ledger_entry": "entry_no",
    "order_line": "order_line_id",
    "purchase_order": "order_id",
    "receipt": "receipt_id",
    "request_change": "change_id",
    "request_event": "event_no",
    "review": "review_id",
    "table_edit": "table_edit_no",
}
"""The key of each table whose rows are sealed."""

UNSEALED = "version"
"""The column that only counts; it is no part of what a row says."""

HASH_DIGITS = 32
"""128 bits: nobody finds another row with the same hash, and a million rows take half the room."""

GONE = "-" * HASH_DIGITS
"""In the place of a row's hash: the product itself took it out."""


def line_of(table: str, row: Mapping[str, object]) -> str:
    """What an act says of a row: its hash, its table and its key.

    Args:
        table: One of `SEALED`.
        row: Its values by column as the store keeps them, moments in UTC without a zone.
    """
    said = "".join(
        f"{name}={len(text)}:{text}"
        for name in sorted(row)
        if name != UNSEALED and (text := _text(row[name]))
    )
    digest = hashlib.sha256(f"{table}\n{said}".encode()).hexdigest()[:HASH_DIGITS]
    return f"{digest} {table} {row[SEALED[table]]}"


def act_seal(previous: str, act_no: int, commit_no: int, lines: str) -> str:
    """The seal of an act: over the seal of the act before, its numbers, and its lines."""
    return hashlib.sha256(f"{previous}{act_no}:{commit_no}:{lines}".encode()).hexdigest()


def act_lines(lines: Iterable[str]) -> str:
    """The lines of an act as one text; what became of a row last counts."""
    newest = {line[HASH_DIGITS:]: line for line in lines}
    return "\n".join(newest.values())


def _text(value: object) -> str:
    """A value as both the store and Python write it; empty for what says nothing.

    A column that is added later, empty, zero or false in every row, so changes no hash.
    """
    if value is None or value is False or value == 0:
        return ""
    if value is True:
        return "true"
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
        return text.rstrip("0") if value.microsecond else text
    return value.isoformat() if isinstance(value, date) else str(value)
