"""Letters as PDF files, made without a font or a program of the machine they are made on."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Literal

from fpdf import FPDF

from techrequests.domain.calendar import long_date

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.quoting import QuoteLetter

_FONT = "Helvetica"
_ENCODING = "cp1252"
_BODY_POINTS = 11
_LINE_MM = 5.5
_GAP_MM = 3
_NEAREST = str.maketrans({"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "\u02bb": "\u2018", "→": "->"})
"""Letters of names and notes that do not come apart into a letter and an accent."""
_QUANTITY_SHARE, _ITEM_SHARE = 15, 85


def quote_letter_pdf(letter: QuoteLetter, *, now: datetime) -> bytes:
    """A quote request on US Letter paper; the same letter and time give the same bytes."""
    page = FPDF(format="Letter")
    # The fonts every PDF reader has speak Windows' Western alphabet: curly quotes, dashes, accents.
    page.core_fonts_encoding = _ENCODING
    page.set_creation_date(now)
    page.set_lang("en-US")
    page.set_title(printable(letter.subject))
    page.set_author(printable(letter.district))
    page.set_margins(25, 22, 25)
    page.set_auto_page_break(auto=True, margin=22)
    page.add_page()
    _paragraph(page, letter.district, points=16, style="B")
    _paragraph(page, long_date(letter.written_on))
    _paragraph(page, "\n".join(letter.recipient))
    _paragraph(page, letter.subject, points=13, style="B")
    for words in letter.opening:
        _paragraph(page, words)
    _items(page, letter)
    asked = "\n".join(f"\u2022 {question}" for question in letter.questions)
    _paragraph(page, f"Please tell us:\n{asked}")
    for words in letter.closing:
        _paragraph(page, words)
    _paragraph(page, "\n".join(letter.signature))
    return bytes(page.output())


def printable(text: str) -> str:
    """The text in the letters the built-in fonts have: others lose their accents or become “?”."""
    return "".join(
        _letter(letter) for letter in unicodedata.normalize("NFC", text.translate(_NEAREST))
    )


def _letter(letter: str) -> str:
    if _has(letter):
        return letter
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)
    )
    return bare if bare and all(map(_has, bare)) else "?"


def _has(letter: str) -> bool:
    try:
        letter.encode(_ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def _paragraph(
    page: FPDF, words: str, *, points: int = _BODY_POINTS, style: Literal["", "B"] = ""
) -> None:
    page.set_font(_FONT, style=style, size=points)
    height = _LINE_MM * points / _BODY_POINTS
    page.multi_cell(0, height, printable(words), align="L", new_x="LMARGIN", new_y="NEXT")
    page.ln(_GAP_MM)


def _items(page: FPDF, letter: QuoteLetter) -> None:
    page.set_font(_FONT, size=_BODY_POINTS)
    with page.table(
        col_widths=(_QUANTITY_SHARE, _ITEM_SHARE),
        text_align=("RIGHT", "LEFT"),
        line_height=_LINE_MM + 1.5,
        borders_layout="HORIZONTAL_LINES",
        padding=(0.5, 2),
    ) as table:
        head = table.row()
        head.cell("Quantity")
        head.cell("Item")
        for quantity, what in letter.items:
            row = table.row()
            row.cell(f"{quantity:,}")
            row.cell(printable(what))
    page.ln(_GAP_MM)
