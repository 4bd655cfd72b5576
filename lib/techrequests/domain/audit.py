"""The audit trail: who was let in, refused, trusted with more, or went over a limit.

Each event carries the hash of the one before it, so that none can be altered or taken out without
all that follow showing it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from techrequests.domain.fields import Table

FIRST_HASH = "0" * 64
"""What stands before the first event."""


class AuditKind(StrEnum):
    """What kind of thing happened."""

    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    REFUSAL = "refusal"
    GRANT = "grant"
    SETTING = "setting"
    OVERRIDE = "override"
    RESUMPTION = "resumption"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One line of the trail; it is never changed.

    Attributes:
        audit_no: From 1, without gaps.
        actor_id: Who did it; empty when nobody known did.
        about: What it is about: a page, a request, a person, a setting.
        detail: What happened, in words; never a secret.
        previous_hash: `seal` of the event before, or `FIRST_HASH`.
        seal: SHA-256 over everything above, as 64 hexadecimal digits.
    """

    TABLE: ClassVar[Table] = Table(name="audit_event", key="audit_no", label="Audit")

    audit_no: int
    happened_at: datetime
    kind: AuditKind
    actor_id: str
    about: str
    detail: str
    previous_hash: str
    seal: str = ""


def sealed(event: AuditEvent) -> str:
    """The seal that an event must carry."""
    told = [
        event.audit_no,
        event.happened_at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.kind,
        event.actor_id,
        event.about,
        event.detail,
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()
