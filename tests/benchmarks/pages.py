"""What one look at a page costs: CPU of the real server's process, and SQL statements."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.views import views
from serving import start
from tab import Tab
from techrequests.store.database import Database

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.views import View
    from serving import Server

AT_ONCE = 10
"""Reruns between two looks at the clock: the look itself costs a millisecond."""
ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one view costs.

    Attributes:
        rerun_cpu_ms: Of a redraw when nothing was saved since the last one, as after a click.
        fresh_cpu_ms: Of a redraw when something was saved, so that nothing remembered holds.
        statements: SQL statements of that redraw.
        kibibytes: Sent to the browser at first sight.
    """

    rerun_cpu_ms: float
    fresh_cpu_ms: float
    statements: int
    kibibytes: float


def measured(database: Path) -> dict[str, Cost]:
    """The cost of every view of a district, by its name."""
    opened = Database.open(database, read_only=True)
    with opened.read() as reader:
        wanted = list(views(reader))
    opened.close()
    server = start(database, app="tests/benchmarks/app.py", DEMO="1").wait()
    try:
        return {view.name: _cost(server, view) for view in wanted}
    finally:
        server.stop()


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
        fresh = [_fresh(server, tab) for _ in range(ROUNDS)]
        return Cost(
            rerun_cpu_ms=median(_reruns(server, tab) for _ in range(ROUNDS)),
            fresh_cpu_ms=median(cpu_ms for cpu_ms, _ in fresh),
            statements=max(statements for _, statements in fresh),
            kibibytes=kibibytes,
        )


def _reruns(server: Server, tab: Tab) -> float:
    before, _ = _look(server)
    for _ in range(AT_ONCE):
        tab.rerun()
    after, _ = _look(server)
    return (after - before) / AT_ONCE


def _fresh(server: Server, tab: Tab) -> tuple[float, int]:
    before, asked = _look(server, forget=True)
    tab.rerun()
    after, asked_after = _look(server)
    return after - before, asked_after - asked


def _look(server: Server, *, forget: bool = False) -> tuple[float, int]:
    found = server.get("/measure?forget" if forget else "/measure").json()
    return float(found["cpu_ms"]), int(found["statements"])
