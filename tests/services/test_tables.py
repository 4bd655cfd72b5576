"""The district's own tables are edited in place: all of a save or nothing, every cell kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, a_key, given, in_status, who
from techrequests.domain.catalogue import Person, RoutingRule, Site, SiteKind, StandardItem, Vendor
from techrequests.domain.edits import Cell, RowEdit, TableEdit, cell_text
from techrequests.domain.errors import ConflictError, InvalidError, NotAllowedError
from techrequests.domain.fields import describe, from_text, shown
from techrequests.domain.funds import Fund
from techrequests.domain.policy import Role, RoleGrant
from techrequests.domain.techrequest import Status
from techrequests.services.edits import MOST_CELLS, TableAsked
from techrequests.services.tables import (
    PLANS,
    UndoAsked,
    cell_choices,
    may_undo,
    save_table,
    table_history,
    table_page,
    undo_last_save,
)
from techrequests.store.tables import RowsAsked

if TYPE_CHECKING:
    from techrequests.domain.fields import Record
    from techrequests.services.edits import Saved
    from techrequests.store.database import Database

ADMIN = "ada"


def stored(database: Database, record: type[Record], key: str) -> Any:  # noqa: ANN401  # any record
    with database.read() as reader:
        return reader.get(record, key)


def an_edit(database: Database, record: type[Record], key: str, **typed: str) -> RowEdit:
    """The cells of a row, typed by somebody who sees it as it stands now."""
    row = stored(database, record, key)
    columns = {column.name: column for column in describe(record)}
    return RowEdit(
        key=key,
        seen_version=row.version,
        cells=tuple(
            Cell(
                field=name,
                before=cell_text(columns[name], getattr(row, name)) if name in columns else "",
                after=text,
            )
            for name, text in typed.items()
        ),
    )


def save(
    database: Database,
    record: type[Record],
    *edits: RowEdit,
    new: tuple[dict[str, str], ...] = (),
    by: str = ADMIN,
    save_id: str = "",
) -> Saved:
    asked = TableAsked(
        record=record,
        save_id=save_id or a_key("save"),
        edits=edits,
        new_rows=tuple(tuple(row.items()) for row in new),
    )
    return save_table(database, who(database, by), asked, now=NOON)


def change(
    database: Database, record: type[Record], key: str, by: str = ADMIN, **typed: str
) -> Saved:
    return save(database, record, an_edit(database, record, key, **typed), by=by)


# -- what is saved ---------------------------------------------------------------------------


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


# -- who was faster --------------------------------------------------------------------------


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


# -- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "key", "typed", "words"),
    [
        (Site, "LHS", {"site_id": "XYZ"}, "cannot be edited"),
        (Site, "LHS", {"version": "9"}, "cannot be edited"),
        (Site, "LHS", {"name; DROP TABLE site": "x"}, "cannot be edited"),
        (Site, "LHS", {"kind": "castle"}, "must be one of"),
        (Site, "LHS", {"name": ""}, "is empty"),
        (Site, "LHS", {"name": "x" * 121}, "too long"),
        (Site, "LHS", {"name": "a\x00b"}, "control characters"),
        (Site, "NOPE", {"name": "x"}, "There is no row"),
        (Person, "tina", {"site_id": "NOPE"}, "there is no site “NOPE”"),
        (Person, "tina", {"supervisor_id": "nobody"}, "there is no person “nobody”"),
        (Person, "tina", {"email": "tina"}, "not an e-mail address"),
        (Person, "tina", {"email": "TOM@district.example"}, "address of “tom” already"),
        (Person, "tina", {"supervisor_id": "tina"}, "their own supervisor"),
        (Person, "sue", {"supervisor_id": "tina"}, "their own supervisor"),
        (Person, "ada", {"supervisor_id": "lea"}, "your own supervisor"),
        (Person, "ada", {"active": "no"}, "deactivate yourself"),
        (Person, "tina", {"active": "perhaps"}, "yes or no"),
        (RoleGrant, "ada-administrator-*", {"ends_on": "2026-10-04"}, "your own roles"),
        (RoleGrant, "rita-reviewer-*", {"person_id": "ada"}, "your own roles"),
        (RoleGrant, "rita-reviewer-*", {"role": "schedule"}, "must be one of"),
        (RoleGrant, "rita-reviewer-*", {"role": "technician"}, "at that time already"),
        (RoleGrant, "pia-approver-LHS", {"site_id": "nowhere"}, "there is no site"),
        (
            RoleGrant,
            "rita-reviewer-*",
            {"starts_on": "2027-01-02", "ends_on": "1/1/2027"},
            "before “From”",
        ),
        (RoutingRule, "R10", {"reviewer_id": "tina"}, "may not review requests there"),
        (RoutingRule, "R10", {"category": "toys"}, "must be one of"),
        (RoutingRule, "R10", {"position": "0"}, "between 1 and 999"),
        (RoutingRule, "R10", {"site_id": "NOPE"}, "there is no site"),
        (Vendor, "NORTHWIND", {"email": "northwind"}, "not an e-mail address"),
        (Vendor, "NORTHWIND", {"contract_ends_on": "June"}, "must be a date"),
    ],
)
def test_a_cell_that_breaks_a_rule_is_refused_in_words(
    database: Database, record: type[Record], key: str, typed: dict[str, str], words: str
) -> None:
    edit = (
        an_edit(database, record, key, **typed)
        if key != "NOPE"
        else RowEdit(key=key, seen_version=1, cells=(Cell(field="name", before="", after="x"),))
    )
    with pytest.raises(InvalidError, match=words):
        save(database, record, edit)
    assert table_history(database, record) == ()


@pytest.mark.parametrize(
    ("record", "row", "words"),
    [
        (Site, {"site_id": "LHS", "name": "Twin", "kind": "office"}, "in use already"),
        (Site, {"site_id": "lhs", "name": "Twin", "kind": "office"}, "“LHS” is in use already"),
        (Site, {"site_id": "*", "name": "All", "kind": "office"}, "may have letters"),
        (Site, {"name": "No code", "kind": "office"}, "“Code” is empty"),
        (Site, {"site_id": "A", "name": "A", "kind": "office", "version": "7"}, "cannot be edited"),
        (RoleGrant, {"person_id": "ada", "role": "business manager"}, "your own roles"),
        (RoleGrant, {"person_id": "tom", "role": "schedule"}, "must be one of"),
        (RoleGrant, {"person_id": "tom"}, "“Role” is empty"),
        (RoleGrant, {"person_id": "rita", "role": "reviewer"}, "at that time already"),
        (
            Person,
            {
                "person_id": "new",
                "full_name": "N",
                "email": "pia@district.example",
                "job_title": "T",
                "site_id": "LHS",
            },
            "address of “pia”",
        ),
        (
            Person,
            {
                "person_id": "Sheet",
                "full_name": "S",
                "email": "s@district.example",
                "job_title": "T",
                "site_id": "LHS",
            },
            "the product's own",
        ),
    ],
)
def test_a_new_row_that_breaks_a_rule_is_refused_in_words(
    database: Database, record: type[Record], row: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidError, match=words):
        save(database, record, new=(row,))
    assert table_history(database, record) == ()


def test_nobody_inactive_can_be_picked_but_who_was_picked_before_stays(database: Database) -> None:
    change(database, Person, "pia", active="no")
    with pytest.raises(InvalidError, match="not active any more"):
        change(database, Person, "will", supervisor_id="pia")
    assert change(database, Person, "tina", job_title="Librarian").cells == 1


def test_a_loop_over_several_rows_of_one_save_is_found(database: Database) -> None:
    with pytest.raises(InvalidError) as refused:
        save(
            database,
            Person,
            an_edit(database, Person, "pia", supervisor_id="wanda"),
            an_edit(database, Person, "wanda", supervisor_id="pia"),
        )
    assert {problem.field for problem in refused.value.problems} == {
        "pia.supervisor_id",
        "wanda.supervisor_id",
    }
    assert stored(database, Person, "pia").supervisor_id == "sue"


def test_two_rows_of_one_save_cannot_share_an_address(database: Database) -> None:
    with pytest.raises(InvalidError, match="came twice"):
        save(
            database,
            Person,
            an_edit(database, Person, "tina", email="one@district.example"),
            an_edit(database, Person, "tom", email="ONE@district.example"),
        )


def test_the_same_row_twice_in_one_save_is_refused(database: Database) -> None:
    edit = an_edit(database, Site, "LHS", phone="1")
    with pytest.raises(InvalidError, match="came twice"):
        save(database, Site, edit, edit)


def test_somebody_stays_who_can_edit_roles(database: Database) -> None:
    change(database, RoleGrant, "rita-reviewer-*", role="administrator")
    change(database, RoleGrant, "ada-administrator-*", by="rita", ends_on="2026-10-04")
    with pytest.raises(NotAllowedError):
        change(database, Site, "LHS", phone="1")
    with pytest.raises(InvalidError, match="your own roles"):
        change(database, RoleGrant, "rita-reviewer-*", by="rita", role="reviewer")


@pytest.mark.parametrize(
    ("by", "record", "key", "typed"),
    [
        ("tina", Site, "LHS", {"phone": "1"}),
        ("rita", Person, "tina", {"job_title": "x"}),
        ("rita", RoleGrant, "rita-reviewer-*", {"role": "administrator"}),
        ("bea", Vendor, "NORTHWIND", {"name": "x"}),
        ("lea", StandardItem, "HEADSET", {"name": "x"}),
    ],
)
def test_who_may_not_edit_a_table_changes_nothing_in_it(
    database: Database, by: str, record: type[Record], key: str, typed: dict[str, str]
) -> None:
    before = stored(database, record, key)
    with pytest.raises(NotAllowedError):
        change(database, record, key, by=by, **typed)
    assert stored(database, record, key) == before


def test_an_administrator_of_one_school_stays_within_it(database: Database) -> None:
    given(database, "pia", Role.ADMINISTRATOR, "LHS")
    assert change(database, Person, "tom", by="pia", job_title="Librarian").cells == 1
    for record, key, typed in (
        (Person, "will", {"job_title": "x"}),
        (Person, "tom", {"site_id": "WES"}),
        (Site, "WES", {"phone": "1"}),
        (RoleGrant, "wanda-approver-WES", {"ends_on": "2026-10-01"}),
    ):
        with pytest.raises(InvalidError, match="there"):
            change(database, record, key, by="pia", **typed)
    with pytest.raises(InvalidError, match="there"):
        save(database, RoleGrant, new=({"person_id": "tom", "role": "administrator"},), by="pia")


def test_a_table_without_a_plan_is_not_edited_here(database: Database) -> None:
    with pytest.raises(NotAllowedError, match="not edited here"):
        change(database, Fund, "GEN-27", name="Mine")


def test_a_paste_beyond_reason_is_refused_before_it_is_read(database: Database) -> None:
    rows = tuple({"phone": "1", "name": "x"} for _ in range(MOST_CELLS // 2 + 1))
    with pytest.raises(NotAllowedError, match="too many"):
        save(database, Site, new=rows)


# -- what a save leaves to be done -----------------------------------------------------------


def test_the_last_day_of_somebody_says_what_they_leave(database: Database) -> None:
    in_status(database, Status.IN_REVIEW)
    saved = change(database, Person, "rita", active="no")
    (note,) = saved.notes
    assert "still has 2 routing rules, 1 open request: hand them over" in note


def test_closing_a_school_says_who_is_still_there(database: Database) -> None:
    (note,) = change(database, Site, "WES", active="no").notes
    assert "still has 2 members of staff." in note


# -- taking it back --------------------------------------------------------------------------


def test_the_last_save_can_be_undone_and_done_again(database: Database) -> None:
    ada = who(database, ADMIN)
    change(database, Site, "LHS", phone="555-0101", address="1 Main Street")
    assert may_undo(database, ada, Site)
    later = NOON + timedelta(minutes=1)
    undo_last_save(database, ada, UndoAsked(record=Site, save_id="u1"), now=later)
    assert stored(database, Site, "LHS").phone == ""
    undo_last_save(
        database, ada, UndoAsked(record=Site, save_id="u2"), now=later + timedelta(minutes=1)
    )
    assert stored(database, Site, "LHS").address == "1 Main Street"
    assert len(table_history(database, Site)) == 6


def test_undoing_a_new_row_makes_it_inactive(database: Database) -> None:
    save(database, Site, new=({"site_id": "EMS", "name": "East", "kind": "middle school"},))
    asked = UndoAsked(record=Site, save_id="u1")
    undo_last_save(database, who(database, ADMIN), asked, now=NOON + timedelta(minutes=1))
    assert stored(database, Site, "EMS").active is False


def test_only_the_own_last_save_is_undone(database: Database) -> None:
    given(database, "lea", Role.ADMINISTRATOR)
    change(database, Site, "LHS", phone="1")
    assert not may_undo(database, who(database, "lea"), Site)
    with pytest.raises(NotAllowedError, match="nothing of yours"):
        undo_last_save(
            database, who(database, "lea"), UndoAsked(record=Site, save_id="u1"), now=NOON
        )


# -- what a page reads -----------------------------------------------------------------------


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


def test_who_edits_for_one_school_reaches_nobody_whose_roles_reach_further(
    database: Database,
) -> None:
    """Else a new address for the district's administrator would be a way to become them."""
    given(database, "tom", Role.ADMINISTRATOR, "LHS")
    with database.write() as work:
        work.update(replace(work.get(Person, "ada"), site_id="LHS"))
    with pytest.raises(InvalidError, match="beyond your sites"):
        change(database, Person, "ada", by="tom", email="stranger@district.example")
    with pytest.raises(InvalidError, match="beyond your sites"):
        change(database, Person, "ada", by="tom", active="no")
    assert change(database, Person, "tina", by="tom", job_title="Librarian").cells == 1


def test_what_belongs_to_no_school_is_edited_by_who_edits_for_all(database: Database) -> None:
    given(database, "tom", Role.ADMINISTRATOR, "LHS")
    with pytest.raises(InvalidError, match="you may not"):
        change(database, Vendor, "NORTHWIND", by="tom", email="me@evil.example")
    with pytest.raises(InvalidError, match="you may not"):
        change(database, StandardItem, "LAP-TEACHER", by="tom", unit_price_cents="0.01")
