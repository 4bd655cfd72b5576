"""How often is too often: for what strangers may ask."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_MOST_CLIENTS = 10_000


class Visits:
    """Counts how often each client came lately; safe between threads.

    Args:
        most: So often within the time, and no more.
        seconds: The time.
    """

    def __init__(self, *, most: int, seconds: float) -> None:
        self._most = most
        self._time = timedelta(seconds=seconds)
        self._lock = threading.Lock()
        self._came: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def again(self, client: str, now: datetime, *, most: int | None = None) -> bool:
        """Note a visit; False when it is one too many, by `most` where a district says so."""
        with self._lock:
            if len(self._came) > _MOST_CLIENTS:
                self._came.clear()
            came = self._came[client]
            while came and came[0] <= now - self._time:
                came.popleft()
            if len(came) >= (self._most if most is None else most):
                return False
            came.append(now)
            return True
