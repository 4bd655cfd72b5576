"""When a question is recalled, and when it lapses: the calendar on its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from builders import NOON
from techrequests.domain.reminders import ReminderSchedule, due
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
