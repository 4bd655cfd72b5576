"""One runtime per process: started once, checked, and closed without a log left behind."""

from __future__ import annotations

import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builders import NOON, in_status, submitted
from techrequests import runtime
from techrequests.domain.errors import StoreError
from techrequests.domain.techrequest import Status
from techrequests.runtime import Runtime
from techrequests.settings import Settings
from techrequests.store.database import Database
from techrequests.store.manifest import manifest_path
from techrequests.store.migrate import migrate, scripts, split, version
from techrequests.store.nights import nightly

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _nothing_runs() -> Iterator[None]:
    runtime.stop()
    yield
    runtime.stop()


@pytest.fixture
def path(file_database: Database) -> Path:
    """A district in a file that was closed cleanly."""
    file_database.close()
    return Path(file_database.path)


def test_a_start_opens_migrates_and_is_current(path: Path) -> None:
    started = runtime.start(Settings(database=path))
    assert runtime.current() is started
    assert version(started.database) == max(scripts())


def test_a_stop_leaves_no_log(path: Path) -> None:
    started = runtime.start(Settings(database=path))
    submitted(started.database)
    runtime.stop()
    assert not path.with_name(f"{path.name}.wal").exists()
    assert not (path.parent / "recovery").exists()


def test_commits_go_into_the_log_and_not_each_into_the_file(path: Path) -> None:
    """Else each would cost a checkpoint, which takes eight times as long as the commit."""
    started = runtime.start(Settings(database=path))
    log = path.with_name(f"{path.name}.wal")
    sizes = []
    for _ in range(3):
        in_status(started.database, Status.DEPLOYING)
        sizes.append(log.stat().st_size)
    assert sizes == sorted(set(sizes))


def test_a_second_start_closes_the_first(path: Path) -> None:
    first = runtime.start(Settings(database=path))
    second = runtime.start(Settings(database=path))
    assert runtime.current() is second
    assert second.database is not first.database


def test_where_nothing_was_started_the_environment_says_what(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TECHREQUESTS_DATABASE", str(path))
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: id(runtime.current()), range(32)))
    assert len(found) == 1
    assert runtime.current().database.path == str(path.resolve())


def test_a_test_can_bring_its_own(database: Database) -> None:
    mine = Runtime(database, Settings(district="Test"))
    runtime.use(mine)
    assert runtime.current() is mine


def test_a_missing_database_is_never_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no database"):
        runtime.start(Settings(database=tmp_path / "none.duckdb"))
    assert list(tmp_path.iterdir()) == []


def test_a_newer_database_is_refused_and_let_go_of(path: Path, file_database: Database) -> None:
    started = runtime.start(Settings(database=path))
    with started.database.write() as work:
        work.run("INSERT INTO schema_version VALUES (9999, 'from the future')")
    runtime.stop()
    for _ in range(2):
        with pytest.raises(StoreError, match="Update Technology Requests first"):
            runtime.start(Settings(database=path))
    assert file_database.path == str(path)


