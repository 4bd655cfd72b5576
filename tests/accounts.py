"""A district whose staff sign in at a real OpenID provider on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from patience import PATIENCE_SECONDS
from serving import Server, free_port, start
from tab import Tab

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Page

COOKIE_SECRET = "a-secret-of-the-tests-with-letters-enough"  # noqa: S105  # its server lives for a test
USER_COOKIE = "_streamlit_user"
DOMAIN = "district.example"


def account(name: str, **claims: object) -> dict[str, object]:
    """What the provider says of somebody."""
    told = {"email": f"{name}@{DOMAIN}", "email_verified": True, "name": name.title()}
    return {**told, **claims}


_STAFF = ("tina", "tom", "ada", "pia", "rita", "bea", "wanda", "will")
# By the subject, which is not what the staff table calls a person.
ACCOUNTS: Mapping[str, dict[str, object]] = {
    **{f"subject-{name}": account(name) for name in _STAFF},
    "subject-stranger": account("stranger"),
    "subject-outsider": account("tina", email="tina@elsewhere.example"),
    "subject-unverified": account("will", email_verified=False),
}


@dataclass(slots=True)
class Accounts:
    """The app beside its provider."""

    server: Server
    issuer: str

    def sign_in(self, page: Page, name: str, path: str = "/") -> None:
        """Open a page, and sign in as that account on the way."""
        page.goto(f"{self.server.address}{path}")
        self.sign_in_here(page, name)

    def sign_in_here(self, page: Page, name: str) -> None:
        """Sign in as that account, from the page that is open."""
        page.get_by_role("button", name="Sign in with District").click()
        page.locator("input[name=sub]").fill(f"subject-{name}")
        page.get_by_role("button", name="Authorize").click()
        page.wait_for_url(f"{self.server.address}/**")

    def cookie(self, name: str, **claims: object) -> str:
        """A sign-in cookie as only the server itself can make it."""
        usual: dict[str, object] = {
            **ACCOUNTS[f"subject-{name}"],
            "sub": f"subject-{name}",
            "iss": self.issuer,
            "iat": int(time.time()),
            "is_logged_in": True,
            "origin": self.server.address,
            "provider": "district",
        }
        return signed({**usual, **claims})

    def tab(self, name: str = "", cookie: str = "", last_session: str = "") -> Tab:
        """A tab of somebody who is signed in, or of nobody, without a browser."""
        xsrf = self.server.get("/_stcore/health").cookies["_streamlit_xsrf"]
        cookies = [f"_streamlit_xsrf={xsrf}"]
        if name:
            cookies.append(f"{USER_COOKIE}={cookie or self.cookie(name)}")
        headers = {"Cookie": "; ".join(cookies)}
        return Tab(self.server.address, headers=headers, xsrf=xsrf, last_session=last_session)


def signed(told: Mapping[str, object], secret: str = COOKIE_SECRET) -> str:
    """A cookie as Streamlit signs it."""
    return create_signed_value(secret, USER_COOKIE, json.dumps(told)).decode()


@contextmanager
def serving_accounts(database: Path, *how: str | Path, **settings: str) -> Iterator[Accounts]:
    """The real app and the real provider, until the block ends.

    Args:
        database: The district's file.
        how: Words for the provider, see `oidc_provider`; or the folder of `strict_provider`.
        settings: Of the product, as in `serving.start`.
    """
    port = free_port()
    provider = how[0] if how and isinstance(how[0], Path) else None
    with _strict(provider, port) if provider else _provider(*map(str, how)) as issuer:
        auth: dict[str, Any] = {
            "cookie_secret": COOKIE_SECRET,
            "district": {
                "client_id": "techrequests",
                "client_secret": "of the tests",
                "server_metadata_url": f"{issuer}/.well-known/openid-configuration",
            },
        }
        if provider:
            # It knows no choosing between accounts.
            auth["district"]["client_kwargs"] = {"prompt": "login"}
        usual = {
            "AUTH": json.dumps(auth),
            "BASE_URL": f"http://127.0.0.1:{port}",
            "EMAIL_DOMAINS": DOMAIN,
            "DISTRICT": "Cedar Valley School District",
            "ESCALATION_DAYS": "0",  # the requests of tests are of the past
        }
        server = start(database, port=port, **{**usual, **settings}).wait()
        try:
            yield Accounts(server, issuer)
        finally:
            server.stop()


@contextmanager
def _strict(folder: Path, app_port: int) -> Iterator[str]:
    port = free_port()
    callback = f"http://127.0.0.1:{app_port}/oauth2callback"
    command = ["node", str(folder / "strict_provider.mjs"), str(port), callback]
    with _running(command, f"http://localhost:{port}") as issuer:
        yield issuer


@contextmanager
def _provider(*how: str) -> Iterator[str]:
    port = free_port()
    script = Path(__file__).with_name("oidc_provider.py")
    command = [sys.executable, str(script), str(port), json.dumps(ACCOUNTS), *how]
    with _running(command, f"http://localhost:{port}") as issuer:
        yield issuer


@contextmanager
def _running(command: list[str], issuer: str) -> Iterator[str]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"{issuer}/.well-known/openid-configuration")
        yield issuer
    finally:
        process.terminate()
        process.wait()


def _wait(address: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            httpx.get(address, timeout=PATIENCE_SECONDS).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing answers at {address}")
