"""The driver's errors in words that a person can act on."""

from __future__ import annotations

import re

import duckdb

from techrequests.domain.errors import StaleError, StoreError, TechRequestsError

_CONFLICTS = ("Conflict on", "write-write", "duplicate key", "Duplicate key", "has been altered")


def translated(error: duckdb.Error, path: str) -> TechRequestsError:
    """The product's own error for a driver's error; unknown ones keep their text for the log."""
    text = str(error)
    if "Could not set lock" in text:
        return StoreError(
            f"{path} is in use by another program{_holder(text)}. Stop that program first."
        )
    if any(sign in text for sign in _CONFLICTS):
        return StaleError("Somebody else saved at the same moment. Look at it again, then retry.")
    if "No space left" in text:
        return StoreError(
            "The disk is full: nothing was saved. Please free some space, then retry."
        )
    if "not a valid DuckDB" in text:
        return StoreError(f"{path} is not a Technology Requests database. Check the path.")
    if "version number" in text and "can only read" in text:
        return StoreError(
            f"{path} was written by a newer DuckDB. Update Technology Requests first."
        )
    if "Read-only" in text or "read-only mode" in text:
        return StoreError(
            f"{path} cannot be written. Check the permissions of the file and its folder."
        )
    if "invalidated because of a previous fatal error" in text:
        return StoreError(
            "The database stopped after a fatal error. Please restart Technology Requests."
        )
    return StoreError(f"The database refused: {text.splitlines()[0]}")


def _holder(text: str) -> str:
    found = re.search(r"PID (\d+)", text)
    return f" (process {found[1]})" if found else ""
