"""The first administrator: whoever can read the server's log makes one, once."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.audit import AuditKind
from techrequests.domain.catalogue import EVERY_SITE, Person, Site, SiteKind
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.policy import Role, RoleGrant
from techrequests.store.audit import record
from techrequests.store.people import names
from techrequests.store.sign_in import has_administrator

if TYPE_CHECKING:
    from datetime import date, datetime

    from techrequests.domain.sign_in import Claims, SignInRules
    from techrequests.store.database import Database, Work

MOST_TRIES = 5
_CODE_BYTES = 16
_log = logging.getLogger(__name__)
_SPENT = (
    "You have tried too often. Whoever runs this server can start it anew, and then finds a new "
    "code in its log."
)
_WRONG = "This code is not right. It is in the server's log, and a new one at each start."


class OneTimeCode:
    """A code that works once, with so many tries for each account; safe between threads.

    Wrong tries of one spoil it for no other: it is too long to be guessed, whoever tries.
    """

    def __init__(self) -> None:
        self.code = secrets.token_urlsafe(_CODE_BYTES)
        self._lock = threading.Lock()
        self._used = False
        self._tries: Counter[str] = Counter()

    def try_it(self, typed: str, account: str) -> bool:
        """Whether this is the code; each try of an account counts."""
        with self._lock:
            self._tries[account] += 1
            return secrets.compare_digest(typed.strip().encode(), self.code.encode())

    def spent(self, account: str) -> bool:
        """Whether it does nothing any more for an account until the next start."""
        with self._lock:
            return self._used or self._tries[account] >= MOST_TRIES

    def spend(self) -> None:
        """It has done its work."""
        with self._lock:
            self._used = True


def nobody_administers(database: Database, today: date) -> bool:
    """Whether the district has no administrator yet, or none any more."""
    with database.read() as reader:
        return not has_administrator(reader, today)


@dataclass(frozen=True, slots=True)
class Guess:
    """A code as somebody typed it, and the one it should be."""

    code: OneTimeCode
    typed: str


def become_administrator(
    database: Database, claims: Claims, rules: SignInRules, guess: Guess, *, now: datetime
) -> None:
    """Make who is signed in with a verified e-mail address the first administrator.

    Raises:
        NotAllowedError: The code is wrong, the address is not verified, or somebody was faster.
    """
    if rules.refusal(claims, now):
        raise NotAllowedError("Sign in with an account of the district.")
    if not claims.verified:
        raise NotAllowedError("Your account's provider does not vouch for your e-mail address.")
    if guess.code.spent(claims.identity_id):
        raise NotAllowedError(_SPENT)
    right = guess.code.try_it(guess.typed, claims.identity_id)
    with database.write() as work:
        if right and not has_administrator(work, now.date()):
            _make(work, claims, now)
            guess.code.spend()
            _log.info("%r became the first administrator by the code", claims.email)
            return
        record(
            work,
            AuditKind.REFUSAL,
            actor_id="",
            about=claims.email,
            detail="wrong code for the first administrator" if not right else "there is one",
            now=now,
        )
    _log.warning("%r typed a code for the first administrator that does nothing", claims.email)
    raise NotAllowedError(_WRONG if not right else "There is an administrator already.")


def _make(work: Work, claims: Claims, now: datetime) -> None:
    person_id = _known_person(work, claims.email) or _add_person(work, claims)
    work.insert(
        RoleGrant(
            grant_id=f"{person_id}-first-{now:%Y%m%d%H%M%S}",
            person_id=person_id,
            role=Role.ADMINISTRATOR,
            site_id=EVERY_SITE,
        )
    )
    record(
        work,
        AuditKind.GRANT,
        actor_id=person_id,
        about=f"person {person_id}",
        detail="became the first administrator by the one-time code",
        now=now,
    )


def _known_person(work: Work, email: str) -> str | None:
    """Who has the address, active again if they were not: nobody else could make them so."""
    found = work.find(Person, "WHERE lower(email) = $email", email=email)
    if not found:
        return None
    if not found[0].active:
        work.update(replace(found[0], active=True))
    return found[0].person_id


def _add_person(work: Work, claims: Claims) -> str:
    sites = work.find(Site, "WHERE active ORDER BY kind <> 'office', site_id LIMIT 1")
    if not sites:
        site = Site(site_id="DO", name="District Office", kind=SiteKind.OFFICE)
        work.insert(site)
        sites = [site]
    wanted = claims.email.partition("@")[0][:30] or "administrator"
    taken = names(work, [wanted])
    person_id = f"{wanted}-{secrets.token_hex(3)}" if taken else wanted
    work.insert(
        Person(
            person_id=person_id,
            full_name=claims.name or claims.email,
            email=claims.email,
            job_title="Administrator of Technology Requests",
            site_id=sites[0].site_id,
        )
    )
    return person_id
