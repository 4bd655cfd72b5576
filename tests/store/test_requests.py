"""What the store tells the rules about a case."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest

from builders import TODAY, in_status
from techrequests.domain.rules import Facts
from techrequests.domain.techrequest import Status
from techrequests.domain.tolerances import NOTHING_TOLERATED
from techrequests.domain.workflow import WORKFLOW, Action, Step
from techrequests.store import requests
from techrequests.store.requests import facts_for

if TYPE_CHECKING:
    from techrequests.store.database import Database

_READ_BY = {
    "lines": requests._LINES,
    "approved_cents": requests._APPROVAL,
    "chosen_cents": requests._CHOICE,
    "chosen_expires_on": requests._CHOICE,
    "more_units": requests._MORE_UNITS,
    "tolerances": requests._TOLERANCES,
    "reserved_cents": requests._MONEY,
    "ordered": requests._ORDERED,
    "encumbered_cents": requests._MONEY,
    "expended_cents": requests._MONEY,
    "outstanding": requests._ORDERED,
    "accepted": requests._ACCEPTED,
    "spares": requests._SPARES,
    "open_tasks": requests._TASKS,
    "reminders": requests._REMINDERS,
    "closed_unanswered": requests._UNANSWERED,
}
TOLERATED = replace(NOTHING_TOLERATED, quote_percent=10, quote_most_cents=50_00)
"""Of a quote, until the Business Office says otherwise."""

# The service says what would be chosen: nothing is chosen before the step.
_GIVEN = {
    (Action.CHOOSE_QUOTE, fact) for fact in ("chosen_cents", "chosen_expires_on", "more_units")
}


def _facts_read_by(step: Step) -> set[str]:
    """The facts that the rules of a step mention."""
    asked = (*step.rules, *filter(None, (step.pick,)))
    mentioned = {name for rule in asked for name in rule.__code__.co_names}
    return mentioned & set(_READ_BY)


def test_every_fact_is_read_from_somewhere() -> None:
    # Who took which duty is asked only where a district keeps duties apart.
    assert {one.name for one in fields(Facts)} == {"today", "taken", *_READ_BY}


@pytest.mark.parametrize("step", WORKFLOW, ids=lambda step: step.action)
def test_every_rule_finds_what_it_reads_at_every_status_of_its_step(step: Step) -> None:
    for status in step.sources:
        for fact in _facts_read_by(step):
            if (step.action, fact) not in _GIVEN:
                assert _READ_BY[fact] in requests._ASKED_AT[status], f"{fact} at {status}"


def test_some_rule_reads_each_part_of_the_facts() -> None:
    mentioned = {fact for step in WORKFLOW for fact in _facts_read_by(step)}
    assert {_READ_BY[fact] for fact in mentioned} == set(_READ_BY.values())


@pytest.mark.parametrize(
    ("status", "known"),
    [
        (Status.DRAFT, {"lines": 1}),
        (Status.AWAITING_APPROVAL, {"lines": 1}),
        (Status.QUOTING, {"lines": 1, "approved_cents": 1_798_00, "tolerances": TOLERATED}),
        (Status.DECLINED, {}),
    ],
)
def test_the_facts_of_a_case(database: Database, status: Status, known: dict[str, Any]) -> None:
    request = in_status(database, status)
    with database.read() as reader:
        assert facts_for(reader, request, TODAY) == Facts(today=TODAY, **known)


def test_facts_take_at_most_one_statement(database: Database) -> None:
    for status in Status:
        request = in_status(database, status)
        before = database.statements.total
        with database.read() as reader:
            facts_for(reader, request, TODAY)
        assert database.statements.total - before <= 1
