"""The first day's list on Today: what is still to be entered, until all of it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.services.first_day import first_day
from techrequests.ui.cards import plain
from techrequests.ui.links import page_link
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.services.first_day import Task
    from techrequests.ui.visit import Visit


def to_set_up(visit: Visit) -> bool:
    """What a new district still needs before a request can go all the way; whether it does."""
    tasks = remember(first_day, visit.database, visit.actor, visit.today)
    if not tasks:
        return False
    done = sum(task.done for task in tasks)
    st.subheader(f"The first day ({done} of {len(tasks)} done)")
    with st.container(border=True, gap="small"):
        st.caption(
            "What has to be here before a request can go all the way. The order matters; "
            "whole tables can be brought as a file on each page, under “Import a file”."
        )
        for task in tasks:
            _line(visit, task)
    return True


def _line(visit: Visit, task: Task) -> None:
    mark = ":green[:material/check_circle:] Done:" if task.done else ":material/circle: To do:"
    lacking = f" {plain(task.lacking)}" if task.lacking else ""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.markdown(f"{mark} {task.words}{lacking}", width="stretch")
        if visit.actor.may(task.permission, EVERY_SITE):
            page_link(task.path)
        elif not task.done:
            st.caption(f"For {task.by}", width="content")
