"""What four people do in real browsers on that day, two of them on a phone."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from day.people import roster, supervisors
from e2e.conftest import QUIET, Walk
from e2e.window import new_window, settle
from proxy import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, Page

    from accounts import Accounts
    from day.lives import Need
    from day.people import Teacher

_PHONE = {"width": 390, "height": 844}
_DESK = {"width": 1400, "height": 1000}


@contextmanager
def browsing(chromium: str) -> Iterator[Browser]:
    """The system's Chromium, which finds the guide's name on this computer."""
    known = f"--host-resolver-rules=MAP {HOST} 127.0.0.1"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, args=[*QUIET, known, "--ignore-certificate-errors"]
        )
        yield running
        running.close()


@contextmanager
def window(browser: Browser, accounts: Accounts, name: str, *, phone: bool) -> Iterator[Walk]:
    """A window of somebody who signs in at the provider, as people do."""
    opened = new_window(browser, viewport=_PHONE if phone else _DESK, accept_downloads=True)
    page = opened.new_page()
    accounts.sign_in(page, name)
    settle(page)
    yield Walk(page, accounts.address)
    opened.close()


def visit(walk: Walk, path: str) -> None:
    """Open a page by its address."""
    walk.page.goto(f"{walk.server}/{path}")
    walk.settle()


def bring_roster(walk: Walk, new: Sequence[Teacher]) -> None:
    """The administrator brings the roster in, then who supervises whom."""
    for name, kind, content in (
        ("roster.zip", "application/zip", roster(new)),
        ("supervisors.csv", "text/csv", supervisors(new)),
    ):
        visit(walk, "people")
        walk.page.get_by_text("Import a file").first.click()
        walk.settle()
        _drop(walk.page, name, kind, content)
        walk.page.get_by_role("button", name="See what it would do").wait_for()
        walk.settle()
        everybody = walk.page.get_by_role("checkbox", name=re.compile("The file holds everybody"))
        assert not everybody.is_checked(), "nobody may become inactive without being asked"
        walk.press("See what it would do")
        save = walk.page.get_by_role("button", name=f"Save {len(new)} rows")
        save.click()
        walk.page.get_by_text(re.compile("^Saved: ")).wait_for()
        walk.settle()


def link_sheet(walk: Walk) -> None:
    """The business manager links the spreadsheet and lets funds be edited in both."""
    visit(walk, "google_sheets")
    walk.press("Test the connection")
    walk.sees("It may write there")
    walk.press("Close")
    walk.press("Link")
    walk.page.get_by_text("Edited in both").first.click()
    walk.sees("Saved. The next look at the sheet follows it.")
    sync(walk)


def sync(walk: Walk) -> None:
    """Ask for a look at the spreadsheet, and wait for its end."""
    visit(walk, "google_sheets")
    walk.press("Sync now")
    walk.page.get_by_text("The last look at the sheet ended well").wait_for()
    walk.settle()


def submit_on_a_phone(walk: Walk, need: Need, file: tuple[str, bytes]) -> str:
    """A teacher fills in the form on a phone, with a file; the request's number."""
    visit(walk, "submit")
    walk.type("What do you need?", need.title)
    walk.type("What problem does it solve?", need.problem)
    walk.type("How does it affect daily work or learning?", need.impact)
    for item, units in need.items:
        walk.pick("Add from the standards", item)
        walk.number("Quantity", str(units))
    _drop(walk.page, file[0], "text/plain", file[1])
    walk.page.get_by_role("link", name=file[0]).wait_for()
    walk.settle()
    walk.press("Submit the request")
    walk.sees("Next:")
    return walk.request_id


def approve_on_a_phone(walk: Walk, number: str) -> None:
    """A principal approves a request between two lessons."""
    visit(walk, f"approvals?request={number}")
    walk.page.get_by_role("button", name=re.compile("^Approve ")).click()
    walk.sees("You approved")


def take_away(walk: Walk, path: str, words: str) -> bytes:
    """Download what the button with these words on a page brings."""
    visit(walk, path)
    link = walk.page.get_by_role("link", name=re.compile(words)).first
    with walk.page.expect_download() as told:
        link.click()
    return told.value.path().read_bytes()


def _drop(page: Page, name: str, kind: str, content: bytes) -> None:
    box = page.locator("input[type=file]").first
    box.set_input_files({"name": name, "mimeType": kind, "buffer": content})
