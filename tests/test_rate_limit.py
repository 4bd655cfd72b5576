"""A rate limit: so often within a time, each client for itself."""

from __future__ import annotations

from datetime import timedelta

from builders import NOON
from techrequests.rate_limit import RateLimit


def test_so_often_is_allowed_and_then_no_more_until_time_has_passed() -> None:
    limit = RateLimit(seconds=60)
    assert [limit.allows("a", NOON, most=3) for _ in range(5)] == [True, True, True, False, False]
    assert limit.allows("b", NOON, most=3)
    assert not limit.allows("a", NOON + timedelta(seconds=59), most=3)
    assert limit.allows("a", NOON + timedelta(seconds=60), most=3)


def test_countless_clients_do_not_fill_the_memory_and_free_nobody_who_came_lately() -> None:
    limit = RateLimit(seconds=3600)
    for number in range(25_000):
        limit.allows(str(number), NOON, most=1)
    assert len(limit._let) == 10_000
    assert not limit.allows("24999", NOON, most=1)
    assert not limit.allows("15000", NOON, most=1)
