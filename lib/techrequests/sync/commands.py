"""What a person asks of the synchronizer: a pass now, a look ahead, a test of the connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.errors import SettingsError, TechRequestsError
from techrequests.services.sheet_tables import seen_in_sheet
from techrequests.services.sheets import check_may_link, standing
from techrequests.sync.connection import credentials_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.sync.preview import Preview
    from techrequests.sync.synchronizer import Synchronizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the test of a connection.

    Attributes:
        trouble: What to do about it; empty when it works.
    """

    what: str
    trouble: str = ""


def sync_now(
    database: Database, actor: Actor, synchronizer: Synchronizer, *, now: datetime
) -> None:
    """Ask for a pass as soon as may be.

    Raises:
        NotAllowedError: The person may not link sheets.
        SettingsError: Nothing is linked yet.
    """
    del now
    if standing(database, actor).link is None:
        raise SettingsError("The spreadsheet is not linked yet. Press “Link” first.")
    synchronizer.want()


def look_ahead(
    database: Database, actor: Actor, synchronizer: Synchronizer, *, now: datetime
) -> tuple[Preview, ...]:
    """What a pass would do now with the tables a person may see; nothing is changed.

    Raises:
        NotAllowedError: The person may not link sheets.
        SettingsError: The credentials cannot be used as they are.
        SheetsError: Google cannot be used.
    """
    del database
    check_may_link(actor)
    seen = {table.label for table in seen_in_sheet(actor)}
    return tuple(one for one in synchronizer.preview(now) if one.title in seen)


def try_connection(
    database: Database, actor: Actor, synchronizer: Synchronizer, *, now: datetime
) -> tuple[Step, ...]:
    """Try the connection step by step, up to the first that does not work.

    Raises:
        NotAllowedError: The person may not link sheets.
    """
    del database, now
    check_may_link(actor)
    found: list[Step] = []
    for what, work in _steps(synchronizer):
        try:
            work()
        except TechRequestsError as error:
            return (*found, Step(what=what, trouble=str(error)))
        found.append(Step(what=what))
    return tuple(found)


def _steps(synchronizer: Synchronizer) -> tuple[tuple[str, Callable[[], object]], ...]:
    who = synchronizer.account or "the server's account"
    return (
        ("The key in the settings can be read", lambda: credentials_for(synchronizer.where)),
        (
            f"Google accepts the key of {who} and the spreadsheet is shared with it",
            lambda: synchronizer.workbook().tabs(),
        ),
        ("It may write there", lambda: synchronizer.workbook().try_to_write()),
    )
