"""Which role may do what, as a table to read."""

from __future__ import annotations

import pytest

from builders import an_actor
from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.policy import GRANTABLE, GRANTS, SCHEDULE, SHEET, Actor, Permission, Role

COLUMNS = (
    Role.STAFF,
    Role.REVIEWER,
    Role.TECHNICIAN,
    Role.APPROVER,
    Role.BUSINESS_OFFICE,
    Role.BUSINESS_MANAGER,
    Role.LEADERSHIP,
    Role.ADMINISTRATOR,
    Role.SCHEDULE,
    Role.SHEET,
)
MATRIX = """
                                         staff rev tech appr offc mngr lead admn cal sht
submit requests                            x    x    x    x    x    x    x    x   .   .
see other people's requests                .    x    x    x    x    x    x    x   .   .
see internal notes                         .    x    x    .    x    x    .    x   .   .
review requests                            .    x    .    .    .    .    .    .   .   .
assign requests to people                  .    x    .    .    .    .    .    x   .   .
approve or deny requests                   .    .    .    x    .    .    .    .   .   .
ask for and choose quotes                  .    x    .    .    .    .    .    .   .   .
see funds and their balances               .    x    .    .    x    x    x    .   .   .
pay requests from funds                    .    .    .    .    x    x    .    .   .   .
edit the fund table                        .    .    .    .    x    x    .    .   .   x
go over a fund's limit                     .    .    .    .    .    x    .    .   .   .
place orders and record invoices           .    .    .    .    x    x    .    .   .   .
receive goods                              .    x    x    .    .    .    .    .   .   .
see the inventory                          .    x    x    x    x    x    x    x   .   x
change inventory records                   .    x    x    .    .    .    .    .   .   x
deploy devices                             .    x    x    .    .    .    .    .   .   .
see the dashboards                         .    x    .    x    x    x    x    x   .   .
see what is late on Today                  .    .    .    .    .    .    x    .   .   .
edit people, sites and routing             .    .    .    .    .    .    .    x   .   .
edit the standards catalogue and vendors   .    x    .    .    .    .    .    x   .   x
see the audit trail                        .    .    .    .    .    .    x    x   .   .
link Google Sheets                         .    x    .    .    x    x    .    x   .   .
act by the calendar                        .    .    .    .    .    .    .    .   x   .
"""
EXPECTED = {
    Permission(line[:40].strip()): [mark == "x" for mark in line[40:].split()]
    for line in MATRIX.strip("\n").splitlines()[1:]
}


@pytest.mark.parametrize("permission", Permission)
def test_each_permission_is_held_by_exactly_these_roles(permission: Permission) -> None:
    assert [permission in GRANTS[role] for role in COLUMNS] == EXPECTED[permission]


def test_the_matrix_knows_every_role_and_permission() -> None:
    assert set(COLUMNS) == set(GRANTS) == set(Role)
    assert set(EXPECTED) == set(Permission)


def test_nobody_can_be_given_the_calendars_role_or_the_sheets() -> None:
    assert set(GRANTABLE) == set(Role) - {Role.SCHEDULE, Role.SHEET}
    assert not SHEET.may(Permission.DECIDE_REQUESTS)
    assert SCHEDULE.may(Permission.RUN_SCHEDULE)
    assert not any(SCHEDULE.may(other) for other in set(Permission) - {Permission.RUN_SCHEDULE})


@pytest.mark.parametrize(
    ("held_at", "asked_for", "may"),
    [
        ("LHS", "LHS", True),
        ("LHS", "WES", False),
        ("LHS", "", True),  # somewhere
        (EVERY_SITE, "WES", True),
        (EVERY_SITE, "", True),
        ("LHS", EVERY_SITE, False),
        ("LHS", "lhs", False),
    ],
)
def test_a_role_counts_where_it_is_held(held_at: str, asked_for: str, may: bool) -> None:  # noqa: FBT001  # a table's column
    approver = an_actor(Role.APPROVER, at=held_at)
    assert approver.may(Permission.DECIDE_REQUESTS, asked_for) is may


def test_a_person_without_roles_may_nothing() -> None:
    nobody = Actor(person_id="x", full_name="X", site_id="LHS", roles=frozenset())
    assert not any(nobody.may(permission) for permission in Permission)
    assert nobody.sites_for(Permission.SEE_REQUESTS) == frozenset()


def test_roles_of_two_sites_add_up() -> None:
    both = Actor(
        person_id="x",
        full_name="X",
        site_id="LHS",
        roles=frozenset({(Role.APPROVER, "LHS"), (Role.REVIEWER, "WES")}),
    )
    assert both.sites_for(Permission.SEE_REQUESTS) == {"LHS", "WES"}
    assert both.sites_for(Permission.REVIEW_REQUESTS) == {"WES"}
