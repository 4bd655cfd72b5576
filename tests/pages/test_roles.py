"""Every page, list and export against every role, each held alone, from the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON, given, in_status, submitted, who
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.policy import GRANTABLE, GRANTS, Permission, Role
from techrequests.domain.techrequest import Status
from techrequests.exchange.editable import EDITABLE
from techrequests.exchange.exports import EXPORTS, TEMPLATE, taken_away
from techrequests.ui.menu import PAGE_AT, PAGES

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database

CLOSED = "This page is for people who may"
SHOWN_ON = {
    **{
        name: name
        for name in (
            "review", "approvals", "quotes", "funding", "receiving", "inventory", "deployments",
            "delegations", "audit", "people", "roles", "sites", "routing", "catalogue", "vendors",
        )
    },
    **dict.fromkeys(("orders", "all_orders", "credits"), "funding"),
    **dict.fromkeys(("fund_balances", "fund_entries"), "funds"),
    **dict.fromkeys(
        ("backlog-by-priority", "backlog-by-age", "requests-by-month", "days-at-each-stage"),
        "overview",
    ),
    **dict.fromkeys(("spend-by-fund", "spend-by-site", "spend-by-month"), "spending"),
    **dict.fromkeys(("sheet_runs", "sheet_writes"), "google_sheets"),
    "duties": "audit",
    "comparison": "quotes",
    "funding_comparison": "funding",
    "requests": "all_requests",
    "mine": "my_requests",
}  # fmt: skip
"""The page on which each table is shown, by its address."""


@pytest.mark.parametrize("role", GRANTABLE)
def test_a_role_opens_its_pages_and_no_other(
    role: Role, district: Database, open_page: type[Opened]
) -> None:
    if role is not Role.STAFF:
        given(district, "will", role)
    actor = who(district, "will")
    for page in PAGES:
        tab = open_page("will", page.url, {})
        assert (CLOSED in tab.words) is (
            page.permission is not None and page.permission not in GRANTS[role]
        ), page.path
        assert page.open_to(actor) is (CLOSED not in tab.words)


@pytest.mark.parametrize("role", GRANTABLE)
def test_an_export_holds_what_its_reader_may_see_and_nothing_else(
    role: Role, district: Database
) -> None:
    if role is not Role.STAFF:
        given(district, "will", role)
    theirs = submitted(district, "tina").request_id
    own = submitted(district, "will").request_id
    in_status(district, Status.DELIVERED, requester_id="tina")
    actor = who(district, "will")
    assert own in str(taken_away(district, actor, "mine", (), now=NOON))
    if Permission.SEE_REQUESTS in GRANTS[role]:
        requests = str(taken_away(district, actor, "requests", (), now=NOON))
        assert own in requests
        assert theirs in requests
    if Permission.SEE_INVENTORY in GRANTS[role]:
        assert "A-1" in str(taken_away(district, actor, "inventory", (), now=NOON))


@pytest.mark.parametrize("role", GRANTABLE)
def test_a_file_is_given_to_a_role_exactly_when_its_page_opens_to_it(
    role: Role, district: Database
) -> None:
    if role is not Role.STAFF:
        given(district, "will", role)
    actor = who(district, "will")
    for name, page in SHOWN_ON.items():
        if PAGE_AT[page].open_to(actor):
            assert taken_away(district, actor, name, (), now=NOON).headings
        else:
            with pytest.raises(NotAllowedError, match="This table is for people who may"):
                taken_away(district, actor, name, (), now=NOON)


def test_every_file_is_of_a_page() -> None:
    """The fund table is drawn for those who may edit it, as the template of each table is."""
    templates = {f"{name}{TEMPLATE}" for name in EDITABLE}
    assert set(EXPORTS) - set(SHOWN_ON) == {"funds", "tolerances", *templates}
    for name, table in EDITABLE.items():
        assert EXPORTS[f"{name}{TEMPLATE}"].permission is table.plan.permission
    assert EXPORTS["funds"].permission is Permission.EDIT_FUNDS
