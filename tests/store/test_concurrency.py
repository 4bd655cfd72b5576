"""Two people at once, and sixteen: none overwrites another, and none waits to read."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, a_draft, who
from patience import PATIENCE_SECONDS
from store.vendors import the_vendor
from techrequests.domain.catalogue import Vendor
from techrequests.domain.errors import StaleError, TechRequestsError
from techrequests.services.intake import save_draft, submit

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.store.database import Database

THREADS = 16


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
