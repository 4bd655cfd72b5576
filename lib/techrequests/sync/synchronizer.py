"""The one that keeps the spreadsheet in step: runs passes, one at a time, and says how it stands.

One process has the database open, and in it one lock lets one pass run: there is no second leader.
"""

from __future__ import annotations

import logging
import threading
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from techrequests.domain.errors import SettingsError, TechRequestsError
from techrequests.services.sheet_tables import nobody_answers
from techrequests.services.sheets import home_of
from techrequests.store import sheet_link, sheet_log
from techrequests.sync.connection import SheetsHTTP, opened
from techrequests.sync.district import district_tables
from techrequests.sync.errors import SheetsBusyError, SheetsError, StoppedError
from techrequests.sync.plan import Left
from techrequests.sync.preview import preview
from techrequests.sync.reading import Pass, Quiet
from techrequests.sync.run_pass import Report, run_pass
from techrequests.sync.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gspread import Spreadsheet

    from techrequests.domain.sheets import Link
    from techrequests.store.database import Database
    from techrequests.sync.connection import Patience, SheetLink
    from techrequests.sync.district import DistrictTable
    from techrequests.sync.preview import Preview

_log = logging.getLogger(__name__)
_MOST_WORDS = 1_000
_LOG_KEPT = timedelta(days=400)
"""So that last year's budget season can still be looked up."""
_UNFORESEEN = (
    "The look at the sheet broke off for a reason that nobody foresaw; the server's log has it. It "
    "is tried again by itself; nothing is lost."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How it stands, for who looks at the page.

    Attributes:
        doing: What is being done right now; empty between passes.
        done: How many tables that is done for already.
        of_tables: For how many it is done; 0 where it is not done table by table.
        wanted: Whether a person asked for a pass that has not begun.
        looked_at: When the last pass ended.
        trouble: Why the last pass, or a table of it, did not go on; empty when all went well.
        stopped: The tables that were left alone, with the reason.
        left: What of the others was not taken over, and whether the next pass has more to do.
    """

    doing: str = ""
    done: int = 0
    of_tables: int = 0
    wanted: bool = False
    looked_at: datetime | None = None
    trouble: str = ""
    stopped: tuple[tuple[str, StoppedError], ...] = ()
    left: Left = field(default_factory=Left)


class Synchronizer:
    """Keeps one spreadsheet in step with one database.

    Args:
        database: The district's.
        where: Which spreadsheet, and as whom.
        pause: How long between two passes.
        patience: How it is waited for Google; tests pass their own clock.
    """

    def __init__(
        self,
        database: Database,
        where: SheetLink,
        *,
        pause: timedelta = timedelta(minutes=1),
        patience: Patience | None = None,
    ) -> None:
        self.where = where
        self._database = database
        self._pause = pause
        self._patience = patience
        self._alone = threading.Lock()
        self._telling = threading.Lock()
        self._spreadsheet: Spreadsheet | None = None
        self._state = State()
        self._trouble_told = ""
        self._quiet = Quiet()

    @property
    def state(self) -> State:
        """How it stands right now."""
        return self._state

    @property
    def account(self) -> str:
        """With which address the spreadsheet must be shared; empty when that is not known."""
        return str((self.where.account or {}).get("client_email", ""))

    def want(self) -> None:
        """Ask for a pass as soon as may be."""
        self._say(wanted=True)

    def run(self, clock: Callable[[], datetime]) -> timedelta:
        """Do one pass if this database is linked, and write down what it did.

        Whatever goes wrong, foreseen or not, stands in `state` as well: the page may not say that
        app and sheet agree while no pass comes to its end.

        Returns:
            How long to wait until the next one.
        """
        with self._alone:
            self._say(wanted=False)
            try:
                link = self._link()
                if link is None:
                    self._say(looked_at=None, trouble="", stopped=())
                    self._trouble_told = ""
                    return self._pause
                return self._run(link, clock)
            except Exception as error:
                words = str(error) if isinstance(error, TechRequestsError) else _UNFORESEEN
                self._say(trouble=words, stopped=())
                raise

    def preview(self, now: datetime) -> tuple[Preview, ...]:
        """What a pass would do now; nothing is changed.

        Raises:
            SettingsError: The credentials cannot be used as they are.
            SheetsError: Google cannot be used, or this database may not write there.
        """
        with self._alone:
            link = self._link()
            try:
                this = self._pass(link, now)
                return preview(this, self._tables(now))
            finally:
                self._doing("")

    def workbook(self) -> Workbook:
        """The spreadsheet; opened once, which asks Google nothing yet.

        Raises:
            SettingsError: The credentials cannot be used as they are.
        """
        if self._spreadsheet is None:
            self._spreadsheet = opened(self.where, self._patience)
        return Workbook(self._spreadsheet)

    def _run(self, link: Link, clock: Callable[[], datetime]) -> timedelta:
        begun = clock()
        calls = self._calls()
        try:
            done, wait = self._passed(link, begun), self._pause
            trouble = " ".join(dict.fromkeys(map(str, done.stopped.values())))
        except (SheetsError, SettingsError) as error:
            done, trouble = Report(), str(error)
            seconds = error.wait_seconds if isinstance(error, SheetsBusyError) else 0
            wait = timedelta(seconds=seconds)
        finally:
            self._doing("")
        self._tell(done, trouble, begun, clock(), self._calls() - calls)
        return max(wait, self._pause)

    def _passed(self, link: Link, now: datetime) -> Report:
        if link.home != home_of(self._database):
            raise StoppedError(
                "This database is a copy of the one that was linked, or was moved. Nothing is "
                "written into the sheet. If this is the one people work with, press “Link → "
                "Take it over” on the page “Google Sheets”."
            )
        return run_pass(self._pass(link, now), self._tables(now))

    def _pass(self, link: Link | None, now: datetime) -> Pass:
        with self._database.read() as reader:
            shared = sheet_link.sharing_of(reader)
        return Pass(
            database=self._database,
            workbook=self.workbook(),
            now=now,
            new_key=_new_id,
            meant={name: one.meant for name, one in shared.items() if one.meant},
            link=link,
            quiet=self._quiet,
            tell=self._doing,
        )

    def _tables(self, now: datetime) -> tuple[DistrictTable, ...]:
        with self._database.read() as reader:
            shared = sheet_link.sharing_of(reader)
        held = nobody_answers(self._database, now.astimezone(self._database.zone).date())
        return district_tables(self._database, shared, held, now=now, new_id=_new_id)

    def _link(self) -> Link | None:
        with self._database.read() as reader:
            link = sheet_link.link_of(reader)
        return link if link and link.spreadsheet == self.where.spreadsheet_id else None

    def _doing(self, words: str, done: int = 0, of_tables: int = 0) -> None:
        self._say(doing=words, done=done, of_tables=of_tables)

    def _say(self, **news: Any) -> None:  # noqa: ANN401  # the fields of State
        """A page asks for a pass while one is told about: neither may undo the other's word."""
        with self._telling:
            self._state = replace(self._state, **news)

    def _calls(self) -> int:
        client = self._spreadsheet.client if self._spreadsheet else None
        return client.calls if isinstance(client, SheetsHTTP) else 0

    def _tell(
        self, done: Report, trouble: str, begun: datetime, ended: datetime, calls: int
    ) -> None:
        """Write down a pass, unless it did nothing or has the same trouble as the last one."""
        stopped = tuple(done.stopped.items())
        self._say(looked_at=ended, trouble=trouble, stopped=stopped, left=done.left)
        if trouble and trouble != self._trouble_told:
            _log.warning("Google Sheets: %s", trouble)
        if done.written or done.taken or trouble != self._trouble_told:
            with self._database.write() as work:
                sheet_log.forget_before(work, ended - _LOG_KEPT)
                sheet_log.keep_run(
                    work,
                    started_at=begun,
                    ended_at=ended,
                    written=done.written,
                    taken=done.taken,
                    calls=calls,
                    trouble=trouble[:_MOST_WORDS],
                )
        self._trouble_told = trouble


def _new_id() -> str:
    return f"new-{uuid.uuid4().hex[:10]}"
