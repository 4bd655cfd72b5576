"""Whether a fund may pay, and why not, in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import a_fund
from techrequests.domain.catalogue import Category
from techrequests.domain.funds import Answer, Commitment, Control, Purchase, answer
from techrequests.domain.ledger import Balance

STANDING = Balance(budget_cents=1_000_00, reserved_cents=100_00, encumbered_cents=100_00)
"""$800.00 is available."""


def a_purchase(**said: Any) -> Purchase:  # noqa: ANN401  # any field of a purchase
    usual: dict[str, Any] = {
        "site_id": "LHS",
        "categories": (Category.COMPUTERS,),
        "on": date(2026, 10, 5),
        "stage": Commitment.RESERVE,
    }
    return Purchase(**{**usual, **said})


SHORT = "General fund 2026-27 is $0.01 short: $800.00 is available."


@pytest.mark.parametrize("stage", Commitment)
@pytest.mark.parametrize(
    ("control", "expected"),
    [
        (Control.STOP, Answer(shortfall=SHORT)),
        (Control.WARN, Answer(warnings=(SHORT,))),
        (Control.IGNORE, Answer()),
    ],
)
def test_each_stage_has_its_own_control(
    stage: Commitment, control: Control, expected: Answer
) -> None:
    others = dict.fromkeys(
        ("reserve_control", "encumber_control", "expend_control"),
        Control.IGNORE if control is not Control.IGNORE else Control.STOP,
    )
    fund = a_fund(**{**others, f"{stage}_control": control})
    assert answer(fund, STANDING, 800_01, a_purchase(stage=stage)) == expected
    assert expected.may_pay == (control is not Control.STOP)
    assert answer(fund, STANDING, 800_00, a_purchase(stage=stage)) == Answer()
    assert answer(fund, STANDING, 0, a_purchase(stage=stage)) == Answer()


@pytest.mark.parametrize(
    ("fund", "purchase", "words"),
    [
        ({"closed": True}, {}, "General fund 2026-27 is closed to new spending."),
        (
            {"categories": "displays, printing"},
            {},
            "General fund 2026-27 does not pay for computers.",
        ),
        ({"categories": ""}, {}, "General fund 2026-27 does not pay for computers."),
        ({"categories": "computer"}, {}, "General fund 2026-27 does not pay for computers."),
        ({"sites": "WES, DO"}, {}, "General fund 2026-27 is not for this site."),
        (
            {},
            {"on": date(2026, 6, 30)},
            (
                "General fund 2026-27 pays for orders from 07/01/2026 to 06/30/2027, "
                "not on 06/30/2026."
            ),
        ),
        (
            {},
            {"on": date(2027, 7, 1)},
            (
                "General fund 2026-27 pays for orders from 07/01/2026 to 06/30/2027, "
                "not on 07/01/2027."
            ),
        ),
    ],
)
def test_what_nobody_can_pass_is_said_in_words(
    fund: dict[str, Any], purchase: dict[str, Any], words: str
) -> None:
    replied = answer(a_fund(**fund), STANDING, 1, a_purchase(**purchase))
    assert replied == Answer(refusals=(words,))
    assert not replied.may_pay


@pytest.mark.parametrize(
    ("fund", "purchase"),
    [
        ({"categories": " Displays ,COMPUTERS"}, {}),
        ({"categories": "displays, *"}, {}),
        ({"sites": "wes, lhs"}, {}),
        ({}, {"on": date(2026, 7, 1)}),
        ({}, {"on": date(2027, 6, 30)}),
        ({}, {"on": date(2027, 9, 1), "stage": Commitment.EXPEND}),
    ],
)
def test_a_fund_pays_for_what_it_lists_and_within_its_dates(
    fund: dict[str, Any], purchase: dict[str, Any]
) -> None:
    """An invoice may come late: the order was made in time."""
    assert answer(a_fund(**fund), STANDING, 1, a_purchase(**purchase)).may_pay


def test_every_reason_is_told_at_once() -> None:
    fund = a_fund(closed=True, sites="WES", reserve_control=Control.STOP)
    replied = answer(fund, STANDING, 900_00, a_purchase(on=date(2030, 1, 1)))
    assert len(replied.refusals) == 3
    assert replied.shortfall
