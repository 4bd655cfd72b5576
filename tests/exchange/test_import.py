"""A file that comes back: what a dry run says is what is saved, by the rules of the page."""

from __future__ import annotations

import csv
import io
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, given, in_status, who
from exchange.bringing import a_file, brought, looked_at, reasons_of
from patience import PATIENCE_SECONDS
from techrequests.domain.assets import Asset, AssetEvent
from techrequests.domain.audit import AuditEvent
from techrequests.domain.budgets import BudgetedFund
from techrequests.domain.catalogue import Person, Site, StandardItem, Vendor
from techrequests.domain.edits import TableEdit
from techrequests.domain.errors import InvalidError, NotAllowedError, NotFoundError
from techrequests.domain.policy import GRANTABLE, GRANTS, Permission, Role, RoleGrant
from techrequests.domain.techrequest import Status
from techrequests.exchange import importing, planning
from techrequests.exchange.dry_run import Fate
from techrequests.exchange.editable import EDITABLE, editable
from techrequests.exchange.errors_file import errors_file
from techrequests.exchange.importing import SaveAsked, import_rows
from techrequests.exchange.jobs import Job
from techrequests.exchange.planning import remembered
from techrequests.store.audit import breaks
from techrequests.store.checks import run_checks

if TYPE_CHECKING:
    from techrequests.domain.fields import Record
    from techrequests.store.database import Database


def stored(database: Database, record: type[Record], key: str) -> Any:  # noqa: ANN401  # any record
    with database.read() as reader:
        return reader.get(record, key)


def everything(database: Database, record: type[Record]) -> list[Any]:
    with database.read() as reader:
        return reader.find(record)


# -- what becomes of a row -------------------------------------------------------------------


def test_rows_are_new_changed_unchanged_or_wrong_and_only_a_save_changes_anything(
    database: Database,
) -> None:
    content = a_file(
        ["E-Mail Address", "First Name", "Last Name", "Title", "School", "Reports To", "Notes"],
        ["tina@district.example", "Tina", "Cho", "Librarian", "", "", "x"],
        ["tom@district.example", "", "", "", "Lincoln High School", "Pia Lang", ""],
        ["nell@district.example", "Nell", "Frey", "Aide", "WES", "wanda@district.example", ""],
        ["mail", "No", "Address", "Aide", "Nowhere", "", ""],
        ["Total", "", "", "", "", "", "4"],
    )
    before = everything(database, Person)
    run = looked_at(database, "people", content)
    assert everything(database, Person) == before
    assert [line.fate for line in run.lines] == [Fate.CHANGED, Fate.SAME, Fate.ADDED, Fate.WRONG]
    assert [(cell.field, cell.before, cell.after) for cell in run.lines[0].cells] == [
        ("job_title", "Teacher", "Librarian")
    ]
    assert "“mail” is not an e-mail address" in reasons_of(run)[5]
    words = "there is no site “Nowhere”. Write its code or its name: DO, LHS, WES."
    assert words in reasons_of(run)[5]
    assert run.notes == (
        "Row 6 only adds up others and is left out.",
        "Left out of the file: Notes.",
    )
    done = brought(database, run)
    assert (done.cells, done.new_rows, [line.row.number for line in done.refused]) == (1, 1, [5])
    assert stored(database, Person, "tina").job_title == "Librarian"
    assert stored(database, Person, "nell") == Person(
        person_id="nell",
        full_name="Nell Frey",
        email="nell@district.example",
        job_title="Aide",
        site_id="WES",
        supervisor_id="wanda",
        version=1,
    )
    assert run_checks(database, now=NOON) == []


def test_what_came_from_a_file_says_so_in_the_history_and_in_the_trail(database: Database) -> None:
    run = looked_at(database, "sites", a_file(["Code", "Phone"], ["LHS", "555-0100"]))
    brought(database, run)
    [edit] = everything(database, TableEdit)
    assert (edit.row_key, edit.after, edit.actor_id, edit.via) == (
        "LHS", "555-0100", "ada", "from a file",
    )  # fmt: skip
    [event] = everything(database, AuditEvent)
    assert event.detail == "phone: nothing → 555-0100 (from a file)"
    with database.read() as reader:
        assert list(breaks(reader)) == []


