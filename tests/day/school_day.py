"""The day itself, from the first roster to the books in the evening.

Everything goes through nginx with TLS, signed in at a provider. Four people sit before real
browsers, the others before tabs that speak the same protocol. What happened is noted in `Books`
as it happens, and at the end held against the database, the mail, the spreadsheet and the files.
"""

from __future__ import annotations

import hashlib
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import httpx
from websockets.exceptions import WebSocketException

from day.books import Books
from day.district import District, at_work, command
from day.lives import Need, approve, deny, forward, quote, submit
from day.people import teachers
from day.purchases import (
    CHROMEBOOK_CENTS,
    CHROMEBOOKS,
    HEADSET_CENTS,
    HEADSETS,
    WAYS,
    Purchase,
)
from day.windows import (
    approve_on_a_phone,
    bring_roster,
    browsing,
    link_sheet,
    submit_on_a_phone,
    sync,
    take_away,
    visit,
    window,
)
from e2e.grid import Grid
from patience import PATIENCE_SECONDS
from sheets.addresses import column_letters
from techrequests.domain.techrequest import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from day.people import Teacher
    from e2e.conftest import Walk
    from sheets.book import Book

T = TypeVar("T")

AT_ONCE = 8
"""How many act at the same moment."""

DENIED_EACH = 6
"""One request of so many is denied."""

_REVIEWERS = {"Rita Moss": "rita", "Rob Silva": "rob"}
_APPROVER = {"Lincoln High School": "pia", "Washington Elementary": "wanda"}


