"""When everything in a test happens, and keys that no other test uses."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
"""A Monday in fiscal year 2027, when everything in a test happens unless it says otherwise."""

TODAY = NOON.date()


_keys = count(1)


def a_key(prefix: str = "key") -> str:
    """A key or record id that no other test in this run uses."""
    return f"{prefix}-{next(_keys)}"
