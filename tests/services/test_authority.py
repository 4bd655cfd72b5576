"""Every service against every role, from the policy: what a role does not hold is refused.

A service that is added without a line in `tries`, `tries_at_a_request` or here fails the last test.
"""

from __future__ import annotations

import inspect
import pkgutil
from functools import partial
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING

import pytest

from builders import NOON, given, in_status, left, who
from random_deeds import DEEDS, Scene
from services.tries import FOR_WANT_OF_AUTHORITY, TRIES, delegate, is_refused, somebody_with
from services.tries_at_a_request import OF_A_REQUEST
from techrequests import services
from techrequests.domain.errors import TechRequestsError
from techrequests.domain.policy import GRANTABLE, GRANTS, Permission, Role
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import STEP_OF, Action

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

ROLES = [role for role in GRANTABLE if role is not Role.STAFF]

# -- steps of the workflow -------------------------------------------------------------------------

GUARDED = [action for action in DEEDS if STEP_OF[action].permission]


@pytest.mark.parametrize("action", GUARDED)
def test_a_step_is_refused_to_every_role_that_does_not_hold_its_permission(
    database: Database, action: Action
) -> None:
    step, deed = STEP_OF[action], DEEDS[action]
    request = in_status(database, min(step.sources), requester_id="tina")
    before = everything(database)
    for role in ROLES:
        if step.permission not in GRANTS[role]:
            kinds = set()
            for seed in range(8):
                asked = deed.form(scene_of(database, request, seed))
                try:
                    deed.service(database, somebody_with(role), asked, now=NOON)
                except TechRequestsError as error:
                    kinds.add(type(error))
            # Some forms name somebody who may not do it either; not all of them do.
            assert kinds & set(FOR_WANT_OF_AUTHORITY), role
    assert everything(database) == before


def everything(database: Database) -> list[tuple[str, int, int]]:
    """How many rows each table has, and the sum of their versions."""
    with database.read() as reader:
        found = reader.rows(
            "SELECT table_name, max(column_name = 'version') AS guarded "
            "FROM information_schema.columns JOIN information_schema.tables USING (table_name) "
            "WHERE table_type = 'BASE TABLE' GROUP BY table_name"
        )
        counted = []
        for table in found:
            versions = "coalesce(sum(version), 0)" if table["guarded"] else "0"
            sql = f"SELECT count(*) AS n, {versions} AS v FROM {table['table_name']}"  # noqa: S608
            row = reader.rows(sql)[0]
            counted.append((table["table_name"], int(row["n"]), int(row["v"])))
        return sorted(counted)


def scene_of(database: Database, request: TechRequest, seed: int) -> Scene:
    return Scene(
        database=database,
        request=request,
        seen_version=request.version,
        now=NOON,
        chance=Random(seed),  # noqa: S311  # no secret, on the contrary
    )


# -- what else changes something -------------------------------------------------------------------


@pytest.mark.parametrize("what", TRIES, ids=" ".join)
def test_a_service_is_refused_to_every_role_that_does_not_hold_its_permission(
    database: Database, what: tuple[str, str]
) -> None:
    permission, attempt = TRIES[what]
    in_status(database, Status.DEPLOYING)
    delegate(database, who(database, "pia"))
    for role in GRANTABLE:
        if permission not in GRANTS[role]:
            is_refused(database, partial(attempt, database, somebody_with(role)))


def test_roles_end_on_the_day_that_was_set_and_with_the_person(database: Database) -> None:
    given(database, "will", Role.BUSINESS_OFFICE)
    assert who(database, "will").may(Permission.SEE_FUNDS)
    left(database, "will")
    with pytest.raises(TechRequestsError):
        who(database, "will")


# -- nothing is forgotten --------------------------------------------------------------------------

FOR_THE_READER_ALONE = {
    "first_day.first_day": "what is to be set up, and nothing to who does not do that",
    "intake_form.route_of": "names of who would review and decide, for the form",
    "messages.inbox": "the reader's own",
    "messages.counted": "the reader's own",
    "messages.mark_read": "the reader's own",
    "messages.mark_all_read": "the reader's own",
    "reports.progress": "counts what the reader may see",
    "reports.spending": "counts what the reader may see",
    "tables.may_undo": "says nothing but yes or no about the reader's own save",
    "today.waiting": "the reader's own",
}
"""Services that only ever give a reader what is theirs, and why."""


def test_every_service_that_acts_for_somebody_is_tried_here() -> None:
    acting = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(services.__path__)
        for name, value in vars(import_module(f"{services.__name__}.{module.name}")).items()
        if inspect.isfunction(value)
        and value.__module__ == f"{services.__name__}.{module.name}"
        and not name.startswith("_")
        and list(inspect.signature(value).parameters)[:2] == ["database", "actor"]
    }
    deeds = {
        f"{deed.service.__module__.rpartition('.')[2]}.{deed.service.__name__}"
        for deed in DEEDS.values()
    }
    tried = deeds | {name for name, _ in TRIES} | set(OF_A_REQUEST) | set(FOR_THE_READER_ALONE)
    assert acting - tried == set()
    assert tried - acting == set()
