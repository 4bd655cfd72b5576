"""What a cell shows is read, a column decides about its days, and what is unseen is told."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from builders import NOON, who
from exchange.bringing import a_file, brought, cells_of, looked_at, looked_into, reasons_of
from exchange.test_reading import refused
from techrequests.exchange.number_formats import shown_number, shown_text
from techrequests.exchange.opening import opened
from techrequests.exchange.planning import FileAsked, dry_run
from techrequests.exchange.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techrequests.store.database import Database

FUND = ("Code", "Name", "Account code", "Fiscal year", "First order date", "Last order date")
UNIT = ("Asset tag", "Description", "Serial number", "Category", "Site", "Cost", "Acquired")


def a_workbook(
    *rows: Sequence[Any],
    formats: dict[int, str] | None = None,
    hidden_rows: Sequence[int] = (),
    hidden_column: int | None = None,
    other_tabs: Sequence[str] = (),
    **options: object,
) -> bytes:
    """A workbook whose columns have number formats; the first row are the headings."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    before = [book.add_worksheet(title) for title in other_tabs]
    for sheet in before:
        sheet.write_row(0, 0, ["Read me first"])
        sheet.write_row(1, 0, ["This file was made by the Business Office."])
    sheet = book.add_worksheet("Data")
    made = {at: book.add_format({"num_format": it}) for at, it in (formats or {}).items()}
    for number, row in enumerate(rows):
        for at, value in enumerate(row):
            sheet.write(number, at, value, made.get(at) if number else None)
    for number in hidden_rows:
        sheet.set_row(number - 1, None, None, {"hidden": True})
    if hidden_column is not None:
        sheet.set_column(hidden_column, hidden_column, None, None, {"hidden": True})
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (1052000001, "000-0000-000", "105-2000-001"),
        (105200000, '000"-"0000"-"0000', "001-0520-0000"),
        (105200000, "0000000000", "0105200000"), (920001, '"A-"0', "A-920001"),
        (920001, "\\A\\-0", "A-920001"), (1234567, "000-0000", "123-4567"),
        (712, "00000", "00712"), (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (101.5, "0.00", "101.50"), (1234567, "#,##0", "1234567"), (-5, "0;(0)", "(5)"),
        (-5, "0.0", "-5.0"), (0, '0;-0;"none"', "none"), (0.5, "0%", "50%"), (7, "General", "7"),
        (0.125, "0.##", "0.13"), (12, "[Red]00", "12"), (2.5, "0", "3"), (12, "_-00_-", "12"),
        (5551234567, "[<=9999999]###-####;(###) ###-####", None), (1e6, "0,", None),
        (0.5, "# ?/?", None), (1e9, "0.0E+00", None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_cell_shows_it(
    value: float, number_format: str, shown: str | None
) -> None:
    assert shown_number(value, number_format) == shown


def test_a_text_may_have_words_around_it() -> None:
    assert shown_text("920001", '"A-"@') == "A-920001"
    assert shown_text("920001", "General") == "920001"
    assert shown_text("x", '0;0;0;"<"@">"') == "<x>"


def test_codes_of_a_workbook_are_what_its_cells_show(database: Database) -> None:
    rows = (["AF-27", "Levy", 1052000001, 2027, date(2026, 7, 1), date(2027, 6, 30)],)
    content = a_workbook(FUND, *rows, formats={2: "000-0000-000", 4: "m/d/yy", 5: "m/d/yy"})
    _, run = looked_into(database, "funds", content, by="bea")
    assert cells_of(run, 2)["account_code"] == "105-2000-001"
    units = [920001, "Cart", 7, "computers", "LHS", 10, "2026-02-03"]
    _, run = looked_into(
        database, "inventory", a_workbook(UNIT, units, formats={0: '"A-"0', 5: "0.0"}), by="rita"
    )
    assert cells_of(run, 2)["asset_tag"] == "A-920001"
    assert cells_of(run, 2)["cost_cents"] == "10.00"


def test_a_code_in_a_format_that_cannot_be_told_is_refused(database: Database) -> None:
    rows = (["AF-27", "Levy", 5551234567, 2027, "2026-07-01", "2027-06-30"],)
    content = a_workbook(FUND, *rows, formats={2: "[<=9999999]###-####;(###) ###-####"})
    _, run = looked_into(database, "funds", content, by="bea")
    assert "is the number 5551234567, and its cell shows it in a format" in reasons_of(run)[2]


@pytest.mark.parametrize(("serial", "date_1904"), [(46204, False), (44742, True)])
def test_a_day_that_was_never_formatted_is_counted_from_the_workbooks_own_first_day(
    database: Database, serial: int, *, date_1904: bool
) -> None:
    content = a_workbook(
        FUND, ["F-1", "Levy", "1-2-3", 2027, serial, date(2027, 6, 30)],
        formats={5: "yyyy-mm-dd"}, date_1904=date_1904,
    )  # fmt: skip
    _, run = looked_into(database, "funds", content, by="bea")
    found = cells_of(run, 2)
    assert (found["starts_on"], found["ends_on"]) == ("2026-07-01", "2027-06-30")


def units(*days: str) -> bytes:
    rows = (
        [f"A{at}", "Cart", f"S{at}", "computers", "LHS", "10", day] for at, day in enumerate(days)
    )
    return a_file(UNIT, *rows)


def days_of(database: Database, content: bytes, *, day_first: bool = False) -> list[str]:
    _, run = looked_into(database, "inventory", content, by="rita", day_first=day_first)
    assert not reasons_of(run)
    return [cells_of(run, row)["acquired_on"] for row in range(2, 2 + len(run.lines))]


def test_one_day_that_proves_the_order_decides_about_its_column(database: Database) -> None:
    assert days_of(database, units("03/02/2026", "13/02/2026")) == ["2026-02-03", "2026-02-13"]
    assert days_of(database, units("03/02/2026", "02/13/2026")) == ["2026-03-02", "2026-02-13"]
    assert days_of(database, units("3.2.26", "13.2.26")) == ["2026-02-03", "2026-02-13"]


def test_a_column_that_could_be_read_both_ways_is_told_and_may_be_said(
    database: Database,
) -> None:
    _, run = looked_into(database, "inventory", units("01/07/2026", "05/05/2026"), by="rita")
    assert run.either_order
    assert any("days such as 01/07/2026, which can be read both ways" in one for one in run.notes)
    assert cells_of(run, 2)["acquired_on"] == "2026-01-07"
    assert days_of(database, units("01/07/2026"), day_first=True) == ["2026-07-01"]
    _, run = looked_into(database, "inventory", units("05/05/2026"), by="rita")
    assert not run.either_order


def test_a_column_in_both_orders_is_refused(database: Database) -> None:
    run = looked_at(database, "inventory", units("13/02/2026", "02/13/2026", "3/4/2026"), by="rita")
    for row in (2, 3, 4):
        assert (
            "writes days month first (02/13/2026) and day first (13/02/2026)"
            in (reasons_of(run)[row])
        )


def test_days_that_a_spreadsheet_may_have_swapped_are_refused(database: Database) -> None:
    rows = [
        ["A1", "Cart", "S1", "computers", "LHS", 10, date(2026, 3, 2)],
        ["A2", "Cart", "S2", "computers", "LHS", 10, "13/02/2026"],
    ]
    content = a_workbook(UNIT, *rows, formats={6: "m/d/yyyy"})
    _, run = looked_into(database, "inventory", content, by="rita")
    assert "a spreadsheet may have swapped day and month" in reasons_of(run)[2]


SITES = (["Code", "Name", "Kind"], ["S1", "One", "high"], ["S2", "Two", "high"])


def test_hidden_rows_and_columns_are_told_and_rows_may_be_left_out(database: Database) -> None:
    content = a_workbook(*SITES, hidden_rows=[3], hidden_column=1)
    file, run = looked_into(database, "sites", content)
    assert "Row 3 is hidden in the workbook, perhaps by a filter" in file.notes[0]
    assert "Column B is hidden in the workbook" in file.notes[1]
    assert len(run.lines) == 2
    shown = opened(database, "sites", "f", content, today=NOON.date(), hidden_too=False)
    assert [row.number for row in shown.file.rows] == [2]
    assert "Row 3 is hidden in the workbook and left out." in shown.notes


def test_the_tab_with_the_table_is_found_and_the_others_are_named(database: Database) -> None:
    content = a_workbook(*SITES, other_tabs=["Read me", "About"])
    file, run = looked_into(database, "sites", content)
    assert (file.tab, len(run.lines)) == ("Data", 2)
    assert "Only the tab “Data” is read, not “Read me”, “About”." in file.notes


def changed(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A workbook one of whose parts says something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for part in before.namelist():
            text = before.read(part)
            after.writestr(part, text.replace(old, new) if part == name else text)
    return out.getvalue()


def test_other_kinds_of_files_are_told_as_what_they_are() -> None:
    strict = changed(
        a_workbook(*SITES), "xl/workbook.xml",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )  # fmt: skip
    assert "Strict Open XML" in refused(strict)
    for part, text, words in (
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        ("xl/workbook.bin", "x", "binary workbook"),
        ("Index/Document.iwa", "x", "Numbers document"),
    ):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(part, text)
        assert words in refused(out.getvalue())


NAMES = ["José Núñez", "Martínez", "Zoë Müller", "Françoise", "García", "Rodríguez", "Émile O'Neil"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("encoding", "words"), [("mac_roman", "Mac"), ("cp1252", "Windows")])
def test_letters_with_accents_are_read_as_the_system_wrote_them(
    name: str, encoding: str, words: str
) -> None:
    text = (
        f"Code,Name\r1,{name}\r2,Anna Smith\r"
        if words == "Mac"
        else (f"Code,Name\r\n1,{name}\r\n2,O\u2019Brien\u2019s \u2013 \u201cx\u201d\r\n")
    )
    read = read_file("file.csv", text.encode(encoding))
    assert read.rows[1].cells == ("1", name)
    assert f"read as {words} text" in read.notes[0]


def test_a_dry_run_may_remember_nothing(database: Database) -> None:
    file = opened(database, "sites", "f", a_file(*SITES), today=NOON.date())
    asked = FileAsked(
        name="sites", file=file.file, fields=("site_id", "name", "kind"),
        values={("kind", "Weird"): "office"}, remember=False,
    )  # fmt: skip
    brought(database, dry_run(database, who(database, "ada"), asked, now=NOON))
    weird = a_file(SITES[0], ["S9", "Nine", "Weird"])
    assert "“Kind” must be one of" in reasons_of(looked_at(database, "sites", weird))[2]
