"""Signing in with a real provider, in a real browser: in, out, and what keeps others out."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from accounts import USER_COOKIE, Accounts, serving_accounts, signed
from e2e.grid import Grid
from e2e.window import new_window, settle
from patience import PATIENCE_SECONDS
from serving import forgeries, small_district

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

STRICT_PROVIDER = "oidc-provider@9.13.3"


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    path = small_district(tmp_path_factory.mktemp("accounts"))
    with serving_accounts(path) as running:
        yield running
    assert forgeries(path) == []


@dataclass(slots=True)
class Person:
    """Somebody's browser; all its tabs share the sign-in."""

    browser: Browser
    accounts: Accounts
    tab: Page

    def another_tab(self) -> Page:
        return self.tab.context.new_page()

    def with_cookie(self, value: str) -> None:
        """Put a sign-in cookie into the browser, as whoever got hold of one would."""
        address = self.accounts.address
        self.tab.context.add_cookies([{"name": USER_COOKIE, "value": value, "url": address}])
        # The server believes the cookie only beside its own token against forged requests.
        self.tab.goto(address)
        settle(self.tab)
        self.tab.reload()
        settle(self.tab)


@pytest.fixture
def somebody(browser: Browser, accounts: Accounts) -> Iterator[Person]:
    context = new_window(browser)
    yield Person(browser, accounts, context.new_page())
    context.close()


def sees(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible(timeout=20_000)


def menu(page: Page) -> None:
    """The menu of somebody who is let in."""
    expect(page.get_by_role("link", name="Submit a request").first).to_be_visible(timeout=20_000)


def no_menu(page: Page) -> None:
    settle(page)
    expect(page.get_by_role("button", name="Sign in with District")).to_be_visible(timeout=20_000)
    assert page.get_by_role("link", name="Submit a request").count() == 0


def sign_out(page: Page, name: str, words: str = "Sign out") -> None:
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name=words, exact=False).first.click()


def is_gone(page: Page, accounts: Accounts) -> None:
    """The server ended the sign-in, and sent the browser to where the provider ends its own."""
    page.wait_for_url(f"{accounts.issuer}/oauth2/end_session?**")


def test_a_link_to_a_request_survives_the_sign_in(somebody: Person, accounts: Accounts) -> None:
    place = "/one_request?request=TR-2027-0042"
    accounts.sign_in(somebody.tab, "tina", place)
    expect(somebody.tab).to_have_url(f"{accounts.address}{place}")
    menu(somebody.tab)
    sees(somebody.tab, "There is no request TR-2027-0042")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("stranger", "Nobody on the staff list has the address stranger@district.example"),
        ("outsider", "The account tina@elsewhere.example does not belong to this district"),
        ("unverified", "does not vouch for the address will@district.example"),
    ],
)
def test_who_is_not_known_is_told_kindly_whom_to_ask(
    somebody: Person, accounts: Accounts, name: str, words: str
) -> None:
    accounts.sign_in(somebody.tab, name)
    sees(somebody.tab, words)
    sees(somebody.tab, "ask the technology department" if name == "outsider" else "Ask the techn")
    no_menu(somebody.tab)


def test_signing_out_in_one_tab_closes_the_other_at_its_next_step(
    somebody: Person, accounts: Accounts
) -> None:
    accounts.sign_in(somebody.tab, "tom")
    menu(somebody.tab)
    second = somebody.another_tab()
    second.goto(accounts.address)
    menu(second)
    sign_out(second, "Tom Berg")
    is_gone(second, accounts)
    somebody.tab.get_by_role("link", name="My requests").click()
    sees(somebody.tab, "You are signed out.")
    no_menu(somebody.tab)


def test_signing_out_everywhere_closes_another_browser(
    somebody: Person, browser: Browser, accounts: Accounts
) -> None:
    accounts.sign_in(somebody.tab, "pia")
    menu(somebody.tab)
    elsewhere = new_window(browser).new_page()
    accounts.sign_in(elsewhere, "pia")
    menu(elsewhere)
    sign_out(elsewhere, "Pia Lang", "Sign out everywhere")
    is_gone(elsewhere, accounts)
    somebody.tab.get_by_role("link", name="My requests").click()
    sees(somebody.tab, "You are signed out.")
    elsewhere.context.close()


def test_who_signs_in_again_after_signing_out_is_in(somebody: Person, accounts: Accounts) -> None:
    accounts.sign_in(somebody.tab, "bea")
    menu(somebody.tab)
    sign_out(somebody.tab, "Bea Stone")
    is_gone(somebody.tab, accounts)
    accounts.sign_in(somebody.tab, "bea")
    menu(somebody.tab)


