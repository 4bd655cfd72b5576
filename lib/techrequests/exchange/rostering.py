"""Staff and sites from a rostering export: OneRoster 1.1 and 1.2 as CSV, in a ZIP or single files.

Students, guardians and whoever has no role of the staff are dropped while the file is read: nothing
of them is kept or shown. A roster never gives a role of ours, and says nothing about supervisors.
See IMS Global, OneRoster 1.1 CSV tables, and 1EdTech, OneRoster 1.2 CSV binding.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from techrequests.exchange.archive import check_archive, has_too_many_parts
from techrequests.exchange.columns import FileTable, plain_words
from techrequests.exchange.csv_in import read_csv
from techrequests.exchange.file_rows import FileRow, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Row = dict[str, str]

_FILES = ("users.csv", "orgs.csv", "roles.csv", "manifest.csv")
_NO_STAFF = {"student", "guardian", "parent", "relative", ""}
_JOBS = {
    "teacher": "Teacher",
    "administrator": "Administrator",
    "aide": "Aide",
    "proctor": "Proctor",
    "counselor": "Counselor",
    "principal": "Principal",
    "siteadministrator": "School administrator",
    "districtadministrator": "District administrator",
    "systemadministrator": "System administrator",
}
"""What a new person's job is called, by the role in the roster; other roles are left out."""

_KINDS = (
    (re.compile(r"\b(elementary|primary|k-?5|k-?6)\b", re.IGNORECASE), "elementary school"),
    (re.compile(r"\b(middle|junior|intermediate)\b", re.IGNORECASE), "middle school"),
    (re.compile(r"\b(high|senior|secondary)\b", re.IGNORECASE), "high school"),
)

