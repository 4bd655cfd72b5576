"""The first day's list: each line is done by what the data says, and goes when all are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from builders import SITES, TODAY, an_actor, who
from techrequests.domain.catalogue import EVERY_SITE, RoutingRule, Site, SiteKind
from techrequests.domain.policy import Role
from techrequests.services.first_day import first_day
from techrequests.store.database import IN_MEMORY, Database
from techrequests.store.migrate import migrate

if TYPE_CHECKING:
    from techrequests.services.first_day import Task

ADMINISTRATOR = an_actor(Role.ADMINISTRATOR, at=EVERY_SITE)


def by_page(database: Database) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in first_day(database, ADMINISTRATOR, TODAY):
        found.setdefault(task.path.rpartition("/")[2].removesuffix(".py"), []).append(task)
    return found


def test_a_new_district_has_all_of_it_before_it_in_the_order_in_which_it_works() -> None:
    database = Database.open(IN_MEMORY)
    migrate(database)
    found = by_page(database)
    assert list(found) == ["sites", "people", "roles", "routing", "funds", "vendors"]
    assert [task for tasks in found.values() for task in tasks if task.done] == []
    database.close()


def test_the_business_manager_sees_it_too_and_nobody_else() -> None:
    database = Database.open(IN_MEMORY)
    migrate(database)
    manager = an_actor(Role.BUSINESS_MANAGER, at=EVERY_SITE)
    assert len(first_day(database, manager, TODAY)) == 8
    for role in (Role.REVIEWER, Role.APPROVER, Role.LEADERSHIP, Role.STAFF):
        assert first_day(database, an_actor(role, at=EVERY_SITE), TODAY) == ()
    database.close()


def test_it_is_gone_once_all_is_there(database: Database) -> None:
    assert first_day(database, who(database, "ada"), TODAY) == ()


def test_it_names_a_new_school_for_which_nobody_approves_or_reviews(database: Database) -> None:
    with database.write() as work:
        for rule in work.find(RoutingRule):
            work.update(replace(rule, site_id="LHS"))
        work.insert(Site(site_id="NEW", name="New Pine School", kind=SiteKind.ELEMENTARY))
    found = by_page(database)
    (routing,) = found["routing"]
    assert not routing.done
    assert "New Pine School" in routing.lacking
    assert SITES[0].name in routing.lacking
    assert [task.done for task in found["sites"]] == [True]


def test_a_site_where_somebody_works_and_nobody_approves_is_named(database: Database) -> None:
    with database.write() as work:
        work.run("DELETE FROM role_grant WHERE role = 'approver' AND site_id = 'LHS'")
        work.run("DELETE FROM role_grant WHERE role = 'approver' AND site_id = '*'")
    (approvers, *_) = by_page(database)["roles"]
    assert not approvers.done
    assert "Lincoln High School" in approvers.lacking


def test_a_category_without_a_reviewer_counts_unless_one_rule_is_for_all(
    database: Database,
) -> None:
    with database.write() as work:
        work.run("UPDATE routing_rule SET category = 'software'")
    (routing,) = by_page(database)["routing"]
    assert not routing.done
