"""What one running process shares: its settings and its database."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from techrequests.domain.errors import DamagedError, StoreError
from techrequests.rate_limit import RateLimit
from techrequests.services.audit import note_refusal, note_settings
from techrequests.services.first_administrator import OneTimeCode, nobody_administers
from techrequests.services.last_seen import LastSeen, write_last_seen
from techrequests.settings import Settings
from techrequests.store import seals
from techrequests.store.audit import head_of
from techrequests.store.checks import run_checks
from techrequests.store.database import IN_MEMORY, Database
from techrequests.store.nights import damaged_in, unlike_backups, way_back
from techrequests.store.recovery import set_aside, upgrade

if TYPE_CHECKING:
    from pathlib import Path

    from techrequests.sync.synchronizer import Synchronizer

_log = logging.getLogger(__name__)
_lock = threading.RLock()

MOST_REFUSALS_A_MINUTE = 60
"""Of one person, or one address, that are written into the audit trail."""

_running: list[Runtime] = []


@dataclass(frozen=True, slots=True)
class Runtime:
    """The one database handle of this process, and what the district set.

    Attributes:
        sheets: What keeps a spreadsheet in step, where one is in the settings.
        code: What makes the first administrator.
        seen: When each sign-in was last used.
        refusals: How often each person, or each address, may write a refusal into the audit trail.
    """

    database: Database
    settings: Settings
    sheets: Synchronizer | None = None
    code: OneTimeCode = field(default_factory=OneTimeCode)
    seen: LastSeen = field(default_factory=LastSeen)
    refusals: RateLimit = field(default_factory=lambda: RateLimit(seconds=60))

    def now(self) -> datetime:
        """The present moment in the district's time zone: its `date()` is the district's day."""
        return utc_now().astimezone(self.database.zone)

    def note_refusal(
        self, about: str, detail: str, *, person_id: str = "", address: str = ""
    ) -> None:
        """Let the audit trail know that somebody was refused something, unless it was too often.

        Args:
            about: What they asked for.
            detail: Why they did not get it.
            person_id: Who asked; empty when nobody is signed in.
            address: From where they asked.
        """
        now = self.now()
        if self.refusals.allows(person_id or address, now, most=MOST_REFUSALS_A_MINUTE):
            note_refusal(self.database, actor_id=person_id, about=about, detail=detail, now=now)


def start(settings: Settings) -> Runtime:
    """Open the database, bring it to the present schema, and make it everybody's `current`.

    Raises:
        StoreError: The database is missing, in use by another process, damaged or newer than
            this program.
    """
    with _lock:
        stop()
        try:
            return _started(settings)
        except DamagedError as error:
            back = way_back(settings.database.resolve(), settings.backup_folder, utc_now())
            raise DamagedError(f"{error} {back}") from None


def _started(settings: Settings) -> Runtime:
    if str(settings.database) != IN_MEMORY:
        _keep_copy(settings.database.resolve())
    database = Database.open(settings.database, zone=settings.time_zone)
    database.separate_duties = settings.separate_duties
    try:
        database.files.remove_leftovers()
        sheets = synchronizer_of(database, settings)
        applied = upgrade(database, now=utc_now())
        note_settings(database, settings.shown(), now=utc_now())
        _report(database)
        _compare_with_backup(database, settings.backup_folder)
    except BaseException:
        database.close()
        raise
    if applied:
        _log.info("applied %s", ", ".join(applied))
    started = use(Runtime(database, settings, sheets))
    _tell_code(started)
    return started


def current() -> Runtime:
    """What was started, or a start from the environment, as under a test of one page."""
    with _lock:
        return _running[-1] if _running else start(Settings.read())


def use(runtime: Runtime) -> Runtime:
    """Make this one `current`; for tests, which open a database of their own."""
    with _lock:
        _running[:] = [runtime]
        return runtime


def stop() -> None:
    """Close the database, so that the next start needs no replay of its log."""
    with _lock:
        if _running:
            ending = _running.pop()
            rules = ending.settings.sign_in_rules
            try:
                try:
                    write_last_seen(ending.database, ending.seen, rules, utc_now())
                finally:
                    ending.database.close()
            except StoreError as error:
                # The log beside the file holds it all, and the next start reads it.
                _log.error("%s", error)


def utc_now() -> datetime:
    """Read the clock: the one place that does."""
    return datetime.now(UTC)  # noqa: TID251  # this is the one place


def synchronizer_of(database: Database, settings: Settings) -> Synchronizer | None:
    """What keeps a spreadsheet in step, where the settings name one.

    Raises:
        SettingsError: The spreadsheet's address cannot be used.
    """
    if not settings.gsheets:
        return None
    # What talks to Google takes a while to load: only where somebody asked for it.
    from techrequests.sync.connection import link_of  # noqa: PLC0415
    from techrequests.sync.synchronizer import Synchronizer  # noqa: PLC0415

    where = link_of(settings.gsheets, settings.gsheets_address)
    pause = timedelta(seconds=settings.gsheets_seconds)
    return Synchronizer(database, where, pause=pause) if where else None


def _tell_code(runtime: Runtime) -> None:
    """Whoever can read this log runs the server, and may decide who administers the product."""
    if not runtime.settings.demo and nobody_administers(runtime.database, runtime.now().date()):
        _log.warning(
            "Nobody administers this district yet. Sign in and type this code, which works once: "
            "%s",
            runtime.code.code,
        )


def _keep_copy(path: Path) -> None:
    folder = set_aside(path, utc_now())
    if folder:
        _log.warning("%s was not closed cleanly; a copy of it and its log is in %s", path, folder)


def _report(database: Database) -> None:
    with database.read() as reader:
        # A trail that is cut at its end can only be noticed by somebody who kept this line.
        _log.info("the audit trail ends with %d, seal %s", *head_of(reader))
        head = seals.head_of(reader) or seals.NOTHING_YET
        _log.info("the seal ends with act %d, %s", head.act_no, head.seal)
    for finding in run_checks(database, now=utc_now(), quick=True):
        _log.error(
            "check %s: %s Not so in %d rows, such as %s. See `techrequests check`.",
            finding.name,
            finding.sentence,
            len(finding.rows),
            finding.rows[0],
        )


def _compare_with_backup(database: Database, folder: Path | None) -> None:
    """A log that was lost with its events leaves nothing else to notice it by."""
    if folder is None:
        return
    for words in damaged_in(database.path, folder):
        # A bad backup is no reason to keep people from working.
        _log.error("%s", words)
    for unlike in unlike_backups(database, folder, utc_now()):
        _log.error(
            "The backup %(backup)s ends with act %(act)d and event %(event)d, and %(wrong)s: "
            "something was lost, or altered behind the app. See the recovery folder, or restore "
            "the backup.",
            unlike,
        )
