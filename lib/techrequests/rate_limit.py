"""How often is too often: for what strangers may ask, and what anybody may write by asking."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_MOST_CLIENTS = 10_000


class RateLimit:
    """Counts what each client was let do lately; safe between threads.

    Args:
        seconds: The time within which it counts.
    """

    def __init__(self, *, seconds: float) -> None:
        self._time = timedelta(seconds=seconds)
        self._lock = threading.Lock()
        self._let: OrderedDict[str, deque[datetime]] = OrderedDict()

    def allows(self, client: str, now: datetime, *, most: int) -> bool:
        """Whether a client may once more, who may so often within the time; it counts if so."""
        with self._lock:
            let = self._let.setdefault(client, deque())
            while let and let[0] <= now - self._time:
                let.popleft()
            if len(let) >= most:
                return False
            let.append(now)
            self._let.move_to_end(client)
            # Whoever was let do something last is the last to be forgotten.
            while len(self._let) > _MOST_CLIENTS:
                self._let.popitem(last=False)
            return True
