"""Who is who, who may do what today, and who stands above whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import EVERY_SITE, Person
from techrequests.domain.errors import NotFoundError
from techrequests.domain.policy import GRANTS, Actor, Permission, Role
from techrequests.store.delegation import IS_A_DELEGATE, stands_in_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from techrequests.store.database import Reader

HELD = (
    "(g.starts_on IS NULL OR g.starts_on <= $today) AND (g.ends_on IS NULL OR g.ends_on >= $today)"
)

_ACTOR = f"""
    SELECT p.full_name, p.site_id AS home, g.role, g.site_id, {IS_A_DELEGATE} AS is_a_delegate
    FROM person p LEFT JOIN role_grant g ON g.person_id = p.person_id AND {HELD}
    WHERE p.person_id = $person_id AND p.active
"""  # noqa: S608  # a constant

_HOLDING = f"""
    FROM person p JOIN role_grant g ON g.person_id = p.person_id AND {HELD}
    WHERE p.active AND g.role = ANY($roles)
      AND (g.site_id = '*' OR $site_id = '*' OR g.site_id = $site_id)
"""
HOLDERS = f"SELECT p.person_id {_HOLDING}"
"""SQL for the codes of active people who hold one of `$roles` at `$site_id` on `$today`."""

_HOLDERS = f"""
    SELECT DISTINCT p.person_id, p.full_name, g.role {_HOLDING}
    ORDER BY p.full_name, p.person_id
"""

_UP = """
    WITH RECURSIVE chain (person_id, height) AS (
        SELECT supervisor_id, 1 FROM person WHERE person_id = $person_id
        UNION ALL
        SELECT p.supervisor_id, c.height + 1 FROM chain c JOIN person p ON p.person_id = c.person_id
        WHERE c.height < 12
    )
"""

_CHAIN = f"""{_UP}
    SELECT c.person_id
    FROM chain c
    JOIN person p ON p.person_id = c.person_id AND p.active
    WHERE NOT c.person_id = ANY($barred)
      AND EXISTS (
        SELECT 1 FROM role_grant g
        WHERE g.person_id = c.person_id AND g.role = ANY($roles)
          AND (g.site_id = '*' OR g.site_id = $site_id) AND {HELD}
      )
    ORDER BY c.height
    LIMIT 1
"""  # noqa: S608

_SITES_OF_ROLES = "SELECT DISTINCT site_id FROM role_grant WHERE person_id = $person_id"

_PEOPLE_TO_BE = """
    SELECT p.person_id, p.full_name, p.job_title, s.name AS site, g.role
    FROM person p
    JOIN site s ON s.site_id = p.site_id
    LEFT JOIN role_grant g ON g.person_id = p.person_id
    WHERE p.active
    ORDER BY g.role IS NULL, s.name, p.full_name, p.person_id, g.role
    LIMIT 200
"""


def actor(reader: Reader, person_id: str, today: date) -> Actor:
    """The person with what they may do today; everybody active is staff at their own site.

    Raises:
        NotFoundError: No active person has this code.
    """
    rows = reader.rows(_ACTOR, person_id=person_id, today=today)
    if not rows:
        raise NotFoundError(
            "There is no active person with this account. Ask the technology office."
        )
    home = rows[0]["home"]
    held = {(Role(row["role"]), row["site_id"]) for row in rows if row["role"]}
    return Actor(
        person_id=person_id,
        full_name=rows[0]["full_name"],
        site_id=home,
        roles=frozenset({(Role.STAFF, home)} | held),
        # Most people are nobody's delegate, and then the larger question is not worth its time.
        stands_in=stands_in_for(reader, person_id, today)
        if rows[0]["is_a_delegate"]
        else frozenset(),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody's full name, and whether they still work here."""

    name: str
    active: bool


def who_is(reader: Reader, person_ids: Iterable[str | None]) -> dict[str, Known]:
    """Who these people are, by code; codes that nobody has are left out."""
    wanted = sorted({person_id for person_id in person_ids if person_id})
    sql = "SELECT person_id, full_name, active FROM person WHERE person_id = ANY($wanted)"
    return {
        row["person_id"]: Known(row["full_name"], row["active"])
        for row in reader.rows(sql, wanted=wanted)
    }


