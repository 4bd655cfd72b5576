"""Chains of delegates end, circles are found before they close, and dates are days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOON, TODAY
from techrequests.domain.delegation import (
    MOST_LINKS,
    Delegation,
    delegation_problems,
    for_whom,
    stand_in,
)

NAMES = "abcdef"


def a_delegation(person_id: str, delegate_id: str, first: int, last: int) -> Delegation:
    return Delegation(
        delegation_id=f"{person_id}{delegate_id}{first}",
        person_id=person_id,
        delegate_id=delegate_id,
        starts_on=TODAY + timedelta(days=first),
        ends_on=TODAY + timedelta(days=last),
        set_by_id=person_id,
        set_at=NOON,
    )


DELEGATIONS = st.builds(
    lambda people, first, length: a_delegation(people[0], people[1], first, first + length),
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=2),
    st.integers(0, 5),
    st.integers(0, 4),
)


@pytest.mark.parametrize(
    ("delegates", "who"),
    [
        ({}, "a"),
        ({"b": "c"}, "a"),
        ({"a": "b"}, "b"),
        ({"a": "b", "b": "c"}, "c"),
        ({"a": "b", "b": "a"}, None),
        ({"a": "b", "b": "c", "c": "b"}, None),
        ({"a": "a"}, None),
        ({str(n): str(n + 1) for n in range(MOST_LINKS)} | {"a": "1"}, str(MOST_LINKS)),
        ({str(n): str(n + 1) for n in range(MOST_LINKS + 1)} | {"a": "1"}, None),
    ],
)
def test_a_chain_is_followed_to_its_end(delegates: dict[str, str], who: str | None) -> None:
    assert stand_in(delegates, "a") == who


@given(st.lists(DELEGATIONS, max_size=12))
def test_what_is_accepted_never_closes_a_circle_on_any_day(wanted: list[Delegation]) -> None:
    standing: list[Delegation] = []
    for one in wanted:
        if not delegation_problems(one, standing, TODAY):
            standing.append(one)
    for number in range(10):
        day = TODAY + timedelta(days=number)
        today = [one for one in standing if one.starts_on <= day <= one.ends_on]
        delegates = {one.person_id: one.delegate_id for one in today}
        assert len(delegates) == len(today), "two delegates on one day"
        for person_id in NAMES:
            found = stand_in(delegates, person_id)
            assert found is not None
            assert (found == person_id) == (person_id not in delegates)


@pytest.mark.parametrize(
    ("first", "last", "dates"),
    [
        (0, 0, "on October 5, 2026"),
        (0, 30, "from October 5, 2026 to November 4, 2026"),
    ],
)
def test_dates_are_said_in_words(first: int, last: int, dates: str) -> None:
    assert a_delegation("a", "b", first, last).dates == dates


@pytest.mark.parametrize(
    ("name", "absent", "words"),
    [("Tom", "Pia", "Tom for Pia"), ("Tom", "", "Tom"), ("", "Pia", "")],
)
def test_both_names_are_said(name: str, absent: str, words: str) -> None:
    assert for_whom(name, absent) == words


def problem_fields(**said: Any) -> list[str]:  # noqa: ANN401  # whom, and from when to when
    usual: dict[str, Any] = {"person_id": "a", "delegate_id": "b", "first": 0, "last": 0}
    return [one.field for one in delegation_problems(a_delegation(**{**usual, **said}), [], TODAY)]


def test_everything_wrong_is_said_at_once() -> None:
    assert problem_fields() == []
    assert problem_fields(first=-2, last=-3, delegate_id="a") == [
        "delegate_id",
        "starts_on",
        "ends_on",
    ]
    assert problem_fields(last=365) == []
    assert problem_fields(last=366) == ["ends_on"]
