"""The letter that asks a vendor for a quote."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from builders import LAPTOP, SITES, VENDORS, a_request
from techrequests.domain.quoting import Inquiry, QuoteLetter, quote_letter
from techrequests.domain.techrequest import RequestLine

INQUIRY = Inquiry(
    district="Cedar Valley Schools",
    name="Rita Moss",
    email="rita@district.example",
    written_on=date(2026, 10, 5),
    answer_by=date(2026, 10, 19),
)
LINE = RequestLine(
    line_id="TR-2027-0001/1/1",
    request_id="TR-2027-0001",
    content_version=1,
    position=1,
    item_id=LAPTOP.item_id,
    description="Teacher laptop 14 in",
    quantity=1_200,
    unit_estimate_cents=899_00,
)
SITE = replace(SITES[1], address="400 Oak Street")


def a_letter(**request: object) -> QuoteLetter:
    return quote_letter(a_request(**request), [(LINE, LAPTOP)], VENDORS[0], SITE, INQUIRY)


@pytest.mark.parametrize(
    "words",
    [
        "Dear Northwind School Supply,",
        "  1,200 x Teacher laptop 14 in (Lenovo ThinkPad L14)",
        "Please send us your quote by October 19, 2026.",
        "until when the quote is good",
        "Deliver to: Lincoln High School, 400 Oak Street.",
        "This is not an order. Please put our number TR-2027-0001 on your quote",
        "Rita Moss\nCedar Valley Schools\nrita@district.example",
    ],
)
def test_the_letter_says_what_a_vendor_needs_to_know(words: str) -> None:
    assert words in a_letter().text


@pytest.mark.parametrize("words", ["899", "1,798", "tina", "Tina", "do not start any more"])
def test_the_letter_tells_no_estimate_no_staff_and_no_reason(words: str) -> None:
    assert words not in a_letter(requirements="HDMI").text


@pytest.mark.parametrize(
    ("request_said", "words", "told"),
    [
        ({"requirements": " HDMI and USB-C "}, "Requirements: HDMI and USB-C", True),
        ({"requirements": " "}, "Requirements:", False),
        ({"needed_by": date(2026, 12, 1)}, "We need the goods by December 1, 2026.", True),
        ({"needed_by": date(2026, 10, 1)}, "We need the goods", False),
    ],
)
def test_conditions_are_told_when_there_are_any(
    request_said: dict[str, object], words: str, *, told: bool
) -> None:
    assert (words in a_letter(**request_said).text) is told


@pytest.mark.parametrize(
    ("vendor", "ends_on", "told"),
    [
        (1, date(2027, 6, 30), True),
        (1, date(2026, 10, 18), False),
        (1, None, True),
        (0, None, False),
    ],
)
def test_a_contract_is_named_while_it_runs(
    vendor: int, ends_on: date | None, *, told: bool
) -> None:
    running = replace(VENDORS[vendor], contract_ends_on=ends_on)
    letter = quote_letter(a_request(), [(LINE, None)], running, SITE, INQUIRY)
    assert ("under contract ESC-2025-114" in letter.text) is told


def test_an_item_in_free_text_stands_as_it_was_typed() -> None:
    letter = quote_letter(a_request(), [(LINE, None)], VENDORS[0], SITE, INQUIRY)
    assert letter.items == ((1_200, "Teacher laptop 14 in"),)
