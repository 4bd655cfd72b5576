"""A file that is made to keep the server busy is refused in words, within a second."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from time import process_time
from typing import TYPE_CHECKING

import pytest
from xlsxwriter import Workbook

from builders import NOON
from techrequests.domain.errors import InvalidError
from techrequests.exchange.opening import opened
from techrequests.exchange.reading import read_file

if TYPE_CHECKING:
    from techrequests.store.database import Database

MOST_SECONDS = 3.0
"""Of CPU: each takes less than one on a quiet machine, and took from 20 to 66 unbounded."""
MOST_MEMORY = 250 * 2**20
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
TYPES = "[Content_Types].xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def plain_workbook() -> bytes:
    out = io.BytesIO()
    book = Workbook(out)
    book.add_worksheet().write(0, 0, "A")
    book.close()
    return out.getvalue()


PLAIN = plain_workbook()


def with_part(name: str, part: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(PLAIN)) as old,
        zipfile.ZipFile(out, "w", compression) as new,
    ):
        for path in old.namelist():
            new.writestr(path, part if path == name else old.read(path))
    return out.getvalue()


def sheet(rows: bytes) -> bytes:
    return b"<worksheet %b><sheetData>%b</sheetData></worksheet>" % (MAIN, rows)


def text(words: bytes, at: bytes = b"A1") -> bytes:
    return b'<c r="%b" t="inlineStr"><is><t>%b</t></is></c>' % (at, words)


def swollen(size: int) -> bytes:
    """Text that hardly gets smaller than a hundredth."""
    return b"".join(b"<c><v>%d</v></c>" % (one * 7919 % 10**9) for one in range(size // 24))


def lying(name: str) -> bytes:
    """An archive with a part that says it is small, and unpacks to 300 MB."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join(squeezed.compress(b" " * 2**20) for _ in range(300)) + squeezed.flush()
    path, size = name.encode(), 1_000
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, 0, len(body), size, len(path), 0)
    head = struct.pack(
        "<4s6H3L5H2L",
        b"PK\1\2", 20, 20, 0, 8, 0, 33, 0, len(body), size, len(path), 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    start = len(local) + len(path) + len(body)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(head) + len(path), start, 0)
    return local + path + body + head + path + end


def many_parts() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(120_000):
            archive.writestr(f"{number}", b"")
    return out.getvalue()


def row(cells: bytes, number: bytes = b"1") -> bytes:
    return b'<row r="%b">%b</row>' % (number, cells)


def on_its_own(tag: bytes, units: bytes, times: int) -> bytes:
    return b"<%b %b>%b</%b>" % (tag, MAIN, units * times, tag)


def nested(tag: bytes) -> bytes:
    return b"<%b>" % tag * 100_000 + b"</%b>" % tag * 100_000


NUMBERED = b"".join(b'<row r="%d"/>' % number for number in range(1, 1_000_001))
FAR_OUT = b"".join(row(text(b"x", b"XFD%d" % one), b"%d" % one) for one in range(1, 10_000))
PREFIXED = b'<m:worksheet xmlns:m="x"><m:sheetData>%b</m:sheetData></m:worksheet>'
OTHER_SIGNS = "<?xml version='1.0' encoding='cp037'?>".encode("cp037")
LETTERS = b"Z" * 1_000 + b"1"

