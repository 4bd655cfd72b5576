"""What tables refuse to take, and what a save leaves to be done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from builders import given, in_status
from services.typed_in import an_edit, change, save, stored
from techrequests.domain.catalogue import Person, RoutingRule, Site, StandardItem, Vendor
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.errors import InvalidError, NotAllowedError
from techrequests.domain.funds import Fund
from techrequests.domain.policy import Role, RoleGrant
from techrequests.domain.techrequest import Status
from techrequests.services.edits import MOST_CELLS
from techrequests.services.tables import (
    table_history,
)

if TYPE_CHECKING:
    from techrequests.domain.fields import Record
    from techrequests.store.database import Database


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


def test_the_last_day_of_somebody_says_what_they_leave(database: Database) -> None:
    in_status(database, Status.IN_REVIEW)
    saved = change(database, Person, "rita", active="no")
    (note,) = saved.notes
    assert "still has 1 open request, 2 routing rules: hand them over" in note


def test_closing_a_school_says_who_is_still_there(database: Database) -> None:
    (note,) = change(database, Site, "WES", active="no").notes
    assert "still has 2 members of staff." in note


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
