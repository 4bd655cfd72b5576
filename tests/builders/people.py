"""Somebody of the district, with the roles and the absences a test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from builders.moments import NOON, TODAY, a_key
from techrequests.domain.catalogue import EVERY_SITE, Person
from techrequests.domain.errors import NotFoundError
from techrequests.domain.policy import Actor, Role, RoleGrant
from techrequests.domain.sign_in import Claims, SignInRules, read_claims
from techrequests.services.delegation import DelegationAsked, delegate
from techrequests.store import people

if TYPE_CHECKING:
    from techrequests.domain.delegation import Delegation
    from techrequests.store.database import Database


def who(database: Database, person_id: str, today: date = TODAY) -> Actor:
    """A person with the roles the store gives them."""
    with database.read() as reader:
        return people.actor(reader, person_id, today)


def an_actor(*roles: Role, person_id: str = "pat", site_id: str = "LHS", at: str = "LHS") -> Actor:
    """Somebody with roles at a site, for tests that need no store."""
    return Actor(
        person_id=person_id,
        full_name=person_id.title(),
        site_id=site_id,
        roles=frozenset({(Role.STAFF, site_id), *((role, at) for role in roles)}),
    )


def named(person_id: str | None) -> str:
    if person_id is None:
        raise NotFoundError("Nobody is named on this request: build it with somebody.")
    return person_id


def left(database: Database, person_id: str) -> None:
    """Somebody leaves the district."""
    with database.write() as work:
        work.update(replace(work.get(Person, person_id), active=False))


def away(  # noqa: PLR0913  # who, for whom, and from when to when
    database: Database,
    person_id: str,
    delegate_id: str,
    starts_on: date,
    ends_on: date,
    *,
    by: str = "",
    now: datetime = NOON,
) -> Delegation:
    """An approver is away, and somebody decides for them; set by the approver unless `by` says."""
    asked = DelegationAsked(
        delegation_id=a_key("delegation"),
        person_id=person_id,
        delegate_id=delegate_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return delegate(database, who(database, by or person_id, now.date()), asked, now=now)


def given(database: Database, person_id: str, role: Role, site_id: str = EVERY_SITE) -> None:
    """Somebody gets one role more."""
    with database.write() as work:
        work.insert(
            RoleGrant(grant_id=a_key("grant"), person_id=person_id, role=role, site_id=site_id)
        )


RULES_OF_SIGN_IN = SignInRules(
    email_domains=("district.example",), longest=timedelta(hours=12), idle=timedelta(hours=2)
)


def claims_of(name: str, *, now: datetime = NOON, but: str = "", **said: object) -> Claims:
    """What the provider says of somebody who signed in at `now`, but for one word of it."""
    usual: dict[str, object] = {
        "iss": "https://accounts.example",
        "sub": f"subject-{name}",
        "iat": int(now.timestamp()),
        "email": f"{name}@district.example",
        "email_verified": True,
        "name": name.title(),
    }
    usual.pop(but, None)
    return read_claims({**usual, **said})
