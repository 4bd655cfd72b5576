"""One page of a listing, and how many rows there are over all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import who
from techrequests.domain.fields import Kind
from techrequests.services import listing
from techrequests.services.listing import Listed, listing_page
from techrequests.store.listings import PAGE_ROWS, Asked, ListColumn, Listing

if TYPE_CHECKING:
    from techrequests.store.database import Database

NUMBERS = Listing(
    name="numbers",
    title="Numbers",
    source="(SELECT unnest(range($many)) AS n) r",
    key="n",
    columns=(ListColumn(name="n", label="Number", sql="r.n", kind=Kind.INTEGER),),
    search=(),
    order="n",
)


@pytest.mark.parametrize(
    ("many", "page", "expected"),
    [
        (0, 1, (0, 1)),
        (3, 1, (3, 1)),
        (PAGE_ROWS, 1, (PAGE_ROWS, 2)),
        (PAGE_ROWS + 1, 1, (PAGE_ROWS, 2)),
        (PAGE_ROWS + 1, 2, (1, 1)),
        (PAGE_ROWS, 2, (0, 2)),
        (3, 7, (0, 2)),
    ],
)
def test_rows_are_counted_only_where_the_page_does_not_say_it(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    many: int,
    page: int,
    expected: tuple[int, int],
) -> None:
    listed = Listed(listing=NUMBERS, permission=None, scope=lambda *_: {"many": many})
    monkeypatch.setattr(listing, "LISTED", {NUMBERS.name: listed})
    tina = who(database, "tina")
    before = database.statements.total
    frame, total = listing_page(database, tina, NUMBERS.name, Asked(page=page))
    assert total == many
    assert (len(frame), database.statements.total - before) == expected
