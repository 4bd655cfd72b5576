"""Tables that are edited in place, narrowed down by their own fields and sorted by any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from builders import PEOPLE
from techrequests.domain.catalogue import Person, RoutingRule, Site, StandardItem, Vendor
from techrequests.domain.fields import shown
from techrequests.domain.policy import RoleGrant
from techrequests.domain.tolerances import Tolerances
from techrequests.services.funds import FUND_PLAN
from techrequests.services.tables import PLANS, table_choices, table_page
from techrequests.store.tables import RowsAsked

if TYPE_CHECKING:
    from techrequests.domain.fields import Record
    from techrequests.services.table_plan import Plan
    from techrequests.store.database import Database


def keys_of(database: Database, record: type[Record], **asked: Any) -> list[str]:  # noqa: ANN401  # as in RowsAsked
    rows, total = table_page(database, PLANS[record], RowsAsked(**asked))
    assert total == len(rows)
    return [getattr(row, record.TABLE.key) for row in rows]


def test_every_table_is_filtered_by_what_its_fields_are_picked_from() -> None:
    found = {record: [one.name for one in plan.filters()] for record, plan in PLANS.items()}
    assert found == {
        Site: ["kind"],
        Person: ["job_title", "site_id", "supervisor_id"],
        RoleGrant: ["person_id", "role", "site_id"],
        RoutingRule: ["site_id", "category", "reviewer_id"],
        StandardItem: ["category", "manufacturer", "tracked"],
        Vendor: [],
        Tolerances: ["more_units_need_approval"],
    }
    assert {"fiscal_year", "closed", "encumber_control"} <= {
        one.name for one in FUND_PLAN.filters()
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"site_id": ("WES",)}, ["wanda", "will"]),
        ({"site_id": ("WES",), "job_title": ("Teacher",)}, ["will"]),
        ({"supervisor_id": ("",)}, ["sue"]),
        ({"supervisor_id": ("pia", "wanda")}, ["tina", "tom", "will"]),
        ({"site_id": ("nowhere",)}, []),
    ],
)
def test_filters_narrow_a_table_down(
    database: Database, filters: dict[str, tuple[str, ...]], expected: list[str]
) -> None:
    assert sorted(keys_of(database, Person, filters=tuple(filters.items()))) == expected


def test_yes_and_no_and_numbers_are_filters_too(database: Database) -> None:
    tracked = keys_of(database, StandardItem, filters=(("tracked", ("yes",)),))
    others = keys_of(database, StandardItem, filters=(("tracked", ("no",)),))
    assert sorted(tracked + others) == sorted(keys_of(database, StandardItem))
    assert tracked
    offered = table_choices(database, FUND_PLAN).filters
    assert "2027" in offered["fiscal_year"]
    asked = RowsAsked(filters=(("fiscal_year", ("2027",)),))
    rows, _ = table_page(database, FUND_PLAN, asked)
    assert {getattr(fund, "fiscal_year", 0) for fund in rows} == {2027}


def test_a_table_is_sorted_by_any_column_and_one_that_points_by_the_name(
    database: Database,
) -> None:
    ways = [keys_of(database, Person, order="full_name", descending=back) for back in (False, True)]
    assert ways[0] == ways[1][::-1] == sorted(ways[0])
    by_boss = keys_of(database, Person, order="supervisor_id")
    names = {person.person_id: person.full_name for person in PEOPLE}
    above = {person.person_id: names.get(person.supervisor_id or "", "~") for person in PEOPLE}
    bosses = [above[key] for key in by_boss]
    assert bosses == sorted(bosses)
    by_site = keys_of(database, RoutingRule, order="site_id")
    assert sorted(by_site) == sorted(keys_of(database, RoutingRule))


@pytest.mark.parametrize("plan", [*PLANS.values(), FUND_PLAN], ids=lambda p: p.record.TABLE.label)
def test_every_column_can_be_sorted_by_and_every_filter_asked(
    database: Database, plan: Plan
) -> None:
    for column in shown(plan.record):
        table_page(database, plan, RowsAsked(order=column.name, descending=True, inactive=True))
    for name, values in table_choices(database, plan).filters.items():
        table_page(database, plan, RowsAsked(filters=((name, tuple(values)),)))


def test_what_is_no_column_narrows_down_and_sorts_nothing(database: Database) -> None:
    forged = (("1) OR (1", ("x",)),)
    found = keys_of(database, Person, order="1; DROP TABLE person", filters=forged)
    assert found == keys_of(database, Person)
