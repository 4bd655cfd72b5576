"""Tables edited like spreadsheets: what is saved, who was faster, and what a page reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import given
from services.typed_in import an_edit, change, save, stored
from techrequests.domain.catalogue import Person, RoutingRule, Site, SiteKind, StandardItem, Vendor
from techrequests.domain.edits import TableEdit, cell_text
from techrequests.domain.errors import ConflictError, InvalidError
from techrequests.domain.fields import from_text, shown
from techrequests.domain.funds import Fund
from techrequests.domain.policy import Role, RoleGrant
from techrequests.services.tables import (
    PLANS,
    cell_choices,
    table_history,
    table_page,
)
from techrequests.store.tables import RowsAsked

if TYPE_CHECKING:
    from techrequests.domain.fields import Record
    from techrequests.store.database import Database


def test_each_changed_cell_is_saved_and_remembered_with_before_and_after(
    database: Database,
) -> None:
    saved = change(database, Site, "LHS", phone="555-0101", kind="middle school")

    site = stored(database, Site, "LHS")
    assert (site.phone, site.kind, site.version) == ("555-0101", "middle school", 2)
    assert (saved.cells, saved.new_rows) == (2, 0)
    history = table_history(database, Site)
    assert {(one["field"], one["before"], one["after"], one["who"]) for one in history} == {
        ("phone", "", "555-0101", "Ada Wynn"),
        ("kind", "high school", "middle school", "Ada Wynn"),
    }


def test_a_cell_typed_as_it_was_changes_nothing(database: Database) -> None:
    saved = change(database, Site, "LHS", name="  Lincoln High School ")
    assert saved.cells == 0
    assert stored(database, Site, "LHS").version == 1
    assert table_history(database, Site) == ()


def test_a_new_row_gets_the_defaults_of_what_was_left_empty(database: Database) -> None:
    saved = save(
        database,
        Site,
        new=({"site_id": "EMS", "name": "Eastside Middle", "kind": "middle school", "phone": ""},),
    )
    assert saved.new_rows == 1
    assert stored(database, Site, "EMS") == Site(
        site_id="EMS", name="Eastside Middle", kind=SiteKind.MIDDLE, version=1
    )
    with database.read() as reader:
        edits = reader.find(TableEdit, "WHERE row_key = 'EMS'")
    assert {edit.field: edit.before for edit in edits} == {
        "site_id": None,
        "name": None,
        "kind": None,
        "active": None,
    }


@pytest.mark.parametrize(
    ("record", "row", "code"),
    [
        (
            RoleGrant,
            {"person_id": "tom", "role": "Business Office", "site_id": "*"},
            "tom-business-office-all",
        ),
        (
            RoutingRule,
            {"position": "5", "site_id": "WES", "category": "displays", "reviewer_id": "rob"},
            "5-WES-displays-rob",
        ),
    ],
)
def test_nobody_has_to_invent_the_code_of_a_role_or_a_rule(
    database: Database, record: type[Record], row: dict[str, str], code: str
) -> None:
    save(database, record, new=(row,))
    assert stored(database, record, code).version == 1


def test_an_amount_is_typed_in_dollars_and_kept_in_cents(database: Database) -> None:
    change(database, StandardItem, "LAP-TEACHER", unit_price_cents="$1,049.5", by="rita")
    assert stored(database, StandardItem, "LAP-TEACHER").unit_price_cents == 1_049_50
    assert table_history(database, StandardItem)[0]["after"] == "1049.50"


def test_a_double_click_saves_once(database: Database) -> None:
    edit = an_edit(database, Site, "LHS", phone="555-0101")
    first = save(database, Site, edit, save_id="same")
    second = save(database, Site, edit, save_id="same")
    assert first == second
    assert len(table_history(database, Site)) == 1


def test_one_bad_cell_saves_nothing_and_every_problem_is_told(database: Database) -> None:
    with pytest.raises(InvalidError) as refused:
        save(
            database,
            StandardItem,
            an_edit(database, StandardItem, "LAP-TEACHER", name="Laptop", lead_time_days="soon"),
            an_edit(database, StandardItem, "CB-STUDENT", unit_price_cents="-1", name=""),
            new=({"item_id": "X 1", "name": "X", "category": "toys"},),
            by="rita",
        )
    assert {problem.field for problem in refused.value.problems} == {
        "LAP-TEACHER.lead_time_days",
        "CB-STUDENT.unit_price_cents",
        "CB-STUDENT.name",
        "new 1.category",
        "new 1.item_id",
        "new 1.manufacturer",
        "new 1.model",
        "new 1.unit_price_cents",
        "new 1.lead_time_days",
    }
    assert stored(database, StandardItem, "LAP-TEACHER").name == "Teacher laptop 14 in"
    assert table_history(database, StandardItem) == ()


def test_two_people_may_change_different_cells_of_a_row(database: Database) -> None:
    mine = an_edit(database, Site, "LHS", phone="555-0101")
    change(database, Site, "LHS", address="1 Main Street")
    save(database, Site, mine)
    site = stored(database, Site, "LHS")
    assert (site.phone, site.address, site.version) == ("555-0101", "1 Main Street", 3)


def test_the_slower_of_two_people_in_one_cell_is_told_who_and_what(database: Database) -> None:
    given(database, "lea", Role.ADMINISTRATOR)
    mine = an_edit(database, Site, "LHS", phone="555-0101", address="1 Main Street")
    other = an_edit(database, Site, "WES", phone="555-0404")
    change(database, Site, "LHS", by="lea", phone="555-0202")
    with pytest.raises(ConflictError) as refused:
        save(database, Site, mine, other)
    (problem,) = refused.value.problems
    assert problem.field == "LHS.phone"
    assert "Lea Novak changed “Phone” to “555-0202”" in problem.message
    assert "you typed “555-0101”" in problem.message
    assert stored(database, Site, "LHS").address == ""
    assert stored(database, Site, "WES").phone == ""


def test_typing_what_somebody_else_just_saved_is_no_conflict(database: Database) -> None:
    mine = an_edit(database, Site, "LHS", phone="555-0101")
    change(database, Site, "LHS", phone="555-0101")
    assert save(database, Site, mine).cells == 0


def test_a_page_is_searched_by_what_its_columns_point_to(database: Database) -> None:
    rows, total = table_page(database, PLANS[RoleGrant], RowsAsked(search="rita"))
    assert total == 2
    assert {row.person_id for row in rows} == {"rita"}  # type: ignore[attr-defined]
    rows, _ = table_page(database, PLANS[Person], RowsAsked(search="washington"))
    assert {row.person_id for row in rows} == {"wanda", "will"}  # type: ignore[attr-defined]
    assert table_page(database, PLANS[Person], RowsAsked(search="%"))[1] == 0


def test_inactive_rows_are_shown_when_asked_for(database: Database) -> None:
    change(database, Vendor, "BLUERIDGE", active="no")
    assert table_page(database, PLANS[Vendor], RowsAsked())[1] == 1
    assert table_page(database, PLANS[Vendor], RowsAsked(inactive=True))[1] == 2


def test_cells_are_picked_from_people_sites_and_roles_that_can_be_given(
    database: Database,
) -> None:
    choices = cell_choices(database, PLANS[RoleGrant])
    assert choices["site_id"] == {
        "*": "Every site",
        "DO": "District Office",
        "LHS": "Lincoln High School",
        "WES": "Washington Elementary",
    }
    assert "schedule" not in choices["role"]
    assert choices["person_id"]["tina"] == "Tina Cho"
    assert cell_choices(database, PLANS[RoutingRule])["category"]["*"] == "Every category"


@pytest.mark.parametrize("record", [*PLANS, Fund])
def test_what_a_cell_shows_is_read_back_as_it_was(database: Database, record: type[Record]) -> None:
    with database.read() as reader:
        rows = reader.find(record)
    assert rows
    for row in rows:
        for column in shown(record):
            value = getattr(row, column.name)
            assert from_text(column, cell_text(column, value)) == value


def test_every_plan_names_fields_that_exist() -> None:
    for record, plan in PLANS.items():
        names = {column.name for column in shown(record)}
        assert {*plan.pointers, *plan.choices} <= names
