"""What the trail is told by itself: refusals, and settings that changed since the last start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.audit import AuditKind
from techrequests.store.audit import keep_setting, record, settings_seen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from techrequests.store.database import Database


def note_refusal(
    database: Database, *, actor_id: str, about: str, detail: str, now: datetime
) -> None:
    """Remember that somebody was refused something."""
    with database.write() as work:
        record(work, AuditKind.REFUSAL, actor_id=actor_id, about=about, detail=detail, now=now)


def note_settings(database: Database, shown: Mapping[str, str], *, now: datetime) -> None:
    """Remember which settings are others than at the last start.

    Args:
        database: Where the last ones are kept.
        shown: Every setting by name, as it may be read by an administrator; secrets only as “set”.
        now: When.
    """
    with database.write() as work:
        seen = settings_seen(work)
        for name in sorted(shown.keys() - {name for name in seen if seen[name] == shown[name]}):
            keep_setting(work, name, shown[name])
            if seen:
                detail = f"{seen.get(name, '') or 'nothing'} → {shown[name] or 'nothing'}"
                record(work, AuditKind.SETTING, actor_id="", about=name, detail=detail, now=now)