def test_an_empty_cell_leaves_and_a_word_clears(database: Database) -> None:
    first = a_file(["Code", "Address", "Phone"], ["LHS", "1 Main St", "555-0100"])
    brought(database, looked_at(database, "sites", first))
    brought(
        database,
        looked_at(database, "sites", a_file(["Code", "Address", "Phone"], ["lhs", "(Clear)", ""])),
    )
    site = stored(database, Site, "LHS")
    assert (site.address, site.phone) == ("", "555-0100")
    needed = looked_at(database, "sites", a_file(["Code", "Name"], ["LHS", "(clear)"]))
    assert "“Name” is empty: please fill it in" in reasons_of(needed)[2]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("$1,250.00", 1_250_00), ("1250", 1_250_00), ("1,250.5", 1_250_50), ("$ 80", 80_00),
        ("(1,250.00)", None), ("-5", None), ("1.250,00", None), ("12e3", None), ("1,25", None),
    ],
)  # fmt: skip
def test_money_is_read_as_the_united_states_write_it(
    database: Database, text: str, cents: int | None
) -> None:
    run = looked_at(database, "catalogue", a_file(["Code", "Price"], ["HEADSET", text]))
    if cents is None:
        assert "“Unit price” must be" in reasons_of(run)[2]
    else:
        brought(database, run)
        assert stored(database, StandardItem, "HEADSET").unit_price_cents == cents


@pytest.mark.parametrize(
    "text", ["2027-07-01", "7/1/2027", "07/01/27", "7/1/2027 0:00", "2027-07-01T00:00:00"]
)
def test_days_are_read_in_us_and_iso_form(database: Database, text: str) -> None:
    run = looked_at(database, "vendors", a_file(["Vendor", "Expires"], ["northwind", text]))
    brought(database, run)
    assert f"{stored(database, Vendor, 'NORTHWIND').contract_ends_on}" == "2027-07-01"
    wrong = looked_at(database, "vendors", a_file(["Vendor", "Expires"], ["NORTHWIND", "31/31/27"]))
    assert "must be a date such as 2027-03-31 or 3/31/2027" in reasons_of(wrong)[2]


@pytest.mark.parametrize(
    ("text", "value"), [("x", True), ("TRUE", True), ("0", False), ("n", False)]
)
def test_yes_and_no_are_read_in_every_usual_form(
    database: Database, text: str, *, value: bool
) -> None:
    with database.write() as work:
        work.run("UPDATE standard_item SET tracked = $other", other=not value)
    run = looked_at(database, "catalogue", a_file(["SKU", "Tracked"], ["HEADSET", text]))
    assert len(run.to_save) == 1
    brought(database, run)
    assert stored(database, StandardItem, "HEADSET").tracked is value


# -- which row is meant ----------------------------------------------------------------------


def test_a_row_is_known_by_its_code_or_by_what_names_it(database: Database) -> None:
    for name, headings, row, key in (
        ("people", ["Code", "Title"], ["TINA", "Aide"], "tina"),
        ("people", ["Email", "Title"], ["Tina@District.example", "Librarian"], "tina"),
        ("vendors", ["Vendor name", "Phone"], ["northwind school supply", "1"], "NORTHWIND"),
        ("catalogue", ["Model", "Notes"], ["H390", "1"], "HEADSET"),
        ("funds", ["Account", "FY", "Notes"], ["10-000-200-600", "2027", "1"], "GEN-27"),
        ("routing", ["Position", "Site", "Category", "Reviewer", "Active"],
         ["10", "LHS", "Computers", "Rita Moss", "no"], "R10"),
        ("roles", ["Person", "Role", "Site", "Until"],
         ["Rob Silva", "Reviewer", "all", "2027-01-31"], "rob-reviewer-*"),
    ):  # fmt: skip
        run = looked_at(database, name, a_file(headings, row), by=EDITOR.get(name, "ada"))
        assert [(line.fate, line.key) for line in run.lines] == [(Fate.CHANGED, key)], name


EDITOR = {"funds": "bea", "tolerances": "bea", "inventory": "rita"}


def test_an_employee_number_need_not_be_a_code_of_ours(database: Database) -> None:
    content = a_file(
        ["Employee number", "E-mail", "Name", "Title", "Site"],
        ["00712", "tina@district.example", "Tina Cho", "Aide", "LHS"],
        ["00713", "nell@district.example", "Nell Frey", "Aide", "LHS"],
    )
    run = looked_at(database, "people", content)
    assert [(line.fate, line.key) for line in run.lines] == [
        (Fate.CHANGED, "tina"),
        (Fate.ADDED, "00713"),
    ]
    assert brought(database, run).cells == 1


