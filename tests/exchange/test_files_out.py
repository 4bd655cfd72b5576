"""A table as a file: what a spreadsheet program makes of it is what the page showed."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOON
from techrequests.domain.fields import Kind
from techrequests.exchange.csv_out import csv_file
from techrequests.exchange.formula_safe import as_typed, inert
from techrequests.exchange.grid import Grid, Heading
from techrequests.exchange.workbook_out import workbook_file

HOSTILE = ("=1+1", "+1 555 0100", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "'=1")

GRID = Grid(
    title="Funds: 2026/27",
    headings=(
        Heading(label="Code", kind=Kind.TEXT),
        Heading(label="Budget", kind=Kind.MONEY),
        Heading(label="Ends", kind=Kind.DATE),
        Heading(label="Posted", kind=Kind.MOMENT),
        Heading(label="Closed", kind=Kind.YES_NO),
        Heading(label="Year", kind=Kind.INTEGER),
    ),
    rows=(
        ("00712", -1_234_50, date(2027, 6, 30), datetime(2026, 10, 5, 14, 30), True, 2027),  # noqa: DTZ001  # the district's clocks
        ("Zoë, “quoted”\nand on", 0, None, None, False, None),
    ),
)


def cells_of(grid: Grid) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_file(grid).decode("utf-8-sig"), newline="")))


def test_csv_is_what_excel_expects_with_amounts_in_dollars_and_days_in_iso() -> None:
    assert csv_file(GRID).startswith(b"\xef\xbb\xbfCode,Budget")
    assert cells_of(GRID)[1:] == [
        ["00712", "-1234.50", "2027-06-30", "2026-10-05 14:30:00", "yes", "2027"],
        ["Zoë, “quoted”\nand on", "0.00", "", "", "no", ""],
    ]


def test_a_workbook_has_real_numbers_real_days_and_texts_that_stay_texts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_file(GRID, NOON)))
    sheet = book.active
    assert sheet is not None
    assert sheet.title == "Funds  2026 27"
    assert sheet.freeze_panes == "A2"
    first = sheet[2]
    assert [cell.value for cell in first] == [
        "00712",
        -1234.5,
        datetime(2027, 6, 30),  # noqa: DTZ001  # a day
        datetime(2026, 10, 5, 14, 30),  # noqa: DTZ001
        True,
        2027,
    ]
    assert [cell.data_type for cell in first] == ["s", "n", "d", "d", "b", "n"]
    assert first[1].number_format == "#,##0.00"
    assert sheet["A3"].value == "Zoë, “quoted”\nand on"
    assert sheet["C3"].value is None


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    grid = Grid(title="T", headings=(Heading(label="A", kind=Kind.TEXT),), rows=((text,),))
    assert cells_of(grid)[1] == [f"'{text}"]
    book = openpyxl.load_workbook(io.BytesIO(workbook_file(grid, NOON)))
    cell = book.worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert str(cell.value).replace("_x000D_", "\r") == text


def test_a_negative_number_stays_one() -> None:
    grid = Grid(title="T", headings=(Heading(label="A", kind=Kind.MONEY),), rows=((-5,),))
    assert cells_of(grid)[1] == ["-0.05"]


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\nab 1\uff1d"), max_size=6))
def test_an_inert_text_comes_back_as_it_was(text: str) -> None:
    assert as_typed(inert(text)) == text
    assert inert(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"}


def test_an_empty_table_is_a_file_with_its_headings() -> None:
    empty = Grid(title="", headings=GRID.headings, rows=())
    assert cells_of(empty) == [[heading.label for heading in GRID.headings]]
    book = openpyxl.load_workbook(io.BytesIO(workbook_file(empty, NOON)))
    assert book.worksheets[0].max_row == 1
