"""What a record's declaration says is what forms, tables and files accept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techrequests.domain.fields import (
    Column,
    Field,
    Kind,
    Table,
    describe,
    from_text,
    has_control_characters,
    problems,
    shown,
)
from techrequests.domain.techrequest import RequestLine, TechRequest


class Colour(StrEnum):
    """Any choice."""

    RED = "red"
    DARK_BLUE = "dark blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One field of every kind."""

    TABLE: ClassVar[Table] = Table(name="sample", key="sample_id")

    sample_id: str
    name: Annotated[str, Field(label="Name", max_length=10)]
    story: Annotated[str, Field(label="Story", max_length=20, long=True, optional=True)] = ""
    price_cents: Annotated[int, Field(label="Price", minimum=0, maximum=10_000)]
    balance_cents: Annotated[int, Field(label="Balance", optional=True)] = 0
    units: Annotated[int, Field(label="Units", minimum=1, maximum=5)]
    due_on: Annotated[date | None, Field(label="Due", optional=True)] = None
    seen_at: Annotated[datetime | None, Field(label="Seen", optional=True)] = None
    active: Annotated[bool, Field(label="Active")] = True
    colour: Annotated[Colour, Field(label="Colour")]
    boss_id: Annotated[str | None, Field(label="Boss", refers_to="person", optional=True)] = None
    version: int = 0


COLUMNS = {column.name: column for column in describe(Sample)}


def test_a_description_follows_the_types() -> None:
    assert {name: column.kind for name, column in COLUMNS.items()} == {
        "sample_id": Kind.TEXT,
        "name": Kind.TEXT,
        "story": Kind.LONG_TEXT,
        "price_cents": Kind.MONEY,
        "balance_cents": Kind.MONEY,
        "units": Kind.INTEGER,
        "due_on": Kind.DATE,
        "seen_at": Kind.MOMENT,
        "active": Kind.YES_NO,
        "colour": Kind.CHOICE,
        "boss_id": Kind.REFERENCE,
        "version": Kind.INTEGER,
    }
    assert {name for name, column in COLUMNS.items() if column.nullable} == {
        "due_on",
        "seen_at",
        "boss_id",
    }
    assert {name for name, column in COLUMNS.items() if column.required} == {
        "sample_id",
        "name",
        "price_cents",
        "units",
        "colour",
    }
    assert COLUMNS["colour"].choices == ("red", "dark blue")
    assert COLUMNS["due_on"].python_type is date


