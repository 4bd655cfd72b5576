"""What runs beside the pages: e-mails, reminders, decisions, the nightly backup, the sheet.

It also opens the database again after a fatal error: a full disk may end the day, not the app.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from techrequests.domain.errors import TechRequestsError
from techrequests.domain.reminders import ReminderSchedule, deliveries
from techrequests.notify.senders import send_waiting
from techrequests.services.delegation import end_for_who_left
from techrequests.services.last_seen import write_last_seen
from techrequests.services.pending import move_decisions
from techrequests.services.reminders import remind
from techrequests.store.manifest import read_manifest
from techrequests.store.nights import is_due, nightly
from techrequests.store.resumption import clock_trouble, is_restored

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from techrequests.runtime import Runtime
    from techrequests.sync.synchronizer import Synchronizer

    Clock = Callable[[], datetime]
    Run = Callable[[datetime], timedelta]

STORE_PAUSE = timedelta(seconds=10)
MAIL_PAUSE = timedelta(seconds=5)
LONGEST_MAIL_PAUSE = timedelta(minutes=15)
REMINDER_PAUSE = timedelta(hours=1)
DECISION_PAUSE = timedelta(minutes=15)
SEEN_PAUSE = timedelta(minutes=1)
BACKUP_PAUSE = timedelta(minutes=10)
HOLD_PAUSE = timedelta(minutes=1)
PAUSE_AFTER_ERROR = timedelta(minutes=5)

_LOOK_SECONDS = 1.0
_STOP_SECONDS = 30.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again.

    Attributes:
        run: Does it once, for the moment it is given, and says how long to wait until next time.
        wanted: Whether it shall be done now, whatever the pause.
    """

    name: str
    run: Run
    wanted: Callable[[], bool] = lambda: False


def jobs(runtime: Runtime) -> tuple[Job, ...]:
    """What this district's settings ask for."""
    settings = runtime.settings
    wanted = [
        Job("store", _store(runtime)),
        Job("holds", _holds(runtime)),
        Job("reminders", unless_held(runtime, _reminders(runtime))),
        Job("decisions", unless_held(runtime, _decisions(runtime))),
        Job("last seen", _last_seen(runtime)),
    ]
    if settings.mails:
        wanted.append(Job("mail", _unless_restored(runtime, _mail(runtime))))
    if settings.backup_folder:
        wanted.append(Job("backup", _backup(runtime, settings.backup_folder)))
    return tuple(wanted)


def sheet_jobs(runtime: Runtime) -> tuple[Job, ...]:
    """The one job that waits for Google, which may take a minute and so has a thread of its own."""
    synchronizer = runtime.sheets
    if synchronizer is None:
        return ()
    run = partial(_sheets, runtime, synchronizer)
    return (Job("sheets", run, wanted=lambda: synchronizer.state.wanted),)


