"""Amounts, days and years as spreadsheets write them, and none that is guessed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from builders import a_fund
from exchange.bringing import a_file, looked_at, reasons_of
from exchange.test_reading import a_workbook
from techrequests.domain.catalogue import StandardItem
from techrequests.domain.fields import Column, shown
from techrequests.domain.funds import Fund
from techrequests.exchange.cells import canonical, typed_text
from techrequests.exchange.dry_run import Fate

if TYPE_CHECKING:
    from techrequests.exchange.file_rows import Raw
    from techrequests.store.database import Database


def column(record: type[Fund | StandardItem], name: str) -> Column:
    return next(one for one in shown(record) if one.name == name)


ENDS_ON, PRICE = column(Fund, "ends_on"), column(StandardItem, "unit_price_cents")


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        (" $ -   ", "0.00"), ("-", "0.00"), ("$\u00a0-", "0.00"), (" $ 1,250.00 ", "1250.00"),
        (" $ (1,250.00)", "-1250.00"), ("$(1,250.00)", "-1250.00"), ("$-1,250", "-1250.00"),
        ("1,250.00-", "-1250.00"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_accounting_formats_write_them(text: str, cents: str) -> None:
    assert canonical(PRICE, typed_text(PRICE, text)) == cents


@pytest.mark.parametrize("raw", ["46204", 46204, 46204.0, "1-Jul-26", "July 1, 2026", "7/1/26"])
def test_a_day_is_read_as_excel_counts_or_writes_it(raw: Raw) -> None:
    assert canonical(ENDS_ON, typed_text(ENDS_ON, raw)) == "2026-07-01"


@pytest.mark.parametrize(
    ("raw", "shown_as"),
    [("36525", "36525"), (73051, "73051"), (46204.5, "46204.5"), ("9" * 400, "9" * 40)],
)
def test_another_number_is_no_day_and_the_words_say_what_to_do(raw: Raw, shown_as: str) -> None:
    words = f"“Last order date” is the number {shown_as}: format the column as a date"
    with pytest.raises(ValueError, match=words):
        typed_text(ENDS_ON, raw)


def test_what_is_no_day_is_quoted(database: Database) -> None:
    rows = a_file(("Code", "Contract ends"), ("NORTHWIND", "next spring"))
    assert reasons_of(looked_at(database, "vendors", rows)) == {
        2: "“Contract ends” must be a date such as 2027-03-31 or 3/31/2027, not “next spring”."
    }


def test_a_column_of_days_that_was_never_formatted_as_days_comes_in(database: Database) -> None:
    def fill(book: Any) -> None:  # noqa: ANN401  # of XlsxWriter
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Code", "Contract ends"])
        sheet.write_row(1, 0, ["NORTHWIND", 46204])

    run = looked_at(database, "vendors", a_workbook(fill))
    assert [(cell.field, cell.after) for cell in run.lines[0].cells] == [
        ("contract_ends_on", "2026-07-01")
    ]


def test_a_fiscal_year_is_read_as_the_pages_write_it(database: Database) -> None:
    heads = ("Account code", "Fiscal year", "Name")
    rows = a_file(heads, (a_fund().account_code, "2026-27", "Another name"))
    run = looked_at(database, "funds", rows, by="bea")
    assert (run.lines[0].fate, run.lines[0].key) == (Fate.CHANGED, a_fund().fund_id)
