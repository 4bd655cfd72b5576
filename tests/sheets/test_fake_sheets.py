"""Real gspread on the fake server: the shapes and the traps of Google's answers."""

from __future__ import annotations

import time
from threading import Event
from typing import TYPE_CHECKING, Any

import gspread
import pytest
from google.auth.exceptions import RefreshError
from gspread.exceptions import APIError
from gspread.utils import ValueRenderOption
from requests import ConnectionError as ConnectionBrokenError
from requests import ReadTimeout

from patience import PATIENCE_SECONDS
from sheets.changes import delete, insert, sort
from sheets.server import ACCOUNT, FakeSheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sheets.book import Book

UNFORMATTED = ValueRenderOption.unformatted


@pytest.fixture(scope="module")
def server() -> Iterator[FakeSheets]:
    with FakeSheets() as running:
        yield running


@pytest.fixture
def google(server: FakeSheets) -> FakeSheets:
    server.faults.clear()
    server.calls.clear()
    server.quota = None
    server.clock = time.monotonic
    return server


@pytest.fixture
def book(google: FakeSheets) -> Book:
    return google.create()


def client_of(google: FakeSheets) -> gspread.Client:
    class Loopback(gspread.HTTPClient):
        """gspread as it is, sent to another host."""

        def request(self, method: str, endpoint: str, **how: Any) -> Any:  # type: ignore[override]  # noqa: ANN401  # as gspread has it
            self.session.trust_env = False
            address = endpoint.replace("https://sheets.googleapis.com", google.url)
            return super().request(method, address, **how)

    return gspread.service_account_from_dict(google.credentials(), http_client=Loopback)


@pytest.fixture
def opened(google: FakeSheets, book: Book) -> gspread.Spreadsheet:
    return client_of(google).open_by_key(book.book_id)


@pytest.fixture
def funds(opened: gspread.Spreadsheet) -> gspread.Worksheet:
    return opened.add_worksheet("Funds", 20, 6)


class TestValues:
    def test_what_is_written_raw_is_read_as_it_is(self, funds: gspread.Worksheet) -> None:
        rows: list[list[Any]] = [
            ["=1+2", "00123", 1.5, True],
            ["+x", "@y", 12, False],
            ["Zoë 🎒", "two\nlines"],
        ]
        funds.update(rows, "A1")
        assert funds.get(value_render_option=UNFORMATTED) == rows

    def test_an_empty_tab_has_no_values_at_all(self, funds: gspread.Worksheet) -> None:
        assert funds.get() == [[]]
        assert "values" not in funds.spreadsheet.values_get("Funds")

    def test_trailing_blanks_are_left_out_and_those_within_are_not(
        self, funds: gspread.Worksheet
    ) -> None:
        funds.update([["a", "", ""], ["", "", ""], ["", "b", ""]], "A1")
        answer = funds.spreadsheet.values_get("Funds!A1:C9")
        assert answer["values"] == [["a"], [], ["", "b"]]
        assert answer["range"] == "Funds!A1:C9"

    def test_null_leaves_a_cell_and_an_empty_text_clears_it(self, funds: gspread.Worksheet) -> None:
        funds.update([["a", "b"]], "A1")
        answer = funds.update([[None, ""]], "A1")
        assert funds.get() == [["a"]]
        assert answer["updatedCells"] == 1

    def test_a_batch_is_applied_whole_or_not_at_all(self, funds: gspread.Worksheet) -> None:
        good, bad = {"range": "A1", "values": [["x"]]}, {"range": "A21", "values": [["y"]]}
        with pytest.raises(APIError, match=r"exceeds grid limits\. Max rows: 20, max"):
            funds.batch_update([good, bad])
        assert funds.get() == [[]]

    def test_several_tabs_are_read_in_one_call(
        self, google: FakeSheets, opened: gspread.Spreadsheet, funds: gspread.Worksheet
    ) -> None:
        funds.update([["a"]], "A1")
        google.calls.clear()
        answer = opened.values_batch_get(["Funds!A1:B2", "Sheet1"])
        assert [one.get("values") for one in answer["valueRanges"]] == [[["a"]], None]
        assert google.count() == google.count("GET") == 1

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("Nowhere!A1", "Unable to parse range: Nowhere!A1"),
            ("Funds!A1:B1", r"Requested writing within range \[Funds!A1:B1\], but tried writing"),
        ],
    )
    def test_a_wrong_range_is_refused(
        self, opened: gspread.Spreadsheet, funds: gspread.Worksheet, address: str, words: str
    ) -> None:
        del funds
        body = {"values": [["a", "b", "c"]]}
        with pytest.raises(APIError, match=words):
            opened.values_update(address, {"valueInputOption": "RAW"}, body)

    def test_a_title_that_looks_like_a_cell_stays_quoted(self, opened: gspread.Spreadsheet) -> None:
        opened.add_worksheet("D3", 5, 5)
        assert opened.values_get("'D3'!A1")["range"] == "'D3'!A1"

    def test_a_text_that_is_too_long_is_refused(self, funds: gspread.Worksheet) -> None:
        with pytest.raises(APIError, match="more than the maximum of 50000 characters"):
            funds.update([["x" * 50_001]], "A1")


