"""A formula counts with the value that the workbook last showed, and never as an empty cell."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest

from builders import LAPTOP
from exchange.bringing import a_file, looked_at, reasons_of
from exchange.test_reading import a_workbook, cells
from techrequests.exchange.dry_run import Fate
from techrequests.exchange.errors_file import errors_file

if TYPE_CHECKING:
    from techrequests.store.database import Database


def never_opened(*rows: tuple[str | float, ...]) -> bytes:
    """A workbook that a program wrote, in which nobody worked out a formula."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "heads", "row", "label"),
    [
        ("catalogue", ("Code", "Unit price"), (LAPTOP.item_id, "=1795*2"), "Unit price"),
        ("catalogue", ("Code", "Notes"), (LAPTOP.item_id, "=A1"), "Notes"),
        ("people", ("E-mail", "First name", "Last name"), ("a@b.example", "=A1", "X"), "Name"),
    ],
)
def test_a_formula_without_a_value_is_refused_in_words(
    database: Database, name: str, heads: tuple[str, ...], row: tuple[str, ...], label: str
) -> None:
    run = looked_at(database, name, never_opened(heads, row))
    assert reasons_of(run)[2].startswith(
        f"“{label}” is a formula whose value is not in the file: open the file in Excel and save it"
    )
    assert "=" in errors_file(run.file, run.of(Fate.WRONG)).decode("utf-8-sig")


def test_a_formula_in_a_column_that_goes_nowhere_is_in_nobodys_way(database: Database) -> None:
    content = never_opened(("Code", "Notes", "Sum"), (LAPTOP.item_id, "Two", "=1+1"))
    assert reasons_of(looked_at(database, "catalogue", content)) == {}


def as_excel_saves_an_empty_text(content: bytes, coordinate: str) -> bytes:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as book, ZipFile(out, "w") as saved:
        for name in book.namelist():
            part = book.read(name)
            cell = f'<c r="{coordinate}"'.encode()
            saved.writestr(name, part.replace(cell, cell + b' t="str"'))
    return out.getvalue()


def test_a_formula_that_comes_to_nothing_is_an_empty_cell() -> None:
    content = never_opened(("Code", "Notes"), ("A", '=""'))
    assert cells(as_excel_saves_an_empty_text(content, "B2")) == [("Code", "Notes"), ("A",)]


def test_a_formula_with_its_value_counts_with_it() -> None:
    def fill(book: Any) -> None:  # noqa: ANN401  # of XlsxWriter
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_blank(0, 1, None, book.add_format({"bold": True}))
        sheet.write_string(0, 2, "end")

    assert cells(a_workbook(fill)) == [(2, "", "end")]


def test_an_employee_number_that_a_workbook_holds_as_a_number_is_a_code(
    database: Database,
) -> None:
    heads = ("E-mail", "Code, for new rows only", "Name", "Job title", "Site")
    row = ("new@district.example", 712.0, "Nina New", "Teacher", "LHS")
    run = looked_at(database, "people", never_opened(heads, row))
    assert (reasons_of(run), run.lines[0].key) == ({}, "712")
    spoiled = a_file(heads, (row[0], "1.2E+11", *map(str, row[2:])))
    assert "became the number 1.2E+11" in reasons_of(looked_at(database, "people", spoiled))[2]
