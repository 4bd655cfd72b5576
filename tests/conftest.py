"""What every test may ask for: a small district in a real database, and the people in it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from builders import PEOPLE, settle, who
from techrequests.store.database import Database
from techrequests.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

    from techrequests.domain.policy import Actor

NO_SKIPS = os.environ.get("TECHREQUESTS_NO_SKIPS") == "1"
"""Where everything a test needs is known to be there, a skipped test is a broken one."""

# The usual run repeats itself, so that a red build is red again on the next machine.
# No example has a time of its own: a slow machine is no fault of the code.
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("usual", settings.get_profile("any"), derandomize=True, max_examples=60)
settings.register_profile("long", settings.get_profile("any"), max_examples=2_000)
settings.load_profile(os.environ.get("TECHREQUESTS_EXAMPLES", "usual"))


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the small district of `builders`, to be copied and never written."""
    path = tmp_path_factory.mktemp("district") / "district.duckdb"
    opened = Database.open(path, create=True)
    migrate(opened)
    settle(opened)
    opened.close()
    return path


@pytest.fixture
def database(district: Path) -> Iterator[Database]:
    """The small district in memory; copied, because that takes a third of making it."""
    opened = Database.open()
    with opened.exclusive() as connection:
        connection.execute(f"ATTACH '{district}' AS district (READ_ONLY)")
        connection.execute("COPY FROM DATABASE district TO memory")
        connection.execute("DETACH district")
    yield opened
    opened.close()


@pytest.fixture
def file_database(district: Path, tmp_path: Path) -> Iterator[Database]:
    """The same in a file of its own."""
    opened = Database.open(shutil.copy(district, tmp_path / "district.duckdb"))
    yield opened
    opened.close()


@pytest.fixture
def actors(database: Database) -> Mapping[str, Actor]:
    """Everybody in the small district by code, with the roles the store gives them."""
    return {person.person_id: who(database, person.person_id) for person in PEOPLE}


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return found


@pytest.fixture(autouse=True)
def _browser_is_there(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("browser"):
        request.getfixturevalue("chromium")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a skipped test as a failed one where nothing may be skipped."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Likewise for a whole file that skips itself."""
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped here, but this was: {report.longrepr}"
