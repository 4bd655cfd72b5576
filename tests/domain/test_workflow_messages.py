"""Whom each step tells."""

from __future__ import annotations

import pytest

from domain.steps_table import split
from techrequests.domain.workflow import (
    STEP_OF,
    Action,
    Audience,
)

TOLD = {
    "submit": "requester, reviewer",
    "discard": "",
    "correct": "reviewer, requester",
    "correct category": "reviewer, requester",
    "reassign": "reviewer, requester",
    "name approver": "approver, requester",
    "forward": "requester, approver",
    "use spare": "requester, approver",
    "decline": "requester, approver",
    "ask": "requester",
    "answer": "reviewer, approver",
    "remind": "requester",
    "lapse": "requester, reviewer, approver",
    "withdraw": "reviewer, approver",
    "delegate": "approver, requester",
    "return decision": "approver, requester",
    "find approver": "approver, requester",
    "escalate": "approver, requester",
    "report overdue": "administrators, approver, requester",
    "remind approver": "approver",
    "approve": "requester, reviewer",
    "deny": "requester, reviewer",
    "ask before deciding": "requester, reviewer",
    "ask vendors": "",
    "record quote": "",
    "choose quote": "requester, business office",
    "amend": "requester, approver",
    "allocate": "",
    "return to quoting": "reviewer",
    "cancel": "requester, approver, business office",
    "order": "requester, reviewer",
    "correct order": "",
    "receive": "requester, technician, business office",
    "cancel lines": "requester, technician, business office",
    "requote": "requester, reviewer, business office",
    "record invoice": "",
    "record credit": "",
    "reverse invoice": "",
    "assign technician": "technician, requester",
    "tick": "",
    "hand over": "requester, reviewer",
    "confirm": "technician, reviewer",
    "remind of delivery": "requester",
    "close unconfirmed": "requester, technician, reviewer",
    "report problem": "technician, reviewer",
    "reopen": "technician, reviewer",
}


@pytest.mark.parametrize("action", Action)
def test_each_step_tells_the_people_of_the_table(action: Action) -> None:
    expected = {Audience(name) for name in split(TOLD[action]) if name}
    assert set(STEP_OF[action].tells) == expected
