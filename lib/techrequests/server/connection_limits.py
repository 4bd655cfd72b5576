"""How many tabs may be open at once: more than any school has, and fewer than the memory holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from techrequests import runtime
from techrequests.rate_limit import RateLimit
from techrequests.server.closed_tabs import tab_closed
from techrequests.server.forged_messages import SESSION
from techrequests.server.identity import person_behind
from techrequests.server.open_files import room_for_tabs
from techrequests.server.request_scope import client_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

MOST_OF_A_PERSON = 50


STRANGERS = "strangers"


def _counted(address: str, person_id: str) -> dict[str, int]:
    """What a tab counts for, and how many tabs there may be of each."""
    settings, room = runtime.current().settings, room_for_tabs()
    mine = {"everybody": room, f"address {address}": settings.tabs_per_address}
    if person_id:
        mine[f"person {person_id}"] = MOST_OF_A_PERSON
    elif not settings.demo:
        # Whoever signed in finds room, however many come who did not.
        mine[STRANGERS] = room // 2
        mine[f"strangers at {address}"] = settings.stranger_tabs_per_address
    return mine


class ConnectionLimits:
    """Counts the open tabs of each person and of each address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Counter[str] = Counter()
        # A browser that is turned away asks again and again.
        self._telling = RateLimit(seconds=60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse one tab too many."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        person_id = await run_in_threadpool(person_behind, scope, uses=False) or ""
        mine = _counted(client_of(scope), person_id)
        full = [name for name, most in mine.items() if self._open[name] >= most]
        if full:
            await run_in_threadpool(self._note, scope, person_id, full[0])
            await send({"type": "websocket.close", "code": 1008, "reason": "Too many tabs."})
            return
        self._open.update(mine.keys())
        try:
            await self._app(scope, receive, send)
        finally:
            self._open.subtract(mine.keys())
            self._open += Counter()
            tab_closed(scope.get(SESSION, ""), stranger=STRANGERS in mine)

    def _note(self, scope: Scope, person_id: str, full: str) -> None:
        running = runtime.current()
        if self._telling.allows(full, running.now(), most=1):
            why = "too many tabs are open"
            running.note_refusal(full, why, person_id=person_id, address=client_of(scope))
