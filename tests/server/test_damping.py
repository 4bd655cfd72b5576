"""A line of the log that comes again and again: some of it, and how often it came."""

from __future__ import annotations

import logging

from techrequests.server.damping import MOST_A_MINUTE, Damped


def line(
    at: float, words: str = "it broke: %d", *values: object, **more: object
) -> logging.LogRecord:
    made = logging.LogRecord("asyncio", logging.ERROR, "a.py", 1, words, values or (1,), None)
    made.created = at
    vars(made).update(more)
    return made


def test_a_line_comes_so_often_a_minute_and_then_says_how_often_it_came() -> None:
    damped = Damped()
    passed = [
        damped.filter(line(second / 1_000, "it broke: %d", second)) for second in range(5_000)
    ]
    assert sum(passed) == MOST_A_MINUTE
    later = line(61, "it broke: %d", 7)
    assert damped.filter(later)
    assert later.getMessage() == "it broke: 7 (this line came 4,980 more times meanwhile)"
    following = line(62)
    assert damped.filter(following)
    assert following.getMessage() == "it broke: 1"


def test_other_lines_pass_meanwhile() -> None:
    damped = Damped()
    for _ in range(2 * MOST_A_MINUTE):
        damped.filter(line(0))
    assert damped.filter(line(0, "something else: %d"))
    assert damped.filter(line(0, name="techrequests"))
    assert damped.filter(line(0, exc_info=(ValueError, ValueError(), None)))
