"""A new status is known wherever one has to be: each place that forgot it fails with its name."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from builders import NOON, PEOPLE, TODAY, in_status
from techrequests.domain.stages import STAGES, Owner, next_people
from techrequests.domain.techrequest import TERMINAL, Status
from techrequests.domain.workflow import STEP_OF, WORKFLOW, Action
from techrequests.sample.lives import _STAGES
from techrequests.store import routing
from techrequests.store.checks import run_checks
from techrequests.store.delegation import _UNDECIDED_OF
from techrequests.store.people import actor
from techrequests.store.requests import _ASKED_AT
from techrequests.store.today import waiting_for
from techrequests.ui.cards import stage_path
from techrequests.ui.menu import PAGE_AT
from techrequests.ui.today import _JOBS

if TYPE_CHECKING:
    from techrequests.store.database import Database

OPEN = [status for status in Status if status not in TERMINAL]
NAMED = {Owner.REQUESTER, Owner.REVIEWER, Owner.APPROVER, Owner.TECHNICIAN}
"""Those who act by name; the others are a department."""
ENDS = {Action.WITHDRAW, Action.DISCARD, Action.CANCEL, Action.CANCEL_LINES}

pytestmark = pytest.mark.parametrize("status", OPEN)


def test_domain_stages_says_who_acts_and_where(status: Status) -> None:
    stage = STAGES[status]
    assert stage.owner is not Owner.NOBODY
    assert not stage.page or stage.page in PAGE_AT


def test_domain_stages_next_people_names_somebody(database: Database, status: Status) -> None:
    request = in_status(database, status)
    assert bool(next_people(request)) == (STAGES[status].owner in NAMED)


def test_domain_workflow_leads_on_and_ends_early_until_the_goods_are_there(status: Status) -> None:
    leaving = {step.action for step in WORKFLOW if status in step.sources}
    assert leaving
    assert leaving & ENDS or status in {Status.DEPLOYING, Status.DELIVERED}


def test_store_today_has_it_on_somebodys_list(database: Database, status: Status) -> None:
    request = in_status(database, status)
    with database.read() as reader:
        reasons = [
            row["why"]
            for person in PEOPLE
            for row in waiting_for(reader, actor(reader, person.person_id, TODAY), TODAY)
            if row["request_id"] == request.request_id
        ]
    assert reasons, "store/today.py: _WAITING"
    assert set(reasons) <= _JOBS.keys(), "ui/today.py: _JOBS"


def test_store_requests_knows_what_its_rules_ask(status: Status) -> None:
    assert status in _ASKED_AT, "store/requests.py: _ASKED_AT"


def test_store_routing_counts_it_as_work_of_the_reviewer_who_has_it(status: Status) -> None:
    counted = f"'{status}'" in inspect.getsource(routing)
    assert counted == (STAGES[status].owner in {Owner.REVIEWER, Owner.QUOTER})


def test_store_delegation_guards_who_decides_until_the_order(status: Status) -> None:
    guarded = f"'{status}'" in _UNDECIDED_OF
    assert guarded == (status in STEP_OF[Action.WITHDRAW].sources)


def test_store_checks_find_nothing_wrong_with_it(database: Database, status: Status) -> None:
    in_status(database, status)
    assert run_checks(database, now=NOON) == []


def test_ui_cards_shows_where_it_is_on_the_path(database: Database, status: Status) -> None:
    request = in_status(database, status)
    path = stage_path(request.status, request.asked_from)
    assert bool(path) == (status is not Status.DRAFT), "ui/cards.py: _PATH"


def test_sample_lives_knows_how_it_goes_on(status: Status) -> None:
    assert status is Status.DRAFT or status in _STAGES, "sample/lives.py: _STAGES"
