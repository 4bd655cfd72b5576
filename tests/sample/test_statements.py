"""How much SQL a look at a page takes, also the first one after somebody saved."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.views import MOST_STATEMENTS, View, holder, views
from patience import PATIENCE_SECONDS
from sample_days import TODAY
from techrequests import runtime
from techrequests.domain.policy import Permission
from techrequests.settings import Settings
from techrequests.store.people import actor
from techrequests.store.requests import sight, visible
from techrequests.store.work import Reader
from techrequests.ui.links import script
from techrequests.ui.menu import PAGE_AT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from techrequests.store.database import Database

SHELL = Path(__file__).parents[2] / "lib" / "techrequests" / "ui" / "shell.py"
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
WORK_PAGES = ("one_request", "review", "approvals", "quotes", "funding", "receiving", "deployments")


class Watched:
    """The statements that the pages really run."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ran: list[str] = []

    def look(self, tab: AppTest) -> list[str]:
        """Draw a page as if somebody had just saved, and tell what that took."""
        self.database.commits.add()
        self.ran.clear()
        tab.run()
        assert not [found.value for found in tab.exception]
        return list(self.ran)


@pytest.fixture
def watched(district: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    watch, run = Watched(district), Reader.run

    def noted(self: Reader, sql: str, **values: Any) -> duckdb.DuckDBPyConnection:  # noqa: ANN401
        watch.ran.append(f"{' '.join(sql.split())} {values}")
        return run(self, sql, **values)

    monkeypatch.setattr(Reader, "run", noted)
    monkeypatch.setattr(runtime, "utc_now", lambda: NOON)
    runtime.use(runtime.Runtime(district, Settings(demo=True)))
    yield watch
    runtime._running.clear()


def opened(view: View) -> AppTest:
    tab = AppTest.from_file(str(SHELL), default_timeout=PATIENCE_SECONDS)
    tab.query_params["as"] = view.query["as"]
    tab.run()
    for name, value in view.query.items():
        tab.query_params[name] = value
    return tab.switch_page(script(PAGE_AT[view.page].path)).run()


def too_much(ran: list[str]) -> list[str]:
    """What a look ran, if that was more than it may; else what it ran twice."""
    return ran if len(ran) > MOST_STATEMENTS else [sql for sql in set(ran) if ran.count(sql) > 1]


def test_no_page_runs_many_statements_or_one_twice_after_a_save(watched: Watched) -> None:
    with watched.database.read() as reader:
        wanted = list(views(reader))
    ran = {view.name: watched.look(opened(view)) for view in wanted}
    assert all(ran.values())
    assert {name: found for name, some in ran.items() if (found := too_much(some))} == {}


@pytest.mark.parametrize("page", WORK_PAGES)
def test_nor_does_a_work_page_whatever_has_become_of_the_request(
    watched: Watched, page: str
) -> None:
    with watched.database.read() as reader:
        permission = PAGE_AT[page].permission or Permission.SEE_REQUESTS
        person_id = holder(reader, permission)
        sees = sight(actor(reader, person_id, TODAY))
        sql = f"SELECT request_id FROM tech_request WHERE {visible()}"  # noqa: S608  # a constant
        numbers = [row["request_id"] for row in reader.rows(sql, **sees)]
    tab = opened(View(name=page, page=page, query={"as": person_id, "request": numbers[0]}))
    ran = {}
    for number in numbers:
        tab.query_params["request"] = number
        ran[number] = watched.look(tab)
    assert {name: found for name, some in ran.items() if (found := too_much(some))} == {}
