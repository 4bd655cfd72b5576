"""What goes to a sheet follows from the declarations, for tables not yet thought of too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets.values import EPOCH, typed
from techrequests.domain.assets import Asset
from techrequests.domain.budgets import BudgetedFund
from techrequests.domain.edits import cell_text
from techrequests.domain.fields import Field, Kind, Table, shown
from techrequests.services.tables import PLANS
from techrequests.sync.cells import (
    CUT,
    ERROR_VALUES,
    MOST_CHARACTERS,
    Raw,
    cell_of,
    is_cut,
    sheet_text,
    text_of,
)
from techrequests.sync.layout import KEY, STATUS, Mode, layout_of

if TYPE_CHECKING:
    from techrequests.domain.fields import Record

OURS: list[type[Record]] = [BudgetedFund, Asset, *PLANS]


class Colour(StrEnum):
    """Any choice."""

    RED = "red"
    DARK_BLUE = "dark blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Projector:
    """A table that the product does not have."""

    TABLE: ClassVar[Table] = Table(name="projector", key="projector_id", label="Projectors: all")

    projector_id: Annotated[str, Field(label="Code", editable=False)]
    name: Annotated[str, Field(label="Name")]
    story: Annotated[str, Field(label="Story", long=True, optional=True, max_length=9_000)] = ""
    price_cents: Annotated[int, Field(label="Price")]
    lamps: Annotated[int, Field(label="Lamps")] = 0
    bought_on: Annotated[date | None, Field(label="Bought", optional=True)] = None
    seen_at: Annotated[datetime | None, Field(label="Seen", optional=True)] = None
    colour: Annotated[Colour, Field(label="Colour")] = Colour.RED
    working: Annotated[bool, Field(label="Working")] = True
    hours: Annotated[int, Field(label="Hours", editable=False)] = 0
    secret: str = ""
    version: int = 0


COLUMNS = {column.name: column for column in shown(Projector)}


def test_a_new_table_needs_nothing_but_its_declaration() -> None:
    layout = layout_of(Projector, Mode.EDITS)
    assert layout.title == "Projectors  all"
    labels = [column.field.label for column in shown(Projector) if column.field]
    assert list(layout.headings.values()) == [KEY, *labels, STATUS]
    assert "Bought" in labels
    assert {one.name for one in layout.fields if not one.writable} == {"projector_id", "hours"}


@pytest.mark.parametrize("record", OURS, ids=lambda record: record.__name__)
def test_every_table_of_ours_can_stand_in_a_sheet(record: type[Record]) -> None:
    layout = layout_of(record, Mode.ROWS)
    named = {column.name for column in layout.fields}
    assert named == {column.name for column in shown(record)}
    assert {column.name for column in layout.fields if column.writable} == {
        column.name
        for column in shown(record)
        if column.field
        and column.field.editable
        and column.field.from_sheet
        and column.name != record.TABLE.key
    }


def test_nothing_is_writable_in_a_mirror() -> None:
    layout = layout_of(Projector, Mode.MIRROR)
    assert not any(column.writable for column in layout.fields)


def test_two_columns_of_one_heading_are_refused_when_the_layout_is_made() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Twins:
        TABLE: ClassVar[Table] = Table(name="twins", key="one")
        one: Annotated[str, Field(label="Same")]
        two: Annotated[str, Field(label="same ")]

    with pytest.raises(ValueError, match="two columns with the heading 'same'"):
        layout_of(Twins, Mode.MIRROR)


@pytest.mark.parametrize(
    ("name", "raw", "text"),
    [
        ("name", "  Zoë  ", "Zoë"),
        ("name", "Zoe\u0308", "Zoë"),
        ("name", "=1+1", "=1+1"),
        ("name", "#5 room", "#5 room"),
        ("name", "", ""),
        ("story", "a\r\nb", "a\nb"),
        ("price_cents", 1049.5, "1049.50"),
        ("price_cents", 1049.500000001, "1049.50"),
        ("price_cents", "$1,049.50", "1049.50"),
        ("price_cents", -3, "-3.00"),
        ("lamps", 12.0, "12"),
        ("lamps", "1,200", "1200"),
        ("lamps", 1e16, "10000000000000000"),
        ("bought_on", 43_831, "2020-01-01"),
        ("bought_on", 43_831.0, "2020-01-01"),
        ("bought_on", "1/2/2020", "2020-01-02"),
        ("working", True, "yes"),
        ("working", "no", "no"),
        ("working", 0, "no"),
        ("colour", "Dark Blue", "dark blue"),
    ],
)
def test_a_cell_is_read_as_its_column_is(name: str, raw: Raw, text: str) -> None:
    assert text_of(COLUMNS[name], raw) == text


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("name", 123, "“Name” became the number 123: format the cell as plain text"),
        ("name", True, "“Name” shows TRUE: please type it as text"),
        ("name", " #REF! ", "“Name” shows #REF!: the formula in it does not work"),
        ("price_cents", 333.3333333, "“Price” is 333.3333333: an amount has whole cents"),
        ("price_cents", "about 5", "“Price” must be an amount"),
        ("price_cents", False, "“Price” shows FALSE"),
        ("lamps", 1.5, "“Lamps” must be a whole number"),
        ("bought_on", 43_831.25, "“Bought” must be a day such as 2027-03-31, without a time"),
        ("bought_on", -1, "“Bought” must be a day"),
        ("bought_on", "soon", "“Bought” must be a date"),
        ("working", 2, "“Working” must be yes or no"),
        ("colour", "green", "“Colour” must be one of: red, dark blue"),
        ("colour", 5, "“Colour” became the number 5"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(name: str, raw: Raw, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        text_of(COLUMNS[name], raw)


@pytest.mark.parametrize("value", sorted(ERROR_VALUES))
def test_no_error_value_becomes_a_text(value: str) -> None:
    with pytest.raises(ValueError, match="does not work"):
        text_of(COLUMNS["name"], value)


VALUES = {
    Kind.TEXT: st.text(max_size=20),
    Kind.LONG_TEXT: st.text(max_size=MOST_CHARACTERS + 50),
    Kind.MONEY: st.integers(-100_000_000_00, 100_000_000_00),
    Kind.INTEGER: st.integers(-(2**31), 2**31),
    Kind.DATE: st.none() | st.dates(min_value=date(1900, 1, 1)),
    Kind.MOMENT: st.none() | st.datetimes(timezones=st.just(UTC)),
    Kind.CHOICE: st.sampled_from(Colour),
    Kind.YES_NO: st.booleans(),
}


@pytest.mark.parametrize("name", COLUMNS)
@given(data=st.data())
def test_what_is_written_is_read_back(name: str, data: st.DataObject) -> None:
    column = COLUMNS[name]
    text = sheet_text(cell_text(column, data.draw(VALUES[column.kind])))
    if text not in ERROR_VALUES:
        assert text_of(column, cell_of(column, text)) == text


def test_a_long_text_ends_where_the_sheet_says_so() -> None:
    long = "x" * (MOST_CHARACTERS + 1)
    assert is_cut(long)
    assert sheet_text(long).endswith(CUT)
    assert len(sheet_text(long)) == MOST_CHARACTERS
    assert not is_cut(sheet_text(long))


def test_days_count_from_where_google_counts() -> None:
    assert typed("2020-01-01", None)[0] == cell_of(COLUMNS["bought_on"], "2020-01-01") == 43_831
    assert EPOCH.date() == date(1899, 12, 30)
