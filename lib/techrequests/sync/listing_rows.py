"""A listing as the rows of a sheet: its columns are its declaration, as for its page and CSV."""

from __future__ import annotations

from dataclasses import make_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from techrequests.domain.fields import Field, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from techrequests.domain.fields import Record
    from techrequests.store.listings import ListColumn, Listing

_LONGEST = 50_000
_TYPES: dict[Kind, Any] = {
    Kind.MONEY: int,
    Kind.INTEGER: int,
    Kind.DATE: date,
    # A sheet has no time zone of its own that one could rely on: it shows the district's day.
    Kind.MOMENT: date,
    Kind.YES_NO: bool,
}


@cache
def record_of(listing: Listing) -> type[Record]:
    """A record class whose fields are the columns that people take away from a listing."""
    hidden = [] if any(one.name == listing.key for one in listing.taken) else [(listing.key, str)]
    made: Any = make_dataclass(
        listing.name.title().replace("_", ""),
        [*hidden, *((column.name, _hint(column)) for column in listing.taken)],
        namespace={"TABLE": Table(name=listing.name, key=listing.key, label=listing.title)},
        frozen=True,
        slots=True,
        kw_only=True,
    )
    return made  # type: ignore[no-any-return]


def records_from(listing: Listing, rows: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Rows of a listing as records of its class."""
    record: Any = record_of(listing)
    names = {listing.key, *(column.name for column in listing.taken)}
    return [record(**{name: _value(row[name]) for name in names}) for row in rows]


def _hint(column: ListColumn) -> Any:  # noqa: ANN401  # a type hint is any object
    field = Field(label=column.label, optional=True, editable=False, max_length=_LONGEST)
    return Annotated[_TYPES.get(column.kind, str) | None, field]


def _value(value: Any) -> Any:  # noqa: ANN401  # what SQL gives
    if isinstance(value, datetime):
        return value.date()
    # DuckDB's sums are wider than 64 bits, and come as what is no int.
    return int(value) if isinstance(value, Decimal) else value
