"""The list of what needs a person now, grouped by what to do."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.calendar import short_date
from techrequests.domain.money import dollars
from techrequests.domain.policy import Permission
from techrequests.services.messages import counted
from techrequests.services.today import waiting
from techrequests.ui.cards import ago, plain, priority_mark
from techrequests.ui.links import page_link
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.ui.visit import Visit

_ONE = "pages/requests/one_request.py"
_FUNDING = "pages/purchasing/funding.py"
_JOBS = {
    "needs information": ("Answer a question", _ONE),
    "delivered": ("Check that it works", _ONE),
    "awaiting approval": ("Approve or deny", "pages/requests/approvals.py"),
    "in review": ("Review", "pages/requests/review.py"),
    "nobody reviews": ("Find a reviewer", _ONE),
    "nobody decides": ("Find somebody who decides", _ONE),
    "funding": ("Pick the funds and order", _FUNDING),
    "invoice to come": ("Invoices to come", _FUNDING),
    "credit to come": ("Credits to come: ask the vendor", _FUNDING),
    "quoting": ("Get quotes", "pages/purchasing/quotes.py"),
    "deploying": ("Set up and hand over", "pages/devices/deployments.py"),
    "nobody deploys": ("Find a technician", "pages/devices/deployments.py"),
    "ordered": ("Receive what arrives", "pages/purchasing/receiving.py"),
    "draft": ("Finish your draft", "pages/requests/submit.py"),
}
_TO_COME = {"invoice to come": "Invoices to come", "credit to come": "Credits to come"}
"""What is waited for rather than done, and the list on the Funding page where it stands."""
_SHOWN = 5


def jobs(visit: Visit, *, besides: bool = False) -> None:
    """Everything that waits for this person, one group per kind of job.

    Args:
        visit: Who is here.
        besides: Whether something else above it waits for them.
    """
    rows = remember(waiting, visit.database, visit.actor, visit.today)
    if not rows and not besides and not visit.actor.may(Permission.OVERSEE):
        st.success("Nothing waits for you. Enjoy your day.", icon=":material/check_circle:")
    order = list(_JOBS)
    by_job = sorted(rows, key=lambda row: order.index(row["why"]))
    for why, found in groupby(by_job, key=lambda row: row["why"]):
        _group(visit, why, list(found))


def unread(visit: Visit) -> None:
    """A link to the messages, where some are unread."""
    if count := remember(counted, visit.database, visit.actor).unread:
        words = f"{count:,} unread message{'' if count == 1 else 's'}"
        page_link("pages/requests/messages.py", label=words)


def next_job(visit: Visit, besides: str) -> dict[str, Any] | None:
    """The most urgent other request that waits for this person on the page they are on."""
    rows = remember(waiting, visit.database, visit.actor, visit.today)
    jobs_here = {why for why, (_, path) in _JOBS.items() if path == visit.path} - _TO_COME.keys()
    here = (row for row in rows if row["why"] in jobs_here)
    return next((row for row in here if row["request_id"] != besides), None)


def _group(visit: Visit, why: str, rows: list[dict[str, Any]]) -> None:
    title, path = _JOBS[why]
    count = rows[0]["of_this_kind"]
    st.subheader(f"{title} ({count:,})")
    for row in rows[:_SHOWN]:
        _row(visit, row, path)
    if count > _SHOWN and path != _ONE:
        narrowed = {"funding_show": _TO_COME[why]} if why in _TO_COME else {}
        page_link(path, label=f"See all {count:,}", icon=":material/arrow_forward:", **narrowed)


def _row(visit: Visit, row: dict[str, Any], path: str) -> None:
    number = row["request_id"]
    ordered = row["why"] in _TO_COME
    waits = (
        f"ordered {short_date(row['since'].date())}"
        if ordered
        else f"waits {ago(row['since'], visit.now)}"
    )
    about = [number, row["site"], row["requester"], waits]
    if row["cents"]:
        about.insert(3, dollars(row["cents"]))
    with st.container(border=True, gap="xsmall"):
        # A link on a title of several words would be cut off on a phone; a title in Markdown wraps.
        st.markdown(
            f"**{plain(row['title']) or 'Untitled draft'}**  \n{priority_mark(row['priority'])} "
            f":small[:gray[{plain(' · '.join(about))}]]"
        )
        page_link(path, label=f"Open {number}", icon=":material/arrow_forward:", request=number)
