"""The list of what needs a person now, grouped by what to do."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.services.today import waiting
from techrequests.ui.cards import ago, amount, plain, priority_mark
from techrequests.ui.links import page_link
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.ui.visit import Visit

_ONE = "pages/requests/one_request.py"
_JOBS = {
    "needs information": ("Answer a question", _ONE),
    "delivered": ("Check that it works", _ONE),
    "awaiting approval": ("Approve or deny", "pages/requests/approvals.py"),
    "in review": ("Review", "pages/requests/review.py"),
    "nobody reviews": ("Find a reviewer", _ONE),
    "nobody decides": ("Find somebody who decides", _ONE),
    "funding": ("Pick the funds and order", "pages/purchasing/funding.py"),
    "quoting": ("Get quotes", "pages/purchasing/quotes.py"),
    "deploying": ("Set up and hand over", "pages/devices/deployments.py"),
    "nobody deploys": ("Find a technician", "pages/devices/deployments.py"),
    "ordered": ("Receive what arrives", "pages/purchasing/receiving.py"),
    "draft": ("Finish your draft", "pages/requests/submit.py"),
}
_SHOWN = 5


def jobs(visit: Visit) -> None:
    """Everything that waits for this person, one group per kind of job."""
    rows = remember(waiting, visit.database, visit.actor)
    if not rows:
        st.success("Nothing waits for you. Enjoy your day.", icon=":material/check_circle:")
        return
    order = list(_JOBS)
    by_job = sorted(rows, key=lambda row: order.index(row["why"]))
    for why, found in groupby(by_job, key=lambda row: row["why"]):
        _group(visit, why, list(found))


def _group(visit: Visit, why: str, rows: list[dict[str, Any]]) -> None:
    title, path = _JOBS[why]
    count = rows[0]["of_this_kind"]
    st.subheader(f"{title} ({count:,})")
    for row in rows[:_SHOWN]:
        _row(visit, row, path)
    if count > _SHOWN and path != _ONE:
        page_link(path, label=f"See all {count:,}", icon=":material/arrow_forward:")


def _row(visit: Visit, row: dict[str, Any], path: str) -> None:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        page_link(
            path,
            label=f"**{plain(row['title']) or 'Untitled draft'}**",
            request=row["request_id"],
        )
        waits = ago(row["stage_since"], visit.now)
        st.markdown(
            f"{priority_mark(row['priority'])} :small[:gray[{row['request_id']} · "
            f"{plain(row['site'])} · {plain(row['requester'])} · "
            f"{amount(row['estimate_cents'])} · waits {waits}]]",
            width="content",
        )
