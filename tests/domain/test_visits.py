"""Counting visits: so many within a time, each client for itself."""

from __future__ import annotations

from datetime import timedelta

from builders import NOON
from techrequests.domain.visits import Visits


def test_so_many_are_let_through_and_then_none_until_time_has_passed() -> None:
    visits = Visits(most=3, seconds=60)
    assert [visits.again("a", NOON) for _ in range(5)] == [True, True, True, False, False]
    assert visits.again("b", NOON)
    assert not visits.again("a", NOON + timedelta(seconds=59))
    assert visits.again("a", NOON + timedelta(seconds=60))


def test_countless_clients_do_not_fill_the_memory() -> None:
    visits = Visits(most=1, seconds=60)
    for number in range(25_000):
        visits.again(str(number), NOON)
    assert len(visits._came) <= 10_001
