"""Who may take a step: exactly the people of the table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.steps_table import FAVOURABLE, OLGA, OWNERS, PEOPLE, WHO_MAY, own_case, split, the_case
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import (
    STEP_OF,
    WORKFLOW,
    Action,
    blockers,
)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("status", Status)
def test_exactly_the_people_of_the_table_may_take_a_step(action: Action, status: Status) -> None:
    sources, allowed = map(split, WHO_MAY[action])
    free = {
        who
        for who, actor in PEOPLE.items()
        if not blockers(the_case(status), STEP_OF[action], actor, FAVOURABLE)
    }
    assert free == (allowed if status in sources else set())


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("status", Status)
def test_roles_open_nothing_more_on_ones_own_request(action: Action, status: Status) -> None:
    sources, _ = map(split, WHO_MAY[action])
    free = not blockers(own_case(status), STEP_OF[action], OLGA, FAVOURABLE)
    assert free == (status in sources and action in split(OWNERS))


@pytest.mark.parametrize("action", Action)
def test_who_filled_in_the_form_is_as_much_its_owner_as_who_asks(action: Action) -> None:
    """Filling in a colleague's form must not be a way to decide on what one wants oneself."""
    for status in STEP_OF[action].sources:
        helped = replace(own_case(status), requester_id="tina", submitted_by_id="olga")
        assert blockers(helped, STEP_OF[action], OLGA, FAVOURABLE) == blockers(
            own_case(status), STEP_OF[action], OLGA, FAVOURABLE
        )


def test_every_action_is_in_the_table_and_has_exactly_one_step() -> None:
    assert set(WHO_MAY) == set(Action)
    assert sorted(step.action for step in WORKFLOW) == sorted(Action)
