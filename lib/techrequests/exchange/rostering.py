"""Staff and sites from a rostering export: OneRoster 1.1 and 1.2 as CSV, in a ZIP or single files.

Students, and whoever has no role of the staff, are dropped while the file is read: nothing of them
is kept or shown. A roster never gives a role of ours, and says nothing about supervisors.
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
from techrequests.exchange.columns import FileTable
from techrequests.exchange.csv_in import read_csv
from techrequests.exchange.file_rows import FileRow, refused
from techrequests.exchange.headings import plain_words
from techrequests.exchange.roster_roles import JOBS, Standing, roles_of, standing
from techrequests.exchange.school_kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    Row = dict[str, str]

_FILES = ("users.csv", "orgs.csv", "roles.csv", "manifest.csv")
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
        coming: sourcedIds of those whose role has not begun.
        whole: Whether it holds everybody, and not only what changed.
    """

    users: Mapping[str, Row]
    orgs: Mapping[str, Row]
    left_out: int
    whole: bool
    coming: frozenset[str] = frozenset()


def is_roster(content: bytes) -> bool:
    """Whether this is a rostering export, and not a table of the district's own."""
    if content.startswith(b"PK"):
        return bool({"users.csv", "orgs.csv"} & set(_members(content)))
    first = content[:4_000].decode("utf-8-sig", errors="replace").partition("\n")[0]
    words = {plain_words(word) for word in first.split(",")}
    return "sourcedid" in words and bool({"givenname", "parentsourcedid"} & words)


def read_roster(content: bytes, today: date, told: Callable[[int], None]) -> Roster:
    """Read a rostering export, by the roles that hold today.

    Raises:
        InvalidError: It cannot be read.
    """
    files = _files(content)
    users = [*_rows("users.csv", files, told)]
    by_user: dict[str, list[Row]] = defaultdict(list)
    for role in _rows("roles.csv", files, told):
        by_user[role.get("usersourcedid", "")].append(role)
    staff, coming = {}, set()
    for user in users:
        code = user.get("sourcedid", "")
        found = standing(roles_of(user, by_user.get(code, [])), today)
        if found.role:
            staff[code] = user | {"role": found.role.name, "org": found.role.org}
        if found.standing is Standing.LEFT:
            staff[code] |= {"status": "inactive"}
        if found.standing is Standing.COMING:
            coming.add(code)
    orgs = {row.get("sourcedid", ""): row for row in _rows("orgs.csv", files, told)}
    manifest = {
        row.get("propertyname", ""): row.get("value", "")
        for row in _rows("manifest.csv", files, told)
    }
    whole = manifest.get("file.users", "bulk").lower() == "bulk"
    left_out = len(users) - len(staff)
    return Roster(users=staff, orgs=orgs, left_out=left_out, whole=whole, coming=frozenset(coming))


def people_of(roster: Roster, known: Known) -> FileTable:
    """The staff of a roster as a table of people.

    Raises:
        InvalidError: It holds no staff.
    """
    rows = []
    for number, (code, user) in enumerate(roster.users.items(), start=2):
        here = _person_code(user, code, known)
        # Who has left is not brought in; who has not begun is not, and stays as they are if here.
        if here or (code not in roster.coming and _active(user) == "yes"):
            rows.append(FileRow(number=number, cells=_person(user, code, roster, known)))
    if not rows:
        raise refused("The roster holds no staff: no teachers, aides or administrators.")
    return FileTable(headings=PEOPLE_HEADINGS, rows=tuple(rows))


def _person(user: Row, code: str, roster: Roster, known: Known) -> tuple[str, ...]:
    email = user.get("email", "")
    by_address = email.casefold() in known.people
    coming = code in roster.coming
    return (
        "" if by_address else _person_code(user, code, known),
        _plain(user.get("username", "").partition("@")[0] or email.partition("@")[0]),
        " ".join(filter(None, (user.get("givenname"), user.get("familyname")))),
        email,
        JOBS[user["role"]],
        "" if coming else _site(user.get("org", ""), roster, known),
        "" if coming else _active(user),
    )


def _person_code(user: Row, code: str, known: Known) -> str:
    """The code that somebody in the roster has with us; empty for nobody we know."""
    told = (user.get("email", ""), user.get("identifier", ""), code)
    return next(
        (known.people[one.casefold()] for one in told if one.casefold() in known.people), ""
    )


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
            kind_of(name) if kind == "school" else "office",
            _active(org),
        )
        rows.append(FileRow(number=number, cells=cells))
    if not rows:
        raise refused("The roster holds no schools: orgs.csv is missing or empty.")
    return FileTable(headings=SITES_HEADINGS, rows=tuple(rows))


def _site(code: str, roster: Roster, known: Known) -> str:
    org = roster.orgs.get(code, {})
    told = (org.get("identifier", ""), code, org.get("name", ""))
    own = next((known.sites[one.casefold()] for one in told if one.casefold() in known.sites), "")
    return own or org.get("name", "") or code


def _active(row: Row) -> str:
    gone = row.get("status", "").lower() in {"tobedeleted", "inactive"}
    return "no" if gone or row.get("enableduser", "").lower() == "false" else "yes"


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
