"""Which facts stop a step, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import NOON, TODAY
from domain.steps_table import FAVOURABLE, PEOPLE, WHO_MAY, own_case, split, the_case
from techrequests.domain.errors import BlockedError
from techrequests.domain.rules import Facts
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import (
    STEP_OF,
    WORKFLOW,
    Action,
    blockers,
    decide,
)

# One fact or name spoilt at a time, the steps it stops, and the words.
SPOILT = (
    ({"lines": 0}, "submit, correct, amend", "Add at least one item."),
    (
        {"approved_cents": None},
        "ask vendors, record quote, choose quote, allocate, order, requote",
        "The supervisor has not approved this version.",
    ),
    ({"chosen_cents": None, "reserved_cents": 0}, "allocate, order", "Choose a quote first."),
    (
        {"chosen_cents": 1_798_01, "reserved_cents": 1_798_01},
        "choose quote, order",
        (
            "The quote is $0.01 above the approved $1,798.00. "
            "Amend the request, so that the supervisor can decide on the new cost."
        ),
    ),
    (
        {"chosen_expires_on": TODAY - timedelta(days=1)},
        "choose quote, order",
        "The chosen quote expired on 10/04/2026. Return it to quoting.",
    ),
    (
        {"reserved_cents": 1_797_99},
        "order",
        "$0.01 is still without a fund. Allocate the whole delivered cost first.",
    ),
    (
        {"reserved_cents": 1_798_01},
        "order",
        "$0.01 is too much. Allocate the whole delivered cost first.",
    ),
    (
        {"ordered": False},
        "correct order, requote, record invoice, record credit, reverse invoice",
        "Nothing was ordered for this request.",
    ),
    (
        {"expended_cents": 25_00},
        "requote",
        (
            "$25.00 was paid for the cancelled order. Record the vendor's credit first, or start a "
            "new request from this one."
        ),
    ),
    (
        {"outstanding": 0},
        "receive, cancel lines",
        "Everything ordered has been received or cancelled.",
    ),
    ({"open_tasks": 1}, "hand over", "1 item is still open on the checklist."),
    ({"open_tasks": 3}, "hand over", "3 items are still open on the checklist."),
    (
        {"reminders": 0},
        "lapse, close unconfirmed",
        "The requester has not been reminded yet.",
    ),
    (
        {"closed_unanswered": False},
        "reopen",
        "It was confirmed that it works. Start a new request from this one instead.",
    ),
)


@pytest.mark.parametrize(("spoilt", "stopped", "words"), SPOILT)
def test_a_spoilt_fact_stops_exactly_these_steps_in_these_words(
    spoilt: dict[str, Any], stopped: str, words: str
) -> None:
    facts = replace(FAVOURABLE, **spoilt)
    found = {}
    for step in WORKFLOW:
        sources, allowed = map(split, WHO_MAY[step.action])
        actor = PEOPLE[min(allowed)]
        reasons = blockers(the_case(Status(min(sources))), step, actor, facts)
        if reasons:
            found[str(step.action)] = reasons
    assert found == dict.fromkeys(split(stopped), (words,))


def test_every_refusal_is_a_sentence() -> None:
    bare = Facts(
        today=TODAY, open_tasks=2, chosen_cents=5, chosen_expires_on=TODAY.replace(year=2020)
    )
    reasons = {
        reason
        for status in Status
        for case in (the_case(status), own_case(status), the_case(status, reviewer_id=None))
        for step in WORKFLOW
        for actor in PEOPLE.values()
        for facts in (FAVOURABLE, bare, replace(bare, approved_cents=1))
        for reason in blockers(case, step, actor, facts)
    }
    assert len(reasons) > 20
    for reason in reasons:
        assert reason[0].isupper() or reason[0] in "$0123456789", reason
        assert reason.endswith("."), reason
        assert "  " not in reason, reason
        assert "Status." not in reason, reason


def test_all_reasons_are_told_at_once() -> None:
    request = the_case(Status.FUNDING)
    nothing = Facts(today=TODAY)
    assert len(blockers(request, STEP_OF[Action.ORDER], PEOPLE["business manager"], nothing)) == 2
    with pytest.raises(BlockedError) as refused:
        decide(request, Action.ORDER, PEOPLE["business manager"], nothing, now=NOON)
    assert refused.value.reasons == (
        "The supervisor has not approved this version.",
        "Choose a quote first.",
    )