def test_a_row_that_could_be_several_or_none_is_refused_with_what_to_do(
    database: Database,
) -> None:
    brought(
        database,
        looked_at(
            database, "vendors", a_file(["Code", "Name"], ["NW2", "Northwind School Supply"])
        ),
    )
    run = looked_at(
        database,
        "vendors",
        a_file(["Name", "Phone"], ["Northwind School Supply", "1"], ["", "2"]),
    )
    assert (
        "2 rows of the table fit this one: give the code, which is one of NORTHWIND, NW2."
        in (reasons_of(run)[2])
    )
    assert "“Name” is empty, and so is “Code”" in reasons_of(run)[3]


def test_two_rows_about_one_row_are_both_refused(database: Database) -> None:
    content = a_file(["Code", "E-mail", "Phone"], ["LHS", "", "1"], ["lhs", "", "2"])
    assert reasons_of(looked_at(database, "sites", content)) == dict.fromkeys(
        (2, 3), "Rows 2, 3 of the file are about the same row: leave one."
    )


def test_two_people_of_one_name_are_told_apart_by_their_codes(database: Database) -> None:
    twin = ["tina2", "Tina Cho", "tina2@district.example", "Aide", "LHS"]
    people = a_file(["Code", "Name", "E-mail", "Job title", "Site"], twin)
    brought(database, looked_at(database, "people", people))
    run = looked_at(database, "people", a_file(["Code", "Supervisor"], ["tom", "Tina Cho"]))
    assert "2 are called “Tina Cho”. Give the code: tina, tina2." in reasons_of(run)[2]


def test_new_rows_get_codes_that_nobody_has(database: Database) -> None:
    content = a_file(
        ["Name", "Mail", "Title", "Site"],
        ["Tina Other", "Tina@elsewhere.example", "Aide", "WES"],
        ["Tina Third", "tina@third.example", "Aide", "WES"],
    )
    run = looked_at(database, "people", content)
    assert [line.key for line in run.lines] == ["tina2", "tina3"]
    vendor = looked_at(database, "vendors", a_file(["Supplier"], ["B & H Photo, Inc."]))
    assert [line.key for line in vendor.lines] == ["B-H-PHOTO-INC"]
    fund = a_file(
        ["Name", "Account code", "Fiscal year", "First order date", "Last order date", "Budget"],
        ["Gift", "99-1", "2027", "7/1/2026", "6/30/2027", "$1,000.00"],
    )
    run = looked_at(database, "funds", fund, by="bea", reason="Board vote.")
    assert [line.key for line in run.lines] == ["99-1-27"]


# -- headings --------------------------------------------------------------------------------


def test_headings_are_found_below_a_title_and_blank_or_doubled_ones_are_left_out(
    database: Database,
) -> None:
    content = a_file(
        ["Staff of the district, July"],
        [],
        ["Code", "", "Phone", "Phone", "phone "],
        ["LHS", "?", "1", "2", "3"],
    )
    run = looked_at(database, "sites", content)
    assert [(cell.field, cell.after) for cell in run.lines[0].cells] == [("phone", "1")]
    assert " ".join(run.notes) == (
        "Left out of the file: column 2, the second “Phone” (column 4), the third “phone” "
        "(column 5)."
    )


def test_a_file_without_a_key_says_which_columns_would_do(database: Database) -> None:
    with pytest.raises(InvalidError, match=r"one must go into “Code”, or “E-mail”"):
        looked_at(database, "people", a_file(["Name", "Title"], ["Tina Cho", "Aide"]))
    with pytest.raises(InvalidError, match="“Account code” with “Fiscal year”"):
        looked_at(database, "funds", a_file(["Account code"], ["10-000-200-600"]), by="bea")


def test_a_field_is_given_once_and_only_fields_there_are(database: Database) -> None:
    content = a_file(["Code", "A", "B"], ["LHS", "1", "2"])
    with pytest.raises(InvalidError, match="Two columns go into “Phone”"):
        looked_at(database, "sites", content, fields=("site_id", "phone", "phone"))
    with pytest.raises(InvalidError, match="“version” is not a field"):
        looked_at(database, "sites", content, fields=("site_id", "version", ""))


