"""What a technician does before a device is on its desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, ClassVar

from techrequests.domain.catalogue import Category
from techrequests.domain.fields import Field, Table

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentTask:
    """One item of a request's checklist; open while `done_at` is None."""

    TABLE: ClassVar[Table] = Table(name="deployment_task", key="task_id")

    task_id: str
    request_id: str
    position: int
    label: Annotated[str, Field(label="Task", max_length=160)]
    done_by_id: str | None = None
    done_at: datetime | None = None
    version: int = 0


_EVERY_DELIVERY = ("Units and asset tags match the order", "Installed and tested at the site")
_BY_CATEGORY = {
    Category.COMPUTERS: ("Enrolled in device management", "Assigned user signs in"),
    Category.DISPLAYS: (
        "Mounted and cables secured",
        "Picture and sound checked with the requester",
    ),
    Category.AUDIO_VIDEO: ("Sound checked with the requester",),
    Category.NETWORK: ("Added to monitoring", "Configuration backed up"),
    Category.PRINTING: ("Print queue published to the site",),
    Category.SOFTWARE: ("Accounts created", "Privacy agreement on file"),
    Category.ASSISTIVE: ("Fitted with the specialist present",),
}


def checklist(categories: Iterable[str]) -> tuple[str, ...]:
    """The tasks that a new deployment of things of these categories starts with, in order."""
    first, *rest = _EVERY_DELIVERY
    own = (task for category in categories for task in _BY_CATEGORY.get(Category(category), ()))
    return tuple(
        dict.fromkeys((first, *own, *rest, "Requester shown how to use it and whom to call"))
    )


def next_task(request_id: str, position: int, label: str) -> DeploymentTask:
    """A task of a checklist that has none at this position; a long label is cut at a word."""
    return DeploymentTask(
        task_id=f"{request_id}/{position}",
        request_id=request_id,
        position=position,
        label=shorten(label, width=160, placeholder=" …"),
    )
