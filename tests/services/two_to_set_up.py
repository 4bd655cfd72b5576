"""Two laptops that are set up for a teacher, and who does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import in_status, who
from techrequests.domain.techrequest import Status
from techrequests.store.deployment import tasks_of

if TYPE_CHECKING:
    from techrequests.domain.deployment import DeploymentTask
    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


@pytest.fixture
def job(database: Database) -> TechRequest:
    """Two laptops that Rita sets up for Tina."""
    return in_status(database, Status.DEPLOYING)


@pytest.fixture
def rita(database: Database) -> Actor:
    return who(database, "rita")


def tasks(database: Database, request: TechRequest) -> list[DeploymentTask]:
    with database.read() as reader:
        return tasks_of(reader, request.request_id)
