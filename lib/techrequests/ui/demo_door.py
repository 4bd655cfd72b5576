"""The sample district's door, pick whom to be: only with the demo switch on, and on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.services.people import people_to_be
from techrequests.ui.links import WHO_IN_LINK
from techrequests.ui.visit import database, remember, sign_in_as

if TYPE_CHECKING:
    from techrequests.domain.policy import Actor

_PICKED = "demo_person"


def enter_by_link() -> None:
    """Be the person the address names, so that a reload or a shared link keeps them."""
    person_id = st.query_params.get(WHO_IN_LINK)
    if person_id:
        sign_in_as(person_id)


def draw(actor: Actor | None) -> None:
    """Offer the list of people, in the sidebar once somebody is picked."""
    people = remember(people_to_be, database())
    if actor:
        st.query_params[WHO_IN_LINK] = actor.person_id
        # Chosen by link, not by the list: the list follows.
        st.session_state[_PICKED] = actor.person_id
    where = st.sidebar if actor else st
    if actor is None:
        st.title("Welcome to the sample district")
        st.write(
            "Everything here is made up. Pick a teacher to ask for something, a principal to "
            "approve it, or somebody of the technology department or Business Office to do it."
        )
    where.selectbox(
        "You are",
        options=list(people),
        format_func=lambda person_id: people.get(person_id, person_id),
        index=None,
        key=_PICKED,
        placeholder="Pick a person",
        on_change=_pick,
        help="Only in the sample district, and only on this computer.",
    )


def _pick() -> None:
    person_id = st.session_state.get(_PICKED)
    if person_id:
        sign_in_as(person_id)
        st.query_params[WHO_IN_LINK] = person_id
