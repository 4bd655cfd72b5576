"""Who is at work on the day: the small district of `builders`, and the teachers of its roster."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES = (
    ("Alma", "Abbott"),
    ("Bruno", "Beltran"),
    ("Carla", "Castillo"),
    ("Dmitri", "Duarte"),
    ("Esther", "Ellison"),
    ("Felix", "Fontaine"),
    ("Grace", "Gallagher"),
    ("Hector", "Hobbs"),
    ("Imani", "Ibarra"),
    ("Jonas", "Jamison"),
    ("Keiko", "Keller"),
    ("Lamar", "Lindgren"),
    ("Mei", "Moreau"),
    ("Nadia", "Nakamura"),
    ("Owen", "Ortega"),
    ("Priya", "Pruitt"),
    ("Quentin", "Quinlan"),
    ("Rosa", "Ramsey"),
    ("Samir", "Sandoval"),
    ("Talia", "Thornton"),
    ("Uma", "Underwood"),
    ("Victor", "Vance"),
    ("Willa", "Whitaker"),
    ("Xavier", "Xiong"),
    ("Yara", "Yates"),
    ("Zach", "Zamora"),
    ("Amos", "Ashford"),
    ("Bianca", "Benson"),
)
MOST = len(_NAMES)
_SCHOOLS = ("Lincoln High School", "pia"), ("Washington Elementary", "wanda")


@dataclass(frozen=True, slots=True)
class Teacher:
    """A new teacher of the roster.

    Attributes:
        name: The account at the provider, and the e-mail address before the @.
        principal: The code of who supervises them.
    """

    name: str
    given: str
    family: str
    school: str
    principal: str

    @property
    def email(self) -> str:
        """Their address in the district."""
        return f"{self.name}@{DOMAIN}"


def teachers(count: int) -> tuple[Teacher, ...]:
    """So many new teachers, of both schools in turn."""
    found = []
    for number, (given, family) in enumerate(_NAMES[:count]):
        school, principal = _SCHOOLS[number % 2]
        name = f"{given[0]}{family}".lower()
        found.append(Teacher(name, given, family, school, principal))
    return tuple(found)


def roster(of: Sequence[Teacher]) -> bytes:
    """Their rostering export: OneRoster 1.1, with students and a parent who teaches."""
    schools = {school: f"org-{number}" for number, (school, _) in enumerate(_SCHOOLS)}
    orgs = [("sourcedId", "status", "name", "type", "identifier")]
    orgs += [(key, "active", school, "school", "") for school, key in schools.items()]
    users = [
        (
            *("sourcedId", "status", "enabledUser", "orgSourcedIds", "role"),
            *("username", "email", "givenName", "familyName"),
        )
    ]
    users += [
        (
            *(f"user-{one.name}", "active", "true", schools[one.school], "teacher"),
            *(one.name, one.email, one.given, one.family),
        )
        for one in of
    ]
    users += [
        (f"pupil-{number}", "active", "true", "org-0", "student", f"pupil{number}", "", "Pat", "P")
        for number in range(200)
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orgs.csv", _csv(orgs))
        archive.writestr("users.csv", _csv(users))
    return out.getvalue()


def supervisors(of: Sequence[Teacher]) -> bytes:
    """Who supervises them, as the office keeps it in a spreadsheet."""
    rows = [("Email", "Supervisor")]
    rows += [(one.email, f"{one.principal}@{DOMAIN}") for one in of]
    return _csv(rows).encode()


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
