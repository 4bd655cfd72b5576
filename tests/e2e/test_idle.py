"""A minute without doing anything, waited for: who is idle is out, and who does something stays."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest

from accounts import USER_COOKIE, Accounts, serving_accounts
from e2e.conftest import is_back
from e2e.test_sign_in import menu, no_menu, sees
from serving import small_district

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

IDLE_SECONDS = 60
"""The shortest that a district can set."""


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    with serving_accounts(small_district(tmp_path), IDLE_MINUTES="1") as running:
        yield running


def in_a_browser(browser: Browser, accounts: Accounts, name: str) -> Page:
    tab = browser.new_context().new_page()
    accounts.sign_in(tab, name)
    menu(tab)
    return tab


def with_a_cookie(accounts: Accounts, name: str) -> str:
    """Somebody who saw a page, and has nothing but files opened from then on."""
    cookie = accounts.cookie(name)
    with accounts.tab(name, cookie) as tab:
        tab.open("")
    return cookie


def a_file(accounts: Accounts, cookie: str) -> int:
    """What the server answers to somebody who asks for a file that does not exist."""
    address = f"{accounts.server.address}/files/none"
    return httpx.get(address, cookies={USER_COOKIE: cookie}).status_code


def test_who_does_nothing_for_a_minute_signs_in_again(browser: Browser, accounts: Accounts) -> None:
    busy = in_a_browser(browser, accounts, "pia")
    reads, sleeps = (with_a_cookie(accounts, name) for name in ("tom", "will"))
    assert (a_file(accounts, reads), a_file(accounts, sleeps)) == (404, 404)
    idle = in_a_browser(browser, accounts, "tina")
    end = time.monotonic() + IDLE_SECONDS + 1
    # In the middle of it a start of the server, which gives nobody their time anew.
    accounts.server.restart()
    is_back(busy)
    while (left := end - time.monotonic()) > 0:
        busy.get_by_role("link", name="My requests").click()
        assert a_file(accounts, reads) == 404
        busy.wait_for_timeout(1_000 * min(left, 15))
    is_back(idle)
    idle.get_by_role("link", name="My requests").click()
    sees(idle, "Nothing was done here for a while, so you were signed out.")
    no_menu(idle)
    assert (a_file(accounts, reads), a_file(accounts, sleeps)) == (404, 403)
    busy.get_by_role("link", name="Messages").click()
    menu(busy)
    accounts.sign_in_here(idle, "tina")
    menu(idle)
