"""What goes wrong with Google Sheets, each in words that say what to do."""

from __future__ import annotations

from http import HTTPStatus
from math import ceil

from techrequests.domain.errors import TechRequestsError

_SWITCHED_OFF = ("has not been used in project", "is disabled")


class SheetsError(TechRequestsError):
    """Google Sheets cannot be used; the message says why and what to do.

    Attributes:
        passing: Whether the same call may well succeed a moment later.
    """

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


class SheetsBusyError(SheetsError):
    """Google asked us to wait.

    Attributes:
        wait_seconds: How long no call is sent.
    """

    def __init__(self, wait_seconds: float) -> None:
        super().__init__(
            f"Google asked us to wait. It goes on by itself in {ceil(wait_seconds)} seconds; "
            "nothing is lost."
        )
        self.wait_seconds = wait_seconds


class StoppedError(SheetsError):
    """A tab is not as it was left, so that nothing of its table is read or written."""


class UnlikelyError(StoppedError):
    """So much changed in a tab at once that it was hardly meant; a person can say that it was."""


def refused(status: int, message: str, account: str, *, passing: bool) -> SheetsError:
    """Why Google answered a call with an error.

    Args:
        status: HTTP code.
        message: Google's own words, may be empty.
        account: The service account's address, may be empty.
        passing: Whether it may succeed a moment later.
    """
    who = account or "the server's account"
    if passing:
        words = (
            f"Google Sheets does not work just now (it answered {status}). It is tried again by "
            "itself; nothing is lost."
        )
    elif status == HTTPStatus.UNAUTHORIZED:
        words = _key_words(who)
    elif status == HTTPStatus.FORBIDDEN and any(part in message for part in _SWITCHED_OFF):
        words = (
            "The Google Sheets API is switched off for the account's project. Open the project "
            "in the Google Cloud console, search for “Google Sheets API” and press Enable."
        )
    elif status == HTTPStatus.FORBIDDEN:
        words = (
            f"Google does not let {who} in. Open the spreadsheet in the browser, press Share, "
            f"and share the sheet with {who} as Editor."
        )
    elif status == HTTPStatus.NOT_FOUND:
        words = (
            "Google knows no such spreadsheet. Copy its address again from the browser; if it was "
            "deleted, take it out of the bin of Google Drive."
        )
    else:
        words = f"Google refused what we asked ({status}): {message or 'without a reason'}"
    return SheetsError(words, passing=passing)


def key_refused(account: str, error: Exception) -> SheetsError:
    """Google gives no token for the key."""
    return SheetsError(f"{_key_words(account or 'the server')} Google says: {_first_line(error)}")


def no_token_now(error: Exception) -> SheetsError:
    """Google's token server is out of order, or something else answered in its place."""
    return SheetsError(
        "Google's sign-in for servers cannot be reached just now, or something else answered in "
        "its place. It is tried again by itself; nothing is lost. If this stays, let this server "
        "through to oauth2.googleapis.com, port 443, without a filter or a sign-in page. "
        f"What came was: {_first_line(error)}",
        passing=True,
    )


def cannot_be_reached(error: Exception) -> SheetsError:
    """No answer came at all."""
    return SheetsError(
        "Google cannot be reached from this server. If this stays, let it through the firewall to "
        "sheets.googleapis.com and oauth2.googleapis.com, port 443. "
        f"The network says: {_first_line(error)}",
        passing=True,
    )


def not_google() -> SheetsError:
    """What came is no answer of Google's."""
    return SheetsError(
        "Something else answered in Google's place, such as a filter or a sign-in page of the "
        "network. Let this server through to sheets.googleapis.com, port 443, without them.",
        passing=True,
    )


def _key_words(who: str) -> str:
    return (
        f"Google does not accept the key of {who}. Check the clock of this server; if it is right, "
        "make a new key in the Google Cloud console and put it into the secrets file."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
