"""The checklist of a deployment: ticks of its technician, and tasks that are added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON, the_request, who
from services.two_to_set_up import job, rita, tasks
from techrequests.domain.errors import BlockedError, InvalidError, NotFoundError, StaleError
from techrequests.services.deployment import TaskAsked, TickAsked, add_task, tick

if TYPE_CHECKING:
    from techrequests.domain.deployment import DeploymentTask
    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

__all__ = ["job", "rita"]


def set_box(
    database: Database, actor: Actor, task: DeploymentTask, *, done: bool
) -> DeploymentTask:
    asked = TickAsked(task_id=task.task_id, seen_version=task.version, done=done)
    return tick(database, actor, asked, now=NOON)


def test_ticking_says_who_and_when_and_can_be_taken_back(
    database: Database, rita: Actor, job: TechRequest
) -> None:
    first = tasks(database, job)[0]
    done = set_box(database, rita, first, done=True)
    assert (done.done_by_id, done.done_at) == ("rita", NOON)
    opened = set_box(database, rita, done, done=False)
    assert (opened.done_by_id, opened.done_at) == (None, None)
    assert tasks(database, job)[0] == opened


def test_a_second_tap_on_the_same_box_changes_nothing(
    database: Database, rita: Actor, job: TechRequest
) -> None:
    first = tasks(database, job)[0]
    done = set_box(database, rita, first, done=True)
    version = the_request(database, job.request_id).version
    assert set_box(database, rita, first, done=True) == done
    assert the_request(database, job.request_id).version == version


def test_two_boxes_ticked_from_one_screen_both_count(
    database: Database, rita: Actor, job: TechRequest
) -> None:
    one, two, *_ = tasks(database, job)
    set_box(database, rita, one, done=True)
    set_box(database, rita, two, done=True)
    assert [task.done_by_id for task in tasks(database, job)][:2] == ["rita", "rita"]


def test_a_box_that_somebody_changed_meanwhile_is_not_overwritten(
    database: Database, rita: Actor, job: TechRequest
) -> None:
    first = tasks(database, job)[0]
    set_box(database, rita, set_box(database, rita, first, done=True), done=False)
    with pytest.raises(StaleError, match="Somebody else changed this task"):
        set_box(database, rita, first, done=True)


@pytest.mark.parametrize(
    ("person_id", "error", "words"),
    [
        ("rob", BlockedError, "Another technician has this"),
        ("tina", BlockedError, "You may not deploy devices here"),
        ("will", NotFoundError, "it is not yours to see"),
    ],
)
def test_only_the_assigned_technician_ticks(
    database: Database, job: TechRequest, person_id: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        set_box(database, who(database, person_id), tasks(database, job)[0], done=True)
    assert tasks(database, job)[0].done_at is None


def test_a_task_is_added_at_the_end_once(database: Database, rita: Actor, job: TechRequest) -> None:
    before = tasks(database, job)
    asked = TaskAsked(task_id="t1", request_id=job.request_id, label=" Take the old ones away ")
    added = add_task(database, rita, asked, now=NOON)
    assert add_task(database, rita, asked, now=NOON) == added
    assert tasks(database, job) == [*before, added]
    assert (added.label, added.position) == ("Take the old ones away", len(before) + 1)


@pytest.mark.parametrize("label", ["", "   ", "x" * 161])
def test_a_task_needs_a_few_words(
    database: Database, rita: Actor, job: TechRequest, label: str
) -> None:
    with pytest.raises(InvalidError, match="“Task” is"):
        add_task(
            database, rita, TaskAsked(task_id="t", request_id=job.request_id, label=label), now=NOON
        )