def test_where_columns_go_is_remembered_for_the_next_file_with_these_headings(
    database: Database,
) -> None:
    headings = ["Kürzel", "Telefon"]
    assert remembered(database, "sites", headings).fields == ("", "")
    said = ("site_id", "phone")
    looked_at(database, "sites", a_file(headings, ["LHS", "1"]), fields=said)
    assert remembered(database, "sites", headings).fields == said
    assert remembered(database, "sites", headings[:1]).fields == ("",)
    assert remembered(database, "vendors", headings).fields == ("", "")
    looked_at(database, "sites", a_file(headings, ["LHS", "1"]), fields=("site_id", "address"))
    assert remembered(database, "sites", headings).fields == ("site_id", "address")


# -- rules and rights ------------------------------------------------------------------------


@pytest.mark.parametrize("name", EDITABLE)
def test_a_role_that_may_not_edit_a_table_brings_no_file_to_it(
    database: Database, name: str
) -> None:
    permission = EDITABLE[name].plan.permission
    key = EDITABLE[name].record.TABLE.key
    run = looked_at(
        database,
        name,
        a_file([key, *(key for keys in EDITABLE[name].keys[:1] for key in keys)], ["x"] * 5),
        by=EDITOR.get(name, "ada"),
    )
    for role in GRANTABLE:
        if permission not in GRANTS[role]:
            if role is not Role.STAFF:
                given(database, "will", role)
            with pytest.raises(NotAllowedError):
                looked_at(database, name, a_file([key], ["x"]), by="will")
            done = brought(database, run, by="will")
            assert (done.cells, done.new_rows) == (0, 0)
            with database.write() as work:
                work.run("DELETE FROM role_grant WHERE person_id = 'will'")


def test_who_edits_for_one_site_brings_nothing_for_another(database: Database) -> None:
    given(database, "pia", Role.ADMINISTRATOR, "LHS")
    content = a_file(
        ["Code", "Title", "Site"], ["tina", "Aide", ""], ["will", "Aide", ""], ["tom", "", "WES"]
    )
    run = looked_at(database, "people", content, by="pia")
    assert [line.fate for line in run.lines] == [Fate.CHANGED, Fate.WRONG, Fate.WRONG]
    done = brought(database, run, by="pia")
    assert (done.cells, len(done.refused)) == (1, 2)
    assert stored(database, Person, "will").job_title == "Teacher"
    assert stored(database, Person, "tom").site_id == "LHS"


def test_nobody_gives_themselves_a_role_by_a_file(database: Database) -> None:
    content = a_file(["Person", "Role"], ["ada", "business manager"], ["tina", "reviewer"])
    run = looked_at(database, "roles", content)
    assert "you cannot change your own roles" in reasons_of(run)[2]
    brought(database, run)
    [grant] = [one for one in everything(database, RoleGrant) if one.person_id == "tina"]
    assert (grant.role, grant.site_id) == (Role.REVIEWER, "*")


def test_a_row_that_cannot_be_saved_takes_those_with_it_that_need_it(database: Database) -> None:
    content = a_file(
        ["Code", "Name", "E-mail", "Job title", "Site", "Supervisor"],
        ["n3", "Three", "n3@district.example", "Aide", "LHS", "n2"],
        ["n2", "Two", "n2@district.example", "Aide", "LHS", "n1"],
        ["n1", "One", "wrong", "Aide", "LHS", ""],
        ["n4", "Four", "n4@district.example", "Aide", "LHS", "n5"],
        ["n5", "Five", "n5@district.example", "Aide", "LHS", "pia"],
    )
    run = looked_at(database, "people", content)
    assert set(reasons_of(run)) == {2, 3, 4}
    assert "there is no person “n1”" in reasons_of(run)[3]
    assert brought(database, run).new_rows == 2
    assert stored(database, Person, "n4").supervisor_id == "n5"


def test_supervisors_may_not_run_in_circles_in_a_file_either(database: Database) -> None:
    content = a_file(["Code", "Supervisor"], ["pia", "tina"], ["wanda", "pia"])
    run = looked_at(database, "people", content)
    assert list(reasons_of(run)) == [2]
    assert "would be their own supervisor" in reasons_of(run)[2]


