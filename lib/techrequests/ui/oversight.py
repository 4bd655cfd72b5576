"""Leadership's part of Today: where it is late, the oldest decisions, money that lapses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from techrequests.domain.calendar import long_date
from techrequests.domain.money import dollars
from techrequests.domain.policy import Permission
from techrequests.services.oversight import Oversight, overseen
from techrequests.store.oversight import LAPSE_DAYS
from techrequests.store.reports import LATE_DAYS
from techrequests.store.request_lists import ALL_REQUESTS
from techrequests.ui.cards import ago, capital, plain, priority_mark
from techrequests.ui.figures import numbers
from techrequests.ui.links import page_link
from techrequests.ui.tables import address_of
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.ui.visit import Visit

_ALL = "pages/requests/all_requests.py"
_DOLLARS = st.column_config.NumberColumn(format="dollar")


def oversight(visit: Visit) -> None:
    """What is late, waits and lapses, for who oversees the district; nothing for others."""
    if not visit.actor.may(Permission.OVERSEE):
        return
    hour = visit.now.replace(minute=0, second=0, microsecond=0)
    found = remember(overseen, visit.database, visit.actor, hour)
    st.subheader("The district")
    _numbers(found)
    left, right = st.columns(2, gap="large")
    with left:
        _stages(visit, found)
        _lapsing(visit, found)
    with right:
        _decisions(found)
    with st.container(horizontal=True):
        page_link("pages/insight/overview.py")
        page_link("pages/insight/spending.py")


def _numbers(found: Oversight) -> None:
    numbers(
        {
            "Waits for a decision": (
                dollars(found.undecided_cents),
                "The estimates of the requests that wait for a supervisor.",
            ),
            "Approved, not ordered": (
                dollars(found.not_ordered_cents),
                "The estimates of the requests that wait for quotes or for the Business Office.",
            ),
            f"Over {LATE_DAYS} days at a stage": (
                f"{found.late_requests:,}",
                "Open requests that have not moved for longer than that.",
            ),
            f"May lapse in {LAPSE_DAYS} days": (
                dollars(found.lapsing_cents),
                "Available or reserved in funds whose last order date is that near.",
            ),
        }
    )


def _stages(visit: Visit, found: Oversight) -> None:
    st.subheader("Where requests wait")
    if not found.stages:
        st.info("No request is open.", icon=":material/inbox:")
        return
    frame = pd.DataFrame(
        [
            {
                "Stage": capital(row["status"]),
                "Requests": row["requests"],
                f"Over {LATE_DAYS} days": row["late_requests"],
                "Longest": ago(row["oldest"], visit.now).removesuffix(" ago"),
                "Estimates": row["estimate_cents"] / 100,
            }
            for row in found.stages
        ]
    )
    config = {"Estimates": _DOLLARS}
    st.dataframe(frame, hide_index=True, column_config=config, alt=f"{len(frame)} stages")
    query = address_of(visit, ALL_REQUESTS, {"state": ("open",)}, sort="Since")
    page_link(_ALL, label="The longest at a stage first", icon=":material/list_alt:", **query)


def _lapsing(visit: Visit, found: Oversight) -> None:
    st.subheader("Money that may lapse")
    if not found.funds:
        st.info(
            f"No fund with money left has its last order date within {LAPSE_DAYS} days.",
            icon=":material/savings:",
        )
        return
    frame = pd.DataFrame(
        [
            {
                "Fund": row["fund"],
                "Last order date": row["ends_on"],
                "Days left": (row["ends_on"] - visit.today).days,
                "Available": row["available_cents"] / 100,
                "Reserved": row["reserved_cents"] / 100,
            }
            for row in found.funds
        ]
    )
    config = {
        "Last order date": st.column_config.DateColumn(format="MMM D, YYYY"),
        "Available": _DOLLARS,
        "Reserved": _DOLLARS,
    }
    st.dataframe(frame, hide_index=True, column_config=config, alt=f"{len(frame)} funds")
    page_link("pages/purchasing/funds.py", label="All funds", icon=":material/savings:")


def _decisions(found: Oversight) -> None:
    st.subheader("The oldest decisions")
    if not found.decisions:
        st.info("No request waits for a supervisor.", icon=":material/inbox:")
    for row in found.decisions:
        number = row["request_id"]
        about = (
            number,
            row["site"],
            f"with {row['approver']}" if row["approver"] else "with nobody",
            dollars(row["estimate_cents"]),
            f"since {long_date(row['stage_since'].date())}",
        )
        with st.container(border=True, gap="xsmall"):
            st.markdown(
                f"**{plain(row['title'])}**  \n{priority_mark(row['priority'])} "
                f":small[:gray[{plain(' · '.join(about))}]]"
            )
            page_link(
                "pages/requests/one_request.py",
                label=f"Open {number}",
                icon=":material/arrow_forward:",
                request=number,
            )
