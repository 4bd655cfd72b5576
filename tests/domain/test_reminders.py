"""When a question is recalled, and when it lapses: the calendar on its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from builders import NOON
from techrequests.domain.reminders import (
    ReminderSchedule,
    decision_reminder_due,
    deliveries,
    due,
)
from techrequests.domain.workflow import Action

USUAL = ReminderSchedule(reminder_days=(3, 7), lapse_days=14)


# Days since the question; days after it on which reminders went out; what is due.
@pytest.mark.parametrize(
    ("day", "reminded", "expected"),
    [
        (0, (), None),
        (2.99, (), None),
        (3, (), Action.REMIND),
        (3, (3,), None),
        (6.99, (3,), None),
        (7, (3,), Action.REMIND),
        (7, (3, 7), None),
        (13.99, (3, 7), None),
        (14, (3, 7), Action.LAPSE),
        pytest.param(60, (), Action.REMIND, id="never without a reminder, however late"),
        pytest.param(60.1, (60,), None, id="no second reminder right after a late first one"),
        pytest.param(
            64, (60,), Action.REMIND, id="the second one comes as many days later as usual"
        ),
        pytest.param(64.1, (60, 64), None, id="a late second reminder leaves time to answer"),
        pytest.param(71, (60, 64), Action.LAPSE, id="then it lapses"),
    ],
)
def test_each_step_has_its_day_and_a_late_one_moves_the_next(
    day: float, reminded: tuple[float, ...], expected: Action | None
) -> None:
    moments = [NOON + timedelta(days=one) for one in reminded]
    found = due(
        USUAL,
        asked_at=NOON,
        reminders=len(moments),
        last_reminded_at=max(moments, default=None),
        now=NOON + timedelta(days=day),
    )
    assert found is expected


def test_a_district_that_reminds_nobody_withdraws_nothing_either() -> None:
    silent = ReminderSchedule(reminder_days=(), lapse_days=14)
    late = NOON + timedelta(days=365)
    assert due(silent, asked_at=NOON, reminders=0, last_reminded_at=None, now=late) is None


WEST, EAST = ZoneInfo("Pacific/Honolulu"), ZoneInfo("Pacific/Auckland")


@pytest.mark.parametrize("zone", [WEST, EAST])
def test_a_delivery_is_recalled_by_school_days_of_the_district(zone: ZoneInfo) -> None:
    """Handed over on a Friday afternoon: it is Saturday in UTC for Honolulu already."""
    friday = datetime(2026, 10, 2, 16, tzinfo=zone)
    calendar = deliveries((1, 3), 5)
    happened = []
    moment = friday
    reminded: list[datetime] = []
    while moment < friday + timedelta(days=30):
        action = due(
            calendar,
            asked_at=friday,
            reminders=len(reminded),
            last_reminded_at=max(reminded, default=None),
            now=moment,
        )
        if action is Action.REMIND_OF_DELIVERY:
            reminded.append(moment)
        if action:
            happened.append((str(action), f"{moment:%a %d %H}"))
        if action is Action.CLOSE_UNCONFIRMED:
            break
        moment += timedelta(hours=1)
    assert happened == [
        ("remind of delivery", "Mon 05 16"),
        ("remind of delivery", "Wed 07 16"),
        ("close unconfirmed", "Fri 09 16"),
    ]


def test_a_late_reminder_of_a_delivery_waits_for_a_school_day() -> None:
    saturday = datetime(2026, 10, 24, 12, tzinfo=WEST)
    known = {"asked_at": datetime(2026, 1, 9, 12, tzinfo=WEST), "reminders": 0}
    calendar = deliveries((5, 10), 15)
    for days, expected in ((0, None), (1, None), (2, Action.REMIND_OF_DELIVERY)):
        now = saturday + timedelta(days=days)
        assert due(calendar, last_reminded_at=None, now=now, **known) is expected  # type: ignore[arg-type]


def test_zero_days_never_close_a_delivery() -> None:
    late = NOON + timedelta(days=364)
    known = {"asked_at": NOON, "last_reminded_at": NOON + timedelta(days=20), "reminders": 2}
    assert due(deliveries((5, 10), 0), now=late, **known) is None  # type: ignore[arg-type]
    assert due(deliveries((5, 10), 15), now=late, **known) is Action.CLOSE_UNCONFIRMED  # type: ignore[arg-type]


# Days until it moves up, days after which who decides is reminded.
@pytest.mark.parametrize(
    ("escalation_days", "expected"),
    [(0, []), (1, [0.5]), (2, [1]), (3, [1.5, 2]), (10, [5, 9]), (30, [15, 29])],
)
def test_who_decides_is_reminded_half_way_and_the_day_before(
    escalation_days: int, expected: list[float]
) -> None:
    reminded: list[float] = []
    for quarter in range(40 * 96):
        if decision_reminder_due(
            since=NOON,
            escalation_days=escalation_days,
            last_reminded_at=NOON + timedelta(days=reminded[-1]) if reminded else None,
            now=NOON + timedelta(days=quarter / 96),
        ):
            reminded.append(quarter / 96)
    assert reminded == expected


def test_one_reminder_stands_for_those_that_were_missed() -> None:
    late = NOON + timedelta(days=9.5)
    known = {"since": NOON, "escalation_days": 10}
    assert decision_reminder_due(last_reminded_at=None, now=late, **known)  # type: ignore[arg-type]
    again = late + timedelta(minutes=15)
    assert not decision_reminder_due(last_reminded_at=late, now=again, **known)  # type: ignore[arg-type]
    too_late = NOON + timedelta(days=10)
    assert not decision_reminder_due(last_reminded_at=None, now=too_late, **known)  # type: ignore[arg-type]
