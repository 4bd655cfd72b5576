"""Behind TLS every cookie is marked Secure, the one of the sign-in above all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from accounts import COOKIE_SECRET, USER_COOKIE, Accounts, serving_accounts
from serving import small_district
from techrequests.server.sign_in_return import COOKIE as RETURN

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "tech.district.example"
"""As the proxy passes it on, which ends the encryption."""


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    district = small_district(tmp_path_factory.mktemp("tls"))
    with serving_accounts(district, BASE_URL=f"https://{HOST}") as running:
        yield running


def asked(accounts: Accounts, path: str, *cookies: str) -> httpx.Response:
    """The app's answer to the proxy."""
    sent = {"Host": HOST, "Referer": f"https://{HOST}/submit", "Cookie": "; ".join(cookies)}
    return accounts.server.get(path, **sent)


def set_by(answer: httpx.Response) -> dict[str, str]:
    """Every cookie of an answer by name, with what is said of it."""
    return {one.partition("=")[0]: one for one in answer.headers.get_list("set-cookie")}


def test_every_cookie_travels_only_encrypted_before_anybody_signs_in(accounts: Accounts) -> None:
    paths = ("/", "/_stcore/health", "/auth/login", "/oauth2callback")
    cookies: dict[str, str] = {}
    for path in paths:
        cookies |= set_by(asked(accounts, path))
    assert cookies.keys() >= {"_streamlit_xsrf", RETURN}
    assert [one for one in cookies.values() if "secure" not in one.lower()] == []


def test_the_cookie_of_a_sign_in_travels_only_encrypted(accounts: Accounts) -> None:
    told = {"provider": "district", "exp": int(time.time()) + 3600}
    provider = jwt.encode({"alg": "HS256"}, told, OctKey.import_key(COOKIE_SECRET))
    begun = asked(accounts, f"/auth/login?provider={provider}")
    form = {"sub": "subject-ada", "action": "authorize"}
    back = urlsplit(httpx.post(begun.headers["location"], data=form).headers["location"])
    assert (back.scheme, back.hostname) == ("https", HOST)
    kept = (one.partition(";")[0] for one in set_by(begun).values())
    ended = asked(accounts, f"{back.path}?{back.query}", *kept)
    cookies = set_by(ended)
    assert USER_COOKIE in cookies
    assert [one for one in cookies.values() if "secure" not in one.lower()] == []
