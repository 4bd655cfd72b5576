"""The way to Google Sheets: real gspread over our own HTTP class, and its errors in plain words.

gspread itself waits for ever, and its retrying class sends writes twice. Here a call ends in time,
only reading is tried again, and after “too many calls” nothing is asked for a minute.
"""

from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import google.auth
import gspread
import requests
from google.auth.exceptions import GoogleAuthError, MalformedError, RefreshError
from google.oauth2.service_account import Credentials as AccountCredentials

from techrequests.domain.errors import SettingsError
from techrequests.sync.errors import (
    SheetsBusyError,
    SheetsError,
    cannot_be_reached,
    key_refused,
    no_token_now,
    not_google,
    refused,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.auth.credentials import Credentials

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
"""Spreadsheets that are shared with the account, and nothing else of Google Drive."""

GOOGLE = "https://sheets.googleapis.com"
TIMEOUT_SECONDS = (5, 60)
"""To connect, and between two pieces of an answer; Google itself gives up after 180."""

MOST_TRIES = 5
BUDGET_SECONDS = 60
SECTION = "[connections.gsheets]"

_FIRST_WAIT_SECONDS = 1
_LONGEST_WAIT_SECONDS = 30
_BUSY_SECONDS = 60
_GOOGLES_TOKEN_ADDRESSES = (
    "https://oauth2.googleapis.com/token",
    "https://accounts.google.com/o/oauth2/token",
)
_PASSING = {
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
_BROKEN = (
    requests.ConnectionError,
    requests.Timeout,
    requests.TooManyRedirects,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
_ID = re.compile(r"[A-Za-z0-9_-]{20,}")
_ADDRESS = re.compile(r"https://docs\.google\.com/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]{20,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How it is waited; a test passes its own clock.

    Attributes:
        chance: Gives a number from 0 to 1, so that several servers do not come back at once.
    """

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.SystemRandom().random


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLink:
    """Which spreadsheet, and as whom.

    Attributes:
        spreadsheet_id: What stands between `/d/` and the next slash in its address.
        account: The service account's JSON; None for the credentials that the server has around it.
        base_url: Where Google Sheets is asked; another address is for tests.
    """

    spreadsheet_id: str
    account: Mapping[str, str] | None = field(default=None, repr=False)
    base_url: str = GOOGLE


class SheetsHTTP(gspread.HTTPClient):
    """gspread's calls, in time and never a write twice.

    Attributes:
        calls: How many were sent, tries included.
        account: The address with which a spreadsheet is shared.
    """

    def __init__(
        self, credentials: Credentials, link: SheetLink, patience: Patience | None = None
    ) -> None:
        super().__init__(credentials)
        self.set_timeout(TIMEOUT_SECONDS)
        self.calls = 0
        self.account = str(getattr(credentials, "service_account_email", "") or "")
        self._base_url = link.base_url
        self._patience = patience or Patience()
        self._busy_until = 0.0

    def request(  # noqa: PLR0913, PLR0917  # gspread's own signature, loosely
        self,
        method: str,
        endpoint: str,
        params: object = None,
        data: object = None,
        json: object = None,
        files: object = None,
        headers: object = None,
    ) -> requests.Response:
        """Send one call; reading is tried again while it may help.

        Raises:
            SheetsBusyError: Google asked us to wait, now or a moment ago.
            SheetsError: It cannot be done; a write may or may not have arrived.
        """
        if (wait := self._busy_until - self._patience.clock()) > 0:
            raise SheetsBusyError(wait)
        tries = MOST_TRIES if method.lower() == "get" else 1
        ends = self._patience.clock() + BUDGET_SECONDS
        carried = {"params": params, "data": data, "json": json, "files": files, "headers": headers}
        for attempt in itertools.count(1):
            answer = self._sent(method, endpoint, carried)
            if isinstance(answer, requests.Response):
                return answer
            wait = self._wait(attempt)
            late = self._patience.clock() + wait > ends
            if attempt == tries or late or not answer.passing:
                raise answer
            self._patience.sleep(wait)
        raise AssertionError("counting has no end")

    def _sent(
        self, method: str, endpoint: str, carried: Mapping[str, Any]
    ) -> requests.Response | SheetsError:
        address = endpoint.replace(GOOGLE, self._base_url, 1)
        self.calls += 1
        try:
            response = self.session.request(method, address, timeout=self.timeout, **carried)
        except RefreshError as error:
            return key_refused(self.account, error) if _is_refusal(error) else no_token_now(error)
        except (*_BROKEN, GoogleAuthError) as error:
            return cannot_be_reached(error)
        if not response.ok:
            return self._refusal(response)
        return response if _is_json(response) else not_google()

    def _refusal(self, response: requests.Response) -> SheetsError:
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            wait = _BUSY_SECONDS * (1 + self._patience.chance() / 4)
            self._busy_until = self._patience.clock() + wait
            return SheetsBusyError(wait)
        passing = response.status_code in _PASSING
        return refused(response.status_code, _message(response), self.account, passing=passing)

    def _wait(self, attempt: int) -> float:
        longest: int = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS << (attempt - 1))
        return longest * self._patience.chance()


def opened(link: SheetLink, patience: Patience | None = None) -> gspread.Spreadsheet:
    """Open the spreadsheet: one call, which also brings its tabs.

    Raises:
        SettingsError: The credentials cannot be used as they are.
        SheetsError: Google does not let us in, or cannot be reached.
    """
    http = SheetsHTTP(credentials_for(link), link, patience)
    return gspread.Spreadsheet(http, {"id": link.spreadsheet_id})


def link_of(section: Mapping[str, Any], base_url: str = GOOGLE) -> SheetLink | None:
    """Read the section of the secrets file; without a spreadsheet in it nothing is linked.

    Raises:
        SettingsError: The spreadsheet's address or a part of the key cannot be used.
    """
    if not section.get("spreadsheet"):
        return None
    account = {str(name): str(value) for name, value in section.items() if name != "spreadsheet"}
    return SheetLink(
        spreadsheet_id=spreadsheet_id(str(section["spreadsheet"])),
        account=account or None,
        base_url=base_url,
    )


def spreadsheet_id(text: str) -> str:
    """The id in what a person pasted: the spreadsheet's address, or the id itself.

    Raises:
        SettingsError: It is neither.
    """
    found = _ADDRESS.match(text.strip())
    if found:
        return found[1]
    if _ID.fullmatch(text.strip()):
        return text.strip()
    raise SettingsError(
        f"spreadsheet in {SECTION} must be the address of a Google spreadsheet: open it in the "
        "browser and copy what begins with https://docs.google.com/spreadsheets/d/."
    )


def credentials_for(link: SheetLink) -> Credentials:
    """As whom Google is asked.

    Raises:
        SettingsError: The key is incomplete or broken, or there is none around the server.
    """
    if link.account is None:
        return _ambient()
    _check_token_address(link)
    # A key pasted into one line has its line breaks written out.
    key = link.account.get("private_key", "").replace("\\n", "\n")
    try:
        made: Credentials = AccountCredentials.from_service_account_info(  # type: ignore[no-untyped-call]  # says nothing of its types
            {**link.account, "private_key": key}, scopes=SCOPES
        )
    except MalformedError as error:
        raise SettingsError(
            f"The key in {SECTION} is not whole: {error} Copy every line of the JSON file."
        ) from error
    except ValueError as error:
        raise SettingsError(
            f"private_key in {SECTION} cannot be read. Copy it whole from the JSON file, from "
            "-----BEGIN to -----END PRIVATE KEY-----, between three quotation marks."
        ) from error
    return made


def _ambient() -> Credentials:
    try:
        found, _ = google.auth.default(scopes=SCOPES)
    except GoogleAuthError as error:
        raise SettingsError(
            "This server has no credentials for Google. Put the service account's JSON under "
            f"{SECTION} in the secrets file, or let GOOGLE_APPLICATION_CREDENTIALS name its file."
        ) from error
    return found


def _check_token_address(link: SheetLink) -> None:
    """A key that names another place for its tokens would show that place a signed assertion."""
    asked = (link.account or {}).get("token_uri", "")
    ours = link.base_url != GOOGLE and asked.startswith(f"{link.base_url}/")
    if asked and asked not in _GOOGLES_TOKEN_ADDRESSES and not ours:
        raise SettingsError(
            f"token_uri in {SECTION} is not Google's. Copy it again from the JSON file: "
            f"it must be {_GOOGLES_TOKEN_ADDRESSES[0]}."
        )


def _is_refusal(error: RefreshError) -> bool:
    """Google refuses a key in JSON and for good; an outage or a filter says nothing of it."""
    return not error.retryable and any(isinstance(part, Mapping) for part in error.args)


def _is_json(response: requests.Response) -> bool:
    """A filter of a school's network answers in Google's place, with a page and the code 200."""
    return response.content.lstrip().startswith(b"{")


def _message(response: requests.Response) -> str:
    """What Google says in an error, which need not be in the form that it promises."""
    try:
        told = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        return ""
    return str(told.get("message", "")) if isinstance(told, dict) else str(told)
