"""Whether an archive that somebody brings is safe to read, before anything of it is taken apart.

What an archive says of its sizes is a claim: every part is unpacked once, a piece at a time, and
what stands in it is counted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from functools import partial
from typing import TYPE_CHECKING

from techrequests.exchange.file_rows import MOST_ROWS, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_UNPACKED = 100 * 2**20
_MOST_PARTS = 10_000
_MOST_RATIO, _RATIO_FROM = 200, 2**20
_PIECE = 2**18
_PLAIN_WAYS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_PART = b"PK\x01\x02"
"""How an archive's list of its parts begins each of them."""

_MOST_ROW_TAGS = MOST_ROWS + MOST_ROWS // 2
_MOST_TAGS = {b"worksheet": 10_000_000, b"sst": 4_000_000}
"""Beginnings and ends of XML elements in a part of a workbook, by its outermost element."""
_MOST_OTHER_TAGS = 500_000
_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:\w{1,40}:)?(\w{1,40})[\s>]")
_ENCODING = re.compile(rb"encoding\s{0,9}=\s{0,9}[\"'](.{1,40}?)[\"']", re.IGNORECASE)
_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii", b"iso-8859-1", b"windows-1252"}
_LOOKED_AT = 300

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, OSError, EOFError,
)  # fmt: skip
TOO_LARGE = (
    "Unpacked, this file is far larger than a table. "
    "Copy the table into a new workbook, and import that."
)
BROKEN = (
    "This workbook cannot be read: it may be damaged or protected by a password. "
    "Save it once more as .xlsx without a password, or as CSV UTF-8."
)
_TOO_MANY_ROWS = (
    f"A tab has more than {_MOST_ROW_TAGS:,} rows, with the empty ones, and a file may have "
    f"{MOST_ROWS:,}. Delete the rows below the table, or split it."
)


def check_archive(content: bytes) -> None:
    """Refuse an archive that would unpack to far more than it is or says.

    Raises:
        InvalidError: It would, or is no archive.
    """
    _unpack(content, _read_through)


def check_workbook(content: bytes) -> None:
    """Refuse a workbook that would take longer to read than the largest table.

    Raises:
        InvalidError: It would, or is no archive.
    """
    _unpack(content, _count)


def has_too_many_parts(content: bytes) -> bool:
    """Whether the list of an archive's parts alone would take long to read."""
    return content.count(_PART) > _MOST_PARTS


def _unpack(content: bytes, look: Callable[[Iterator[bytes]], None]) -> None:
    """Hand over the pieces of each part, one part after the other."""
    if has_too_many_parts(content):
        raise refused(TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_claims(parts)
            for part in parts:
                with archive.open(part) as source:
                    look(iter(partial(source.read, _PIECE), b""))
    except _DAMAGE as error:
        raise refused(BROKEN) from error


def _read_through(pieces: Iterator[bytes]) -> None:
    for _ in pieces:
        pass


def _check_claims(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.compress_type not in _PLAIN_WAYS for part in parts):
        raise refused(BROKEN)
    swollen = any(
        part.file_size > _RATIO_FROM and part.file_size > _MOST_RATIO * part.compress_size
        for part in parts
    )
    if swollen or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise refused(TOO_LARGE)


def _count(pieces: Iterator[bytes]) -> None:
    tags = rows = 0
    most, before = _MOST_OTHER_TAGS, b""
    for number, piece in enumerate(pieces):
        if not number:
            _check_encoding(piece)
            root = _ROOT.match(piece)
            most = _MOST_TAGS.get(root[1], most) if root else most
        tags += piece.count(b"<")
        # A tag may lie across two pieces.
        both = before + piece
        rows += both.count(b"<row") + both.count(b":row")
        before = piece[-3:]
        if rows > _MOST_ROW_TAGS:
            raise refused(_TOO_MANY_ROWS)
        if tags > most:
            raise refused(TOO_LARGE)


def _check_encoding(first: bytes) -> None:
    """An encoding in which “<” is another byte would hide what is counted."""
    said = _ENCODING.search(first[:_LOOKED_AT])
    readable = first[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \r\n\t").startswith(b"<")
    if first and (not readable or (said and said[1].lower() not in _ENCODINGS)):
        raise refused(BROKEN)
