"""Signing in: what an identity provider says of somebody, and how long that is good for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from techrequests.domain.errors import NotAllowedError
from techrequests.domain.fields import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

CLOCK_SKEW = timedelta(minutes=5)
"""So far a provider's clock may be ahead of ours."""

_MARKS = ("iss", "sub", "iat", "auth_time", "nonce", "jti", "sid", "uti")
"""What tells one signing in from every other; each is signed by the provider, and none changes.

Whoever hands the claims on may add to them: to a page Streamlit adds the tokens, to nothing else.
"""

_TRUE = (True, "true", "True", "1", 1)


class Why(StrEnum):
    """Why somebody with a sign-in cookie is not let in."""

    SIGNED_OUT = "signed out"
    TOO_OLD = "too old"
    IDLE = "idle"
    NOT_OURS = "not ours"
    UNVERIFIED = "unverified"
    UNKNOWN = "unknown"
    TAKEN = "taken"
    INACTIVE = "inactive"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An account at a provider that was once matched to a person; its e-mail no longer matters.

    Attributes:
        identity_id: `identity_key` of issuer and subject.
        valid_from: Sign-ins from before are no longer good: moved by signing out everywhere.
    """

    TABLE: ClassVar[Table] = Table(name="identity", key="identity_id", label="Identities")

    identity_id: str
    issuer: str
    subject: str
    person_id: str
    first_seen_at: datetime
    valid_from: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One act of signing in, which all tabs of a browser share.

    Attributes:
        sign_in_id: `Claims.sign_in_id`.
        signed_in_at: When the provider said so.
        ended_at: When it was signed out, or was idle for too long.
        last_seen_at: When it was last used, to the minute; None before that was written down.
    """

    TABLE: ClassVar[Table] = Table(name="sign_in", key="sign_in_id", label="Sign-ins")

    sign_in_id: str
    identity_id: str
    person_id: str
    signed_in_at: datetime
    ended_at: datetime | None = None
    last_seen_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a provider's ID token says, as far as it matters here.

    Attributes:
        email: In small letters; empty when the provider does not tell.
        verified: Whether the provider vouches for the e-mail address.
        issued_at: When the person signed in there.
        sign_in_id: The same for every tab that shares a sign-in, and for no other.
    """

    issuer: str
    subject: str
    email: str
    verified: bool
    name: str
    issued_at: datetime
    sign_in_id: str

    @property
    def identity_id(self) -> str:
        """Key of the identity."""
        return identity_key(self.issuer, self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRules:
    """What the district asks of a sign-in.

    Attributes:
        email_domains: In small letters; none lets every address of the staff table pass.
        longest: From signing in until one must do so again.
        idle: From the last thing done until one must sign in again.
    """

    email_domains: tuple[str, ...]
    longest: timedelta
    idle: timedelta

    def refusal(self, claims: Claims, now: datetime) -> Why | None:
        """Why this sign-in cannot be used at all, whoever it is."""
        domain = claims.email.rpartition("@")[2]
        if self.email_domains and domain not in self.email_domains:
            return Why.NOT_OURS
        if not claims.issued_at - CLOCK_SKEW <= now < claims.issued_at + self.longest:
            return Why.TOO_OLD
        return None


def identity_key(issuer: str, subject: str) -> str:
    """One key for an account: providers choose their subjects as they like."""
    return hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def read_claims(told: Mapping[str, object]) -> Claims:
    """Read what the sign-in cookie carries.

    Raises:
        NotAllowedError: It does not say who it is, or since when.
    """
    issuer, subject, issued_at = told.get("iss"), told.get("sub"), told.get("iat")
    if not issuer or not subject or not isinstance(issued_at, (int, float)):
        raise NotAllowedError("Your account's provider does not say who you are. Sign in again.")
    return Claims(
        issuer=str(issuer),
        subject=str(subject),
        email=str(told.get("email") or "").strip().lower(),
        # Microsoft's word for a verified domain is xms_edov; it sends no email_verified.
        verified=told.get("email_verified", told.get("xms_edov")) in _TRUE,
        name=str(told.get("name") or ""),
        issued_at=datetime.fromtimestamp(issued_at, UTC),
        sign_in_id=_sign_in_key(told),
    )


def _sign_in_key(told: Mapping[str, object]) -> str:
    marks = [told.get(name) for name in _MARKS]
    return hashlib.sha256(json.dumps(marks, default=str).encode()).hexdigest()
