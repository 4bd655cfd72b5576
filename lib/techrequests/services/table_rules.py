"""Rules of the district's own tables that a cell alone cannot show, each in words."""

from __future__ import annotations

import re
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import EVERY_SITE, Person, RoutingRule
from techrequests.domain.policy import NOBODY_ON_THE_STAFF, Permission, RoleGrant
from techrequests.services.deciders import own_deciders_kept
from techrequests.store.people import holders, sites_of_roles
from techrequests.store.table_rules import (
    at_site,
    directory_editors,
    held_twice,
    left_behind,
    own_supervisors,
)
from techrequests.store.tables import holders_of_emails

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from techrequests.domain.errors import Problem
    from techrequests.services.table_plan import RowChange, Saving

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def email_is_one(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """An e-mail address looks like one."""
    del saving
    email = str(getattr(row.after, "email", ""))
    if email and row.changed("email") and not _EMAIL.fullmatch(email):
        yield row.problem(
            "email", f"“{email}” is not an e-mail address such as mrivera@district.example."
        )


def email_is_free(saving: Saving) -> Iterator[Problem]:
    """Nobody else signs in with the address, whatever its capitals."""
    emails = {row.key: str(getattr(row.after, "email", "")).lower() for row in saving.rows}
    times = Counter(emails.values())
    changed = [row for row in saving.rows if row.changed("email")]
    holders_now = holders_of_emails(saving.reader, [emails[row.key] for row in changed])
    for row in changed:
        email = emails[row.key]
        holder = holders_now.get(email, row.key)
        if holder != row.key or times[email] > 1:
            whose = f"is the address of “{holder}” already" if holder != row.key else "came twice"
            yield row.problem("email", f"“{email}” {whose}. Each person needs their own.")


def dates_in_order(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """A role does not end before it starts."""
    del saving
    grant = row.after
    if not isinstance(grant, RoleGrant) or not grant.starts_on or not grant.ends_on:
        return
    if grant.ends_on < grant.starts_on:
        yield row.problem("ends_on", "“Until” is before “From”: please change one of them.")


def code_is_a_persons(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """Histories name the product itself, and linked sheets, by codes that nobody else may have."""
    del saving
    if row.before is None and row.key.lower() in NOBODY_ON_THE_STAFF:
        yield row.problem("person_id", "this code is the product's own. Choose another.")


def not_the_own_row(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """Two people: nobody picks their own supervisor, and nobody locks themselves out."""
    person = row.after
    if not isinstance(person, Person) or person.person_id != saving.actor.person_id:
        return
    if row.changed("supervisor_id"):
        words = "you cannot change your own supervisor. Ask another administrator."
        yield row.problem("supervisor_id", words)
    if not person.active:
        words = "you cannot deactivate yourself. Ask another administrator."
        yield row.problem("active", words)


def not_the_own_role(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """Two people: nobody gives a role to themselves, nor changes one they hold."""
    whose = {getattr(one, "person_id", None) for one in (row.before, row.after)}
    if saving.actor.person_id in whose:
        words = "you cannot change your own roles. Ask another administrator."
        yield row.problem("person_id", words)


def own_deciders(saving: Saving) -> AbstractContextManager[None]:
    """Two people: nobody picks who decides on their own requests."""
    return own_deciders_kept(saving.reader, saving.actor, saving.today)


def supervisors_end(saving: Saving) -> Iterator[Problem]:
    """Nobody is their own supervisor, over however many steps."""
    changed = {row.key: row for row in saving.rows if row.changed("supervisor_id")}
    people = [row.after for row in changed.values() if isinstance(row.after, Person)]
    for person_id in own_supervisors(saving.reader, people):
        words = "would be their own supervisor, directly or over others. Pick somebody else."
        yield changed[person_id].problem("supervisor_id", words)


def not_above_the_own_reach(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """Who edits for some sites may not change people whose roles reach further."""
    person = row.after
    if isinstance(person, Person) and row.before:
        sites = sites_of_roles(saving.reader, person.person_id)
        if not all(saving.actor.may(Permission.EDIT_DIRECTORY, site) for site in sites):
            words = "they hold roles beyond your sites. Ask an administrator of the district."
            yield row.problem("", words)


def held_once(saving: Saving) -> Iterator[Problem]:
    """A role is held once at a site at a time."""
    rows = {row.key: row for row in saving.rows}
    grants = [row.after for row in saving.rows if isinstance(row.after, RoleGrant)]
    for grant_id in held_twice(saving.reader, grants):
        words = "this person holds the role there at that time already. Change that row instead."
        yield rows[grant_id].problem("role", words)


def an_administrator_stays(saving: Saving) -> Iterator[Problem]:
    """Somebody active may still edit people and roles everywhere, where there was somebody."""
    could = saving.actor.may(Permission.EDIT_DIRECTORY, EVERY_SITE)
    if (
        could
        and saving.rows
        and not _editors_left(saving)
        and directory_editors(saving.reader, [], [], saving.today)
    ):
        words = "nobody could edit people and roles any more. Make somebody administrator first."
        yield saving.rows[0].problem("", words)


def _editors_left(saving: Saving) -> int:
    people = [row.after for row in saving.rows if isinstance(row.after, Person)]
    grants = [row.after for row in saving.rows if isinstance(row.after, RoleGrant)]
    return directory_editors(saving.reader, people, grants, saving.today)


def reviewer_may_review(saving: Saving) -> Iterator[Problem]:
    """A routing rule names somebody who may review where it sends requests."""
    for row in saving.rows:
        rule = row.after
        if not isinstance(rule, RoutingRule) or not rule.active:
            continue
        able = holders(saving.reader, Permission.REVIEW_REQUESTS, saving.today, rule.site_id)
        if rule.reviewer_id not in able:
            words = f"“{rule.reviewer_id}” may not review requests there. Give them the role first."
            yield row.problem("reviewer_id", words)


def there_is_one_row(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """The district's own tolerances are one row, and nothing else would be read."""
    del saving
    if row.before is None:
        yield row.problem(row.after.TABLE.key, "The district has one row here. Change that one.")


LEFT_BEHIND = MappingProxyType(
    {
        "people": "direct report",
        "requests": "open request",
        "own requests": "request of their own",
        "rules": "routing rule",
        "delegations": "delegation",
        "units": "unit of equipment",
    }
)
"""What somebody may leave behind, in words, by its name in `store.table_rules.left_behind`."""


def what_a_person_leaves(saving: Saving) -> Iterator[str]:
    """What still names a person who is not active any more."""
    people = people_leaving(saving)
    left = left_behind(saving.reader, [one.person_id for one in people], saving.today)
    for person in people:
        found = left.get(person.person_id, {})
        parts = ", ".join(
            _counted(found[it], it_is) for it, it_is in LEFT_BEHIND.items() if it in found
        )
        if parts:
            name = person.full_name
            yield f"{name} is not active any more but still has {parts}: hand them over."


def people_leaving(saving: Saving) -> list[Person]:
    """Who of the rows stops being active."""
    return [
        row.after
        for row in saving.rows
        if isinstance(row.after, Person)
        and row.before is not None
        and not row.after.active
        and row.changed("active")
    ]


def what_stays_at_a_site(saving: Saving) -> Iterator[str]:
    """Who and what still is at a site that is not active any more."""
    for row in saving.rows:
        if getattr(row.after, "active", True) or not row.changed("active"):
            continue
        left = at_site(saving.reader, row.key)
        if left.get("people") or left.get("requests"):
            name = getattr(row.after, "name", row.key)
            kinds = {"people": "member of staff", "requests": "open request"}
            found = [_counted(left[kind], words) for kind, words in kinds.items()]
            parts = ", ".join(part for part in found if part)
            yield f"{name} is not active any more but still has {parts}."


def _counted(number: int, words: str) -> str:
    if not number:
        return ""
    head, _, tail = words.partition(" of ")
    many = head + ("s" if number > 1 else "") + (f" of {tail}" if tail else "")
    return f"{number:,} {many}"


def grant_code(values: Mapping[str, Any]) -> str:
    """The code of a role grant: who, what, where, and from when if not from the first day."""
    parts = [values.get("person_id"), values.get("role"), _all_or_one(values.get("site_id"))]
    return _code(*parts, values.get("starts_on"))


def rule_code(values: Mapping[str, Any]) -> str:
    """The code of a routing rule: its place, where, what and who."""
    where, what = _all_or_one(values.get("site_id")), _all_or_one(values.get("category"))
    return _code(values.get("position"), where, what, values.get("reviewer_id"))


def _all_or_one(value: str | None) -> str:
    return "all" if value in {None, "", EVERY_SITE} else str(value)


def _code(*parts: object) -> str:
    return "-".join(str(part).replace(" ", "-") for part in parts if part)
