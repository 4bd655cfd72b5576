"""Small files as people attach them: a vendor's quote as PDF, a picture as PNG."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from fpdf import FPDF

from techrequests.domain.money import dollars
from techrequests.notify.letters import printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from random import Random

_WIDTH, _HEIGHT = 64, 48


def photo(rng: Random) -> bytes:
    """A picture of a wall, a table and something on it: enough to see that pictures are shown."""
    wall, table, thing = ([rng.randrange(60, 230) for _ in range(3)] for _ in range(3))
    left, wide, high = rng.randrange(8, 24), rng.randrange(16, 32), rng.randrange(10, 24)
    rows = bytearray()
    for y in range(_HEIGHT):
        rows.append(0)  # this row is not filtered
        for x in range(_WIDTH):
            inside = left <= x < left + wide and _HEIGHT - 12 - high <= y < _HEIGHT - 12
            rows += bytes(thing if inside else table if y >= _HEIGHT - 12 else wall)
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(bytes(rows))),
            _chunk(b"IEND", b""),
        )
    )


def quote_paper(
    vendor: str, reference: str, lines: Iterable[tuple[int, str, int]], now: datetime
) -> bytes:
    """A vendor's quote on one page; the same words and time give the same bytes.

    Args:
        vendor: Its name.
        reference: The quote's number.
        lines: Quantity, description and price each in US cents.
        now: When it was written.
    """
    page = FPDF(format="Letter")
    page.core_fonts_encoding = "cp1252"
    page.set_creation_date(now)
    page.add_page()
    page.set_font("Helvetica", style="B", size=16)
    page.cell(0, 12, printable(vendor), new_x="LMARGIN", new_y="NEXT")
    page.set_font("Helvetica", size=11)
    page.cell(
        0, 8, printable(f"Quote {reference} of {now:%m/%d/%Y}"), new_x="LMARGIN", new_y="NEXT"
    )
    for quantity, what, cents in lines:
        words = f"{quantity} x {what} at {dollars(cents)}: {dollars(quantity * cents)}"
        page.multi_cell(0, 7, printable(words), new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
