"""Files as other systems write them: their headings, their words, and who is switched off there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON
from exchange.bringing import a_file, brought, cells_of, looked_at, looked_into, reasons_of
from techrequests.domain.assets import Asset
from techrequests.domain.catalogue import Person, Site
from techrequests.domain.errors import InvalidError
from techrequests.exchange.dry_run import Fate
from techrequests.exchange.editable import editable
from techrequests.exchange.headings import guessed
from techrequests.store.checks import run_checks

if TYPE_CHECKING:
    from techrequests.store.database import Database

GOOGLE_USERS = (
    "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],"
    "Password Hash Function [UPLOAD ONLY],Org Unit Path [Required],New Primary Email [UPLOAD ONLY],"
    "Status [READ ONLY],Last Sign In [READ ONLY],Recovery Email,Home Secondary Email,"
    "Work Secondary Email,Recovery Phone [MUST BE IN THE E.164 FORMAT],Work Phone,Home Phone,"
    "Mobile Phone,Work Address,Home Address,Employee ID,Employee Type,Employee Title,Manager Email,"
    "Department,Cost Center,2sv Enrolled [READ ONLY],2sv Enforced [READ ONLY],Building ID,"
    "Floor Name,Floor Section,Email Usage [READ ONLY]\n"
    "Zara,Quill,zara@district.example,****,,/Staff/LHS,,Active,2026-11-01 08:00:00,,,,,,,,,,5001,,"
    "Teacher,pia@district.example,,,True,False,LHS,,,0.1GB\n"
    "Old,Boss,old@district.example,****,,/Staff,,Suspended,2026-11-01 08:00:00,,,,,,,,,,5004,,"
    "Coach,pia@district.example,,,True,False,DO,,,0.1GB\n"
    "Kid,One,kid@pupils.example,****,,/Students/2030,,Active,2026-11-01 08:00:00,,,,,,,,,,9001,,"
    ",,,,True,False,,,,0.1GB\n"
)


def test_users_of_google_come_as_staff_with_who_is_suspended_and_without_students(
    database: Database,
) -> None:
    file, run = looked_into(database, "people", GOOGLE_USERS.encode())
    assert "1 row is about students or parents" in " ".join(file.notes)
    assert "Kid" not in repr(run)
    assert [line.fate for line in run.lines] == [Fate.ADDED, Fate.ADDED]
    assert cells_of(run, 2) == {
        "person_id": "5001", "full_name": "Zara Quill", "email": "zara@district.example",
        "job_title": "Teacher", "site_id": "LHS", "supervisor_id": "pia", "active": "yes",
    }  # fmt: skip
    assert cells_of(run, 3)["active"] == "no"
    brought(database, run)
    assert run_checks(database, now=NOON) == []


@pytest.mark.parametrize(
    ("heads", "fields"),
    [
        (
            ("School_id,Teacher_id,Teacher_number,State_teacher_id,Teacher_email,First_name,"
            "Middle_name,Last_name,Title,Username,Password"),
            "site_id,,,,email,given_name,,family_name,job_title,person_id,",
        ),
        (
            "School_id,Staff_id,Staff_email,First_name,Last_name,Department,Title,Role",
            "site_id,person_id,email,given_name,family_name,,job_title,",
        ),
        (
            "TeacherNumber,First_Name,Last_Name,Email_Addr,HomeSchoolId,Title,Status,StaffStatus",
            "person_id,given_name,family_name,email,site_id,job_title,active,",
        ),
        (
            "[5]LastFirst,TeacherNumber,[5]Email_Addr,SchoolID,Title",
            "last_first,person_id,email,site_id,job_title",
        ),
        (
            "First Name,Last Name,Email,Username,Activated,Location,Job Title,Manager,Phone",
            "given_name,family_name,email,person_id,active,site_id,job_title,supervisor_id,",
        ),
        (
            "primaryEmail,name.givenName,name.familyName,suspended,archived,orgUnitPath",
            "email,given_name,family_name,switched_off,,",
        ),
        (
            "FirstName,LastName,Email,LoginId,Role,Building,Status",
            "given_name,family_name,email,person_id,,site_id,active",
        ),
        (
            "First Name,Last Name,Email,Username,School ID Number,Role,Location Name,Job Title",
            "given_name,family_name,email,person_id,,,site_id,job_title",
        ),
    ],
    ids=[
        "clever teachers", "clever staff", "powerschool", "powerschool last first", "snipe-it",
        "google api", "classlink", "incident iq",
    ],
)  # fmt: skip
def test_headings_of_lists_of_staff_are_known(heads: str, fields: str) -> None:
    found = guessed(editable("people"), heads.split(","))
    assert dict(zip(heads.split(","), found, strict=True)) == dict(
        zip(heads.split(","), fields.split(","), strict=True)
    )


@pytest.mark.parametrize(
    ("heads", "fields"),
    [
        (
            (
                "deviceId,serialNumber,status,lastSync,annotatedUser,annotatedLocation,"
                "annotatedAssetId,notes,model,orgUnitPath"
            ),
            ",serial,status,,,site_id,asset_tag,,model,",
        ),
        (
            (
                "Asset Tag,Item Name,Category,Model name,Manufacturer,Serial,Purchase Date,"
                "Purchase Cost,Location,Status,Checked Out To"
            ),
            (
                "asset_tag,description,category,model,manufacturer,serial,acquired_on,cost_cents,"
                "site_id,status,custodian_id"
            ),
        ),
        (
            (
                "AssetTag,SerialNumber,Model,Manufacturer,Category,Status,Location,Room,"
                "Owner Email,"
                "PurchasedDate,PurchasePrice,FundingSource"
            ),
            (
                "asset_tag,serial,model,manufacturer,category,status,site_id,room,custodian_id,"
                "acquired_on,cost_cents,"
            ),
        ),
    ],
    ids=["chromebooks", "snipe-it", "incident iq"],
)
def test_headings_of_lists_of_devices_are_known(heads: str, fields: str) -> None:
    found = guessed(editable("inventory"), heads.split(","))
    assert dict(zip(heads.split(","), found, strict=True)) == dict(
        zip(heads.split(","), fields.split(","), strict=True)
    )


def test_schools_of_clever_are_known_with_a_guess_at_what_they_are(database: Database) -> None:
    content = a_file(
        ["School_id", "School_name", "School_number", "Low_grade", "High_grade", "School_phone"],
        ["NP", "New Pine K-8 School", "77", "K", "8", "555-0100"],
    )
    brought(database, looked_at(database, "sites", content))
    with database.read() as reader:
        site = reader.get(Site, "NP")
    assert (site.name, site.kind, site.phone) == ("New Pine K-8 School", "k-8 school", "555-0100")


@pytest.mark.parametrize(
    ("heading", "off", "on"),
    [
        ("Activated", "false", "true"), ("Status", "Suspended", "Active"),
        ("Status", "Terminated", "active"), ("status", "locked", "active"),
        ("Status", "2", "1"), ("Suspended", "TRUE", "FALSE"), ("Is Archived", "yes", "no"),
        ("Account status", "Deactivated", "Enabled"), ("Payroll status", "I", "A"),
        ("Termination date", "6/30/2026", "6/30/2099"), ("Enabled", "No", "Yes"),
    ],
)  # fmt: skip
def test_who_is_switched_off_elsewhere_comes_in_as_not_active(
    database: Database, heading: str, off: str, on: str
) -> None:
    heads = ["Email", "Name", "Job title", "Site", heading]
    content = a_file(
        heads,
        ["old@district.example", "Old Boss", "Coach", "LHS", off],
        ["new@district.example", "New Boss", "Coach", "LHS", on],
        ["tina@district.example", "", "", "", off],
    )
    run = looked_at(database, "people", content)
    assert not reasons_of(run)
    brought(database, run)
    with database.read() as reader:
        found = {one.person_id: one.active for one in reader.find(Person)}
    assert (found["old"], found["new"], found["tina"]) == (False, True, False)


def test_a_word_for_active_that_nobody_knows_is_refused_until_somebody_says_it(
    database: Database,
) -> None:
    content = a_file(["Email", "Status"], ["tina@district.example", "On leave"])
    _, run = looked_into(database, "people", content)
    assert "“Active” must be yes or no, not “On leave”" in reasons_of(run)[2]
    [word] = run.unknown
    assert (word.field, word.word, word.rows) == ("active", "On leave", (2,))
    _, again = looked_into(database, "people", content, values={("active", "On leave"): "no"})
    assert cells_of(again, 2) == {"active": "no"}


def test_a_column_that_goes_nowhere_but_says_who_is_switched_off_is_told(
    database: Database,
) -> None:
    content = a_file(["Email", "Directory note"], ["tina@district.example", "Suspended"])
    notes = " ".join(looked_at(database, "people", content).notes)
    assert "“Directory note” is left out, but says of 1 row that they are not active" in notes


CLEVER = (
    ["School_id", "Teacher_id", "Teacher_email", "First_name", "Last_name", "Title"],
    ["LHS", "771", "rae@district.example", "Rae", "Lund", "Teacher"],
    ["WES", "771", "rae@district.example", "Rae", "Lund", "Teacher"],
    ["WES", "", "will@district.example", "Will", "Reyes", "Teacher"],
    ["LHS", "", "will@district.example", "Will", "Reyes", "Teacher"],
)


def test_a_teacher_at_two_schools_is_one_person(database: Database) -> None:
    run = looked_at(database, "people", a_file(*CLEVER))
    assert [line.fate for line in run.lines] == [Fate.ADDED, Fate.SAME, Fate.SAME, Fate.SAME]
    assert cells_of(run, 2)["site_id"] == "LHS"
    assert "Rows 2, 3 are one person at several sites: row 2 counts." in run.notes
    assert not brought(database, run).refused


SNIPE = (
    ["Asset Tag", "Model name", "Category", "Status", "Location", "Serial"],
    ["C1", "Dell 3110", "Laptops", "Ready to Deploy", "Lincoln HS", "S1"],
    ["C2", "Dell 3110", "Carts and more", "Archived", "Lincoln HS", "S2"],
)


def test_words_of_other_systems_are_said_once_and_remembered(database: Database) -> None:
    defaults = {"cost_cents": "250.00", "acquired_on": "2024-08-01"}
    _, run = looked_into(database, "inventory", a_file(*SNIPE), by="rita", defaults=defaults)
    assert {(one.field, one.word, len(one.rows)) for one in run.unknown} == {
        ("site_id", "Lincoln HS", 2),
        ("category", "Carts and more", 1),
    }
    values = {("site_id", "Lincoln HS"): "LHS", ("category", "Carts and more"): "accessories"}
    _, run = looked_into(
        database, "inventory", a_file(*SNIPE), by="rita", defaults=defaults, values=values
    )
    assert not reasons_of(run)
    assert not run.unknown
    again, run = looked_into(database, "inventory", a_file(*SNIPE), by="rita")
    assert again.defaults == defaults
    assert not reasons_of(run)
    brought(database, run, by="rita")
    with database.read() as reader:
        first, second = reader.get(Asset, "C1"), reader.get(Asset, "C2")
    assert (first.category, first.status, first.site_id) == ("computers", "in stock", "LHS")
    assert (second.category, second.status) == ("accessories", "retired")
    assert (first.description, first.cost_cents) == ("Dell 3110", 250_00)


def test_what_a_file_does_not_tell_is_asked_for_the_whole_file(database: Database) -> None:
    content = a_file(
        ["annotatedAssetId", "serialNumber", "model", "status"],
        ["CB-1", "5CD1", "HP Chromebook 11", "ACTIVE"],
    )
    _, run = looked_into(database, "inventory", content, by="rita")
    assert list(run.missing.values()) == ["Category", "Site", "Cost", "Acquired"]
    defaults = {
        "category": "computers", "site_id": "WES", "cost_cents": "199", "acquired_on": "8/1/2024",
    }  # fmt: skip
    _, run = looked_into(database, "inventory", content, by="rita", defaults=defaults)
    assert cells_of(run, 2)["status"] == "deployed"
    assert not brought(database, run, by="rita").refused


def test_defaults_are_for_new_rows_alone(database: Database) -> None:
    content = a_file(
        ["Email", "Name", "Site"],
        ["tina@district.example", "", ""],
        ["new@district.example", "New Hand", "LHS"],
    )
    _, run = looked_into(database, "people", content, defaults={"job_title": "Aide"})
    assert run.lines[0].fate is Fate.SAME
    assert cells_of(run, 3)["job_title"] == "Aide"


def test_a_list_of_students_alone_is_refused(database: Database) -> None:
    content = a_file(["Email", "Name", "Role"], ["kid@pupils.example", "Kid", "Student"])
    with pytest.raises(InvalidError, match="students or parents only"):
        looked_into(database, "people", content)


def test_every_site_is_said_in_any_usual_word_and_stored_in_one(database: Database) -> None:
    for number, words in enumerate(("*", "All", "any", "Every site", "All schools")):
        content = a_file(
            ["Position", "Site", "Category", "Reviewer"], [str(70 + number), words, words, "rita"]
        )
        run = looked_at(database, "routing", content)
        assert (cells_of(run, 2)["site_id"], cells_of(run, 2)["category"]) == ("*", "*")
        funds = a_file(["Code", "For sites", "Pays for"], ["GEN-27", words, words])
        run = looked_at(database, "funds", funds, by="bea", reason="x")
        assert not reasons_of(run)
        assert cells_of(run, 2) == {}


def test_a_fund_names_its_sites_by_their_names_too(database: Database) -> None:
    content = a_file(
        ["Code", "For sites", "Pays for"],
        ["GEN-27", "Lincoln High School; WES", "Laptops, displays"],
    )
    run = looked_at(database, "funds", content, by="bea", reason="x")
    assert cells_of(run, 2) == {"sites": "LHS, WES", "categories": "computers, displays"}
