"""Whether a row of a roster is about a member of the staff today: by all their roles, not one.

OneRoster 1.1 names one role in users.csv; 1.2 has a row per role in roles.csv, each with a status
and the days from and until which it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Row = Mapping[str, str]

JOBS = {
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
"""What a new person's job is called, by the role in the roster; other roles are no staff."""

_STUDENT = "student"
_GONE = {"tobedeleted", "inactive"}
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d")


class Standing(StrEnum):
    """How somebody stands to the staff today."""

    STAFF = "staff"
    COMING = "coming"
    LEFT = "left"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role of one person.

    Attributes:
        name: In lower case, such as `teacher`.
        org: sourcedId of the school or office.
        primary: Whether it is said to be the main one.
        given: Whether it was not taken back.
        begins: First day; None for any.
        ends: Last day; None for none.
    """

    name: str
    org: str
    primary: bool = True
    given: bool = True
    begins: date | None = None
    ends: date | None = None

    def holds(self, today: date) -> bool:
        """Whether it counts on a day."""
        begun = self.begins is None or self.begins <= today
        return self.given and begun and (self.ends is None or today <= self.ends)

    def comes(self, today: date) -> bool:
        """Whether it will count later."""
        return self.given and self.begins is not None and today < self.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How somebody stands to the staff, and by which role."""

    standing: Standing
    role: Role | None = None


def roles_of(user: Row, rows: Iterable[Row]) -> tuple[Role, ...]:
    """The roles of a person: those of roles.csv, or the one in users.csv where there are none."""
    roles = tuple(
        Role(
            name=_name(row.get("role", "")),
            org=row.get("orgsourcedid", ""),
            primary=row.get("roletype", "").casefold() == "primary",
            given=row.get("status", "").casefold() not in _GONE,
            begins=_day(row.get("begindate", "")),
            ends=_day(row.get("enddate", "")),
        )
        for row in rows
    )
    if roles:
        return roles
    orgs = user.get("primaryorgsourcedid") or user.get("orgsourcedids", "")
    return (Role(name=_name(user.get("role", "")), org=orgs.partition(",")[0].strip()),)


def standing(roles: Iterable[Role], today: date) -> Found:
    """How somebody stands to the staff on a day.

    A parent or guardian who also works here is staff. A student is none, whatever else they are,
    as long as they are one: who was a student here years ago may teach here now.
    """
    roles = tuple(roles)
    now = [role for role in roles if role.holds(today)]
    if any(role.name == _STUDENT for role in now):
        return Found(standing=Standing.NONE)
    for kind, found in (
        (Standing.STAFF, now),
        (Standing.COMING, [role for role in roles if role.comes(today)]),
        (Standing.LEFT, [role for role in roles if not role.holds(today)]),
    ):
        if jobs := sorted((one for one in found if one.name in JOBS), key=_last_if_secondary):
            return Found(standing=kind, role=jobs[0])
    return Found(standing=Standing.NONE)


def _last_if_secondary(role: Role) -> bool:
    return not role.primary


def _name(words: str) -> str:
    return "".join(words.split()).casefold()


def _day(text: str) -> date | None:
    words = text.strip().partition("T")[0].partition(" ")[0]
    for pattern in _DAYS:
        try:
            return datetime.strptime(words, pattern).date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            continue
    return None
