"""Letters as PDF."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import date

import pytest

from builders import NOON
from techrequests.domain.quoting import QuoteLetter
from techrequests.notify.letters import printable, quote_letter_pdf

LETTER = QuoteLetter(
    district="Cedar Valley Schools",
    subject="Request for a quote TR-2027-0001",
    written_on=date(2026, 10, 5),
    recipient=("Northwind School Supply",),
    opening=("Dear Northwind,", "We would like to buy these."),
    items=((2, "Laptop (14 in)"), (30, "Headset")),
    questions=("the price",),
    closing=("This is not an order.",),
    signature=("Rita Moss",),
)


def shown(pdf: bytes) -> str:
    """The text operators of a PDF's pages, one string a line."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    pages = []
    for stream in streams:
        try:
            pages.append(zlib.decompress(stream).decode("cp1252"))
        except zlib.error:
            continue
    strings = re.findall(r"\(((?:\\.|[^()\\])*)\) Tj", "\n".join(pages))
    return "\n".join(re.sub(r"\\(.)", r"\1", one) for one in strings)


def test_the_letter_is_a_pdf_with_all_its_words() -> None:
    pdf = quote_letter_pdf(LETTER, now=NOON)
    assert pdf.startswith(b"%PDF-")
    for words in ("Request for a quote TR-2027-0001", "Laptop (14 in)", "30", "Rita Moss"):
        assert words in shown(pdf)


def test_the_same_letter_gives_the_same_file() -> None:
    assert quote_letter_pdf(LETTER, now=NOON) == quote_letter_pdf(LETTER, now=NOON)


def test_a_long_list_goes_over_several_pages() -> None:
    long = replace(LETTER, items=tuple((1, f"Item {number}") for number in range(120)))
    pdf = quote_letter_pdf(long, now=NOON)
    assert pdf.count(b"/Type /Page\n") > 2
    assert "Item 119" in shown(pdf)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Peña\u2019s “quoted” \u2013 ½ €", "Peña\u2019s “quoted” \u2013 ½ €"),
        ("Nguyễn", "Nguyen"),
        ("Łódź", "Lódz"),
        ("O\u02bbahu", "O\u2018ahu"),
        ("3 → 4", "3 -> 4"),
        ("日本", "??"),
        ("Pen\u0303a", "Peña"),
        ("ﬁle", "file"),
    ],
)
def test_letters_the_fonts_do_not_have_become_their_nearest(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_no_letter_makes_the_file_fail() -> None:
    odd = replace(LETTER, subject="日本 \u0000 \u202e 🎒", items=((1, "🎒" * 50),))
    assert quote_letter_pdf(odd, now=NOON).startswith(b"%PDF-")
