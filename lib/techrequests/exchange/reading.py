"""Read a file that somebody brings, whatever kind it turns out to be."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import TYPE_CHECKING

from techrequests.exchange.csv_in import read_csv
from techrequests.exchange.file_rows import MOST_BYTES, FileRows, refused
from techrequests.exchange.workbook_in import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

ARCHIVE = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")
_MARKUP = re.compile(rb"\s*<(\?xml|!doctype|html|head|body|meta|style|div|table)\b", re.IGNORECASE)


def read_file(
    name: str, content: bytes, *, tab: str = "", told: Callable[[int], None] = lambda _: None
) -> FileRows:
    """Read a CSV file or one tab of a workbook; its content decides, not its name.

    Args:
        name: Of the file.
        content: All of it.
        tab: The tab of a workbook; by default the first that is not empty.
        told: Called now and then with how many rows are read.

    Raises:
        InvalidError: It cannot be read; the message says what to do.
    """
    check_size(content)
    if content.startswith(_OLD_OFFICE):
        raise refused(
            "This is a workbook of the old kind (.xls), or one with a password. "
            "Save it as .xlsx without a password, or as CSV UTF-8."
        )
    if content.lstrip().startswith(_NO_TABLES):
        raise refused("This is not a table. Bring a CSV file or an Excel workbook (.xlsx).")
    if _MARKUP.match(content.removeprefix(BOM_UTF8)):
        raise refused(
            "This is a web page or XML, which some programs write and call .xls. Open it in Excel, "
            "and save it as .xlsx or as CSV UTF-8."
        )
    if content.startswith(ARCHIVE):
        return read_workbook(name, content, tab, told)
    rows = read_csv(name, content, told)
    if not rows.rows:
        raise refused("The file is empty.")
    return rows


def check_size(content: bytes) -> None:
    """Refuse a file that is too large to be a table of ours.

    Raises:
        InvalidError: It is.
    """
    if len(content) > MOST_BYTES:
        size = len(content) / 2**20
        raise refused(
            f"The file has {size:,.0f} MB, and {MOST_BYTES // 2**20} MB is the most. Split it."
        )
