"""What the rules of the district's own tables ask, of the tables as they would be after a save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.policy import GRANTS, Permission, Role
from techrequests.store.tables import standing_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from techrequests.domain.catalogue import Person
    from techrequests.domain.policy import RoleGrant
    from techrequests.store.database import Reader

_LOOPS = """
    WITH RECURSIVE above (person_id, supervisor_id) AS (
        SELECT person_id, supervisor_id FROM person WHERE NOT person_id = ANY($person_ids)
        UNION ALL
        SELECT person_id, nullif(supervisor_id, '')
        FROM (SELECT unnest($person_ids) AS person_id, unnest($supervisors) AS supervisor_id)
    ),
    chain (person_id, above, height) AS (
        SELECT person_id, supervisor_id, 1 FROM above WHERE person_id = ANY($person_ids)
        UNION ALL
        SELECT c.person_id, p.supervisor_id, c.height + 1
        FROM chain c JOIN above p ON p.person_id = c.above
        WHERE c.above <> c.person_id AND c.height < 50
    )
    SELECT DISTINCT person_id FROM chain WHERE above = person_id
"""

_OTHER_GRANTS = """
    SELECT person_id, role, site_id, starts_on, ends_on FROM role_grant
    WHERE person_id = ANY($holders) AND NOT grant_id = ANY($grant_ids)
"""

# Roles that are held today by somebody active: taking away all of them locks everybody out.
_EDITORS_EVERYWHERE = """
    SELECT g.grant_id, g.person_id, p.active
    FROM role_grant g JOIN person p ON p.person_id = g.person_id
    WHERE g.role = ANY($roles) AND g.site_id = '*'
      AND (g.starts_on IS NULL OR g.starts_on <= $today)
      AND (g.ends_on IS NULL OR g.ends_on >= $today)
"""

# Who is to leave at the same time is nobody's direct report any more.
_LEFT_BEHIND = """
    SELECT person_id, what, count(*) AS times FROM (
        SELECT supervisor_id AS person_id, 'people' AS what FROM person
        WHERE active AND NOT person_id = ANY($person_ids)
        UNION ALL
        SELECT reviewer_id, 'rules' FROM routing_rule WHERE active
        UNION ALL
        SELECT requester_id, 'own requests' FROM tech_request
        WHERE status NOT IN ('closed', 'declined', 'denied', 'withdrawn', 'cancelled')
        UNION ALL
        SELECT person_id, 'requests' FROM (
            SELECT reviewer_id AS person_id, request_id, status FROM tech_request
            UNION
            SELECT approver_id, request_id, status FROM tech_request
            UNION
            SELECT technician_id, request_id, status FROM tech_request
        ) AS acting
        WHERE status NOT IN ('closed', 'declined', 'denied', 'withdrawn', 'cancelled')
        UNION ALL
        SELECT person_id, 'delegations' FROM (
            SELECT person_id, ends_on, withdrawn_at FROM delegation
            UNION ALL
            SELECT delegate_id, ends_on, withdrawn_at FROM delegation
        ) AS standing_in
        WHERE withdrawn_at IS NULL AND ends_on >= $today
        UNION ALL
        SELECT custodian_id, 'units' FROM asset WHERE status <> 'retired'
    ) AS naming
    WHERE person_id = ANY($person_ids)
    GROUP BY person_id, what
"""

_AT_SITE = """
    SELECT (SELECT count(*) FROM person WHERE active AND site_id = $site_id) AS people,
           (SELECT count(*) FROM tech_request
            WHERE status NOT IN ('closed', 'declined', 'denied', 'withdrawn', 'cancelled')
              AND site_id = $site_id) AS requests
"""


def own_supervisors(reader: Reader, people: Collection[Person]) -> list[str]:
    """Who of these people, as they are to be, would stand above themselves at any distance."""
    if not people:
        return []
    found = reader.run(
        _LOOPS,
        person_ids=[person.person_id for person in people],
        supervisors=[person.supervisor_id or "" for person in people],
    )
    return sorted(str(row[0]) for row in found.fetchall())


def held_twice(reader: Reader, grants: Collection[RoleGrant]) -> list[str]:
    """Which of these grants, as they are to be, give what is held there at the same time anyway."""
    rows = reader.rows(
        _OTHER_GRANTS,
        holders=sorted({grant.person_id for grant in grants}),
        grant_ids=sorted(grant.grant_id for grant in grants),
    )
    held: dict[tuple[str, str, str], list[tuple[str, date | None, date | None]]] = {}
    for row in rows:
        key = (row["person_id"], row["role"], row["site_id"])
        held.setdefault(key, []).append(("", row["starts_on"], row["ends_on"]))
    for grant in grants:
        key = (grant.person_id, str(grant.role), grant.site_id)
        held.setdefault(key, []).append((grant.grant_id, grant.starts_on, grant.ends_on))
    return sorted(
        grant.grant_id
        for grant in grants
        if any(
            code != grant.grant_id and _overlap(grant, starts_on, ends_on)
            for code, starts_on, ends_on in held[grant.person_id, str(grant.role), grant.site_id]
        )
    )


def directory_editors(
    reader: Reader, people: Iterable[Person], grants: Iterable[RoleGrant], today: date
) -> int:
    """How many active people could edit people and roles everywhere.

    Args:
        reader: Where to look.
        people: Those that are changed, as they are to be.
        grants: Likewise.
        today: The day on which roles must be held.
    """
    roles = [str(role) for role in Role if Permission.EDIT_DIRECTORY in GRANTS[role]]
    active = {person.person_id: person.active for person in people}
    changed = {grant.grant_id: grant for grant in grants}
    held = {
        row["person_id"]: row["active"]
        for row in reader.rows(_EDITORS_EVERYWHERE, roles=roles, today=today)
        if row["grant_id"] not in changed
    }
    standing = standing_of(reader, "person", {grant.person_id for grant in changed.values()})
    for grant in changed.values():
        if grant.role in roles and grant.site_id == EVERY_SITE and _overlap(grant, today, today):
            held.setdefault(grant.person_id, standing.get(grant.person_id, False))
    return sum(active.get(person_id, was) for person_id, was in held.items())


def left_behind(
    reader: Reader, person_ids: Collection[str], today: date
) -> dict[str, dict[str, int]]:
    """What still names people who are to leave, by person: how many of what.

    That is people (they supervise), rules (of routing), requests (open, that they act on), own
    requests (open, that they made), delegations (theirs and to them), units (in their care).
    """
    found: dict[str, dict[str, int]] = {}
    if person_ids:
        for row in reader.rows(_LEFT_BEHIND, person_ids=sorted(person_ids), today=today):
            found.setdefault(row["person_id"], {})[row["what"]] = row["times"]
    return found


def at_site(reader: Reader, site_id: str) -> Mapping[str, int]:
    """What still is at a site: people, requests (open ones)."""
    return reader.row(_AT_SITE, site_id=site_id) or {}


def _overlap(grant: RoleGrant, starts_on: date | None, ends_on: date | None) -> bool:
    begins = grant.starts_on is None or ends_on is None or grant.starts_on <= ends_on
    return begins and (grant.ends_on is None or starts_on is None or starts_on <= grant.ends_on)
