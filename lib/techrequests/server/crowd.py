"""How many tabs may be open at once: more than any school has, and fewer than the memory holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from techrequests import runtime
from techrequests.domain.visits import Visits
from techrequests.runtime import utc_now
from techrequests.server.scopes import client_of
from techrequests.server.visitors import person_behind
from techrequests.services.audit import note_refusal

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

MOST_OF_A_PERSON = 50
_TOLD = Visits(most=1, seconds=60)
"""A browser that is turned away asks again and again."""


class Crowd:
    """Counts the open tabs of each person and of each address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse one tab too many."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        person_id = await run_in_threadpool(person_behind, scope, uses=False) or ""
        mine = {f"address {client_of(scope)}": runtime.current().settings.tabs_per_address}
        if person_id:
            mine[f"person {person_id}"] = MOST_OF_A_PERSON
        full = [name for name, most in mine.items() if self._open[name] >= most]
        if full:
            await run_in_threadpool(_note, person_id, full[0])
            await send({"type": "websocket.close", "code": 1008, "reason": "Too many tabs."})
            return
        self._open.update(mine.keys())
        try:
            await self._app(scope, receive, send)
        finally:
            self._open.subtract(mine.keys())
            self._open += Counter()


def _note(person_id: str, full: str) -> None:
    if _TOLD.again(full, utc_now()):
        note_refusal(
            runtime.current().database,
            actor_id=person_id,
            about=full,
            detail="too many tabs are open",
            now=utc_now(),
        )
