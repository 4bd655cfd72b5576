"""How long a person waits until what they sent is on the disk."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median, quantiles
from typing import TYPE_CHECKING

from builders import a_decision, a_draft, a_review
from techrequests.domain.catalogue import Person
from techrequests.domain.intake import LineAsked
from techrequests.runtime import utc_now
from techrequests.services.approval import decide_request
from techrequests.services.intake import submit
from techrequests.services.review import review
from techrequests.store.database import Database
from techrequests.store.people import actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest

CAMERA = LineAsked(
    description="Document camera, 4K, with a mount", quantity=2, unit_estimate_cents=189_00
)
TIMES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Milliseconds until the commit is on the disk."""

    median_ms: float
    slowest_of_twenty_ms: float


def measured(path: Path) -> dict[str, Wait]:
    """What submitting and approving takes in a district, by what is done; leaves it unchanged."""
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    database = Database.open(copy)
    try:
        return _measured(database)
    finally:
        database.close()
        copy.unlink()


def _measured(database: Database) -> dict[str, Wait]:
    submitting: list[float] = []
    approving: list[float] = []
    for person_id in islice(cycle(_requesters(database)), TIMES):
        person = _who(database, person_id)
        asked = a_draft(person_id, lines=(CAMERA,), title="Cameras for the science rooms")
        request = _timed(submitting, submit, database, person, asked)
        reviewer = _who(database, request.reviewer_id)
        seen = review(database, reviewer, a_review(request), now=utc_now())
        approver = _who(database, seen.approver_id)
        _timed(approving, decide_request, database, approver, a_decision(seen))
    return {"submit": _wait(submitting), "approve": _wait(approving)}


def _requesters(database: Database) -> Iterator[str]:
    """Staff who have somebody above them and somebody who reviews."""
    with database.read() as reader:
        found = reader.find(
            Person,
            "WHERE active AND supervisor_id IS NOT NULL AND person_id IN "
            "(SELECT requester_id FROM tech_request WHERE approver_id IS NOT NULL "
            "AND reviewer_id IS NOT NULL) ORDER BY person_id LIMIT 20",
        )
    return iter([person.person_id for person in found])


def _who(database: Database, person_id: str | None) -> Actor:
    with database.read() as reader:
        return actor(reader, str(person_id), utc_now().date())


def _timed(into: list[float], service: Callable[..., TechRequest], *args: object) -> TechRequest:
    begun = time.perf_counter()
    request = service(*args, now=utc_now())
    into.append((time.perf_counter() - begun) * 1000)
    return request


def _wait(taken_ms: list[float]) -> Wait:
    return Wait(median_ms=median(taken_ms), slowest_of_twenty_ms=quantiles(taken_ms, n=20)[-1])