def test_what_breaks_a_rule_is_logged_by_name_and_stops_nothing(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    started = runtime.start(Settings(database=path))
    request = submitted(started.database)
    with started.database.write() as work:
        work.run("UPDATE tech_request SET estimate_cents = 1")
    runtime.start(Settings(database=path))
    assert "check estimate: A request's estimate is the sum of its present lines" in caplog.text
    assert request.request_id in caplog.text


def test_the_code_for_the_first_administrator_is_in_the_log_until_there_is_one(
    tmp_path: Path, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "techrequests")
    runtime.start(Settings(database=path))
    assert runtime.current().code.code not in caplog.text
    nobody = tmp_path / "nobody.duckdb"
    empty = Database.open(nobody, create=True)
    migrate(empty)
    empty.close()
    caplog.clear()
    started = runtime.start(Settings(database=nobody))
    assert f"which works once: {started.code.code}" in caplog.text


def test_a_database_that_was_not_closed_is_copied_with_its_log_before_anything(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    started = runtime.start(Settings(database=path))
    submitted(started.database)
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    log = path.with_name(f"{path.name}.wal")
    for file in (path, log):
        shutil.copy(file, crashed)
    before = {file.name: file.read_bytes() for file in crashed.iterdir()}
    assert len(before) == 2
    runtime.start(Settings(database=crashed / path.name))
    (kept,) = (crashed / "recovery").iterdir()
    assert {file.name: file.read_bytes() for file in kept.iterdir()} == before
    assert "was not closed cleanly" in caplog.text
    with runtime.current().database.read() as reader:
        assert reader.value("SELECT count(*) FROM tech_request") == 1


def test_a_crash_loop_pushes_no_older_copy_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(moment: datetime) -> None:
        path.with_name(f"{path.name}.wal").write_bytes(b"")
        monkeypatch.setattr(runtime, "utc_now", lambda: moment)
        runtime.start(Settings(database=path))
        runtime.stop()

    first = NOON + timedelta(days=1)
    crash(NOON)
    for second in range(6):
        crash(first + timedelta(seconds=second))
    kept = sorted(folder.name for folder in (path.parent / "recovery").iterdir())
    # The first of a day, which is the one that counts, and the last.
    assert kept == [
        "district-20261005T120000000000",
        "district-20261006T120000000000",
        "district-20261006T120005000000",
    ]
    for day in (2, 3):
        crash(NOON + timedelta(days=day))
    kept = sorted(folder.name for folder in (path.parent / "recovery").iterdir())
    assert [name[9:17] for name in kept] == ["20261006", "20261006", "20261007", "20261008"]


def test_what_was_half_written_when_the_power_went_is_removed(path: Path) -> None:
    log = path.with_name(f"{path.name}.wal")
    half = path.parent / "recovery" / ".district-20261005T120000000000.part"
    half.mkdir(parents=True)
    file = path.parent / f"{path.name}.files" / "ab" / ".part-x1"
    file.parent.mkdir(parents=True)
    for leftover in (half / path.name, file, log):
        leftover.write_bytes(b"")
    runtime.start(Settings(database=path))
    assert not half.exists()
    assert not file.exists()


def test_tables_are_copied_before_they_get_a_new_schema(path: Path) -> None:
    path.unlink()
    old = Database.open(path, create=True)
    name, sql = scripts()[1]
    old.script(
        [
            "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)",
            *split(sql),
            f"INSERT INTO schema_version VALUES (1, '{name}')",  # noqa: S608  # a file's name
        ]
    )
    old.close()
    started = runtime.start(Settings(database=path))
    assert version(started.database) == max(scripts())
    (kept,) = (path.parent / "recovery").iterdir()
    before = Database.open(kept / path.name, read_only=True)
    assert version(before) == 1
    before.close()


def test_a_database_that_fell_behind_its_backup_is_told(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(database=path, backup_folder=tmp_path / "backups")
    started = runtime.start(settings)
    submitted(started.database)
    nightly(started.database, tmp_path / "backups", kept=1, hour=3, now=NOON)
    runtime.start(settings)
    assert "something was lost" not in caplog.text
    with runtime.current().database.write() as work:
        work.run("DELETE FROM request_event")
    runtime.start(settings)
    assert "something was lost" in caplog.text


def test_a_damaged_backup_does_not_stop_the_start(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "backups"
    settings = Settings(database=path, backup_folder=folder)
    made = nightly(runtime.start(settings).database, folder, kept=1, hour=3, now=NOON)
    manifest_path(made).write_text("{")
    runtime.start(settings)
    assert "cannot be read" in caplog.text


def test_no_start_without_the_copy(path: Path) -> None:
    path.with_name(f"{path.name}.wal").write_bytes(b"")
    (path.parent / "recovery").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="no copy of it can be kept"):
        runtime.start(Settings(database=path))
