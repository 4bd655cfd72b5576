"""What one look at a page costs: CPU of the real server's process, and SQL statements."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.views import views
from serving import start
from tab import Tab
from techrequests.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.views import View
    from serving import Server

AT_ONCE = 10
"""Reruns between two looks at the clock: the look itself costs a millisecond."""
ROUNDS = 8
_IDLE_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Look:
    """CPU milliseconds of the server's process, and SQL statements."""

    cpu_ms: float
    statements: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one view costs.

    Attributes:
        rerun: Of a redraw when nothing was saved since the last one, as after a click.
        fresh: Of a redraw when something was saved, so that nothing remembered holds.
        kibibytes: Sent to the browser at first sight.
    """

    rerun: Look
    fresh: Look
    kibibytes: float


def measured(database: Path) -> dict[str, Cost]:
    """The cost of every view of a district, by its name."""
    opened = Database.open(database, read_only=True)
    with opened.read() as reader:
        wanted = list(views(reader))
    opened.close()
    # What is overdue in a district of thousands would go up while the first page is measured.
    server = start(database, app="tests/benchmarks/app.py", DEMO="1", ESCALATION_DAYS="0").wait()
    try:
        _wait_until_idle(server)
        return {view.name: _cost(server, view) for view in wanted}
    finally:
        server.stop()


def _wait_until_idle(server: Server) -> None:
    """Let it first do what is due at a start, such as thousands of reminders."""
    before, now = -1.0, _look(server).statements
    while now != before:
        time.sleep(_IDLE_SECONDS)
        before, now = now, _look(server).statements


def _cost(server: Server, view: View) -> Cost:
    with Tab(server.address) as tab:
        tab.open(view.page, **view.query)
        kibibytes = tab.bytes_received / 1024
        if wrong := [one.exception.message for one in tab.drawn if one.HasField("exception")]:
            raise RuntimeError(f"{view.name}: {wrong[0]}")
        # The first redraws still load modules and fill the cache of prepared statements.
        for _ in range(3):
            _look(server, forget=True)
            tab.rerun()
        return Cost(
            rerun=_least(_looks(server, tab, AT_ONCE) for _ in range(ROUNDS)),
            fresh=_least(_looks(server, tab, 1, forget=True) for _ in range(ROUNDS)),
            kibibytes=kibibytes,
        )


def _least(looks: Iterable[Look]) -> Look:
    """The quickest round: what else a shared machine does can only make the others slower."""
    found = list(looks)
    return Look(min(one.cpu_ms for one in found), max(one.statements for one in found))


def _looks(server: Server, tab: Tab, times: int, *, forget: bool = False) -> Look:
    before = _look(server, forget=forget)
    for _ in range(times):
        tab.rerun()
    after = _look(server)
    return Look(
        (after.cpu_ms - before.cpu_ms) / times, (after.statements - before.statements) / times
    )


def _look(server: Server, *, forget: bool = False) -> Look:
    found = server.get("/measure?forget" if forget else "/measure").json()
    return Look(found["cpu_ms"], found["statements"])
