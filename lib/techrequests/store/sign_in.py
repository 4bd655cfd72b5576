"""Who is behind a sign-in, and whether it still stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.policy import GRANTS, Permission, Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from techrequests.domain.sign_in import Claims
    from techrequests.store.database import Reader, Work

_STANDING = """
    SELECT i.person_id, p.active, i.valid_from, s.sign_in_id IS NOT NULL AS seen, s.ended_at,
           s.last_seen_at
    FROM identity i
    JOIN person p ON p.person_id = i.person_id
    LEFT JOIN sign_in s ON s.sign_in_id = $sign_in_id AND s.identity_id = i.identity_id
    WHERE i.identity_id = $identity_id
"""
_BY_EMAIL = """
    SELECT p.person_id, count(i.identity_id) > 0 AS known
    FROM person p LEFT JOIN identity i ON i.person_id = p.person_id
    WHERE lower(p.email) = $email AND p.active GROUP BY p.person_id
"""
_FORGET_SIGN_INS = "DELETE FROM sign_in WHERE person_id = $person_id"
_FORGET = "DELETE FROM identity WHERE person_id = $person_id"
_END_ALL = """
    UPDATE sign_in SET ended_at = $now, version = version + 1
    WHERE person_id = $person_id AND ended_at IS NULL
"""
_VALID_FROM = """
    UPDATE identity SET valid_from = $now, version = version + 1 WHERE person_id = $person_id
"""
_END = """
    UPDATE sign_in SET ended_at = $now, version = version + 1
    WHERE sign_in_id = $sign_in_id AND ended_at IS NULL
"""
_KEEP_LAST_SEEN = """
    UPDATE sign_in SET last_seen_at = $moment, version = version + 1
    WHERE sign_in_id = $sign_in_id AND ended_at IS NULL
"""
_ADMINISTRATORS = """
    SELECT count(*) FROM role_grant g JOIN person p ON p.person_id = g.person_id
    WHERE p.active AND g.role = ANY($roles) AND g.site_id = '*'
      AND (g.starts_on IS NULL OR g.starts_on <= $today)
      AND (g.ends_on IS NULL OR g.ends_on >= $today)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an account stands here.

    Attributes:
        valid_from: Sign-ins from before are no longer good.
        seen: Whether this very sign-in was used before.
        ended: Whether it was signed out.
        last_seen_at: When it was last used, as far as that is written down.
    """

    person_id: str
    active: bool
    valid_from: datetime
    seen: bool
    ended: bool
    last_seen_at: datetime | None = None


def standing_of_account(reader: Reader, claims: Claims) -> Standing | None:
    """How an account stands, or None when it was never matched to a person."""
    found = reader.row(_STANDING, identity_id=claims.identity_id, sign_in_id=claims.sign_in_id)
    if found is None:
        return None
    return Standing(
        person_id=found["person_id"],
        active=found["active"],
        valid_from=found["valid_from"],
        seen=found["seen"],
        ended=found["ended_at"] is not None,
        last_seen_at=found["last_seen_at"],
    )


def person_with_email(reader: Reader, email: str) -> tuple[str, bool] | None:
    """The active person with this address, and whether an account is matched to them already."""
    found = reader.row(_BY_EMAIL, email=email)
    return (found["person_id"], found["known"]) if found else None


def forget_accounts(work: Work, person_id: str, now: datetime) -> int:
    """Take all accounts off a person, and end their sign-ins; how many accounts there were."""
    end_every_sign_in(work, person_id, now)
    work.changed(_FORGET_SIGN_INS, person_id=person_id)
    return work.changed(_FORGET, person_id=person_id)


def end_sign_in(work: Work, sign_in_id: str, now: datetime) -> bool:
    """End one sign-in; False when it had ended before."""
    return bool(work.changed(_END, sign_in_id=sign_in_id, now=now))


def end_every_sign_in(work: Work, person_id: str, now: datetime) -> None:
    """End all sign-ins of a person, also those that were never seen here."""
    work.changed(_END_ALL, person_id=person_id, now=now)
    work.changed(_VALID_FROM, person_id=person_id, now=now)


def keep_last_seen(work: Work, moments: Mapping[str, datetime]) -> None:
    """Write down when sign-ins were last used; what was ended stays as it is."""
    for sign_in_id, moment in moments.items():
        work.changed(_KEEP_LAST_SEEN, sign_in_id=sign_in_id, moment=moment)


def has_administrator(reader: Reader, today: date) -> bool:
    """Whether somebody active may give roles to people."""
    roles = [str(role) for role in Role if Permission.EDIT_DIRECTORY in GRANTS[role]]
    return bool(reader.value(_ADMINISTRATORS, roles=roles, today=today))
