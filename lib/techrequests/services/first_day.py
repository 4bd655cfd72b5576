"""The first day: what has to be entered, in which order and by whom, and what of it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.policy import Permission
from techrequests.store.first_day import standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of the list.

    Attributes:
        path: The page on which it is done.
        words: What to do.
        permission: What it takes.
        by: Who has that, as it reads after “For”.
        done: Whether the data shows that it is done.
        lacking: What is missing, where that can be named.
    """

    path: str
    words: str
    permission: Permission
    by: str
    done: bool
    lacking: str = ""


def first_day(database: Database, actor: Actor, today: date) -> tuple[Task, ...]:
    """The list for whoever sets the district up; nothing for others, or once all is done."""
    sets_up = (Permission.EDIT_DIRECTORY, Permission.EDIT_FUNDS)
    if not any(actor.may(permission, EVERY_SITE) for permission in sets_up):
        return ()
    with database.read() as reader:
        found = _tasks(standing(reader, today))
    return () if all(task.done for task in found) else found


def _tasks(now: Mapping[str, Any]) -> tuple[Task, ...]:
    return (
        Task(
            path="pages/admin/sites.py",
            words="Enter the schools and offices.",
            permission=Permission.EDIT_DIRECTORY,
            by="an administrator",
            done=now["schools"] > 0,
        ),
        Task(
            path="pages/admin/people.py",
            words="Enter the staff, each with the supervisor to whom their requests go.",
            permission=Permission.EDIT_DIRECTORY,
            by="an administrator",
            done=now["supervised"] > 0,
        ),
        Task(
            path="pages/admin/roles.py",
            words="Say who approves for each site.",
            permission=Permission.EDIT_DIRECTORY,
            by="an administrator",
            done=now["supervised"] > 0 and not now["unapproved"],
            lacking=_lacking("Nobody approves for", now["unapproved"]),
        ),
        Task(
            path="pages/admin/roles.py",
            words="Say who reviews requests: two people, since nobody reviews their own.",
            permission=Permission.EDIT_DIRECTORY,
            by="an administrator",
            done=now["reviewers"] > 1,
        ),
        Task(
            path="pages/admin/roles.py",
            words="Say who is the business manager: administrators may not edit funds.",
            permission=Permission.EDIT_DIRECTORY,
            by="an administrator",
            done=now["payers"] > 0,
        ),
        Task(
            path="pages/admin/routing.py",
            words="Say which reviewer gets which requests.",
            permission=Permission.EDIT_DIRECTORY,
            by="an administrator",
            done=now["schools"] > 0 and not now["unrouted"],
            lacking=_lacking("They find nobody for", now["unrouted"]),
        ),
        Task(
            path="pages/purchasing/funds.py",
            words="Enter the funds with their budgets, under “Add rows” or from a file.",
            permission=Permission.EDIT_FUNDS,
            by="the business manager",
            done=now["funds"] > 0,
        ),
        Task(
            path="pages/admin/vendors.py",
            words="Enter the vendors who are asked for quotes.",
            permission=Permission.EDIT_CATALOGUE,
            by="a reviewer or an administrator",
            done=now["vendors"] > 0,
        ),
    )


def _lacking(words: str, names: str) -> str:
    return f"{words}: {names}." if names else ""
