"""What a person should know of a workbook: what kind it is, and what in it they may not see."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from techrequests.exchange.archive import has_too_many_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from techrequests.exchange.file_rows import FileRows

_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_LOOKED_AT = 4_000
_MOST_NAMED = 5
_OTHER_PARTS = {
    "xl/workbook.bin": "This is a binary workbook (.xlsb). Save it as .xlsx, or as CSV UTF-8.",
    "Index/Document.iwa": "This is a Numbers document. Export it as Excel (.xlsx) or as CSV.",
    "word/document.xml": "This is a Word document. Copy its table into a workbook, and save that.",
}


def other_kind(content: bytes) -> str:
    """What to do with an archive that is another kind of file than we read; empty for ours.

    Only the first bytes of two of its parts are looked at, whatever it claims.
    """
    if has_too_many_parts(content) or not zipfile.is_zipfile(io.BytesIO(content)):
        return ""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if _beginning(archive, names, "mimetype").startswith(_OPEN_DOCUMENT):
            return (
                "This is an OpenDocument spreadsheet (.ods). In LibreOffice or Google Sheets, save "
                "it as Excel (.xlsx), or as CSV UTF-8."
            )
        if _STRICT in _beginning(archive, names, "xl/workbook.xml"):
            return (
                "This is a “Strict Open XML” workbook. In Excel choose Save as, and the kind "
                "“Excel Workbook (.xlsx)” without the word Strict."
            )
    return next((words for part, words in _OTHER_PARTS.items() if part in names), "")


def unseen(read: FileRows, *, hidden_too: bool) -> Iterator[str]:
    """What the workbook does not show, and whether it is read all the same."""
    if hidden := sorted(read.hidden):
        some = ", ".join(f"{number:,}" for number in hidden[:_MOST_NAMED])
        more = f" and {len(hidden) - _MOST_NAMED:,} more" if len(hidden) > _MOST_NAMED else ""
        words = f"Row {some} is" if len(hidden) == 1 else f"Rows {some}{more} are"
        why = ", perhaps by a filter, and read all the same" if hidden_too else " and left out"
        yield f"{words} hidden in the workbook{why}."
    width = max((len(row.cells) for row in read.rows), default=0)
    columns = [get_column_letter(at) for at in read.hidden_columns if at <= width]
    if columns:
        words = (
            f"Column {columns[0]} is" if len(columns) == 1 else f"Columns {', '.join(columns)} are"
        )
        yield f"{words} hidden in the workbook, and read all the same."


def other_tabs(tab: str, shown: Sequence[str], hidden: Sequence[str]) -> Iterator[str]:
    """Which tabs are not read."""
    others = [f"“{title}”" for title in shown if title != tab]
    others += [f"“{title}” (hidden)" for title in hidden]
    if others:
        named = ", ".join(others[:_MOST_NAMED])
        more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
        yield f"Only the tab “{tab}” is read, not {named}{more}."


def _beginning(archive: zipfile.ZipFile, names: set[str], part: str) -> bytes:
    if part not in names:
        return b""
    try:
        with archive.open(part) as opened:
            return opened.read(_LOOKED_AT)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError):
        return b""
