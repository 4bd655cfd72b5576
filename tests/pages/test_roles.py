"""Every page, list and export against every role, each held alone, from the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import given, in_status, submitted, who
from techrequests.domain.policy import GRANTABLE, GRANTS, Permission, Role
from techrequests.domain.techrequest import Status
from techrequests.services.listing import csv_text
from techrequests.store.inventory import INVENTORY
from techrequests.store.listings import Asked
from techrequests.store.receiving import where_allowed
from techrequests.store.request_lists import ALL_REQUESTS
from techrequests.store.requests import sight
from techrequests.ui.menu import PAGES

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database

CLOSED = "This page is for people who may"


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
    requests = csv_text(district, ALL_REQUESTS, Asked(), tuple(sight(actor).items())).decode()
    assert own in requests
    assert (theirs in requests) is (Permission.SEE_REQUESTS in GRANTS[role])
    scope = tuple(where_allowed(actor, Permission.SEE_INVENTORY).items())
    units = csv_text(district, INVENTORY, Asked(), scope).decode()
    assert ("CV-1" in units) is (Permission.SEE_INVENTORY in GRANTS[role])
