"""Bills are split over funds that may not pay for everything, to the cent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from techrequests.domain.money import fill
from techrequests.domain.splitting import fill_where

ALL = [[True, True], [True, True]]


def test_where_each_may_pay_all_the_first_pays_first() -> None:
    assert fill_where([700, 300], [400, 600], ALL) == fill([700, 300], [400, 600])


def test_each_pays_only_what_it_may() -> None:
    only_second = [[False, True], [True, True]]
    assert fill_where([700, 300], [300, 700], only_second) == [[0, 300], [700, 0]]


def test_the_first_makes_room_for_one_that_could_not_pay_otherwise() -> None:
    second_pays_the_first_bill_only = [[True, True], [True, False]]
    assert fill_where([700, 300], [300, 700], second_pays_the_first_bill_only) == [
        [0, 300],
        [700, 0],
    ]


def test_where_there_is_no_such_split_each_is_asked_as_if_it_might() -> None:
    nobody_pays_the_second = [[True, False], [True, False]]
    assert fill_where([700, 300], [400, 600], nobody_pays_the_second) == [[400, 0], [300, 300]]


CENTS = st.integers(0, 500)


@given(st.data(), st.integers(1, 5), st.integers(1, 5))
def test_a_split_that_exists_is_found_to_the_cent(
    data: st.DataObject, purses: int, bills: int
) -> None:
    row = st.lists(CENTS, min_size=bills, max_size=bills)
    some = data.draw(st.lists(row, min_size=purses, max_size=purses))
    may = [[bool(cents) for cents in one] for one in some]
    wanted = [sum(column) for column in zip(*some, strict=True)]
    available = [sum(one) for one in some]
    found = fill_where(wanted, available, may)
    assert [sum(one) for one in found] == available
    assert [sum(column) for column in zip(*found, strict=True)] == wanted
    assert all(
        allowed or not cents
        for one, row_may in zip(found, may, strict=True)
        for cents, allowed in zip(one, row_may, strict=True)
    )
