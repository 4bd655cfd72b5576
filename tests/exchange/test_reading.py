"""Files as they come: any encoding, separator and number format, and none that does harm."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from xlsxwriter import Workbook

from techrequests.domain.errors import InvalidError
from techrequests.exchange import file_rows
from techrequests.exchange.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.exchange.file_rows import FileRows, Raw

TEXT = 'Code,Name\r\nLHS,"Zoë, “school”"\r\n'


def cells(content: bytes, **how: Any) -> list[tuple[Raw, ...]]:  # noqa: ANN401  # as `read_file` takes it
    return [row.cells for row in read_file("file", content, **how).rows]


def refused(content: bytes, **how: Any) -> str:  # noqa: ANN401
    with pytest.raises(InvalidError) as error:
        read_file("file", content, **how)
    return str(error.value)


def a_workbook(fill: Callable[[Any], None], **options: Any) -> bytes:  # noqa: ANN401  # of XlsxWriter
    out = io.BytesIO()
    book = Workbook(out, options)
    fill(book)
    book.close()
    return out.getvalue()


# -- CSV -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_a_csv_file_is_read_in_every_encoding_a_spreadsheet_writes(encoding: str) -> None:
    read = read_file("file", TEXT.encode(encoding))
    assert [row.cells for row in read.rows] == [("Code", "Name"), ("LHS", "Zoë, “school”")]
    assert bool(read.notes) is (encoding == "cp1252")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_what_stands_between_the_cells_is_found_out(separator: str) -> None:
    lines = (("Code", "Budget", "Notes"), ("A", '"1,250.00"', "x"), ("B", '"2;3"', '"a\tb"'))
    content = "\n".join(separator.join(line) for line in lines).encode()
    assert cells(content)[1:] == [("A", "1,250.00", "x"), ("B", "2;3", "a\tb")]


def test_a_file_may_say_itself_what_stands_between_its_cells() -> None:
    assert cells(b"sep=;\r\nA;B\r\n1,5;2\r\n") == [("A", "B"), ("1,5", "2")]


def test_quotes_and_new_lines_in_cells_and_empty_lines_keep_rows_apart() -> None:
    read = read_file("file", b'A,B\n"say ""hi""\r\nthere",2\n\n,\n5" pipe,3\n')
    assert [(row.number, row.cells) for row in read.rows] == [
        (1, ("A", "B")),
        (2, ('say "hi"\nthere', "2")),
        (5, ('5" pipe', "3")),
    ]


def test_zeros_in_front_stay_and_so_does_everything_that_looks_like_a_number() -> None:
    assert cells(b"A,B\n00712,1E5\n'=1+1,'it\n")[1:] == [("00712", "1E5"), ("=1+1", "'it")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\n , \n", "The file is empty"),
        (b'A,B\n"open,1\n', "cannot be read"),
        (b"A,B\n\x81\x02\x8d\n", "This is no text"),
        (b"A\0\0\0B,\0\n", "This is no text"),
        (b"%PDF-1.7 ...", "This is not a table"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "Save it as .xlsx"),
        (b"PK\x03\x04 broken", "cannot be read"),
        (b"A," * 300 + b"\n", "300 columns"),
        (b"x" * 150_000, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, words: str) -> None:
    assert words in refused(content)


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "20 MB is the most" in refused(b"x" * (20 * 2**20 + 1))
    monkeypatch.setattr(file_rows, "MOST_ROWS", 3)
    assert "more than 3 rows" in refused(b"A\n1\n2\n3\n4\n")


# -- workbooks -------------------------------------------------------------------------------


def test_a_workbook_gives_what_its_cells_show() -> None:
    def fill(book: Any) -> None:  # noqa: ANN401
        sheet = book.add_worksheet("Staff")
        day = book.add_format({"num_format": "m/d/yyyy"})
        zeros = book.add_format({"num_format": "00000"})
        sheet.write_row(0, 0, ["Code", "Day", "Moment", "Sum", "Cost", "Yes", "Empty", "Text"])
        sheet.write_number(1, 0, 712, zeros)
        sheet.write_datetime(1, 1, datetime(2026, 7, 1), day)  # noqa: DTZ001  # a day
        sheet.write_datetime(1, 2, datetime(2026, 7, 1, 8, 30), day)  # noqa: DTZ001
        sheet.write_formula(1, 3, "=1+1", None, 2)
        sheet.write_number(1, 4, 1250.5)
        sheet.write_boolean(1, 5, True)  # noqa: FBT003  # XlsxWriter takes it so
        sheet.write_string(1, 7, "007_x000D_")

    read = read_file("file", a_workbook(fill, constant_memory=True))
    assert read.tab == "Staff"
    number, *others = read.rows[1].cells
    assert str(number) == "00712"
    assert tuple(others) == (
        date(2026, 7, 1),
        datetime(2026, 7, 1, 8, 30),  # noqa: DTZ001
        2,
        1250.5,
        True,
        "",
        "007_x000D_",
    )


def two_tabs(book: Any) -> None:  # noqa: ANN401
    book.add_worksheet("Empty")
    book.add_worksheet("Staff").write_row(4, 1, ["Name", "E-mail"])
    book.add_worksheet("Sites").write(0, 0, "Site")
    hidden = book.add_worksheet("Secret")
    hidden.write(0, 0, "x")
    hidden.hide()


def test_of_several_tabs_the_first_with_something_in_it_is_read_or_the_one_asked_for() -> None:
    content = a_workbook(two_tabs)
    read = read_file("file", content)
    assert (read.tab, read.tabs) == ("Staff", ("Empty", "Staff", "Sites"))
    assert [(row.number, row.cells) for row in read.rows] == [(5, ("", "Name", "E-mail"))]
    assert read_file("file", content, tab="Sites").rows[0].cells == ("Site",)
    assert "There are: Empty, Staff, Sites" in refused(content, tab="Secret")
    assert "nothing stands in any of its tabs" in refused(content, tab="Empty")


def test_a_date_of_a_mac_is_the_same_day() -> None:
    def fill(book: Any) -> None:  # noqa: ANN401
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet().write_datetime(0, 0, datetime(2026, 7, 1), day)  # noqa: DTZ001

    assert cells(a_workbook(fill, date_1904=True)) == [(date(2026, 7, 1),)]


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with one of its parts replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for path in old.namelist():
            new.writestr(path, part if path == name else old.read(path))
    return out.getvalue()


PLAIN = a_workbook(lambda book: book.add_worksheet().write(0, 0, "A"))
SHEET = "xl/worksheets/sheet1.xml"


def test_a_workbook_that_would_unpack_to_far_more_is_refused_unread() -> None:
    bomb = with_part(PLAIN, SHEET, b" " * 60_000_000)
    assert len(bomb) < 200_000
    assert "far larger than a table" in refused(bomb)


def test_entities_that_grow_are_refused() -> None:
    laughs = b"".join(
        b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 9)
    )
    part = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + laughs + b"]><worksheet>&l8;</worksheet>"
    assert "cannot be read" in refused(with_part(PLAIN, SHEET, part))
    outside = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet>&f;</worksheet>'
    assert "cannot be read" in refused(with_part(PLAIN, SHEET, outside))


def test_a_cell_far_out_costs_nothing() -> None:
    def fill(book: Any) -> None:  # noqa: ANN401
        sheet = book.add_worksheet()
        sheet.write(0, 0, "A")
        sheet.write(1_048_575, 16_383, "far")

    assert "has 16,384 columns" in refused(a_workbook(fill))


@pytest.mark.parametrize("cut", [200, 1_000, 3_000])
def test_a_damaged_workbook_is_refused_in_words(cut: int) -> None:
    assert "cannot be read" in refused(PLAIN[:cut] + PLAIN[cut + 40 :])


def test_a_word_document_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "This is a Word document" in refused(out.getvalue())


def read_told(content: bytes) -> tuple[FileRows, list[int]]:
    told: list[int] = []
    return read_file("file", content, told=told.append), told


def test_a_long_file_tells_how_far_it_is() -> None:
    read, told = read_told(b"A\n" + b"1\n" * 2_000)
    assert len(read.rows) == 2_001
    assert told == [500, 1_000, 1_500, 2_000]
