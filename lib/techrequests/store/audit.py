"""The audit trail: added to within the transaction of what it tells, and looked through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from techrequests.domain.audit import FIRST_HASH, AuditEvent, AuditKind, sealed
from techrequests.domain.fields import Kind
from techrequests.store.listings import ListColumn, ListFilter, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from techrequests.store.database import Reader, Work

_LONGEST = 500

_HEAD = "SELECT audit_no, seal FROM audit_head WHERE head_id = 1"
_SAME = """
    SELECT audit_no FROM audit_event
    WHERE kind = $kind AND about = $about AND detail = $detail AND happened_at >= $since LIMIT 1
"""
_KEEP = """
    INSERT INTO setting_seen (name, shown) VALUES ($name, $shown)
    ON CONFLICT (name) DO UPDATE SET shown = excluded.shown
"""
_MOVE_HEAD = "UPDATE audit_head SET audit_no = $audit_no, seal = $seal WHERE head_id = 1"


def record(  # noqa: PLR0913  # each is one column of the event
    work: Work, kind: AuditKind, *, actor_id: str, about: str, detail: str, now: datetime
) -> None:
    """Add an event to the trail; it stands when the transaction does."""
    record_all(work, kind, [(about, detail)], actor_id=actor_id, now=now)


def record_all(
    work: Work,
    kind: AuditKind,
    told: Iterable[tuple[str, str]],
    *,
    actor_id: str,
    now: datetime,
) -> None:
    """Add several events to the trail: what each is about, and what happened."""
    audit_no, seal = head_of(work)
    events = []
    for about, detail in told:
        audit_no += 1
        event = AuditEvent(
            audit_no=audit_no,
            happened_at=now,
            kind=kind,
            actor_id=actor_id,
            about=about[:_LONGEST],
            detail=detail[:_LONGEST],
            previous_hash=seal,
        )
        seal = sealed(event)
        events.append(replace(event, seal=seal))
    work.insert_all(events)
    work.run(_MOVE_HEAD, audit_no=audit_no, seal=seal)


def was_told(reader: Reader, kind: AuditKind, about: str, detail: str, since: datetime) -> bool:
    """Whether the trail holds the very same since a moment."""
    found = reader.value(
        _SAME, kind=kind, about=about[:_LONGEST], detail=detail[:_LONGEST], since=since
    )
    return found is not None


def settings_seen(reader: Reader) -> dict[str, str]:
    """The settings of the last start by name, as they may be read by an administrator."""
    return {row["name"]: row["shown"] for row in reader.rows("SELECT * FROM setting_seen")}


def keep_setting(work: Work, name: str, shown: str) -> None:
    """Remember a setting for the next start."""
    work.run(_KEEP, name=name, shown=shown)


def head_of(reader: Reader) -> tuple[int, str]:
    """The number and seal of the last event; 0 and zeros before the first."""
    head = reader.rows(_HEAD)[0]
    return head["audit_no"], head["seal"]


def breaks(reader: Reader) -> Iterator[Mapping[str, object]]:
    """Where the trail was altered, or something was taken out of it."""
    number, previous = 0, FIRST_HASH
    for event in reader.find(AuditEvent, "ORDER BY audit_no"):
        if event.audit_no != number + 1:
            yield {"audit_no": number + 1, "wrong": f"missing up to {event.audit_no - 1}"}
        elif event.previous_hash != previous:
            yield {"audit_no": event.audit_no, "wrong": "does not follow the event before it"}
        if event.seal != sealed(event):
            yield {"audit_no": event.audit_no, "wrong": "altered"}
        number, previous = event.audit_no, event.seal
    if head_of(reader) != (number, previous):
        yield {"audit_no": number, "wrong": "the trail does not end where it should"}


AUDIT_TRAIL = Listing(
    name="audit",
    title="Audit",
    source="audit_event a",
    joins="LEFT JOIN doer p ON p.person_id = a.actor_id",
    key="audit_no",
    columns=(
        ListColumn(name="audit_no", label="Number", sql="a.audit_no", kind=Kind.INTEGER),
        ListColumn(name="happened_at", label="When", sql="a.happened_at", kind=Kind.MOMENT),
        ListColumn(name="kind", label="Kind", sql="a.kind"),
        ListColumn(name="who", label="Who", sql="coalesce(p.full_name, nullif(a.actor_id, ''))"),
        ListColumn(name="about", label="About", sql="a.about"),
        ListColumn(name="detail", label="What happened", sql="a.detail", sortable=False),
        ListColumn(name="seal", label="Seal", sql="a.seal", sortable=False),
    ),
    search=(
        "a.actor_id",
        "a.about",
        "a.detail",
        "(SELECT full_name FROM person WHERE person_id = a.actor_id)",
    ),
    filters=(
        ListFilter(name="kind", label="Kind", sql="a.kind", choices=tuple(AuditKind)),
        ListFilter(
            name="who",
            label="Who",
            sql="a.actor_id",
            options_sql="SELECT person_id, full_name FROM person "
            "WHERE person_id IN (SELECT actor_id FROM audit_event) ORDER BY full_name",
        ),
    ),
    order="audit_no",
    descending=True,
)
"""One row per event, the newest first."""
