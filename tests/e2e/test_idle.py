"""Time without doing anything, by a clock that is set: who is idle is out, who is busy stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from accounts import Accounts, serving_accounts
from e2e.test_sign_in import menu, no_menu, sees
from e2e.window import is_back, new_window, settle
from serving import APP_AT, an_hour_ahead, small_district, stand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

IDLE_MINUTES = 60
MOST_OF_IT = timedelta(minutes=40)
LONGEST = timedelta(hours=12)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    district = small_district(tmp_path)
    stand(district, an_hour_ahead())
    with serving_accounts(district, app=APP_AT, IDLE_MINUTES=str(IDLE_MINUTES)) as running:
        yield running


def in_a_browser(browser: Browser, accounts: Accounts, name: str) -> Page:
    tab = new_window(browser).new_page()
    accounts.sign_in(tab, name)
    menu(tab)
    return tab


def a_file(accounts: Accounts, name: str) -> int:
    """What somebody gets who saw a page once, and from then on only asks for a file.

    It does not exist: 404 is for who is let in.
    """
    return accounts.client(name).get("/files/none").status_code


def test_who_does_nothing_for_an_hour_signs_in_again(browser: Browser, accounts: Accounts) -> None:
    district, begun = accounts.server.database, an_hour_ahead()
    stand(district, begun)
    busy, idle = (in_a_browser(browser, accounts, name) for name in ("pia", "tina"))
    reads, sleeps = "tom", "will"
    assert (a_file(accounts, reads), a_file(accounts, sleeps)) == (404, 404)
    stand(district, begun + MOST_OF_IT)
    go_on(busy)
    assert a_file(accounts, reads) == 404
    # In the middle of it a start of the server, which gives nobody their time anew.
    accounts.server.restart()
    is_back(busy)
    is_back(idle)
    stand(district, begun + 2 * MOST_OF_IT)
    go_on(busy)
    assert (a_file(accounts, reads), a_file(accounts, sleeps)) == (404, 403)
    idle.get_by_role("link", name="My requests").click()
    sees(idle, "Nothing was done here for a while, so you were signed out.")
    no_menu(idle)
    menu(busy)
    accounts.sign_in_here(idle, "tina")
    menu(idle)


def test_an_old_sign_in_has_to_be_made_again(browser: Browser, accounts: Accounts) -> None:
    tab = in_a_browser(browser, accounts, "rita")
    stand(accounts.server.database, an_hour_ahead() + LONGEST)
    tab.get_by_role("link", name="My requests").click()
    sees(tab, "Please sign in again.")
    no_menu(tab)
    stand(accounts.server.database, an_hour_ahead())
    accounts.sign_in_here(tab, "rita")
    menu(tab)


def go_on(page: Page) -> None:
    """Do something, and be still let in."""
    page.get_by_role("link", name="My requests").click()
    settle(page)
    menu(page)
