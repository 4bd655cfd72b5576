"""Signing out by its address: for good, and never at the wish of another site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from accounts import SIGN_IN, USER_COOKIE, Accounts, serving_accounts
from proxy import HOST
from serving import small_district
from techrequests.domain.audit import AuditEvent
from techrequests.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

FOREIGN: list[Mapping[str, str]] = [
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Referer": "http://127.0.0.1:8501/"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://["},
    {"Origin": "https://127.0.0.1:port"},
    {"Referer": "https://evil.example/"},
    {"Referer": "https://127.0.0.1.evil.example/"},
    {},
]
OWN: list[Mapping[str, str]] = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Referer": "http://127.0.0.1:8501/funds"},
]


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    with serving_accounts(small_district(tmp_path_factory.mktemp("leaving"))) as running:
        yield running


def leave(client: httpx.Client, how: Mapping[str, str]) -> int:
    return client.get("/auth/logout", headers=dict(how)).status_code


def is_in(accounts: Accounts, kept: httpx.Client) -> bool:
    """Whether the cookies, which somebody may have kept, still open anything."""
    with accounts.tab(client=kept) as tab:
        page = SIGN_IN not in tab.open("my_requests").words
    file = kept.get("/files/none").status_code == 404
    assert page is file
    return page


def copy_of(accounts: Accounts, client: httpx.Client) -> httpx.Client:
    """Another browser, into which somebody brought all cookies."""
    thief = accounts.nobody()
    thief.cookies = client.cookies.__class__(client.cookies)
    return thief


@pytest.mark.parametrize("how", FOREIGN, ids=str)
def test_another_site_signs_nobody_out(accounts: Accounts, how: Mapping[str, str]) -> None:
    assert leave(accounts.client("tina"), how) == 403
    assert is_in(accounts, accounts.client("tina"))


@pytest.mark.parametrize("how", OWN, ids=str)
def test_who_signs_out_is_out_with_a_cookie_that_was_kept(
    accounts: Accounts, how: Mapping[str, str]
) -> None:
    client = accounts.signed_in("tom")
    kept = copy_of(accounts, client)
    assert is_in(accounts, kept)
    assert leave(client, how) == 302
    assert not is_in(accounts, kept)


def test_nobody_signs_out_and_nothing_happens(accounts: Accounts) -> None:
    forger = accounts.nobody()
    forger.cookies.set(USER_COOKIE, "forged", domain=HOST)
    assert leave(forger, {"Sec-Fetch-Site": "none"}) == 302


def test_all_of_it_is_in_the_audit_trail(accounts: Accounts) -> None:
    """The last one: it ends the server, to read what that wrote down."""
    accounts.server.stop()
    database = Database.open(accounts.server.database, read_only=True)
    with database.read() as reader:
        events = reader.find(AuditEvent, "ORDER BY audit_no")
    database.close()
    told = [(str(one.kind), one.actor_id, one.detail) for one in events]
    assert told.count(("refusal", "tina", "another site asked for it")) == len(FOREIGN)
    assert told.count(("sign-out", "tom", "in this browser")) == len(OWN)
    assert ("sign-out", "tina", "in this browser") not in told
