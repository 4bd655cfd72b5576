"""Proxies as districts have them: each hands on what was asked for in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from accounts import Accounts, serving_accounts
from patience import PATIENCE_SECONDS
from proxy import HOST
from serving import small_district
from techrequests.server.sign_in_return import COOKIE

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENING = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "streamlit",
}


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    with serving_accounts(small_district(tmp_path_factory.mktemp("proxies"))) as running:
        yield running


def opened(accounts: Accounts, host: str, origin: str) -> int:
    """What a proxy hears that asks for a websocket under a name, for a page of an origin."""
    headers = {**OPENING, "Host": host, "Origin": origin}
    address = f"{accounts.server.address}/_stcore/stream"
    with httpx.stream("GET", address, headers=headers, timeout=PATIENCE_SECONDS) as answer:
        return answer.status_code


def test_a_page_opens_whether_the_port_is_handed_on_or_not(accounts: Accounts) -> None:
    port = accounts.proxy.port
    assert opened(accounts, f"{HOST}:{port}", accounts.address) == 101
    assert opened(accounts, HOST, accounts.address) == 101
    assert opened(accounts, HOST.upper(), accounts.address) == 101


@pytest.mark.parametrize(
    "origin", [f"http://{HOST}", f"https://{HOST}:9", "https://evil.example", "null", "https://["]
)
def test_a_page_of_another_place_opens_nothing(accounts: Accounts, origin: str) -> None:
    assert opened(accounts, HOST, origin) == 403


@pytest.mark.parametrize("host", [HOST, f"{HOST}:8443", HOST.upper()])
def test_where_one_was_is_kept_whatever_port_is_handed_on(accounts: Accounts, host: str) -> None:
    page = f"{accounts.address}/funds?year=2027"
    answer = accounts.server.get("/auth/login", Host=host, Referer=page)
    assert f"{COOKIE}=%2Ffunds%3Fyear%3D2027" in answer.headers["set-cookie"]


def test_who_forgets_the_https_is_led_there(accounts: Accounts) -> None:
    asked = f"http://127.0.0.1:{accounts.proxy.plain_port}/funds"
    answer = httpx.get(asked, headers={"Host": HOST}, timeout=PATIENCE_SECONDS)
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://{HOST}/funds")
