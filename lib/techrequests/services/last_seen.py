"""When each sign-in was last used: known at once, and written down once a minute for all."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from techrequests.services.sign_in import idle_out
from techrequests.store.sign_in import keep_last_seen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from techrequests.domain.sign_in import Claims, SignInRules
    from techrequests.store.database import Database
    from techrequests.store.sign_in import Standing


class LastSeen:
    """When each sign-in was last used, in this process; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moments: dict[str, datetime] = {}
        self._unwritten: dict[str, datetime] = {}

    def use(self, sign_in_id: str, now: datetime, kept: datetime | None) -> timedelta:
        """Note that it is used now; how long it was not.

        Args:
            sign_in_id: The sign-in.
            now: When.
            kept: When it was used last as far as the store knows, from before a start.
        """
        with self._lock:
            before = self._moments.get(sign_in_id, kept or now)
            self._moments[sign_in_id] = self._unwritten[sign_in_id] = now
            return now - before

    def take(self, since: datetime) -> Mapping[str, datetime]:
        """What is not written down yet; who was not here since then is the store's to know."""
        with self._lock:
            taken, self._unwritten = self._unwritten, {}
            self._moments = {key: at for key, at in self._moments.items() if at >= since}
            return taken


def is_used(  # noqa: PLR0913, PLR0917  # what signing in is made of
    database: Database,
    seen: LastSeen,
    claims: Claims,
    standing: Standing | None,
    rules: SignInRules,
    now: datetime,
) -> bool:
    """Note that somebody who is let in does something; False ends what was idle for too long."""
    kept = standing.last_seen_at if standing else None
    if seen.use(claims.sign_in_id, now, kept) <= rules.idle:
        return True
    idle_out(database, claims, now=now)
    return False


def write_last_seen(database: Database, seen: LastSeen, rules: SignInRules, now: datetime) -> None:
    """Write down what changed since the last time, in one transaction."""
    if moments := seen.take(since=now - rules.idle):
        with database.write() as work:
            keep_last_seen(work, moments)