class TestTyping:
    @pytest.mark.parametrize(
        ("text", "value", "shown"),
        [
            ("00123", 123, "123"),
            ("10-5200", 1_205_576, "10-5200"),
            ("1/2", 46_389, "1/2"),
            ("1E5", 100_000, "100000"),
            ("$1,250.50", 1250.5, "$1,250.50"),
            ("1,250", 1250, "1,250"),
            ("50%", 0.5, "50.00%"),
            ("2020-01-01", 43_831, "2020-01-01"),
            ("true", True, "TRUE"),
            ("'00123", "00123", "00123"),
            ("010-5200-0000", "010-5200-0000", "010-5200-0000"),
            ("=1/0", "#DIV/0!", "#DIV/0!"),
            ("=B9*1.05", 105, "105"),
            ('=IMPORTXML("x")', "#NAME?", "#NAME?"),
        ],
    )
    def test_typing_makes_of_a_text_what_google_makes_of_it(
        self, book: Book, funds: gspread.Worksheet, text: str, value: object, shown: str
    ) -> None:
        book.type("Funds!B9", "100")
        book.type("Funds!A1", text)
        assert funds.get("A1", value_render_option=UNFORMATTED) == [[value]]
        assert funds.get("A1") == [[shown]]

    def test_under_a_text_format_everything_stays_text(
        self, book: Book, funds: gspread.Worksheet
    ) -> None:
        funds.format("A:A", {"numberFormat": {"type": "TEXT"}})
        book.type("Funds!A7", "00123")
        assert funds.get("A7", value_render_option=UNFORMATTED) == [["00123"]]

    def test_a_formula_is_told_from_its_value(self, book: Book, funds: gspread.Worksheet) -> None:
        book.type("Funds!A1", "=1+2")
        assert funds.get("A1", value_render_option=ValueRenderOption.formula) == [["=1+2"]]
        assert funds.get("A1", value_render_option=UNFORMATTED) == [[3]]