PEOPLE_HEADINGS = (
    "Code", "Code, for new rows only", "Name", "E-mail", "Job title, for new rows only", "Site",
    "Active",
)  # fmt: skip
SITES_HEADINGS = (
    "Code", "Code, for new rows only", "Name", "Kind, for new rows only", "Active",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the district has by now: codes by code, name or e-mail address, in lower case."""

    people: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A rostering export, without anybody who is no staff.

    Attributes:
        users: Rows of users.csv by sourcedId.
        orgs: Rows of orgs.csv by sourcedId.
        left_out: How many users are no staff.
        whole: Whether it holds everybody, and not only what changed.
    """

    users: Mapping[str, Row]
    orgs: Mapping[str, Row]
    left_out: int
    whole: bool


def is_roster(content: bytes) -> bool:
    """Whether this is a rostering export, and not a table of the district's own."""
    if content.startswith(b"PK"):
        return bool({"users.csv", "orgs.csv"} & set(_members(content)))
    first = content[:4_000].decode("utf-8-sig", errors="replace").partition("\n")[0]
    words = {plain_words(word) for word in first.split(",")}
    return "sourcedid" in words and bool({"givenname", "parentsourcedid"} & words)


def read_roster(content: bytes, told: Callable[[int], None]) -> Roster:
    """Read a rostering export.

    Raises:
        InvalidError: It cannot be read.
    """
    files = _files(content)
    users = [*_rows("users.csv", files, told)]
    by_user: dict[str, list[Row]] = defaultdict(list)
    for role in _rows("roles.csv", files, told):
        by_user[role.get("usersourcedid", "")].append(role)
    staff = {}
    for user in users:
        code = user.get("sourcedid", "")
        if told_role := _staff_role(user, by_user.get(code, [])):
            staff[code] = user | told_role
    orgs = {row.get("sourcedid", ""): row for row in _rows("orgs.csv", files, told)}
    manifest = {
        row.get("propertyname", ""): row.get("value", "")
        for row in _rows("manifest.csv", files, told)
    }
    whole = manifest.get("file.users", "bulk").lower() == "bulk"
    return Roster(users=staff, orgs=orgs, left_out=len(users) - len(staff), whole=whole)


def people_of(roster: Roster, known: Known) -> FileTable:
    """The staff of a roster as a table of people.

    Raises:
        InvalidError: It holds no staff.
    """
    rows = []
    for number, (code, user) in enumerate(roster.users.items(), start=2):
        own = next(
            (known.people[one.casefold()] for one in (user.get("identifier", ""), code)
             if one.casefold() in known.people),
            "",
        )  # fmt: skip
        email = user.get("email", "")
        rows.append(
            FileRow(
                number=number,
                cells=(
                    "" if email.casefold() in known.people else own,
                    _plain(user.get("username", "").partition("@")[0] or email.partition("@")[0]),
                    " ".join(filter(None, (user.get("givenname"), user.get("familyname")))),
                    email,
                    _JOBS[user["role"]],
                    _site(user.get("org", ""), roster, known),
                    _active(user),
                ),
            )
        )
    if not rows:
        raise refused("The roster holds no staff: no teachers, aides or administrators.")
    return FileTable(headings=PEOPLE_HEADINGS, rows=tuple(rows))


def sites_of(roster: Roster, known: Known) -> FileTable:
    """The schools and offices of a roster as a table of sites.

    Raises:
        InvalidError: It holds none.
    """
    rows = []
    for number, (code, org) in enumerate(roster.orgs.items(), start=2):
        kind, name = org.get("type", "").lower(), org.get("name", "")
        if kind not in {"school", "district", "local"}:
            continue
        told = (org.get("identifier", ""), code)
        own = next(
            (known.sites[one.casefold()] for one in told if one.casefold() in known.sites), ""
        )
        cells = (
            "" if name.casefold() in known.sites else own,
            _plain(org.get("identifier") or code)[:12].upper(),
            name,
            _kind(name) if kind == "school" else "office",
            _active(org),
        )
        rows.append(FileRow(number=number, cells=cells))
    if not rows:
        raise refused("The roster holds no schools: orgs.csv is missing or empty.")
    return FileTable(headings=SITES_HEADINGS, rows=tuple(rows))


def _staff_role(user: Row, roles: list[Row]) -> Row | None:
    """The role and site of a member of the staff; None for everybody else."""
    told = [
        (user.get("role", ""), user.get("primaryorgsourcedid") or user.get("orgsourcedids", ""))
    ]
    if roles:
        roles = sorted(roles, key=lambda role: role.get("roletype", "") != "primary")
        told = [(role.get("role", ""), role.get("orgsourcedid", "")) for role in roles]
    named = [(role.strip().casefold(), org) for role, org in told]
    # Who is a student anywhere is one, whatever else they are.
    if any(role in _NO_STAFF for role, _ in named):
        return None
    found = next(((role, org) for role, org in named if role in _JOBS), None)
    return {"role": found[0], "org": found[1].partition(",")[0].strip()} if found else None


def _site(code: str, roster: Roster, known: Known) -> str:
    org = roster.orgs.get(code, {})
    told = (org.get("identifier", ""), code, org.get("name", ""))
    own = next((known.sites[one.casefold()] for one in told if one.casefold() in known.sites), "")
    return own or org.get("name", "") or code


def _active(row: Row) -> str:
    gone = row.get("status", "").lower() in {"tobedeleted", "inactive"}
    return "no" if gone or row.get("enableduser", "").lower() == "false" else "yes"


def _kind(name: str) -> str:
    return next((kind for words, kind in _KINDS if words.search(name)), "")


def _plain(code: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "", code).lstrip("._-").lower()


def _rows(name: str, files: Mapping[str, bytes], told: Callable[[int], None]) -> Iterable[Row]:
    if name not in files:
        return
    first, *rest = read_csv(name, files[name], told).rows or (None,)
    if first is None:
        return
    names = [re.sub("[^a-z.]", "", str(cell).lower()) for cell in first.cells]
    for row in rest:
        yield {name: str(row.cell(at)).strip() for at, name in enumerate(names)}


def _files(content: bytes) -> dict[str, bytes]:
    if not content.startswith(b"PK"):
        first = content[:4_000].decode("utf-8-sig", errors="replace").partition("\n")[0]
        return {"users.csv" if "givenname" in first.casefold() else "orgs.csv": content}
    check_archive(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            return {name: archive.read(path) for name, path in _members(content).items()}
        except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError) as error:
            words = "The ZIP file is damaged or has a password: export it once more."
            raise refused(words) from error


def _members(content: bytes) -> dict[str, str]:
    if has_too_many_parts(content):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            paths = archive.namelist()
    except zipfile.BadZipFile:
        return {}
    found = {path.rpartition("/")[2].casefold(): path for path in paths}
    return {name: found[name] for name in _FILES if name in found}