def test_a_budget_takes_a_reason_which_stands_in_the_book(database: Database) -> None:
    content = a_file(["Fund", "Budget"], ["GEN-27", "60000"])
    run = looked_at(database, "funds", content, by="bea")
    assert run.problems == ("Say why the budget changes: it stands in the fund's book.",)
    with pytest.raises(InvalidError, match="Say why the budget changes"):
        brought(database, run, by="bea")
    run = looked_at(database, "funds", content, by="bea", reason="Board vote of October 1.")
    brought(database, run, by="bea")
    assert stored(database, BudgetedFund, "GEN-27").budget_cents == 60_000_00
    with database.read() as reader:
        why = reader.value("SELECT why FROM ledger_entry ORDER BY entry_no DESC LIMIT 1")
    assert why == "Board vote of October 1."
    assert run_checks(database, now=NOON) == []


# -- the inventory ---------------------------------------------------------------------------


def test_units_are_moved_and_added_with_their_history(database: Database) -> None:
    in_status(database, Status.CLOSED)
    content = a_file(
        ["Tag", "Item", "Type", "Serial", "School", "Room", "Cost", "Purchase date"],
        ["A-100001", "", "", "", "WES", "12", "", ""],
        ["old-1", "Ceiling projector", "displays", "P1", "WES", "7", "$480", "8/1/2019"],
    )
    run = looked_at(database, "inventory", content, by="rita", reason="Summer move.")
    assert {cell.field for cell in run.lines[0].cells} == {"site_id", "room", "custodian_id"}
    done = brought(database, run, by="rita")
    assert done.new_rows == 1
    moved = stored(database, Asset, "A-100001")
    assert (moved.site_id, moved.room, moved.custodian_id) == ("WES", "12", None)
    assert stored(database, Asset, "OLD-1").cost_cents == 480_00
    told = [event.what for event in everything(database, AssetEvent)][-2:]
    assert told[0].endswith("Room: none → 12; Custodian: Tina Cho → none. Summer move.")
    assert told[1] == "Added to the inventory"
    assert run_checks(database, now=NOON) == []


def test_what_is_known_of_an_ordered_unit_is_not_changed_by_a_file(database: Database) -> None:
    in_status(database, Status.CLOSED)
    content = a_file(
        ["Asset tag", "Cost", "Status", "Serial", "Fund"],
        ["A-100001", "1.00", "", "", ""],
        ["A-100002", "", "retired", "", ""],
    )
    run = looked_at(database, "inventory", content, by="rita")
    assert "This column cannot be edited" in reasons_of(run)[2]
    assert "Say where it went and when" in reasons_of(run)[3]
    new = a_file(
        ["Asset tag", "Description", "Category", "Site", "Cost", "Acquired", "Fund", "Serial"],
        ["X1", "Projector", "displays", "WES", "1", "2019-08-01", "GEN-27", "S1"],
        ["X2", "Projector", "fridges", "WES", "1", "2036-08-01", "", "S2"],
        ["X3", "Projector", "displays", "WES", "1", "2019-08-01", "", "S3"],
        ["X4", "Projector", "displays", "WES", "1", "2019-08-01", "", "s3"],
    )
    found = reasons_of(looked_at(database, "inventory", new, by="rita"))
    assert "“Fund” is only known of what is ordered here" in found[2]
    assert "“Category” must be one of" in found[3]
    assert "in the future" in found[3]
    assert "came twice" in found[4]
    assert "came twice" in found[5]


# -- saving ----------------------------------------------------------------------------------


def many(count: int) -> bytes:
    rows = ([f"S{number:04d}", f"School {number}", "high school"] for number in range(count))
    return a_file(["Code", "Name", "Kind"], *rows)