class Background:
    """A thread that does jobs until it is stopped; one that fails is logged and tried again later.

    Args:
        todo: The jobs; each runs at the start, then after the pause it asks for.
        clock: Gives aware time of the district.
        look_seconds: How often to look whether something is due.
    """

    def __init__(
        self, todo: Sequence[Job], clock: Clock, *, look_seconds: float = _LOOK_SECONDS
    ) -> None:
        self._todo = todo
        self._clock = clock
        self._look_seconds = look_seconds
        self._stopping = threading.Event()
        self._due: dict[str, datetime] = {}
        self._thread = threading.Thread(target=self._loop, name="background", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the job in hand, start no other, and come back when that is done."""
        self._stopping.set()
        self._thread.join(_STOP_SECONDS)
        if self._thread.is_alive():
            _log.warning("the background work did not stop within %.0f seconds", _STOP_SECONDS)

    def round(self) -> None:
        """Do what is due now."""
        for job in self._todo:
            now = self._clock()
            due = job.wanted() or self._due.get(job.name, now) <= now
            if due and not self._stopping.is_set():
                self._due[job.name] = now + _done(job, now)

    def _loop(self) -> None:
        while True:
            self.round()
            if self._stopping.wait(self._look_seconds):
                return


def _done(job: Job, now: datetime) -> timedelta:
    try:
        return job.run(now)
    except (TechRequestsError, OSError) as error:
        # Said in words, or by the system as of a disk that is gone: no traceback says more.
        _log.error("%s failed; it is tried again later: %s", job.name, error)
        return PAUSE_AFTER_ERROR
    except Exception:  # noqa: BLE001  # a mail server's oddity may not end the backups
        _log.exception("%s failed; it is tried again later", job.name)
        return PAUSE_AFTER_ERROR


def _store(runtime: Runtime) -> Run:
    def run(_: datetime) -> timedelta:
        if runtime.database.revive():
            _log.warning("the database had stopped after a fatal error, and was opened again")
        return STORE_PAUSE

    return run


def unless_held(runtime: Runtime, run: Run) -> Run:
    """A job of the calendar, which moves nothing in a restored copy or while the clock is wrong."""

    def held(now: datetime) -> timedelta:
        with runtime.database.read() as reader:
            waits = is_restored(reader) or clock_trouble(reader, now)
        return HOLD_PAUSE if waits else run(now)

    return held


def _unless_restored(runtime: Runtime, run: Run) -> Run:
    def held(now: datetime) -> timedelta:
        with runtime.database.read() as reader:
            waits = is_restored(reader)
        return HOLD_PAUSE if waits else run(now)

    return held


def _holds(runtime: Runtime) -> Run:
    """Say again and again what waits for somebody's word."""

    def run(now: datetime) -> timedelta:
        with runtime.database.read() as reader:
            if is_restored(reader):
                _log.warning(
                    "This database was restored from a backup: nothing is mailed, and the calendar "
                    "moves nothing. When all is as it should be, stop the app and say so: "
                    "techrequests resume."
                )
            elif trouble := clock_trouble(reader, now):
                _log.warning(
                    "%s Until that is right, the calendar moves nothing. If the clock is right, "
                    "stop the app and say so: techrequests resume.",
                    trouble,
                )
        return REMINDER_PAUSE

    return run


def _reminders(runtime: Runtime) -> Run:
    settings = runtime.settings
    schedules = (
        ReminderSchedule(reminder_days=settings.reminder_days, lapse_days=settings.lapse_days),
        deliveries(settings.delivery_reminder_days, settings.delivery_close_days),
    )

    def run(now: datetime) -> timedelta:
        for schedule in schedules:
            done = remind(runtime.database, schedule, now=now)
            if done.reminded or done.lapsed:
                _log.info(
                    "%s: %s; %s: %s", schedule.reminds, done.reminded, schedule.ends, done.lapsed
                )
        return REMINDER_PAUSE

    return run


def _decisions(runtime: Runtime) -> Run:
    def run(now: datetime) -> timedelta:
        end_for_who_left(runtime.database, now=now)
        moved = move_decisions(runtime.database, runtime.settings.escalation_days, now=now)
        if moved:
            _log.info("moved %s", ", ".join(f"{number}: {action}" for action, number in moved))
        return DECISION_PAUSE

    return run


def _sheets(runtime: Runtime, synchronizer: Synchronizer, _: datetime) -> timedelta:
    # By the clock: when a pass ended is told as well.
    return synchronizer.run(runtime.now)


def _last_seen(runtime: Runtime) -> Run:
    def run(now: datetime) -> timedelta:
        write_last_seen(runtime.database, runtime.seen, runtime.settings.sign_in_rules, now)
        return SEEN_PAUSE

    return run


def _mail(runtime: Runtime) -> Run:
    pause = MAIL_PAUSE

    def run(now: datetime) -> timedelta:
        nonlocal pause
        done = send_waiting(runtime.database, runtime.settings, now=now)
        if done.sent and pause > MAIL_PAUSE:
            _log.info("mail goes out again: %d sent", done.sent)
        pause = min(pause * 2, LONGEST_MAIL_PAUSE) if done.trouble else MAIL_PAUSE
        return pause

    return run


def _backup(runtime: Runtime, folder: Path) -> Run:
    settings, database = runtime.settings, runtime.database

    def run(now: datetime) -> timedelta:
        hour = settings.backup_hour
        if is_due(database, folder, hour=hour, now=now):
            made = nightly(database, folder, kept=settings.backups_kept, hour=hour, now=now)
            head = read_manifest(made)
            _log.info("backup %s, the seal ends with act %d, %s", made, head.act_no, head.seal)
        return BACKUP_PAUSE

    return run