def holders(
    reader: Reader, permission: Permission, today: date, site_id: str = EVERY_SITE
) -> dict[str, str]:
    """Active people who hold a permission at a site, or anywhere: names by code, sorted by name."""
    return holders_of_each(reader, (permission,), today, site_id)[permission]


def holders_of_each(
    reader: Reader, permissions: Iterable[Permission], today: date, site_id: str = EVERY_SITE
) -> dict[Permission, dict[str, str]]:
    """The same for several permissions, in one statement."""
    roles = {permission: roles_with(permission) for permission in permissions}
    wanted = sorted({role for some in roles.values() for role in some})
    rows = reader.rows(_HOLDERS, roles=wanted, today=today, site_id=site_id)
    return {
        permission: {row["person_id"]: row["full_name"] for row in rows if row["role"] in some}
        for permission, some in roles.items()
    }


def supervisor_who_may_decide(
    reader: Reader, person_id: str, *, site_id: str, barred: Iterable[str], today: date
) -> str | None:
    """The nearest active supervisor above a person who may approve at a site, or None.

    Args:
        reader: Where to look.
        person_id: Whose supervisor.
        site_id: The site the request is for.
        barred: People who must not decide, whatever they hold.
        today: The day on which roles must be held.
    """
    found: str | None = reader.value(
        _CHAIN,
        person_id=person_id,
        site_id=site_id,
        barred=list(barred),
        roles=roles_with(Permission.DECIDE_REQUESTS),
        today=today,
    )
    return found


def stands_above(reader: Reader, person_id: str, above_id: str) -> bool:
    """Whether somebody is a person's supervisor, over however many steps."""
    sql = f"{_UP} SELECT count(*) FROM chain WHERE person_id = $above_id"  # noqa: S608  # a constant
    return bool(reader.value(sql, person_id=person_id, above_id=above_id))


def sites_of_roles(reader: Reader, person_id: str) -> set[str]:
    """The sites for which somebody holds a role at any time; may contain `EVERY_SITE`."""
    rows = reader.rows(_SITES_OF_ROLES, person_id=person_id)
    return {row["site_id"] for row in rows}


def site_names(reader: Reader, site_ids: Iterable[str]) -> dict[str, str]:
    """Names of sites by code."""
    wanted = sorted(set(site_ids))
    if not wanted:
        return {}
    rows = reader.rows("SELECT site_id, name FROM site WHERE site_id = ANY($them)", them=wanted)
    return {row["site_id"]: row["name"] for row in rows}


def names(reader: Reader, person_ids: Iterable[str | None]) -> dict[str, str]:
    """Full names by code."""
    wanted = sorted({person_id for person_id in person_ids if person_id})
    rows = reader.rows(
        "SELECT person_id, full_name FROM person WHERE person_id = ANY($wanted)", wanted=wanted
    )
    return {row["person_id"]: row["full_name"] for row in rows}


def active_people(reader: Reader) -> list[Person]:
    """Everybody active, by name."""
    return reader.find(Person, "WHERE active ORDER BY full_name")


def roles_with(permission: Permission) -> list[str]:
    """The roles that hold a permission."""
    return [str(role) for role in Role if permission in GRANTS[role]]


def people_to_be(reader: Reader) -> dict[str, str]:
    """Whom one can be in the sample district: words by code, those with a role first."""
    roles: dict[str, dict[str, None]] = defaultdict(dict)
    words: dict[str, str] = {}
    for row in reader.rows(_PEOPLE_TO_BE):
        words[row["person_id"]] = f"{row['full_name']} · {row['job_title']}, {row['site']}"
        if row["role"]:
            roles[row["person_id"]][row["role"]] = None
    return {
        person_id: f"{told} ({', '.join(roles[person_id])})" if roles[person_id] else told
        for person_id, told in words.items()
    }