class TestStructure:
    def test_append_drifts_to_the_last_table(self, funds: gspread.Worksheet) -> None:
        """Why no line of ours ever calls it."""
        funds.append_row(["a", "", "b"])
        funds.append_row(["a", "", "b"])
        assert funds.get() == [["a", "", "b"], ["", "", "a", "", "b"]]

    def test_cells_are_appended_below_everything_and_the_grid_grows(
        self, opened: gspread.Spreadsheet, funds: gspread.Worksheet
    ) -> None:
        funds.update([["last"]], "B20")
        cell = {"userEnteredValue": {"stringValue": "=x"}}
        request = {"sheetId": funds.id, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}
        opened.batch_update({"requests": [{"appendCells": request}]})
        assert funds.get("A21") == [["=x"]]

    def test_rows_move_with_what_lies_on_them(self, book: Book, funds: gspread.Worksheet) -> None:
        funds.format("B1:B2", {"numberFormat": {"type": "TEXT"}})
        funds.update([["head"], ["z"], ["a"], ["m"]], "A1")
        insert(book, "Funds", "ROWS", 1)
        delete(book, "Funds", "ROWS", 3)
        sort(book, "Funds", 0)
        assert funds.get() == [["head"], ["m"], ["z"]]
        insert(book, "Funds", "COLUMNS", 0)
        assert book.tab("Funds").number_format(2, 2) == {"type": "TEXT"}

    def test_a_wrong_request_names_its_place_and_undoes_the_others(
        self, opened: gspread.Spreadsheet, funds: gspread.Worksheet
    ) -> None:
        del funds
        add = {"addSheet": {"properties": {"title": "New"}}}
        again = {"addSheet": {"properties": {"title": "Funds"}}}
        with pytest.raises(APIError, match=r"Invalid requests\[1\].addSheet: A sheet"):
            opened.batch_update({"requests": [add, again]})
        assert [tab.title for tab in opened.worksheets()] == ["Sheet1", "Funds"]

    def test_the_first_tab_has_no_id_in_ranges(self, opened: gspread.Spreadsheet) -> None:
        reply = opened.sheet1.add_protected_range("A1:A5", [ACCOUNT])
        made = reply["replies"][0]["addProtectedRange"]["protectedRange"]
        assert "sheetId" not in made["range"]

    def test_metadata_follows_its_row(self, opened: gspread.Spreadsheet, book: Book) -> None:
        place = {"dimensionRange": {"dimension": "ROWS", "startIndex": 3, "endIndex": 4}}
        meta = {"metadataKey": "k", "metadataValue": "v", "location": place}
        asked = {"createDeveloperMetadata": {"developerMetadata": meta}}
        opened.batch_update({"requests": [asked]})
        insert(book, "Sheet1", "ROWS", 0, 2)
        assert book.metadata[0]["location"]["dimensionRange"]["startIndex"] == 5


class TestTrouble:
    def test_a_book_that_is_not_shared_is_forbidden(self, google: FakeSheets, book: Book) -> None:
        book.shared = False
        with pytest.raises(PermissionError):
            client_of(google).open_by_key(book.book_id)

    def test_a_book_that_is_not_there_is_not_found(self, google: FakeSheets) -> None:
        with pytest.raises(gspread.SpreadsheetNotFound):
            client_of(google).open_by_key("nothing")

    def test_an_answer_may_be_lost_after_the_write(
        self, google: FakeSheets, funds: gspread.Worksheet
    ) -> None:
        google.fail(503, match="PUT", after=True)
        with pytest.raises(APIError):
            funds.update([["a"]], "A1")
        assert funds.get() == [["a"]]

    def test_a_connection_may_break(self, google: FakeSheets, funds: gspread.Worksheet) -> None:
        google.fail(503, match="GET", drop=True)
        with pytest.raises(ConnectionBrokenError):
            funds.get()

    def test_an_answer_may_be_a_page(self, google: FakeSheets, funds: gspread.Worksheet) -> None:
        google.fail(502, match="GET", html=True)
        with pytest.raises(APIError) as told:
            funds.get()
        assert told.value.code == -1
        assert told.value.response.status_code == 502

    def test_an_answer_may_come_late(self, google: FakeSheets, funds: gspread.Worksheet) -> None:
        late = Event()
        google.fail(200, match="GET", until=late)
        funds.client.set_timeout((PATIENCE_SECONDS, 0.1))
        with pytest.raises(ReadTimeout):
            funds.get()
        late.set()

    def test_the_quota_counts_reads_and_writes_apart(
        self, google: FakeSheets, funds: gspread.Worksheet
    ) -> None:
        google.calls.clear()
        google.quota = 2
        google.clock = lambda: 0
        for _ in range(2):
            funds.get()
            funds.update([["a"]], "A1")
        with pytest.raises(APIError, match="'Read requests per minute per user'"):
            funds.get()
        with pytest.raises(APIError, match="'Write requests per minute per user'"):
            funds.update([["b"]], "A1")
        google.clock = lambda: 61
        assert funds.get() == [["a"]]

    def test_a_token_that_is_forgotten_is_asked_for_again(
        self, google: FakeSheets, funds: gspread.Worksheet
    ) -> None:
        google.tokens.clear()
        assert funds.get() == [[]]

    def test_a_key_that_was_withdrawn_gets_no_token(self, google: FakeSheets, book: Book) -> None:
        google.fail(400, match="/token")
        with pytest.raises(RefreshError, match="invalid_grant"):
            client_of(google).open_by_key(book.book_id)
