"""What a district has on a school day: the app behind its proxy, and all that it talks to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts import ACCOUNTS, Accounts, account, serving_known
from postbox import Postbox, taking
from serving import ROOT, small_district
from sheets.server import FakeSheets
from typist import Typist

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from day.people import Teacher
    from sheets.book import Book


@dataclass(slots=True)
class District:
    """A district at work.

    Attributes:
        accounts: The app, its proxy and its provider.
        post: What the mail server took.
        book: The linked spreadsheet.
        desks: Who sits before which tab.
    """

    accounts: Accounts
    post: Postbox
    book: Book
    desks: dict[str, Typist] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def at(self, name: str) -> Typist:
        """Somebody before their tab, signed in at the provider at the first call."""
        if name not in self.desks:
            tab = self._open.enter_context(self.accounts.tab(name))
            self.desks[name] = Typist(tab, self.accounts.client(name))
        return self.desks[name]

    def idle(self, name: str, tabs: int) -> None:
        """Somebody leaves so many more tabs open, each with a page drawn."""
        for _ in range(tabs):
            self._open.enter_context(self.accounts.tab(name)).open("")

    def leave_desks(self) -> None:
        """Close every tab, as when the server has gone away."""
        self._open.close()
        self.desks.clear()


@contextmanager
def at_work(folder: Path, new: Sequence[Teacher]) -> Iterator[District]:
    """The small district of `builders` with a real server for everything, until the block ends.

    Args:
        folder: For its files.
        new: Those whom the provider knows already and the staff table does not.
    """
    known = {**ACCOUNTS, **{f"subject-{one.name}": account(one.name) for one in new}}
    for name in ("sue", "rob", "ben", "lea"):
        known[f"subject-{name}"] = account(name)
    os.environ["NO_PROXY"] = "127.0.0.1"
    post = Postbox()
    with FakeSheets() as google, taking(post) as smtp_port:
        book = google.create()
        settings = {
            "GSHEETS": json.dumps({"spreadsheet": book.book_id, **google.credentials()}),
            "GSHEETS_ADDRESS": google.url,
            "GSHEETS_SECONDS": "3600",  # the day asks for each pass itself
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(smtp_port),
            "SMTP_FROM": "technology@district.example",
            "SMTP_SECURITY": "none",
            "BACKUP_FOLDER": str(folder / "backups"),
        }
        with serving_known(known, small_district(folder), under=(), **settings) as accounts:
            district = District(accounts, post, book)
            try:
                yield district
            finally:
                district.leave_desks()


def command(*words: str) -> str:
    """Run a command of the product as an operator does; what it printed.

    Raises:
        AssertionError: It did not end well.
    """
    ran = subprocess.run(
        [sys.executable, "-m", "techrequests.cli", *words],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, f"{words}: {ran.stdout}{ran.stderr}"
    return ran.stdout
