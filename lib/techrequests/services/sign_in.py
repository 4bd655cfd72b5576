"""Letting people in: by an account that is known, or by a verified e-mail of the staff table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from techrequests.domain.audit import AuditKind
from techrequests.domain.catalogue import Person
from techrequests.domain.sign_in import Identity, SignIn, Why
from techrequests.store.audit import record, was_told
from techrequests.store.sign_in import (
    Standing,
    end_every_sign_in,
    end_sign_in,
    forget_accounts,
    person_with_email,
    standing_of_account,
)

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.sign_in import Claims, SignInRules
    from techrequests.store.database import Database, Reader, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Who was let in, or why nobody was."""

    person_id: str = ""
    why: Why | None = None


def account_standing(database: Database, claims: Claims) -> Standing | None:
    """How an account stands; None when it was never matched to a person."""
    with database.read() as reader:
        return standing_of_account(reader, claims)


def admission(
    claims: Claims, rules: SignInRules, standing: Standing | None, now: datetime
) -> Admission | None:
    """Decide by what is known already; None when this sign-in is seen for the first time."""
    if why := rules.refusal(claims, now):
        return Admission(why=why)
    if standing is None:
        return None
    if not standing.active:
        return Admission(why=Why.INACTIVE)
    # Providers tell whole seconds.
    if standing.ended or claims.issued_at < standing.valid_from - timedelta(seconds=1):
        return Admission(why=Why.SIGNED_OUT)
    return Admission(person_id=standing.person_id) if standing.seen else None


def admit(database: Database, claims: Claims, rules: SignInRules, *, now: datetime) -> Admission:
    """Let somebody in who signed in with their provider, and remember it.

    A first visit matches the account to a person by an e-mail address that the provider vouches
    for; from then on the account alone counts, whatever its address becomes.
    """
    with database.read() as reader:
        found = _judged(reader, claims, rules, now)
        # Who reloads a refusal all day writes one line an hour, and keeps nobody else waiting.
        if found.why and _told_lately(reader, claims, found.why, now):
            return found
    with database.write() as work:
        found = _judged(work, claims, rules, now)
        if found.why:
            _told(work, AuditKind.REFUSAL, "", claims, _refusal(found.why), now)
        else:
            _remember(work, claims, found.person_id, now)
        return found


def sign_out(database: Database, claims: Claims, *, everywhere: bool, now: datetime) -> None:
    """End a sign-in in all tabs of its browser, or every sign-in of its person."""
    with database.write() as work:
        standing = standing_of_account(work, claims)
        if standing is None:
            return
        ended = end_sign_in(work, claims.sign_in_id, now)
        if everywhere:
            end_every_sign_in(work, standing.person_id, now)
        if ended or everywhere:
            detail = "everywhere" if everywhere else "in this browser"
            _told(work, AuditKind.SIGN_OUT, standing.person_id, claims, detail, now)


def forget_accounts_of(database: Database, person_id: str, *, now: datetime) -> int:
    """Let a person be matched to a new account by their address, as when a provider changes.

    For whoever runs the server: in the app nobody may do it, because it decides who is who.

    Raises:
        NotFoundError: There is no such person.
    """
    with database.write() as work:
        work.get(Person, person_id)
        forgotten = forget_accounts(work, person_id, now)
        record(
            work,
            AuditKind.GRANT,
            actor_id="",
            about=f"person {person_id}",
            detail=f"{forgotten} accounts forgotten: their address may bring a new one",
            now=now,
        )
        return forgotten


def idle_out(database: Database, claims: Claims, *, now: datetime) -> None:
    """End a sign-in that nobody used for too long."""
    with database.write() as work:
        standing = standing_of_account(work, claims)
        if standing and end_sign_in(work, claims.sign_in_id, now):
            _told(work, AuditKind.SIGN_OUT, standing.person_id, claims, "idle for too long", now)


def _judged(reader: Reader, claims: Claims, rules: SignInRules, now: datetime) -> Admission:
    standing = standing_of_account(reader, claims)
    if decided := admission(claims, rules, standing, now):
        return decided
    if standing:
        return Admission(person_id=standing.person_id)
    if not claims.verified:
        return Admission(why=Why.UNVERIFIED)
    owner = person_with_email(reader, claims.email)
    if owner is None:
        return Admission(why=Why.UNKNOWN)
    person_id, known = owner
    # An address can be given to somebody else, here or at the provider: it opens a person once.
    return Admission(why=Why.TAKEN) if known else Admission(person_id=person_id)


def _remember(work: Work, claims: Claims, person_id: str, now: datetime) -> None:
    standing = standing_of_account(work, claims)
    if standing is None:
        work.insert(_identity(claims, person_id, now))
    if standing is None or not standing.seen:
        work.insert(
            SignIn(
                sign_in_id=claims.sign_in_id,
                identity_id=claims.identity_id,
                person_id=person_id,
                signed_in_at=claims.issued_at,
                last_seen_at=now,
            )
        )
        _told(work, AuditKind.SIGN_IN, person_id, claims, "signed in", now)


def _identity(claims: Claims, person_id: str, now: datetime) -> Identity:
    return Identity(
        identity_id=claims.identity_id,
        issuer=claims.issuer,
        subject=claims.subject,
        person_id=person_id,
        first_seen_at=now,
        # This very sign-in is older than the moment at which it is first seen.
        valid_from=claims.issued_at,
    )


def _refusal(why: Why) -> str:
    return f"sign-in refused: {why}"


def _about(claims: Claims) -> str:
    return f"{claims.email or 'no e-mail address'} of {claims.issuer}"


def _told_lately(reader: Reader, claims: Claims, why: Why, now: datetime) -> bool:
    since = now - timedelta(hours=1)
    return was_told(reader, AuditKind.REFUSAL, _about(claims), _refusal(why), since)


def _told(  # noqa: PLR0913, PLR0917  # private, and each is one column of the event
    work: Work, kind: AuditKind, person_id: str, claims: Claims, detail: str, now: datetime
) -> None:
    record(work, kind, actor_id=person_id, about=_about(claims), detail=detail, now=now)
