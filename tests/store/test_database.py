"""Nothing that was acknowledged is lost, and nothing that failed is half saved."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import duckdb
import pytest

from builders import NOON, a_request, submitted
from patience import PATIENCE_SECONDS
from store.vendors import the_vendor
from techrequests.domain.catalogue import Person, Site, SiteKind, Vendor
from techrequests.domain.errors import NotFoundError, StaleError, StoreError
from techrequests.domain.techrequest import TechRequest
from techrequests.store.database import Database
from techrequests.store.migrate import migrate

if TYPE_CHECKING:
    from pathlib import Path


class TestFailure:
    @pytest.mark.parametrize(
        "failure", [ZeroDivisionError, KeyboardInterrupt, SystemExit, GeneratorExit, StaleError]
    )
    def test_any_exception_undoes_everything(
        self, database: Database, failure: type[BaseException]
    ) -> None:
        commits = database.commits.total
        with pytest.raises(failure), database.write() as work:
            work.update(replace(work.get(Vendor, "NORTHWIND"), phone="never"))
            work.insert(a_request())
            raise failure("stop")
        assert the_vendor(database).phone == ""
        with database.read() as reader:
            assert reader.value("SELECT count(*) FROM tech_request") == 0
        assert database.commits.total == commits

    def test_a_failed_statement_undoes_everything(self, database: Database) -> None:
        with pytest.raises(StoreError, match="The database refused"), database.write() as work:
            work.update(replace(work.get(Vendor, "NORTHWIND"), phone="never"))
            work.run("SELECT no_such_column FROM vendor")
        assert the_vendor(database).phone == ""

    def test_a_failure_that_was_caught_on_the_way_cannot_be_committed(
        self, database: Database
    ) -> None:
        """DuckDB would say yes to the COMMIT and save nothing."""
        with pytest.raises(RuntimeError, match="a statement failed"), database.write() as work:
            work.update(replace(work.get(Vendor, "NORTHWIND"), phone="never"))
            with pytest.raises(duckdb.Error):
                work.insert(Site(site_id="LHS", name="Twice", kind=SiteKind.HIGH))
        assert the_vendor(database).phone == ""

    def test_the_next_write_works_after_any_failure(self, database: Database) -> None:
        for _ in range(3):
            with pytest.raises(StoreError), database.write() as work:
                work.run("nonsense")
        with database.write() as work:
            work.update(replace(work.get(Vendor, "NORTHWIND"), phone="555"))
        assert the_vendor(database).phone == "555"

    def test_a_write_within_a_write_is_refused_and_undoes_the_outer_one(
        self, database: Database
    ) -> None:
        with (
            pytest.raises(RuntimeError, match="already open"),
            database.write() as work,
        ):
            work.update(replace(work.get(Vendor, "NORTHWIND"), phone="never"))
            with database.write():
                pass
        assert the_vendor(database).phone == ""
        with database.write() as work:
            assert work.get(Vendor, "NORTHWIND").phone == ""

    @pytest.mark.parametrize("what", ["checkpoint", "exclusive", "close"])
    def test_what_needs_quiet_is_refused_within_a_write(
        self, file_database: Database, what: str
    ) -> None:
        with pytest.raises(RuntimeError, match="already open"), file_database.write():
            if what == "exclusive":
                with file_database.exclusive():
                    pass
            else:
                getattr(file_database, what)()
        assert the_vendor(file_database).vendor_id == "NORTHWIND"

    def test_a_key_that_is_taken_is_told_as_a_conflict(self, database: Database) -> None:
        with pytest.raises(StaleError, match="saved at the same moment"), database.write() as work:
            work.insert(Site(site_id="LHS", name="Twice", kind=SiteKind.HIGH))

    def test_text_that_is_no_text_is_told_and_saves_nothing(self, database: Database) -> None:
        with pytest.raises((StoreError, UnicodeEncodeError)), database.write() as work:
            work.update(replace(work.get(Vendor, "NORTHWIND"), phone="\ud800"))
        assert the_vendor(database).phone == ""


class TestRecords:
    def test_a_record_comes_back_as_it_was_saved(self, database: Database) -> None:
        request = a_request(
            title="=1+1 “Größe” '; DROP TABLE x; -- 🎒\n<b>\"", needed_by=NOON.date()
        )
        with database.write() as work:
            work.insert(request)
        with database.read() as reader:
            assert reader.get(TechRequest, request.request_id) == request

    def test_moments_are_kept_in_utc_wherever_they_were_told(self, database: Database) -> None:
        chicago = timezone(timedelta(hours=-5))
        told = datetime(2026, 6, 30, 20, 15, tzinfo=chicago)
        with database.write() as work:
            work.insert(a_request(created_at=told))
        with database.read() as reader:
            kept = reader.find(TechRequest)[0].created_at
            in_store = reader.value("SELECT CAST(created_at AS TEXT) FROM tech_request")
        assert in_store == "2026-07-01 01:15:00"
        assert kept == told
        assert kept.utcoffset() == timedelta(0)

    def test_a_new_record_is_version_one_whatever_it_said(self, database: Database) -> None:
        with database.write() as work:
            work.insert(a_request(version=7))
        with database.read() as reader:
            assert reader.find(TechRequest)[0].version == 1

    def test_what_is_not_there_is_told_by_name(self, database: Database) -> None:
        with (
            pytest.raises(NotFoundError, match="There is no tech request “x”"),
            database.read() as reader,
        ):
            reader.get(TechRequest, "x")

    def test_statements_and_commits_are_counted(self, database: Database) -> None:
        statements, commits = database.statements.total, database.commits.total
        with database.read() as reader:
            reader.get(Person, "tina")
        with database.write() as work:
            work.get(Person, "tina")
        assert database.statements.total == statements + 2
        assert database.commits.total == commits + 1


class TestFile:
    def test_what_was_saved_is_there_after_a_restart(self, file_database: Database) -> None:
        request = submitted(file_database)
        path = file_database.path
        file_database.close()
        again = Database.open(path)
        assert migrate(again) == []
        with again.read() as reader:
            assert reader.get(TechRequest, request.request_id) == request
        again.close()

    def test_a_wrong_path_never_passes_for_an_empty_district(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="There is no database at"):
            Database.open(tmp_path / "typo.duckdb")
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(StoreError, match="does not exist"):
            Database.open(tmp_path / "no" / "folder.duckdb", create=True)

    def test_a_file_that_is_no_database_is_told_so(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("Buy milk. " * 1000)
        with pytest.raises(StoreError, match="is not a Technology Requests database"):
            Database.open(path)
        assert path.read_text().startswith("Buy milk.")

    def test_a_database_opened_for_reading_refuses_writes(self, file_database: Database) -> None:
        path = file_database.path
        file_database.close()
        reading = Database.open(path, read_only=True)
        with pytest.raises(StoreError, match="cannot be written"), reading.write() as work:
            work.next_number("TEST")
        with reading.read() as reader:
            assert reader.get(Person, "tina").site_id == "LHS"
        reading.close()


def test_looking_whether_it_still_runs_does_not_keep_it_from_closing(
    file_database: Database,
) -> None:
    """A result that is not fetched keeps its transaction open, and the last checkpoint waits."""
    assert not file_database.revive()
    with file_database.write() as work:
        work.run("UPDATE site SET phone = '555-0101'")
    closing = threading.Thread(target=file_database.close, daemon=True)
    closing.start()
    closing.join(PATIENCE_SECONDS)
    assert not closing.is_alive()
