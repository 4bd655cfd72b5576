"""Nothing that was acknowledged is lost, and nothing that failed is half saved."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from builders import NOON, a_draft, a_request, submitted, who
from patience import PATIENCE_SECONDS
from techrequests.domain.catalogue import Person, Site, SiteKind, Vendor
from techrequests.domain.errors import (
    NotFoundError,
    StaleError,
    StoreError,
    TechRequestsError,
)
from techrequests.domain.techrequest import TechRequest
from techrequests.services.intake import save_draft, submit
from techrequests.store.database import Database
from techrequests.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

THREADS = 16


def the_vendor(database: Database, code: str = "NORTHWIND") -> Vendor:
    with database.read() as reader:
        return reader.get(Vendor, code)


def at_once(task: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """Run a task in many threads that all start together; its results, or errors, in order."""
    start = threading.Barrier(threads)

    def one(number: int) -> Any:  # noqa: ANN401  # whatever the task returns
        start.wait()
        try:
            return task(number)
        except TechRequestsError as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


class TestTwoPeopleAtOnce:
    def test_the_second_of_two_savers_is_told(self, database: Database) -> None:
        seen_by_both = the_vendor(database)
        with database.write() as work:
            saved = work.update(replace(seen_by_both, phone="1"))
        assert saved.version == seen_by_both.version + 1
        with (
            pytest.raises(StaleError, match="changed this in the meantime"),
            database.write() as work,
        ):
            work.update(replace(seen_by_both, phone="2"))
        assert the_vendor(database) == saved

    def test_sixteen_writers_lose_no_acknowledged_update(self, file_database: Database) -> None:
        """Each thread counts the vendor's phone number up, and tries again when it was stale."""
        with file_database.write() as work:
            work.update(replace(the_vendor(file_database), phone="0"))

        def count_up(_: int) -> int:
            saved = 0
            for _ in range(12):
                vendor = the_vendor(file_database)
                try:
                    with file_database.write() as work:
                        work.update(replace(vendor, phone=str(int(vendor.phone) + 1)))
                except StaleError:
                    continue
                saved += 1
            return saved

        saved = sum(at_once(count_up))
        vendor = the_vendor(file_database)
        assert saved >= 12
        assert (int(vendor.phone), vendor.version) == (saved, saved + 2)

    def test_sixteen_people_cannot_reserve_the_same_money(self, database: Database) -> None:
        """Read the rest, then take some: without one writer at a time both would find enough."""
        with database.write() as work:
            work.update(replace(the_vendor(database), phone="10"))

        def take(_: int) -> bool:
            with database.write() as work:
                vendor = work.get(Vendor, "NORTHWIND")
                if int(vendor.phone) < 3:
                    return False
                work.update(replace(vendor, phone=str(int(vendor.phone) - 3)))
                return True

        assert sum(at_once(take)) == 3
        assert the_vendor(database).phone == "1"

    def test_running_numbers_have_no_gaps_even_when_some_fail(self, database: Database) -> None:
        def draw(number: int) -> int | None:
            try:
                with database.write() as work:
                    return work.next_number("TEST") + 0 // (number % 3)
            except ZeroDivisionError:
                return None

        drawn = sorted(number for number in at_once(draw) if number)
        assert drawn == list(range(1, len(drawn) + 1))
        assert len(drawn) == 10

    def test_one_form_sent_sixteen_times_makes_one_request(self, database: Database) -> None:
        actor, asked = who(database, "tina"), a_draft(key="the-form")
        made = at_once(lambda _: submit(database, actor, asked, now=NOON))
        assert len({request.request_id for request in made}) == 1
        with database.read() as reader:
            assert reader.value("SELECT count(*) FROM tech_request") == 1
            assert reader.value("SELECT count(*) FROM request_line") == 1
            assert reader.value("SELECT count(*) FROM request_event") == 1

    def test_sixteen_forms_make_sixteen_requests_with_numbers_in_a_row(
        self, database: Database
    ) -> None:
        actor = who(database, "tina")
        made = at_once(lambda _: save_draft(database, actor, a_draft(), now=NOON))
        assert sorted(request.request_id for request in made) == [
            f"TR-2027-{number:04d}" for number in range(1, THREADS + 1)
        ]

    def test_readers_see_whole_transactions_and_never_wait_for_a_writer(
        self, database: Database
    ) -> None:
        """Two rows are always saved together; a reader that saw one new and one old would tell."""
        stop = threading.Event()
        seen: list[tuple[str, ...]] = []
        reads = threading.Semaphore(0)

        def read() -> None:
            while not stop.is_set():
                with database.read() as reader:
                    rows = reader.rows("SELECT phone FROM vendor ORDER BY vendor_id")
                seen.append(tuple(row["phone"] for row in rows))
                reads.release()

        reading = threading.Thread(target=read)
        reading.start()
        for number in range(40):
            with database.write() as work:
                for vendor in work.find(Vendor):
                    work.update(replace(vendor, phone=str(number)))
        with database.write() as work:
            work.run("UPDATE vendor SET phone = 'held back'")
            while reads.acquire(blocking=False):
                pass  # what was read before
            went_on = [reads.acquire(timeout=PATIENCE_SECONDS) for _ in range(3)]
        stop.set()
        reading.join(PATIENCE_SECONDS)
        assert went_on == [True] * 3
        assert [phones for phones in seen if len(set(phones)) > 1] == []


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
