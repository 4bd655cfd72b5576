"""Work pages: a queue, and the request that the address names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.errors import NotFoundError
from techrequests.domain.techrequest import TERMINAL
from techrequests.domain.workflow import STEP_OF
from techrequests.services.cases import Case, case_of
from techrequests.ui.cards import heading, plain, who_is_next
from techrequests.ui.links import page_link
from techrequests.ui.press import go
from techrequests.ui.tables import table
from techrequests.ui.today import next_job
from techrequests.ui.visit import note_refused_once, remember

if TYPE_CHECKING:
    from techrequests.store.listings import Listing
    from techrequests.ui.visit import Visit

_REQUEST = "request"


def queue_or_case(
    visit: Visit, path: str, listing: Listing, *, empty: str, switches: tuple[str, ...] = ()
) -> Case | None:
    """Draw the queue, or the head of the request in the address.

    Args:
        visit: The page view.
        path: This page.
        listing: The queue.
        empty: A kind sentence for an empty queue.
        switches: Names of the page's own switches that are on.

    Returns:
        The request to work on; None when the queue was drawn.
    """
    if not st.query_params.get(_REQUEST):
        table(
            visit,
            listing,
            on_open=lambda key: go(path, request=key),
            empty=empty,
            switches=switches,
        )
        return None
    page_link(path, label="Back to the queue", icon=":material/arrow_back:")
    return asked_case(visit)


def asked_case(visit: Visit) -> Case | None:
    """The request in the address, with its head drawn; None, with a kind sentence, without one."""
    number = str(st.query_params.get(_REQUEST, "")).strip().upper()
    try:
        case = remember(case_of, visit.database, visit.actor, number, visit.today)
    except NotFoundError:
        note_refused_once(visit.actor, f"request {number}", "not theirs to see, or there is none")
        st.warning(
            f"There is no request {plain(number) or 'in this link'}, or it is not yours to see. "
            "Check the number, or look for it in your requests.",
            icon=":material/search_off:",
        )
        page_link("pages/requests/my_requests.py", label="My requests", icon=":material/inventory:")
        return None
    heading(case, visit.now)
    return case


def elsewhere(visit: Visit, case: Case) -> None:
    """Said on a work page when the request is not at its stage any more, or not this person's."""
    me = visit.actor.person_id
    if case.events and case.events[-1].actor_id == me:
        after = "" if case.request.status in TERMINAL else f" {who_is_next(case)}."
        done = STEP_OF[case.events[-1].action].done
        st.success(f"You {done}.{after}", icon=":material/check_circle:")
    else:
        words = "There is nothing for you to do here with this request now."
        st.info(words, icon=":material/info:")
    if following := next_job(visit, case.request.request_id):
        number = following["request_id"]
        page_link(
            visit.path,
            label=f"Go on with the next one, {number}",
            icon=":material/arrow_forward:",
            request=number,
        )
    page_link(
        "pages/requests/one_request.py",
        label="See the whole request",
        icon=":material/description:",
        request=case.request.request_id,
    )
