"""Which columns were used is said, and where headings are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import LAPTOP
from exchange.bringing import a_file, looked_at
from exchange.test_reading import refused
from techrequests.domain.errors import InvalidError

if TYPE_CHECKING:
    from techrequests.store.database import Database


@pytest.mark.parametrize(
    ("heads", "fields", "words"),
    [
        (
            ("Code", "Name", "Name", "Model", "name"),
            (),
            "the second “Name” (column 3), the third “name” (column 5)",
        ),
        (
            ("Code", "Name", "Name", "Hobby", ""),
            ("item_id", "", "name", "", ""),
            "the first “Name” (column 2), Hobby, column 5",
        ),
        (("Code", "Hobby", "Hobby"), (), "the first “Hobby” (column 2), the second “Hobby”"),
        (("Code", *["Name"] * 4), (), "the 4th “Name” (column 5)"),
    ],
)
def test_of_columns_of_one_name_it_is_said_which_was_left_out(
    database: Database, heads: tuple[str, ...], fields: tuple[str, ...], words: str
) -> None:
    row = (LAPTOP.item_id, *("x" for _ in heads[1:]))
    run = looked_at(database, "catalogue", a_file(heads, row), fields=fields)
    assert words in run.notes[0]


def test_headings_too_far_down_are_looked_for_no_further_and_that_is_said(
    database: Database,
) -> None:
    lines = [(f"Line {number} of a long introduction",) for number in range(11)]
    rows = a_file(*lines, ("Code", "Name"), ("LHS", "Lincoln"))
    with pytest.raises(InvalidError, match="Headings are looked for in the first 10 rows"):
        looked_at(database, "sites", rows)
    with pytest.raises(InvalidError) as error:
        looked_at(database, "sites", a_file(("Phone",), ("555-0100",)))
    assert "looked for" not in str(error.value)


@pytest.mark.parametrize(
    "content",
    [
        b"<table><tr><td>Code</td></tr></table>",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        b"\xef\xbb\xbf\r\n<HTML><body><table>",
        b"<!DOCTYPE html>",
    ],
)
def test_a_web_page_that_is_called_a_workbook_is_refused_as_what_it_is(content: bytes) -> None:
    assert "This is a web page or XML" in refused(content)
    assert "save it as .xlsx or as CSV UTF-8" in refused(content)


def test_a_heading_in_brackets_is_no_web_page(database: Database) -> None:
    run = looked_at(database, "sites", a_file(("<x>", "Code", "Name"), ("", "LHS", "Lincoln")))
    assert run.lines
