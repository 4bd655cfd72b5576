"""The work beside the pages: each job in its time, and none of them ends the others."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from builders import NOON, away, in_status, the_request
from patience import PATIENCE_SECONDS
from serving import free_port
from techrequests import runtime
from techrequests.background import PAUSE_AFTER_ERROR, Background, Job, jobs
from techrequests.domain.techrequest import Status
from techrequests.runtime import Runtime
from techrequests.setting_values import MailSecurity
from techrequests.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from techrequests.store.database import Database


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def run(self, work: Background, until: datetime, step: timedelta) -> None:
        """Let time pass, a round at each step."""
        while self.now < until:
            work.round()
            self.now += step


def test_each_job_runs_at_once_and_then_after_its_own_pause() -> None:
    ran: list[tuple[str, float]] = []

    def every(name: str, minutes: int) -> Job:
        def run(now: datetime) -> timedelta:
            ran.append((name, (now - NOON).total_seconds() / 60))
            return timedelta(minutes=minutes)

        return Job(name, run)

    clock = Clock()
    work = Background([every("often", 1), every("seldom", 3)], clock)
    clock.run(work, NOON + timedelta(minutes=5), timedelta(seconds=20))
    assert [minute for name, minute in ran if name == "often"] == [0, 1, 2, 3, 4]
    assert [minute for name, minute in ran if name == "seldom"] == [0, 3]


def test_a_job_that_fails_is_logged_tried_later_and_holds_up_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tried: list[datetime] = []
    went_on: list[datetime] = []

    def fail(now: datetime) -> timedelta:
        tried.append(now)
        raise OSError("the disk is on fire")

    def go_on(now: datetime) -> timedelta:
        went_on.append(now)
        return timedelta(minutes=1)

    clock = Clock()
    work = Background([Job("bad", fail), Job("good", go_on)], clock)
    clock.run(work, NOON + 2 * PAUSE_AFTER_ERROR, timedelta(minutes=1))
    assert tried == [NOON, NOON + PAUSE_AFTER_ERROR]
    assert len(went_on) == 2 * PAUSE_AFTER_ERROR // timedelta(minutes=1)
    assert "bad failed; it is tried again later: the disk is on fire" in caplog.text
    # What the system or we ourselves say in words is not told with where in the code it happened.
    assert [record.exc_info for record in caplog.records] == [None, None]


def test_a_backup_folder_that_went_away_is_told_in_one_line_each_time(
    file_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = tmp_path / "a file"
    gone.touch()
    running = Runtime(file_database, Settings(backup_folder=gone / "backups"))
    backup = [job for job in jobs(running) if job.name == "backup"]
    Background(backup, Clock()).round()
    (record,) = caplog.records
    assert f"{gone / 'backups'} cannot be made" in record.message
    assert record.exc_info is None


def test_the_thread_stops_when_told_and_waits_for_the_job_in_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, gate, done = threading.Event(), threading.Event(), []

    def slow(_: datetime) -> timedelta:
        begun.set()
        assert gate.wait(PATIENCE_SECONDS)
        done.append(True)
        return timedelta(0)

    work = Background([Job("slow", slow)], Clock(), look_seconds=0.01)
    join = work._thread.join

    def waited_for(_: float) -> None:
        gate.set()  # nothing else lets the job go on
        join(PATIENCE_SECONDS)

    monkeypatch.setattr(work._thread, "join", waited_for)
    work.start()
    assert begun.wait(PATIENCE_SECONDS)
    work.stop()
    assert done == [True]
    assert not work._thread.is_alive()


def test_a_district_without_mail_and_backups_still_gets_its_reminders(database: Database) -> None:
    named = [job.name for job in jobs(Runtime(database, Settings()))]
    assert named == ["store", "holds", "reminders", "decisions", "last seen"]


def test_reminders_and_lapses_happen_in_their_time(database: Database) -> None:
    request = in_status(database, Status.NEEDS_INFORMATION)
    clock = Clock()
    work = Background(jobs(Runtime(database, Settings())), clock)
    clock.run(work, NOON + timedelta(days=13), timedelta(hours=6))
    assert the_request(database, request.request_id).status is Status.NEEDS_INFORMATION
    clock.run(work, NOON + timedelta(days=15), timedelta(hours=6))
    assert the_request(database, request.request_id).status is Status.WITHDRAWN


def test_a_delegation_begins_with_the_districts_own_day(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Los Angeles the evening of the fifth is the sixth in UTC already."""
    database.zone = ZoneInfo("America/Los_Angeles")
    request = in_status(database, Status.AWAITING_APPROVAL)
    away(database, "pia", "tom", date(2026, 10, 6), date(2026, 10, 8))
    running = Runtime(database, Settings())
    for day, hour, approver in ((6, 1, "pia"), (6, 6, "pia"), (6, 8, "tom"), (9, 6, "tom")):
        monkeypatch.setattr(runtime, "utc_now", partial(datetime, 2026, 10, day, hour, tzinfo=UTC))
        Background(jobs(running), running.now).round()
        assert the_request(database, request.request_id).approver_id == approver, (day, hour)


def test_a_backup_is_made_once_a_night_and_also_when_the_hour_was_missed(
    file_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    settings = Settings(backup_folder=folder, backup_hour=2, backups_kept=2)
    clock = Clock()
    work = Background(jobs(Runtime(file_database, settings)), clock)
    clock.run(work, NOON + timedelta(days=2), timedelta(minutes=30))
    names = sorted(path.name for path in folder.glob("*.duckdb"))
    assert names == ["district-20261006T020000Z.duckdb", "district-20261007T020000Z.duckdb"]


def test_a_restart_makes_no_second_backup_of_the_night(
    file_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    running = Runtime(file_database, Settings(backup_folder=folder, backup_hour=2))
    for _ in range(3):
        Background(jobs(running), Clock()).round()
    assert len(list(folder.glob("*.duckdb"))) == 1


def test_a_mail_server_that_is_down_is_asked_less_and_less_often(database: Database) -> None:
    in_status(database, Status.IN_REVIEW)
    down = Settings(
        smtp_host="127.0.0.1",
        smtp_port=9,  # nothing listens on the discard port
        smtp_from="technology@district.example",
        smtp_security=MailSecurity.NONE,
    )
    mail = next(job for job in jobs(Runtime(database, down)) if job.name == "mail")
    asked: list[datetime] = []

    def noted(now: datetime) -> timedelta:
        asked.append(now)
        return mail.run(now)

    clock = Clock()
    clock.run(
        Background([Job("mail", noted)], clock), NOON + timedelta(hours=2), timedelta(seconds=5)
    )
    pauses = [(later - earlier).seconds for earlier, later in pairwise(asked)]
    assert pauses[:4] == [10, 20, 40, 80]
    assert max(pauses) == 15 * 60


def test_the_log_says_when_mail_goes_out_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    in_status(database, Status.IN_REVIEW)
    port = free_port()
    settings = Settings(
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_from="technology@district.example",
        smtp_security=MailSecurity.NONE,
    )
    mail = [job for job in jobs(Runtime(database, settings)) if job.name == "mail"]
    clock = Clock()
    work = Background(mail, clock)
    work.round()
    assert "no mail goes out" in caplog.text
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        clock.now += timedelta(minutes=1)
        work.round()
    finally:
        server.stop()
    assert "mail goes out again: " in caplog.text
