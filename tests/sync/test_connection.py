"""gspread ends in time, never writes twice, and says in plain words what to do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from sheets.server import ACCOUNT
from techrequests.domain.errors import SettingsError
from techrequests.sync import connection
from techrequests.sync.connection import (
    GOOGLE,
    SCOPES,
    TIMEOUT_SECONDS,
    Patience,
    SheetLink,
    SheetsHTTP,
    credentials_for,
    link_of,
    opened,
    spreadsheet_id,
)
from techrequests.sync.errors import SheetsBusyError, SheetsError, refused

if TYPE_CHECKING:
    from pathlib import Path

    import gspread

    from sheets.book import Book
    from sheets.server import FakeSheets

AN_ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz_0123456789-abcdef"


@dataclass
class Waiting:
    """A clock that runs only while somebody sleeps."""

    seconds: float = 0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def patience(self) -> Patience:
        return Patience(sleep=self.sleep, clock=lambda: self.seconds, chance=lambda: 1.0)


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def sheet(link: SheetLink, waiting: Waiting) -> gspread.Spreadsheet:
    return opened(link, waiting.patience)


def update(sheet: gspread.Spreadsheet) -> None:
    sheet.values_update("Sheet1!A1", {"valueInputOption": "RAW"}, {"values": [["x"]]})


class TestAsking:
    def test_a_call_ends_in_time(self) -> None:
        assert TIMEOUT_SECONDS == (5, 60)

    def test_only_the_scope_of_spreadsheets_is_asked_for(
        self, google: FakeSheets, sheet: gspread.Spreadsheet
    ) -> None:
        assert sheet.title == "Technology Requests"
        assert google.scopes == SCOPES

    def test_opening_is_one_call_which_is_counted(
        self, google: FakeSheets, sheet: gspread.Spreadsheet
    ) -> None:
        assert isinstance(sheet.client, SheetsHTTP)
        assert sheet.client.calls == google.count() == 1
        assert sheet.client.account == ACCOUNT
        assert sheet.client.timeout == connection.TIMEOUT_SECONDS

    def test_a_token_that_expired_is_asked_for_again(
        self, google: FakeSheets, sheet: gspread.Spreadsheet
    ) -> None:
        google.tokens.clear()
        update(sheet)


class TestRetries:
    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_reading_is_tried_again(
        self,
        google: FakeSheets,
        sheet: gspread.Spreadsheet,
        waiting: Waiting,
        status: int,
    ) -> None:
        google.fail(status, times=3, html=status == 502)
        assert "range" in sheet.values_get("Sheet1")
        assert waiting.slept == [1, 2, 4]

    def test_it_ends_after_five_tries(
        self, google: FakeSheets, sheet: gspread.Spreadsheet, waiting: Waiting
    ) -> None:
        google.fail(503, times=99)
        with pytest.raises(SheetsError, match=r"answered 503\)\. It is tried again by itself"):
            sheet.values_get("Sheet1")
        assert waiting.slept == [1, 2, 4, 8]

    def test_it_ends_when_the_budget_of_time_is_spent(
        self, google: FakeSheets, link: SheetLink, waiting: Waiting
    ) -> None:
        slow = replace(waiting.patience, clock=lambda: waiting.seconds + 20 * len(google.calls))
        sheet = opened(link, slow)
        google.fail(503, times=99)
        with pytest.raises(SheetsError):
            sheet.values_get("Sheet1")
        assert len(waiting.slept) == 2

    def test_a_connection_that_breaks_while_reading_is_tried_again(
        self, google: FakeSheets, sheet: gspread.Spreadsheet, waiting: Waiting
    ) -> None:
        google.fail(503, match="GET", drop=True)
        assert "range" in sheet.values_get("Sheet1")
        assert waiting.slept == [1]

    @pytest.mark.parametrize("how", [{}, {"after": True}, {"drop": True}, {"html": True}])
    def test_a_write_is_never_sent_twice(
        self, google: FakeSheets, sheet: gspread.Spreadsheet, how: dict[str, bool]
    ) -> None:
        google.fail(503, match="PUT", **how)
        with pytest.raises(SheetsError):
            update(sheet)
        assert google.count("PUT") == 1

    def test_a_refusal_is_not_asked_again(
        self, google: FakeSheets, sheet: gspread.Spreadsheet
    ) -> None:
        before = google.count()
        with pytest.raises(SheetsError, match=r"\(400\): Unable to parse range: Nowhere!A1"):
            sheet.values_get("Nowhere!A1")
        assert google.count() == before + 1

    def test_after_too_many_calls_none_is_sent_for_a_while(
        self, google: FakeSheets, sheet: gspread.Spreadsheet, waiting: Waiting
    ) -> None:
        google.quota = 0
        with pytest.raises(SheetsBusyError, match="Google asked us to wait"):
            sheet.values_get("Sheet1")
        google.quota = None
        sent = google.count()
        waiting.seconds += 30
        with pytest.raises(SheetsBusyError, match="in 45 seconds; nothing is lost"):
            update(sheet)
        assert google.count() == sent
        waiting.seconds += 46
        update(sheet)


class TestWords:
    def test_a_sheet_that_is_not_shared_says_with_whom_to_share_it(
        self, book: Book, link: SheetLink
    ) -> None:
        book.shared = False
        with pytest.raises(SheetsError, match=f"share the sheet with {ACCOUNT} as Editor"):
            opened(link)

    def test_a_sheet_that_is_not_there(self, link: SheetLink) -> None:
        with pytest.raises(SheetsError, match="Copy its address again from the browser"):
            opened(replace(link, spreadsheet_id=AN_ID))

    def test_a_key_that_was_withdrawn(self, google: FakeSheets, link: SheetLink) -> None:
        google.fail(400, match="/token", times=9)
        with pytest.raises(SheetsError, match=r"does not accept the key of .*Google says: .*grant"):
            opened(link)

    @pytest.mark.parametrize("how", [{"status": 503}, {"status": 502, "html": True}])
    def test_an_outage_of_the_token_server_asks_for_no_new_key_and_passes(
        self,
        google: FakeSheets,
        link: SheetLink,
        waiting: Waiting,
        monkeypatch: pytest.MonkeyPatch,
        how: dict[str, Any],
    ) -> None:
        monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", waiting.sleep)
        google.fail(match="/token", times=99, **how)
        with pytest.raises(SheetsError, match=r"It is tried again by itself") as trouble:
            opened(link, waiting.patience)
        assert "key" not in str(trouble.value)
        assert "oauth2.googleapis.com" in str(trouble.value)
        google.faults.clear()
        assert opened(link, waiting.patience).title == "Technology Requests"

    def test_a_short_outage_of_the_token_server_is_waited_for(
        self, google: FakeSheets, link: SheetLink, waiting: Waiting
    ) -> None:
        google.fail(502, match="/token", html=True, times=2)
        assert opened(link, waiting.patience).title == "Technology Requests"
        assert waiting.slept == [1, 2]

    def test_nobody_there(self, link: SheetLink, waiting: Waiting) -> None:
        nowhere = "http://127.0.0.1:9"
        account = {**(link.account or {}), "token_uri": f"{nowhere}/token"}
        lost = replace(link, base_url=nowhere, account=account)
        with pytest.raises(SheetsError, match=r"let it through the firewall to sheets\.google"):
            opened(lost, waiting.patience)

    @pytest.mark.parametrize(
        ("status", "message", "words"),
        [
            (401, "", "make a new key"),
            (403, "Google Sheets API has not been used in project 1", "press Enable"),
            (403, "The caller does not have permission", "share the sheet with a@b as Editor"),
            (400, "Odd", r"\(400\): Odd"),
            (418, "", r"\(418\): without a reason"),
        ],
    )
    def test_every_refusal_has_its_words(self, status: int, message: str, words: str) -> None:
        with pytest.raises(SheetsError, match=words):
            raise refused(status, message, "a@b", passing=False)


class TestSettings:
    @pytest.mark.parametrize(
        "text",
        [
            AN_ID,
            f" {AN_ID}\n",
            f"https://docs.google.com/spreadsheets/d/{AN_ID}/edit#gid=0",
            f"https://docs.google.com/spreadsheets/u/1/d/{AN_ID}",
        ],
    )
    def test_an_address_or_an_id_will_do(self, text: str) -> None:
        assert spreadsheet_id(text) == AN_ID

    @pytest.mark.parametrize("text", ["Funds", "https://evil.example/spreadsheets/d/" + AN_ID])
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(SettingsError, match=r"copy what begins with https://docs\.google"):
            spreadsheet_id(text)

    def test_without_a_section_nothing_is_linked(self) -> None:
        assert link_of({}) is None
        assert link_of({"spreadsheet": AN_ID}) == SheetLink(spreadsheet_id=AN_ID, base_url=GOOGLE)

    def test_the_section_may_hold_the_key_in_one_line(self, google: FakeSheets) -> None:
        account = google.credentials()
        key = account["private_key"].replace("\n", "\\n")
        section = {"spreadsheet": AN_ID, **account, "private_key": key}
        link = link_of(section, google.url)
        assert link is not None
        assert "PRIVATE KEY" not in repr(link)
        assert credentials_for(link) is not None

    def test_a_key_that_sends_its_tokens_elsewhere_is_refused(self, google: FakeSheets) -> None:
        link = SheetLink(spreadsheet_id=AN_ID, account=google.credentials())
        with pytest.raises(SettingsError, match=r"token_uri in .* is not Google's"):
            credentials_for(link)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"client_email": None}, "is not whole: .*client_email"),
            ({"private_key": "-----BEGIN"}, "private_key in .* cannot be read"),
        ],
    )
    def test_a_broken_key_says_what_is_broken(
        self, link: SheetLink, change: dict[str, str | None], words: str
    ) -> None:
        account = {**(link.account or {}), **change}
        kept = {name: value for name, value in account.items() if value is not None}
        with pytest.raises(SettingsError, match=words):
            credentials_for(replace(link, account=kept))

    def test_a_server_without_credentials_says_where_to_put_them(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        missing = str(tmp_path / "missing.json")
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", missing)
        with pytest.raises(SettingsError, match="has no credentials for Google"):
            credentials_for(SheetLink(spreadsheet_id=AN_ID))
