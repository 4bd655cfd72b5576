"""What waits for somebody's word: a restored copy, and a clock that cannot be right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from builders import NOON, in_status, submitted, the_request
from techrequests.background import Background, jobs
from techrequests.domain.audit import AuditEvent, AuditKind
from techrequests.domain.techrequest import Status
from techrequests.runtime import Runtime
from techrequests.services.resumption import let_go_on
from techrequests.setting_values import MailSecurity
from techrequests.settings import Settings
from techrequests.store.audit import record
from techrequests.store.backup import backup
from techrequests.store.checks import run_checks
from techrequests.store.database import Database
from techrequests.store.restore import restore
from techrequests.store.resumption import FAR_AHEAD, clock_trouble, is_restored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAIL = Settings(
    smtp_host="127.0.0.1",
    smtp_port=9,  # nothing listens on the discard port
    smtp_from="technology@district.example",
    smtp_security=MailSecurity.NONE,
)


def let_pass(database: Database, settings: Settings, now: datetime) -> None:
    """One round of everything that runs beside the pages."""
    Background(jobs(Runtime(database, settings)), lambda: now).round()


@pytest.fixture
def restored(file_database: Database, tmp_path: Path) -> Iterator[Database]:
    """A backup with a question that nobody answers, and mail that waits, in another place."""
    in_status(file_database, Status.NEEDS_INFORMATION)
    backup(file_database, tmp_path / "b.duckdb", now=NOON)
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "district.duckdb"
    restore(tmp_path / "b.duckdb", target, force=False, now=NOON)
    opened = Database.open(target)
    yield opened
    opened.close()


def waits(database: Database, now: datetime) -> tuple[bool, str | None]:
    with database.read() as reader:
        return is_restored(reader), clock_trouble(reader, now)


class TestARestoredCopy:
    def test_mails_nobody_and_moves_nothing_until_somebody_lets_it(
        self, restored: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        later = NOON + timedelta(days=20)
        before = the_request(restored, "TR-2027-0001")
        let_pass(restored, MAIL, NOON)
        let_pass(restored, MAIL, later)
        assert "cannot be reached" not in caplog.text
        assert "nothing is mailed" in caplog.text
        assert the_request(restored, "TR-2027-0001") == before
        assert run_checks(restored, now=NOON) == []
        (told,) = let_go_on(restored, "", now=later)
        assert "restored from a backup" in told
        let_pass(restored, MAIL, later)
        assert the_request(restored, "TR-2027-0001").version > before.version  # reminded
        assert let_go_on(restored, "", now=later) == ("Nothing was waiting.",)

    def test_the_original_is_not_held(self, restored: Database, file_database: Database) -> None:
        assert waits(restored, NOON)[0]
        assert not waits(file_database, NOON)[0]

    def test_the_audit_trail_keeps_who_let_it_go_on(self, restored: Database) -> None:
        let_go_on(restored, "12 saves are missing.", now=NOON)
        with restored.read() as reader:
            events = reader.find(AuditEvent, "ORDER BY audit_no")
        assert {event.kind for event in events[-2:]} == {AuditKind.RESUMPTION}
        assert "12 saves are missing." in events[-2].detail


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
class TestTheClock:
    def test_while_it_is_behind_nothing_moves(
        self, database: Database, zone: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        database.zone = ZoneInfo(zone)
        in_status(database, Status.NEEDS_INFORMATION)
        behind = NOON.astimezone(database.zone) - timedelta(hours=3)
        restored, trouble = waits(database, behind)
        assert (restored, "the clock is behind" in (trouble or "")) == (False, True)
        let_pass(database, Settings(), behind)
        assert "the calendar moves nothing" in caplog.text
        assert waits(database, NOON.astimezone(database.zone))[1] is None

    def test_far_ahead_it_moves_nothing_until_somebody_acts(
        self, database: Database, zone: str
    ) -> None:
        database.zone = ZoneInfo(zone)
        asked = in_status(database, Status.NEEDS_INFORMATION)
        ahead = NOON.astimezone(database.zone) + timedelta(days=4000)
        assert "far ahead" in (waits(database, ahead)[1] or "")
        let_pass(database, Settings(), ahead)
        assert the_request(database, asked.request_id) == asked
        usual = NOON.astimezone(database.zone) + FAR_AHEAD - timedelta(days=1)
        assert waits(database, usual)[1] is None
        let_pass(database, Settings(), usual)
        assert the_request(database, asked.request_id).version > asked.version  # reminded

    def test_after_a_night_with_a_wrong_clock_it_is_said_that_it_is_right_again(
        self, database: Database, zone: str
    ) -> None:
        database.zone = ZoneInfo(zone)
        wrong = NOON.astimezone(database.zone) + timedelta(days=400)
        with database.write() as work:
            record(work, AuditKind.REFUSAL, actor_id="tina", about="x", detail="y", now=wrong)
        now = NOON.astimezone(database.zone)
        assert waits(database, now)[1]
        let_go_on(database, "", now=now)
        assert waits(database, now)[1] is None
        submitted(database)
        assert waits(database, now + timedelta(days=1))[1] is None


def test_a_new_district_in_which_nothing_happened_yet_is_not_held(database: Database) -> None:
    assert waits(database, NOON) == (False, None)
