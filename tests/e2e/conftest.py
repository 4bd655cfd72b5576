"""The real server over a district in a file, and a real browser that walks through it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from e2e.window import new_window, settle
from proxy import HOST
from serving import forgeries, small_district, start

if TYPE_CHECKING:
    from collections.abc import Iterator

# Chromium asks Google for updates at every start unless it is told not to.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A proxy with TLS has a name that no name server knows, and a certificate of its own making.
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
    "--ignore-certificate-errors",
)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real server, with the small district of `builders` in its file.

    At the end of all walks nothing that people did looked forged.
    """
    path = small_district(tmp_path_factory.mktemp("district"))
    running = start(path, DEMO="1", DISTRICT="Cedar Valley School District").wait()
    yield running.address
    running.stop()
    assert forgeries(path) == []


@dataclass(slots=True)
class Walk:
    """A browser window in which one person after the other sits down.

    Attributes:
        asked: Every host that the browser asked for anything.
    """

    page: Page
    server: str
    asked: set[str] = field(default_factory=set)

    def sit_down(self, person_id: str, path: str = "", **query: str) -> None:
        """Open a page as a person."""
        self.page.goto(f"{self.server}/{path}?{urlencode({**query, 'as': person_id})}")
        self.settle()

    def settle(self) -> None:
        """Wait until the page is drawn and nothing is on its way."""
        settle(self.page)

    def type(self, label: str, text: str) -> None:
        """Put text into the field with this label."""
        box = self.page.get_by_role("textbox", name=label, exact=True).last
        box.fill(text)
        box.press("Tab")
        self.settle()

    def number(self, label: str, text: str) -> None:
        """Put a number into the last field with this label."""
        box = self.page.get_by_role("textbox", name=label, exact=True).last
        box.fill(text)
        box.press("Tab")
        self.settle()

    def pick(self, label: str, option: str) -> None:
        """Choose from the drop-down with this label."""
        box = self.page.get_by_role("combobox", name=re.compile(re.escape(label))).last
        box.click()
        box.fill(option)
        self.page.get_by_role("option", name=re.compile(re.escape(option))).first.click()
        self.page.keyboard.press("Tab")
        self.settle()

    def tick(self, words: str) -> None:
        """Tick the box whose words start like this."""
        self.page.get_by_text(words).last.click()
        self.settle()

    def tick_everything(self) -> None:
        """Press every box of the checklist that is still open."""
        # The icon of an open box is a word of its own font, and no part of the button's name.
        boxes = self.page.get_by_role("button").filter(has_text="check_box_outline_blank")
        expect(boxes.first).to_be_visible(timeout=20_000)
        while boxes.count():
            # Box by box: the list may still be growing while the first one is there already.
            words = boxes.first.inner_text().split("\n")[-1]
            boxes.first.click()
            expect(boxes.filter(has_text=words)).to_have_count(0)
            self.settle()

    def press(self, name: str) -> None:
        """Press the button with these words, the last one drawn: a pop-up's own comes last."""
        self.button(name).click()
        self.settle()

    def button(self, name: str) -> Locator:
        """The last button with exactly these words, beside its icon or its arrow."""
        words = rf"^(\w+\s+)?{re.escape(name)}(\s+expand_\w+)?$"
        return self.page.get_by_role("button", name=re.compile(words)).last

    def sees(self, text: str) -> None:
        """The words are on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=20_000)

    @property
    def unread(self) -> int:
        """How many messages the page of messages calls unread."""
        return int(self.page.get_by_text(re.compile(r"\d+ unread of")).inner_text().split()[0])

    @property
    def request_id(self) -> str:
        """The number of the request in the address."""
        found = re.search(r"request=(TR-\d+-\d+)", self.page.url)
        assert found, self.page.url
        return found[1]


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture
def walk(server: str, browser: Browser) -> Iterator[Walk]:
    """A fresh browser window; at the end it has asked no outside host for anything."""
    yield from walking(server, browser)


@pytest.fixture
def second(server: str, browser: Browser) -> Iterator[Walk]:
    """A window of somebody else at the same time."""
    yield from walking(server, browser)


def walking(server: str, browser: Browser) -> Iterator[Walk]:
    """A window; at the end it has asked no outside host for anything."""
    window = new_window(browser, viewport={"width": 1400, "height": 1000})
    page = window.new_page()
    walk = Walk(page, server)
    page.on("request", lambda asked: walk.asked.add(urlsplit(asked.url).hostname or ""))
    page.on("websocket", lambda opened: walk.asked.add(urlsplit(opened.url).hostname or ""))
    yield walk
    window.close()
    assert walk.asked <= {"127.0.0.1", ""}
