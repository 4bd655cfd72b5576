"""Make a large district out of a small one: as many requests as a measurement asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.store.enlarge import Copies, copy_requests, counts, highest_number

if TYPE_CHECKING:
    from techrequests.store.database import Database

MOST_SCHOOLS = 10
"""Sets of schools and staff: seventy sites and about nine hundred people."""


def enlarge(database: Database, requests: int) -> None:
    """Copy a district within its own database until it has about so many requests.

    What is under way is copied once for each new set of schools, so that nobody's queue grows; the
    rest is history.
    """
    plan = planned(database, requests)
    if plan.copies:
        copy_requests(database, plan)


def planned(database: Database, requests: int) -> Copies:
    """How often a district must be copied to have about so many requests."""
    there, finished = counts(database)
    missing = max(0, requests - there)
    schools = min(MOST_SCHOOLS, 1 + missing // max(1, there))
    # The first copies are of everything, the others of what is finished.
    rest = missing - (schools - 1) * there
    copies = schools - 1 + max(0, round(rest / max(1, finished)))
    width = 10 ** len(str(highest_number(database)))
    return Copies(copies=copies, schools=schools, width=width)