def test_a_long_file_is_saved_in_steps_between_which_others_can_save(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[float] = []
    monkeypatch.setattr(importing, "ROWS_A_STEP", 10)
    run = looked_at(database, "sites", many(35))
    commits = database.commits.total
    asked = SaveAsked(run=run, save_id="once")
    for _ in range(2):  # a second click changes nothing
        import_rows(database, lambda: who(database, "ada"), asked, now=NOON, told=steps.append)
    assert steps == [pytest.approx(share) for share in (10 / 35, 20 / 35, 30 / 35, 1)] * 2
    assert database.commits.total - commits == 8
    assert len(everything(database, Site)) == 38


def test_all_or_nothing_is_one_step_or_none(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = looked_at(database, "sites", many(30))
    commits = database.commits.total
    assert brought(database, good, whole=True).new_rows == 30
    assert database.commits.total - commits == 1
    bad = looked_at(
        database, "sites", a_file(["Code", "Phone", "Kind"], ["LHS", "1", ""], ["DO", "", "x"])
    )
    with pytest.raises(InvalidError, match="one row cannot be, and you asked for all"):
        brought(database, bad, whole=True)
    assert stored(database, Site, "LHS").phone == ""
    monkeypatch.setattr(importing, "MOST_AT_ONCE", 1)
    two = looked_at(database, "sites", a_file(["Code", "Phone"], ["LHS", "1"], ["DO", "1"]))
    with pytest.raises(InvalidError, match="2 rows in one piece are too many"):
        brought(database, two, whole=True)


def test_what_somebody_changed_since_the_look_is_not_overwritten(database: Database) -> None:
    content = a_file(["Code", "Phone", "Address"], ["LHS", "1", "A"], ["DO", "1", ""])
    run = looked_at(database, "sites", content)
    brought(database, looked_at(database, "sites", a_file(["Code", "Phone"], ["LHS", "2"])))
    done = brought(database, run)
    assert [line.row.number for line in done.refused] == [2]
    assert "changed “Phone” to “2” in the meantime" in done.refused[0].reasons[0]
    assert done.cells == 1
    assert stored(database, Site, "LHS").phone == "2"


def test_who_loses_the_right_on_the_way_saves_no_more(database: Database) -> None:
    run = looked_at(database, "sites", many(3))
    done = brought(database, run, by="tina")
    assert (done.new_rows, len(done.refused)) == (0, 3)
    assert "You may not edit people, sites and routing" in done.refused[0].reasons[0]


def test_rows_that_cannot_be_saved_come_back_with_their_reasons_and_are_safe_to_open(
    database: Database,
) -> None:
    content = a_file(["Code", "=Sum", "Phone"], ["LHS", "=1+1", "x" * 41], ["DO", "", "1"])
    run = looked_at(database, "sites", content)
    text = errors_file(run.file, run.of(Fate.WRONG)).decode("utf-8-sig")
    [head, row] = list(csv.reader(io.StringIO(text)))
    assert head == ["Why it was not saved", "Row", "Code", "'=Sum", "Phone"]
    assert row[0].startswith("Lincoln High School (LHS): “Phone” is 1 characters too long")
    assert row[1:] == ["2", "LHS", "'=1+1", "x" * 41]
    mended = text.replace("x" * 41, "555").encode()
    again = looked_at(database, "sites", mended)
    assert [line.cells[0].after for line in again.to_save] == ["555"]


def test_a_table_that_takes_no_file_says_which_do() -> None:
    with pytest.raises(NotFoundError, match="There are: people, roles, sites"):
        editable("audit")


def test_the_dry_run_of_a_long_file_tells_how_far_it_is(database: Database) -> None:
    run = looked_at(database, "sites", many(450))
    told: list[float] = []
    asked = planning.FileAsked(name="sites", file=run.file, fields=("site_id", "name", "kind"))
    planning.dry_run(database, who(database, "ada"), asked, now=NOON, told=told.append)
    assert told == [pytest.approx(200 / 450), pytest.approx(400 / 450)]


def test_a_job_goes_on_beside_and_brings_its_answer_or_what_went_wrong() -> None:
    half, gate = Event(), Event()

    def slow(told: Any) -> str:  # noqa: ANN401
        told(0.5)
        half.set()
        assert gate.wait(PATIENCE_SECONDS)
        return "done"

    job = Job(slow)
    assert half.wait(PATIENCE_SECONDS)
    assert not job.over()
    assert not job.over(0.01)
    assert job.share == 0.5
    gate.set()
    assert job.over(PATIENCE_SECONDS)
    assert job.answer() == "done"

    def failing(_: object) -> None:
        raise InvalidError

    with pytest.raises(InvalidError):
        Job(failing).answer()


def test_every_table_that_takes_a_file_has_a_permission_to_edit() -> None:
    assert {table.plan.permission for table in EDITABLE.values()} == {
        Permission.EDIT_DIRECTORY,
        Permission.EDIT_CATALOGUE,
        Permission.EDIT_FUNDS,
        Permission.OVERRIDE_FUND_LIMITS,
        Permission.MANAGE_INVENTORY,
    }
