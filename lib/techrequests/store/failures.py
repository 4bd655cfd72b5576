"""The driver's errors in words that a person can act on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from techrequests.domain.errors import (
    DamagedError,
    InUseError,
    StaleError,
    StoreError,
    TechRequestsError,
)

if TYPE_CHECKING:
    import duckdb

NO_DATABASE = "{path} is not a Technology Requests database. Check the path."

# First match wins: a failed commit over a repeated key is a conflict, a full disk is not.
_MEANINGS: tuple[tuple[re.Pattern[str], type[TechRequestsError], str], ...] = (
    (
        re.compile(r"Could not set lock"),
        InUseError,
        "{path} is in use by another program{holder}. Stop that program first.",
    ),
    (
        re.compile(r"Conflict on|write-write|duplicate key|Duplicate key|has been altered"),
        StaleError,
        "Somebody else saved at the same moment. Look at it again, then retry.",
    ),
    (
        re.compile(r"No space left"),
        StoreError,
        "The disk is full: nothing was saved. Please free some space, then retry.",
    ),
    (
        re.compile(r"not a valid DuckDB"),
        StoreError,
        NO_DATABASE,
    ),
    (
        re.compile(r"Table with name schema_version does not exist"),
        StoreError,
        NO_DATABASE,
    ),
    (
        re.compile(
            r"Corrupt database|Could not read enough bytes|eplaying WAL|erialization [Ee]rr"
        ),
        DamagedError,
        "{path} is damaged: part of it cannot be read as it was written.",
    ),
    (
        re.compile(r"version number.{1,60}can only read"),
        StoreError,
        "{path} was written by a newer DuckDB. Update Technology Requests first.",
    ),
    (
        re.compile(r"Read-only|read-only mode"),
        StoreError,
        "{path} cannot be written. Check the permissions of the file and its folder.",
    ),
    (
        re.compile(r"Failed to create checkpoint"),
        StoreError,
        "The disk is full, so the database stopped. What was saved is safe. Free some space.",
    ),
    (
        re.compile(r"File too large"),
        StoreError,
        "The file may not grow any more: nothing was saved. Please raise its limit, then retry.",
    ),
    (
        re.compile(r"invalidated because of a previous fatal error"),
        StoreError,
        "The database stopped after a fatal error. Please restart Technology Requests.",
    ),
)


def translated(error: duckdb.Error, path: str) -> TechRequestsError:
    """The product's own error for a driver's error; unknown ones keep their text for the log."""
    text = str(error)
    for sign, kind, words in _MEANINGS:
        if sign.search(text):
            if words is NO_DATABASE and Path(f"{path}.witness").exists():
                return DamagedError(f"{path} is damaged: its beginning is not that of a database.")
            return kind(words.format(path=path, holder=_holder(text)))
    return StoreError(f"The database refused: {text.splitlines()[0]}")


def _holder(text: str) -> str:
    found = re.search(r"PID (\d+)", text)
    return f" (process {found[1]})" if found else ""
