"""A district whose staff sign in at a real OpenID provider, through a real proxy with TLS."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from patience import PATIENCE_SECONDS
from proxy import Proxy, planned, running
from serving import Server, free_port, start
from tab import Tab

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Page
    from streamlit.proto.Common_pb2 import FileURLs

COOKIE_SECRET = "a-secret-of-the-tests-with-letters-enough"  # noqa: S105  # its server lives for a test
USER_COOKIE = "_streamlit_user"
DOMAIN = "district.example"
SIGN_IN = "Sign in with District"


def account(name: str, **claims: object) -> dict[str, object]:
    """What the provider says of somebody."""
    told = {"email": f"{name}@{DOMAIN}", "email_verified": True, "name": name.title()}
    return {**told, **claims}


_STAFF = (
    *("tina", "tom", "ada", "pia", "rita", "rob"),
    *("bea", "ben", "lea", "sue", "wanda", "will"),
)
# By the subject, which is not what the staff table calls a person.
ACCOUNTS: Mapping[str, dict[str, object]] = {
    **{f"subject-{name}": account(name) for name in _STAFF},
    "subject-stranger": account("stranger"),
    "subject-outsider": account("tina", email="tina@elsewhere.example"),
    "subject-unverified": account("will", email_verified=False),
}


@dataclass(slots=True)
class Accounts:
    """The app behind a proxy with TLS, beside its provider.

    Attributes:
        server: The app itself, as the proxy reaches it.
        proxy: What people reach.
    """

    server: Server
    issuer: str
    proxy: Proxy
    _clients: ExitStack = field(default_factory=ExitStack)
    _known: dict[str, httpx.Client] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where people reach the app."""
        return self.proxy.address

    def sign_in(self, page: Page, name: str, path: str = "/") -> None:
        """Open a page in a browser, and sign in as that account on the way."""
        page.goto(f"{self.address}{path}")
        self.sign_in_here(page, name)

    def sign_in_here(self, page: Page, name: str) -> None:
        """Sign in as that account, from the page that is open."""
        page.get_by_role("button", name=SIGN_IN).click()
        page.locator("input[name=sub]").fill(f"subject-{name}")
        page.get_by_role("button", name="Authorize").click()
        page.wait_for_url(f"{self.address}/**")

    def nobody(self, source: str = "") -> httpx.Client:
        """A browser without pages, in which nobody signed in."""
        client = self._clients.enter_context(self.proxy.client(source))
        client.get("/_stcore/health").raise_for_status()  # brings the token against forged requests
        return client

    def signed_in(self, name: str, source: str = "") -> httpx.Client:
        """The same, in which that account signed in at the provider and saw a first page."""
        client = self.nobody(source)
        with self.tab(client=client) as tab:
            tab.open("")
            [button] = tab.buttons(SIGN_IN)
            way = client.get(tab.click(button).leads_to).headers["location"]
        form = {"sub": f"subject-{name}", "action": "authorize"}
        answer = client.post(way, data=form, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        with self.tab(client=client) as tab:
            tab.open("")
        return client

    def client(self, name: str) -> httpx.Client:
        """Somebody's browser without pages, signed in at the first call."""
        if name not in self._known:
            self._known[name] = self.signed_in(name)
        return self._known[name]

    def tab(
        self,
        name: str = "",
        *,
        client: httpx.Client | None = None,
        source: str = "",
        last_session: str = "",
    ) -> Tab:
        """A tab of somebody who is signed in, or of nobody, without a browser.

        Args:
            name: Whose; nobody's when it is empty.
            client: In which browser, where it is not the usual one.
            source: The address of this computer from which it asks.
            last_session: Which one to come back to.
        """
        client = client or (self.client(name) if name else self.nobody())
        cookies = {cookie.name: cookie.value for cookie in client.cookies.jar}
        return Tab(
            self.address,
            trust=self.proxy.trust(),
            source=source,
            headers={"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items())},
            xsrf=str(cookies["_streamlit_xsrf"]),
            last_session=last_session,
        )

    def send(self, name: str, place: FileURLs, file_name: str, content: bytes) -> httpx.Response:
        """Send a file to where a tab was told to, as the pages' own script does."""
        client = self.client(name)
        return client.put(
            place.upload_url,
            files={"file": (file_name, content)},
            headers={"X-Xsrftoken": str(client.cookies["_streamlit_xsrf"])},
        )

    def cookie(self, name: str, **claims: object) -> str:
        """A sign-in cookie as only the server can make it: only for tests of forged ones."""
        usual: dict[str, object] = {
            **ACCOUNTS[f"subject-{name}"],
            "sub": f"subject-{name}",
            "iss": self.issuer,
            "iat": int(time.time()),
            "is_logged_in": True,
            "origin": self.address,
            "provider": "district",
        }
        return signed({**usual, **claims})

    def close(self) -> None:
        """Close every browser without pages."""
        self._clients.close()


def signed(told: Mapping[str, object], secret: str = COOKIE_SECRET) -> str:
    """A cookie as Streamlit signs it."""
    return create_signed_value(secret, USER_COOKIE, json.dumps(told)).decode()


@contextmanager
def serving_accounts(
    database: Path,
    *how: str | Path,
    app: str = "app.py",
    under: tuple[str, ...] = (),
    **settings: str,
) -> Iterator[Accounts]:
    """The real app behind a real proxy, and the real provider, until the block ends.

    Args:
        database: The district's file.
        how: Words for the provider, see `oidc_provider`; or the folder of `strict_provider`.
        app: As in `serving.start`.
        under: Likewise.
        settings: Of the product, as in `serving.start`.
    """
    with serving_known(ACCOUNTS, database, *how, app=app, under=under, **settings) as accounts:
        yield accounts


@contextmanager
def serving_known(
    known: Mapping[str, dict[str, object]],
    database: Path,
    *how: str | Path,
    app: str = "app.py",
    under: tuple[str, ...] = (),
    **settings: str,
) -> Iterator[Accounts]:
    """The same with a provider that knows others: claims by subject."""
    proxy = planned()
    folder = how[0] if how and isinstance(how[0], Path) else None
    provider = _strict(folder, proxy.address) if folder else _provider(known, *map(str, how))
    with ExitStack() as until:
        issuer = until.enter_context(provider)
        usual = {
            "AUTH": json.dumps(_auth(issuer, strict=bool(folder))),
            "BASE_URL": proxy.address,
            "EMAIL_DOMAINS": DOMAIN,
            "DISTRICT": "Cedar Valley School District",
            "ESCALATION_DAYS": "0",  # the requests of tests are of the past
        }
        server = start(database, app=app, port=0, under=under, **{**usual, **settings}).wait()
        until.callback(server.stop)
        until.enter_context(running(proxy, server.port))
        accounts = Accounts(server, issuer, proxy)
        until.callback(accounts.close)
        yield accounts


def _auth(issuer: str, *, strict: bool) -> dict[str, Any]:
    district: dict[str, Any] = {
        "client_id": "techrequests",
        "client_secret": "of the tests",
        "server_metadata_url": f"{issuer}/.well-known/openid-configuration",
    }
    if strict:
        # It knows no choosing between accounts.
        district["client_kwargs"] = {"prompt": "login"}
    return {"cookie_secret": COOKIE_SECRET, "district": district}


@contextmanager
def _strict(folder: Path, app: str) -> Iterator[str]:
    port = free_port()
    callback = f"{app}/oauth2callback"
    command = ["node", str(folder / "strict_provider.mjs"), str(port), callback]
    with _running(command, f"http://localhost:{port}") as issuer:
        yield issuer


@contextmanager
def _provider(known: Mapping[str, dict[str, object]], *how: str) -> Iterator[str]:
    port = free_port()
    script = Path(__file__).with_name("oidc_provider.py")
    command = [sys.executable, str(script), str(port), json.dumps(known), *how]
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
