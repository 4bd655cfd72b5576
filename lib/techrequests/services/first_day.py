"""The first day: what has to be entered, in which order and by whom, and what of it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.policy import Permission
from techrequests.store.first_day import standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

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


@dataclass(frozen=True, slots=True)
class _Line:
    """A task before anybody looked.

    Attributes:
        done: Whether it is, by what the tables hold; see `store.first_day.standing`.
        lacks: Words before the names of the sites that lack somebody, and where those stand.
    """

    path: str
    words: str
    done: Callable[[Mapping[str, Any]], bool]
    by: tuple[Permission, str] = (Permission.EDIT_DIRECTORY, "an administrator")
    lacks: tuple[str, str] = ("", "")


_LIST = (
    _Line(
        "pages/admin/sites.py",
        "Enter the schools and offices.",
        lambda now: now["schools"] > 0,
    ),
    _Line(
        "pages/admin/people.py",
        "Enter the staff, each with the supervisor to whom their requests go.",
        lambda now: now["supervised"] > 0,
    ),
    _Line(
        "pages/admin/roles.py",
        "Say who approves for each site.",
        lambda now: now["supervised"] > 0 and not now["unapproved"],
        lacks=("Nobody approves for", "unapproved"),
    ),
    _Line(
        "pages/admin/roles.py",
        "Say who reviews requests: two people, since nobody reviews their own.",
        lambda now: now["reviewers"] > 1,
    ),
    _Line(
        "pages/admin/roles.py",
        "Say who is the business manager: administrators may not edit funds.",
        lambda now: now["payers"] > 0,
    ),
    _Line(
        "pages/admin/routing.py",
        "Say which reviewer gets which requests.",
        lambda now: now["schools"] > 0 and not now["unrouted"],
        lacks=("They find nobody for", "unrouted"),
    ),
    _Line(
        "pages/purchasing/funds.py",
        "Enter the funds with their budgets, under “Add rows” or from a file.",
        lambda now: now["funds"] > 0,
        (Permission.EDIT_FUNDS, "the business manager"),
    ),
    _Line(
        "pages/admin/vendors.py",
        "Enter the vendors who are asked for quotes.",
        lambda now: now["vendors"] > 0,
        (Permission.EDIT_CATALOGUE, "a reviewer or an administrator"),
    ),
)
"""In the order in which it works: each needs what stands above it."""


def first_day(database: Database, actor: Actor, today: date) -> tuple[Task, ...]:
    """The list for whoever sets the district up; nothing for others, or once all is done."""
    sets_up = (Permission.EDIT_DIRECTORY, Permission.EDIT_FUNDS)
    if not any(actor.may(permission, EVERY_SITE) for permission in sets_up):
        return ()
    with database.read() as reader:
        now = standing(reader, today)
    found = tuple(_looked_at(line, now) for line in _LIST)
    return () if all(task.done for task in found) else found


def _looked_at(line: _Line, now: Mapping[str, Any]) -> Task:
    words, where = line.lacks
    permission, by = line.by
    return Task(
        path=line.path,
        words=line.words,
        permission=permission,
        by=by,
        done=line.done(now),
        lacking=f"{words}: {now[where]}." if where and now[where] else "",
    )