WORKBOOKS = {
    "a row far down": with_part(SHEET, sheet(row(text(b"x"), b"1000000000000"))),
    "a row at the 19th power": with_part(SHEET, sheet(row(text(b"x"), b"1e19"))),
    "a row that is no number": with_part(SHEET, sheet(row(text(b"x"), b"nan"))),
    "a row below zero": with_part(SHEET, sheet(row(text(b"x"), b"-5"))),
    "a million empty rows": with_part(SHEET, sheet(b"<row/>" * 1_000_000)),
    "a million numbered rows": with_part(SHEET, sheet(NUMBERED)),
    "rows of a prefix": with_part(SHEET, PREFIXED % NUMBERED.replace(b"<row", b"<m:row")),
    "a bomb": with_part(SHEET, b" " * 60_000_000),
    "cells without end": with_part(SHEET, sheet(row(swollen(150_000_000)))),
    "many empty cells": with_part(SHEET, sheet(row(b"<c/>" * 5_000_000))),
    "a column beyond the last": with_part(SHEET, sheet(row(text(b"x", b"ZZZZZZZZ1")))),
    "a column of a thousand letters": with_part(SHEET, sheet(row(text(b"x", LETTERS)))),
    "every row ends far out": with_part(SHEET, sheet(FAR_OUT)),
    "a text very deep": with_part(STRINGS, on_its_own(b"sst", nested(b"r"), 1)),
    "a cell very deep": with_part(SHEET, sheet(row(nested(b"c")))),
    "texts without end": with_part(STRINGS, on_its_own(b"sst", b"<si/>", 4_000_001)),
    "styles without end": with_part(STYLES, on_its_own(b"styleSheet", b"<xf/>", 4_000_000)),
    "parts listed without end": with_part(TYPES, on_its_own(b"Types", b"<Default/>", 2_000_000)),
    "signs that hide their number": with_part(STRINGS, OTHER_SIGNS + b"<si/>" * 100_000),
    "packed another way": with_part(SHEET, sheet(b"<row/>" * 3_000_000), zipfile.ZIP_BZIP2),
    "a part that lies": lying(TYPES),
    "parts without end": many_parts(),
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_hostile_workbook_is_refused_within_seconds(name: str) -> None:
    began = process_time()
    with pytest.raises(InvalidError) as error:
        read_file("file.xlsx", WORKBOOKS[name])
    took = process_time() - began
    words = str(error.value)
    assert words.endswith(".")
    assert len(words) < 300
    assert took < MOST_SECONDS, f"{took:.2f} s"


CSVS = {
    "a line of 20 MB": b"x" * (20 * 2**20 - 1),
    "20 MB of commas": b"," * (20 * 2**20 - 1),
    "a million columns": b"a," * 1_000_000 + b"\n" + b"1," * 1_000_000 + b"\n",
    "wide lines over and over": (b"," * 16_000 + b"\n") * 1_300,
    "one quote that never ends": b'"' + b"a,b\n" * 5_000_000,
    "quotes only": b'"' * (20 * 2**20 - 1),
    "10 million empty lines": b"\n" * 10_000_000,
    "lines of one sign": b"a\n" * 10_000_000,
}


@pytest.mark.parametrize("name", CSVS)
def test_a_hostile_csv_file_is_refused_within_seconds(name: str) -> None:
    began = process_time()
    with pytest.raises(InvalidError) as error:
        read_file("file.csv", CSVS[name])
    took = process_time() - began
    assert len(str(error.value)) < 300
    assert took < MOST_SECONDS, f"{took:.2f} s"


def roster_with(name: str, part: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return out.getvalue()


ROSTERS = {
    "a part that lies": lying("users.csv"),
    "parts without end": many_parts(),
    "a bomb": roster_with("users.csv", b"sourcedId,givenName\n" + b"," * 100_000_000),
    "a million columns": roster_with("users.csv", b"sourcedId," * 1_000_000),
    "a million rows": roster_with("users.csv", b"sourcedId,givenName\n" + b"1,2\n" * 1_000_000),
}


@pytest.mark.parametrize("name", ROSTERS)
def test_a_hostile_roster_is_refused_within_seconds(name: str, database: Database) -> None:
    began = process_time()
    tracemalloc.start()
    with pytest.raises(InvalidError) as error:
        opened(database, "people", "roster.zip", ROSTERS[name], today=NOON.date())
    took = process_time() - began
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(str(error.value)) < 300
    assert took < MOST_SECONDS, f"{took:.2f} s"
    assert most < MOST_MEMORY


def test_a_million_empty_rows_are_named_as_what_they_are() -> None:
    with pytest.raises(InvalidError, match="with the empty ones, and a file may have 100,000"):
        read_file("file.xlsx", WORKBOOKS["a million numbered rows"])


def test_rows_far_apart_keep_their_numbers() -> None:
    rows = b'<row r="3">%b</row><row r="900000">%b</row>' % (
        text(b"Code", b"B3"),
        text(b"LHS", b"B900000"),
    )
    read = read_file("file.xlsx", with_part(SHEET, sheet(rows)))
    assert [(row.number, row.cells) for row in read.rows] == [
        (3, ("", "Code")),
        (900_000, ("", "LHS")),
    ]