def test_who_is_set_inactive_is_out_at_the_next_step(
    somebody: Person, browser: Browser, accounts: Accounts
) -> None:
    accounts.sign_in(somebody.tab, "wanda")
    menu(somebody.tab)
    office = new_window(browser, viewport={"width": 1400, "height": 1000}).new_page()
    accounts.sign_in(office, "ada", "/people")
    settle(office)
    people = Grid(office, "People")
    people.stand_on("wanda", "Active")
    people.toggle()
    office.get_by_role("button", name="Save").last.click()
    sees(office, "Saved: 1 changed cell.")
    somebody.tab.get_by_role("link", name="My requests").click()
    sees(somebody.tab, "is not active any more")
    no_menu(somebody.tab)
    office.context.close()


def test_a_cookie_that_the_server_made_is_believed(somebody: Person, accounts: Accounts) -> None:
    """So that the forged ones below are refused for being forged."""
    somebody.with_cookie(accounts.cookie("rita"))
    menu(somebody.tab)


@pytest.mark.parametrize("how", ["of another secret", "altered", "unsigned", "of another site"])
def test_a_forged_cookie_is_nobodys(somebody: Person, accounts: Accounts, how: str) -> None:
    real = accounts.cookie("ada")
    told = {"iss": accounts.issuer, "sub": "subject-ada", "iat": int(time.time())}
    told |= {"is_logged_in": True, "email": "ada@district.example", "email_verified": True}
    forged = {
        "of another secret": signed(told | {"origin": accounts.address}, "x" * 32),
        "altered": ("A" if real[4] != "A" else "B").join((real[:4], real[5:])),
        "unsigned": json.dumps(told).encode().hex(),
        "of another site": accounts.cookie("ada", origin="http://evil.example"),
    }
    somebody.with_cookie(forged[how])
    no_menu(somebody.tab)


def test_a_replayed_answer_of_the_provider_lets_nobody_in(
    somebody: Person, browser: Browser, accounts: Accounts
) -> None:
    answers: list[str] = []
    somebody.tab.on(
        "request",
        lambda asked: answers.append(asked.url) if "/oauth2callback" in asked.url else None,
    )
    accounts.sign_in(somebody.tab, "tina")
    menu(somebody.tab)
    thief = new_window(browser).new_page()
    thief.goto(answers[0])
    sees(thief, "Signing in did not work.")
    no_menu(thief)
    thief.context.close()
    sign_out(somebody.tab, "Tina Cho")
    is_gone(somebody.tab, accounts)
    somebody.tab.goto(answers[0])
    no_menu(somebody.tab)


def test_nothing_is_served_to_who_is_not_signed_in(accounts: Accounts) -> None:
    server = accounts.server
    assert server.get("/files/some-file").status_code == 403
    assert server.get("/media/0123456789abcdef.pdf").status_code == 403
    upload = f"{server.address}/_stcore/upload_file/x/y"
    assert httpx.put(upload, content=b"x", timeout=PATIENCE_SECONDS).status_code == 403
    assert server.get("/", Host="evil.example").status_code == 421


def test_a_token_that_nobody_signed_lets_nobody_in(
    somebody: Person, tmp_path_factory: pytest.TempPathFactory
) -> None:
    district = small_district(tmp_path_factory.mktemp("unsigned"))
    with serving_accounts(district, "unsigned") as hostile:
        hostile.sign_in(somebody.tab, "ada")
        sees(somebody.tab, "Signing in did not work.")
        no_menu(somebody.tab)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `strict_provider` and what it needs from npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("strict")
    shutil.copy(Path(__file__).parents[1] / "strict_provider.mjs", folder)
    command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", STRICT_PROVIDER]
    subprocess.run(
        command, cwd=folder, check=True, capture_output=True, timeout=2 * PATIENCE_SECONDS
    )
    return folder


def test_a_provider_that_insists_on_pkce_and_ends_its_own_session(
    somebody: Person, strict: Path, tmp_path: Path
) -> None:
    tab = somebody.tab
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    with serving_accounts(small_district(tmp_path), strict) as accounts:
        for _ in ("at first", "again, after the provider forgot the first time"):
            tab.goto(f"{accounts.address}/submit")
            tab.get_by_role("button", name="Sign in with District").click()
            tab.locator("input[name=login]").fill("tina")
            tab.locator("input[name=password]").fill("any")
            tab.get_by_role("button", name="Sign-in").click()
            tab.get_by_role("button", name="Continue").click()
            tab.wait_for_url(f"{accounts.address}/submit**")
            menu(tab)
            sign_out(tab, "Tina Cho")
            tab.get_by_role("button", name="Yes, sign me out").click()
            no_menu(tab)
    authorizing = [url for url in asked if "code_challenge=" in url]
    assert len(authorizing) >= 2
    assert all("code_challenge_method=S256" in url for url in authorizing)


def test_a_sign_in_leaves_no_word_about_libraries_in_the_log(
    somebody: Person, accounts: Accounts
) -> None:
    accounts.sign_in(somebody.tab, "tina")
    menu(somebody.tab)
    assert "Deprecat" not in accounts.server.said()