@dataclass(slots=True)
class SchoolDay:
    """One day in one district.

    Attributes:
        district: Where it takes place.
        browser: For those who sit before one.
        new: The teachers of the roster.
        tabs: How many stay open beside the work.
        say: Told what happens.
        requests: The request of each new teacher, by account.
        reviewers: The account of who reviews each request, as its page says.
        files: SHA-256 of each file that went up, by its name.
    """

    district: District
    browser: Browser
    new: tuple[Teacher, ...]
    tabs: int
    say: Callable[[str], None]
    books: Books = field(default_factory=Books)
    requests: dict[str, str] = field(default_factory=dict)
    reviewers: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def morning(self) -> None:
        """Everybody signs in, asks for something, and it is reviewed and decided."""
        self.say("the roster comes in, and the spreadsheet is linked, in real browsers")
        with self._window("ada") as walk:
            bring_roster(walk, self.new)
        with self._window("bea") as walk:
            link_sheet(walk)
        self._raise_a_budget_in_the_sheet()
        self.say(f"{self.tabs} tabs are opened and stay open")
        self._all(self._leave_tabs_open, range(len(self.new)))
        self.say(f"{len(self.new)} teachers submit a request with a file each")
        on_a_phone, *others = self.new
        self._submit_on_a_phone(on_a_phone)
        self._all(self._submit, others)
        self.say("the technology department reviews, the principals decide")
        for number, one in enumerate(self.new):
            self._decide(number, one)

    def noon(self) -> None:
        """The server is killed while people write comments; what was taken is there after it."""
        self.say("the server is killed while people write")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            writing = [pool.submit(self._write_until_it_dies, one) for one in self.new[:AT_ONCE]]
            end = time.monotonic() + PATIENCE_SECONDS
            while len(self.books.comments) < len(writing) and time.monotonic() < end:
                time.sleep(0.05)
            server = self.district.accounts.server
            server.process.send_signal(signal.SIGKILL)
            server.process.wait(timeout=PATIENCE_SECONDS)
            for one in writing:
                one.result()
        self.district.leave_desks()
        server.restart()
        self._all(self._leave_tabs_open, range(len(self.new)))

    def afternoon(self) -> None:
        """Quotes, funds, orders, deliveries, invoices, cancellations; devices reach the desks."""
        self.say("orders are placed, come in part, are billed and canceled")
        waiting = [one for one in self.new if self.requests[one.name] not in self.books.status]
        for number, one in enumerate(waiting):
            self._buy(number, one)

        self.say("leadership takes a table away")
        with self._window("lea") as walk:
            table = take_away(walk, "all_requests", "CSV").decode()
            assert all(number in table for number in self.requests.values()), table[:500]

    def evening(self, folder: Path) -> list[str]:
        """Back up, restore onto another folder, and hold everything against the day's own facts.

        Returns:
            What is not as it must be, a sentence each.
        """
        self.say("a backup is restored onto another folder, and everything is compared")
        accounts = self.district.accounts
        wrong = self._files_that_differ()
        self.district.leave_desks()
        accounts.server.stop()
        before = accounts.server.database
        wrong += self.books.differences(before)
        backups = folder / "by-hand"
        command("check", "--database", str(before))
        command("backup", "--database", str(before), "--to", str(backups))
        [backup] = backups.glob("*.duckdb")
        other = folder / "elsewhere" / "district.duckdb"
        other.parent.mkdir()
        command("restore", "--from", str(backup), "--database", str(other))
        command("check", "--database", str(other))
        command("resume", "--database", str(other))
        wrong += self.books.differences(other)
        accounts.server.restart(other)
        wrong += self._files_that_differ()
        return wrong + self._mail_that_is_missing()

    def _all(self, act: Callable[[T], None], of: Iterable[T]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done in [pool.submit(act, one) for one in of]:
                done.result()

    def _leave_tabs_open(self, number: int) -> None:
        count, more = divmod(self.tabs, len(self.new))
        self.district.idle(self.new[number].name, count + (number < more))

    @contextmanager
    def _window(self, name: str, *, phone: bool = False) -> Iterator[Walk]:
        with window(self.browser, self.district.accounts, name, phone=phone) as walk:
            yield walk

    def _submit_on_a_phone(self, one: Teacher) -> None:
        file = _seating_plan(one)
        with self._window(one.name, phone=True) as walk:
            self._note_request(one, submit_on_a_phone(walk, _need_of(one), file))
        self.files[file[0]] = hashlib.sha256(file[1]).hexdigest()

    def _submit(self, one: Teacher) -> None:
        desk, (name, content) = self.district.at(one.name), _seating_plan(one)
        self._note_request(one, submit(desk, _need_of(one)))
        assert desk.attach("Add files", name, content).address_of(name)
        self.files[name] = hashlib.sha256(content).hexdigest()

    def _note_request(self, one: Teacher, number: str) -> None:
        self.requests[one.name] = number
        desk = self.district.at(one.name).go("one_request", request=number)
        self.reviewers[number] = next(
            account for name, account in _REVIEWERS.items() if f"Next: **{name}**" in desk.reading
        )

    def _decide(self, number: int, one: Teacher) -> None:
        request = self.requests[one.name]
        reviewer = self.district.at(self.reviewers[request])
        forward(reviewer, request, "The standard model; the charging cart has room for four.")
        approver = self.district.at(_APPROVER[one.school])
        if number % DENIED_EACH == DENIED_EACH - 1:
            deny(approver, request, "Two carts arrive from the closing annex in January.")
            self.books.stand(request, Status.DENIED)
        elif number == 0:
            with self._window(_APPROVER[one.school], phone=True) as walk:
                approve_on_a_phone(walk, request)
        else:
            approve(approver, request)

    def _write_until_it_dies(self, one: Teacher) -> None:
        desk, request = self.district.at(one.name), self.requests[one.name]
        try:
            for number in range(50):
                words = f"Comment {number} of {one.name}: the cart stands in room 112."
                desk.go("one_request", request=request)
                desk.type("Comment", words)
                desk.press("Add comment").sees(words)
                self.books.comments.add(words)
        except (OSError, WebSocketException, httpx.TransportError):
            return  # the server is gone

    def _buy(self, number: int, one: Teacher) -> None:
        request = self.requests[one.name]
        reviewer, office = self.district.at("rita"), self.district.at("bea")
        quote(reviewer, request, "Northwind", CHROMEBOOK_CENTS / 100, HEADSET_CENTS / 100)
        purchase = Purchase(
            number=request,
            teacher=self.district.at(one.name),
            office=office,
            technician=reviewer,
            books=self.books,
        )
        WAYS[number % len(WAYS)](purchase)

    def _raise_a_budget_in_the_sheet(self) -> None:
        book = self.district.book
        book.type(f"Funds!{_cell(book, 'LEVY-27', 'Budget')}", "$21,000.00")
        with self._window("bea") as walk:
            sync(walk)
            visit(walk, "funds")
            assert Grid(walk.page, "Funds").shows("LEVY-27", "Budget") == "$21,000.00"

    def _files_that_differ(self) -> list[str]:
        wrong = []
        for one in self.new:
            name, desk = f"seating-{one.name}.txt", self.district.at(one.name)
            desk.go("one_request", request=self.requests[one.name])
            answer = desk.client.get(desk.address_of(name))
            got = hashlib.sha256(answer.content).hexdigest()
            if answer.status_code != 200 or got != self.files[name]:
                wrong.append(f"{name}: {answer.status_code}, {len(answer.content)} bytes")
        return wrong

    def _mail_that_is_missing(self) -> list[str]:
        """Everybody who asked for something was told of it by e-mail."""
        told = set(self.district.post.subjects)
        return [
            f"no mail to {one.email} about {self.requests[one.name]}"
            for one in self.new
            if not any(
                address == one.email and self.requests[one.name] in subject
                for address, subject in told
            )
        ]


def _need_of(one: Teacher) -> Need:
    return Need(
        title=f"Chromebooks and headsets for {one.given} {one.family}'s groups",
        problem="Four students share one Chromebook during the reading block.",
        impact="Each group loses twenty minutes a day waiting for its turn.",
        items=(("Student Chromebook", CHROMEBOOKS), ("Classroom headset", HEADSETS)),
    )


def _seating_plan(one: Teacher) -> tuple[str, bytes]:
    return f"seating-{one.name}.txt", f"Seating plan of {one.email}\n".encode() * 400


def _cell(book: Book, row: str, heading: str) -> str:
    lines = book.read("Funds", {"valueRenderOption": "UNFORMATTED_VALUE"})["values"]
    number = next(number for number, line in enumerate(lines, 1) if line[0] == row)
    return f"{column_letters(lines[0].index(heading))}{number}"


def play(folder: Path, chromium: str, *, new: int, tabs: int, say: Callable[[str], None]) -> None:
    """Play the whole day.

    Args:
        folder: An empty one, for its files.
        chromium: Path of a browser.
        new: How many teachers the roster brings.
        tabs: How many stay open beside the work.
        say: Told what happens.

    Raises:
        AssertionError: Something is not as it must be; the words say what.
    """
    people = teachers(new)
    with at_work(folder, people) as district, browsing(chromium) as browser:
        day = SchoolDay(district, browser, people, tabs, say)
        day.morning()
        day.noon()
        day.afternoon()
        wrong = day.evening(folder)
    assert not wrong, "\n".join(wrong)
