"""Staff and sites from a rostering export: never a student, never a role, supervisors stay."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from builders import NOON, who
from exchange.bringing import brought
from techrequests.domain.catalogue import Person, Site
from techrequests.domain.errors import InvalidError
from techrequests.domain.policy import RoleGrant
from techrequests.exchange.dry_run import Fate
from techrequests.exchange.opening import Opened, opened
from techrequests.exchange.planning import FileAsked, dry_run
from techrequests.exchange.rostering import is_roster

if TYPE_CHECKING:
    from techrequests.exchange.dry_run import DryRun
    from techrequests.store.database import Database

ORGS = """sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
d1,active,2026-08-01,Cedar Valley District,district,900,
o1,active,2026-08-01,Lincoln High School,school,101,d1
o2,active,2026-08-01,Roosevelt Middle School,school,RMS,d1
o3,active,2026-08-01,Dept of Maths,department,,o1
"""
USERS = """\
sourcedId,status,enabledUser,orgSourcedIds,role,username,identifier,email,givenName,familyName,x
u1,active,true,"o1,o2",teacher,tina,,tina@district.example,Tina,Cho-Park,
u2,active,true,o1,teacher,nfrey,E77,nell@district.example,Nell,Frey,
u3,active,true,o2,administrator,pia,,pia@district.example,Pia,Lang,
u4,tobedeleted,true,o1,teacher,tom,,tom@district.example,Tom,Berg,
u5,active,false,WES,aide,will,,will@district.example,Will,Reyes,
u6,active,true,o1,teacher,ben,ben,frost@district.example,Ben,Frost,
s1,active,true,o1,student,sam,,sam@pupils.example,Sam,Pupil,
g1,active,true,o1,guardian,gus,,gus@home.example,Gus,Pupil,
p1,active,true,o1,,nobody,,nobody@home.example,No,Role,
"""
USERS_12 = """sourcedId,status,enabledUser,username,givenName,familyName,email,primaryOrgSourcedId
u1,active,true,nfrey,Nell,Frey,nell@district.example,o1
u2,active,true,both,Both,Roles,both@district.example,o1
s1,active,true,sam,Sam,Pupil,sam@pupils.example,o1
"""
ROLES_12 = """sourcedId,status,userSourcedId,roleType,role,orgSourcedId
r1,active,u1,secondary,aide,o1
r2,active,u1,primary,counselor,o2
r3,active,u2,primary,teacher,o1
r4,active,u2,secondary,student,o1
r5,active,s1,primary,student,o1
"""


TODAY = NOON.date()


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"export/{name}.csv", text)
    return out.getvalue()


def looked_at(
    database: Database, table: str, content: bytes, *, everybody: bool = False, staying: str = ""
) -> tuple[Opened, DryRun]:
    file = opened(database, table, "roster.zip", content, today=TODAY)
    asked = FileAsked(
        name=table,
        file=file.file,
        fields=file.fields,
        everybody=everybody,
        staying=frozenset(filter(None, [staying])),
    )
    return file, dry_run(database, who(database, "ada"), asked, now=NOON)


def people(database: Database) -> dict[str, Person]:
    with database.read() as reader:
        return {person.person_id: person for person in reader.find(Person)}


def test_sites_come_first_by_name_with_a_guess_at_what_they_are(database: Database) -> None:
    _, run = looked_at(database, "sites", zipped(orgs=ORGS, users=USERS))
    assert [(line.fate, line.key) for line in run.lines] == [
        (Fate.ADDED, "900"),
        (Fate.SAME, "LHS"),
        (Fate.ADDED, "RMS"),
    ]
    brought(database, run)
    with database.read() as reader:
        assert reader.get(Site, "RMS").kind == "middle school"
        assert reader.get(Site, "900").kind == "office"


def test_staff_come_by_their_address_and_keep_supervisor_title_and_roles(
    database: Database,
) -> None:
    _, sites = looked_at(database, "sites", ORGS.encode())
    brought(database, sites)
    with database.read() as reader:
        grants = reader.find(RoleGrant, "ORDER BY grant_id")
    file, run = looked_at(database, "people", zipped(orgs=ORGS, users=USERS))
    assert "3 students, guardians and others who are no staff were left out." in file.notes
    assert file.everybody
    for secret in ("Pupil", "Sam", "pupils.example", "nobody"):
        assert secret not in repr(file)
        assert secret not in repr(run)
    done = brought(database, run)
    assert not done.refused
    found = people(database)
    assert (found["tina"].full_name, found["tina"].job_title) == ("Tina Cho-Park", "Teacher")
    assert found["tina"].supervisor_id == "pia"
    assert (found["pia"].site_id, found["pia"].job_title) == ("RMS", "Principal")
    assert (found["nfrey"].job_title, found["nfrey"].site_id) == ("Teacher", "LHS")
    assert found["nfrey"].supervisor_id is None
    assert [found[code].active for code in ("tom", "will", "tina")] == [False, False, True]
    # Known by the employee number, with a new address.
    assert found["ben"].email == "frost@district.example"
    assert len(found) == 13
    with database.read() as reader:
        assert reader.find(RoleGrant, "ORDER BY grant_id") == grants


def test_the_second_edition_says_roles_in_a_file_of_their_own(database: Database) -> None:
    content = zipped(orgs=ORGS, users=USERS_12, roles=ROLES_12)
    _, early = looked_at(database, "people", content)
    assert "there is no site “Roosevelt Middle School”" in early.lines[0].reasons[0]
    brought(database, looked_at(database, "sites", content)[1])
    _, run = looked_at(database, "people", content)
    [line] = run.lines
    texts = {cell.field: cell.after for cell in line.cells}
    assert (line.key, texts["job_title"], texts["site_id"]) == ("nfrey", "Counselor", "RMS")


ROLES_HEAD = "sourcedId,status,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId"
USERS_HEAD = "sourcedId,status,enabledUser,username,givenName,familyName,email,primaryOrgSourcedId"


def with_roles(*roles: str, person: str = "nfrey,Nell,Frey,nell@district.example,o1") -> bytes:
    """A roster of one person, who has these roles."""
    return zipped(
        orgs=ORGS,
        users=f"{USERS_HEAD}\nu1,,true,{person}\n",
        roles="\n".join([ROLES_HEAD, *(f"r{at},{role}" for at, role in enumerate(roles))]),
    )


@pytest.mark.parametrize("other", ["guardian", "parent", "relative", "Guardian"])
def test_staff_who_are_parents_too_are_staff(database: Database, other: str) -> None:
    roles = (",u1,primary,teacher,,,o1", f",u1,secondary,{other},,,o2")
    file, run = looked_at(database, "people", with_roles(*roles))
    assert [(line.fate, line.key) for line in run.lines] == [(Fate.ADDED, "nfrey")]
    assert not any("left out" in note for note in file.notes)


@pytest.mark.parametrize(
    ("roles", "site"),
    [
        (
            (",u1,primary,teacher,2020-07-01,2026-06-30,o2",
             ",u1,secondary,teacher,2026-07-01,,o1"), "LHS",
        ),
        (("tobedeleted,u1,primary,teacher,,,o2", ",u1,secondary,aide,,,o1"), "LHS"),
        ((",u1,primary,teacher,,,o1", ",u1,secondary,student,2009-09-01,2013-06-30,o1"), "LHS"),
        ((",u1,primary,teacher,2199-07-01,,o2", ",u1,secondary,teacher,,,o1"), "LHS"),
    ],
)  # fmt: skip
def test_only_roles_that_hold_today_count(
    database: Database, roles: tuple[str, ...], site: str
) -> None:
    [line] = looked_at(database, "people", with_roles(*roles))[1].lines
    assert (line.fate, {cell.field: cell.after for cell in line.cells}["site_id"]) == (
        Fate.ADDED,
        site,
    )


TINA = "tina,Tina,Cho,tina@district.example,o1"


@pytest.mark.parametrize(
    "role", [",u1,primary,teacher,2020-07-01,2026-01-31,o1", "tobedeleted,u1,primary,aide,,,o1"]
)
def test_who_has_no_role_any_more_becomes_inactive_and_is_not_brought_in(
    database: Database, role: str
) -> None:
    [line] = looked_at(database, "people", with_roles(role, person=TINA))[1].lines
    assert [(cell.field, cell.after) for cell in line.cells] == [("active", "no")]
    with pytest.raises(InvalidError, match="holds no staff"):
        looked_at(database, "people", with_roles(role))


def test_who_begins_later_is_not_brought_in_yet_and_stays_as_they_are(database: Database) -> None:
    role = ",u1,primary,teacher,2199-08-01,,o2"
    [line] = looked_at(database, "people", with_roles(role, person=TINA))[1].lines
    assert line.fate is Fate.SAME
    with pytest.raises(InvalidError, match="holds no staff"):
        looked_at(database, "people", with_roles(role))


def test_who_is_a_student_today_is_one(database: Database) -> None:
    roles = (",u1,primary,aide,,,o1", ",u1,secondary,student,,,o1")
    with pytest.raises(InvalidError, match="holds no staff"):
        looked_at(database, "people", with_roles(*roles))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("New Pine K-8 School", "k-8 school"), ("Mesa K-12", "k-12 school"),
        ("Little Oaks Preschool", "preschool"), ("Pine Elementary (K-5)", "elementary school"),
    ],
)  # fmt: skip
def test_the_kind_of_a_school_is_guessed_from_its_name(
    database: Database, name: str, kind: str
) -> None:
    orgs = f"{ORGS.splitlines()[0]}\no9,active,,{name},school,N9,d1\n"
    _, run = looked_at(database, "sites", orgs.encode())
    brought(database, run)
    with database.read() as reader:
        assert reader.get(Site, "N9").kind == kind


def test_who_is_not_in_it_is_proposed_as_inactive_and_can_be_kept(database: Database) -> None:
    rows = [
        f"{code},active,true,{one.site_id},teacher,{code},,{one.email},{one.full_name},"
        for code, one in people(database).items()
        if code not in {"will", "wanda", "ada"}
    ]
    content = "\n".join([USERS.splitlines()[0], *rows]).encode()
    _, run = looked_at(database, "people", content, everybody=True, staying="wanda")
    gone = {line.key: line.reasons for line in run.lines if line.row.number < 0}
    assert set(gone) == {"will", "ada"}
    assert "you cannot deactivate yourself" in gone["ada"][0]
    brought(database, run)
    active = {code: person.active for code, person in people(database).items()}
    assert (active["will"], active["wanda"], active["ada"]) == (False, True, True)


def test_a_file_that_leaves_out_most_people_is_no_full_list(database: Database) -> None:
    with pytest.raises(InvalidError, match=r"leaves out 7 of 12.*Untick that it holds everybody"):
        looked_at(database, "people", zipped(orgs=ORGS, users=USERS), everybody=True)


def test_a_roster_of_changes_alone_does_not_claim_to_hold_everybody(database: Database) -> None:
    manifest = "propertyName,value\nfile.users,delta\n"
    content = zipped(orgs=ORGS, users=USERS, manifest=manifest)
    assert not opened(database, "people", "roster.zip", content, today=TODAY).everybody


def test_a_roster_is_brought_to_people_and_sites_only(database: Database) -> None:
    with pytest.raises(InvalidError, match="bring it to People or to Sites"):
        opened(database, "vendors", "roster.zip", zipped(orgs=ORGS), today=TODAY)
    with pytest.raises(InvalidError, match="holds no schools"):
        opened(database, "sites", "users.csv", USERS.encode(), today=TODAY)
    with pytest.raises(InvalidError, match="holds no staff"):
        opened(database, "people", "orgs.csv", ORGS.encode(), today=TODAY)


def test_a_zip_that_would_unpack_to_far_more_is_refused(database: Database) -> None:
    with pytest.raises(InvalidError, match="far larger than a table"):
        opened(database, "people", "bomb.zip", zipped(users=USERS + " " * 30_000_000), today=TODAY)


def test_a_table_of_the_districts_own_is_no_roster() -> None:
    assert not is_roster(b"Code,Name,E-mail\n1,2,3\n")
    assert not is_roster(b"PK\x03\x04 broken")
    assert is_roster(USERS.encode("utf-8-sig"))
    assert is_roster(ORGS.encode())