def test_people_see_only_what_has_a_label() -> None:
    assert [column.name for column in shown(Sample)] == [
        name for name in COLUMNS if name not in {"sample_id", "version"}
    ]
    seen = {column.name for column in shown(TechRequest)}
    assert not seen & {"status", "approver_id", "reviewer_id", "requester_id", "estimate_cents"}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", "", "“Name” is empty: please fill it in."),
        ("name", " \n ", "“Name” is empty: please fill it in."),
        ("name", None, "“Name” is empty: please fill it in."),
        ("name", "1234567890", ""),
        ("name", "12345678901", "“Name” is 1 characters too long: please keep it to 10."),
        ("name", "a\nb", "“Name” is one line: please take the line breaks out."),
        ("name", "a\r\nBcc: x", "“Name” is one line: please take the line breaks out."),
        ("name", "a\u2028b", "“Name” is one line: please take the line breaks out."),
        ("name", "a\x00b", "“Name” holds invisible control characters: please type it again."),
        ("name", "a\x1bb", "“Name” holds invisible control characters: please type it again."),
        ("name", "a\x7fb", "“Name” holds invisible control characters: please type it again."),
        ("name", "a\x85b", "“Name” holds invisible control characters: please type it again."),
        ("name", "a\ud800b", "“Name” holds invisible control characters: please type it again."),
        ("name", "=1+1", ""),
        ("name", "Zoë 🎒", ""),
        ("story", "", ""),
        ("story", None, ""),
        ("story", "two\nlines\tand more", ""),
        (
            "story",
            "two\nlines\x0cand",
            "“Story” holds invisible control characters: please type it again.",
        ),
        ("price_cents", 0, ""),
        ("price_cents", 10_000, ""),
        ("price_cents", -1, "“Price” must be between $0.00 and $100.00."),
        ("price_cents", 10_001, "“Price” must be between $0.00 and $100.00."),
        ("price_cents", None, "“Price” is empty: please fill it in."),
        ("balance_cents", -100_000_000_00, ""),
        (
            "balance_cents",
            100_000_000_01,
            "“Balance” must be between $-100,000,000.00 and $100,000,000.00.",
        ),
        ("units", 1, ""),
        ("units", 0, "“Units” must be between 1 and 5."),
        ("units", 6, "“Units” must be between 1 and 5."),
        ("due_on", None, ""),
        ("due_on", date(2026, 1, 1), ""),
        ("active", False, ""),
        ("active", None, "“Active” is empty: please fill it in."),
        ("colour", Colour.RED, ""),
        ("colour", "dark blue", ""),
        ("colour", "Red", "“Colour” must be one of: red, dark blue."),
        ("colour", None, "“Colour” is empty: please fill it in."),
        ("boss_id", None, ""),
        ("boss_id", "ada", ""),
    ],
)
def test_each_value_is_judged_in_words(name: str, value: Any, words: str) -> None:  # noqa: ANN401
    found = problems(Sample, {name: value})
    assert [(problem.field, problem.message) for problem in found] == (
        [(name, words)] if words else []
    )


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_form() -> None:
    found = problems(Sample, {"units": 9, "name": "", "colour": "pink", "version": -5, "x": 1})
    assert [problem.field for problem in found] == ["name", "units", "colour"]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("name", "  Zoë \n", "Zoë"),
        ("name", "=SUM(A1:A9)", "=SUM(A1:A9)"),
        ("name", "", ""),
        ("price_cents", " $1,234.5 ", 1_234_50),
        ("price_cents", "(12.00)", -12_00),
        ("price_cents", "", None),
        ("units", "4", 4),
        ("units", " 1,250 ", 1_250),
        ("units", "-7", -7),
        ("units", "5.0", 5),
        ("units", "", None),
        ("due_on", "2027-03-31", date(2027, 3, 31)),
        ("due_on", "3/31/2027", date(2027, 3, 31)),
        ("due_on", "03/31/27", date(2027, 3, 31)),
        ("due_on", "31-Mar-27", date(2027, 3, 31)),
        ("due_on", "31-Mar-2027", date(2027, 3, 31)),
        ("due_on", "March 31, 2027", date(2027, 3, 31)),
        ("due_on", "mar 31, 2027", date(2027, 3, 31)),
        ("due_on", "31 March 2027", date(2027, 3, 31)),
        ("due_on", "", None),
        ("seen_at", "2027-03-31T14:30:00+00:00", datetime(2027, 3, 31, 14, 30, tzinfo=UTC)),
        ("seen_at", "2027-03-31 14:30", datetime(2027, 3, 31, 14, 30, tzinfo=UTC)),
        ("active", "YES", True),
        ("active", "0", False),
        ("active", "", None),
        ("colour", "Dark Blue", Colour.DARK_BLUE),
        ("boss_id", " ada ", "ada"),
        ("boss_id", "", None),
    ],
)
def test_typed_text_becomes_a_value(name: str, text: str, value: object) -> None:
    read = from_text(COLUMNS[name], text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("price_cents", "about 5", "“Price” must be an amount such as 1,250.00."),
        ("price_cents", "12,5", "“Price” must be an amount such as 1,250.00."),
        ("price_cents", "1,00", "“Price” must be an amount such as 1,250.00."),
        ("price_cents", "1.234,56", "“Price” must be an amount such as 1,250.00."),
        (
            "price_cents",
            "12.345",
            "“Price” has parts of a cent: type dollars and two decimals at most.",
        ),
        ("units", "4.5", "“Units” must be a whole number."),
        ("units", "12,5", "“Units” must be a whole number."),
        ("units", "1_000", "“Units” must be a whole number."),
        ("units", "٣", "“Units” must be a whole number."),
        ("units", "9" * 30, "“Units” must be a whole number."),
        (
            "due_on",
            "31.3.2027",
            "“Due” must be a date such as 2027-03-31 or 3/31/2027, not “31.3.2027”.",
        ),
        (
            "due_on",
            "2027-02-30",
            "“Due” must be a date such as 2027-03-31 or 3/31/2027, not “2027-02-30”.",
        ),
        ("seen_at", "noon", "“Seen” must be a moment such as 2027-03-31T14:30Z."),
        ("active", "perhaps", "“Active” must be yes or no."),
        ("colour", "pink", "“Colour” must be one of: red, dark blue."),
    ],
)
def test_text_of_another_kind_is_refused_in_words(name: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match="“") as refused:
        from_text(COLUMNS[name], text)
    assert str(refused.value) == words


@given(text=st.text(max_size=40))
@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_no_text_at_all_makes_reading_crash(column: Column, text: str) -> None:
    try:
        value = from_text(column, text)
    except ValueError as refused:
        assert str(refused).startswith("“")  # noqa: PT017  # a refusal is as good as a value
    else:
        assert value is None or isinstance(value, column.python_type)


@given(quantity=st.integers(), cents=st.integers(), text=st.text(max_size=200))
def test_what_passes_the_judgement_is_within_the_limits(
    quantity: int, cents: int, text: str
) -> None:
    found = {
        problem.field
        for problem in problems(
            RequestLine,
            {"description": text, "quantity": quantity, "unit_estimate_cents": cents},
        )
    }
    assert ("quantity" not in found) == (1 <= quantity <= 5000)
    assert ("unit_estimate_cents" not in found) == (0 <= cents <= 1_000_000_00)
    if "description" not in found:
        assert 0 < len(text) <= 160
        assert not has_control_characters(text)
        assert len(text.splitlines()) == 1


@pytest.mark.parametrize("value", [1.5, "not a number", True, float("nan"), float("inf"), 10**400])
def test_what_is_no_whole_number_is_a_problem_in_words(value: object) -> None:
    for name in ("units", "price_cents"):
        [problem] = problems(Sample, {name: value})
        assert problem.message.startswith("“")
