"""The ready-made values keep their word, so that a test about something else can lean on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import BUDGET_CENTS, WAYS, in_status, the_request
from techrequests.store.funds import funds_with_balances

if TYPE_CHECKING:
    from techrequests.domain.techrequest import Status
    from techrequests.store.database import Database


@pytest.mark.parametrize("status", WAYS)
def test_a_request_in_each_status_is_what_the_store_holds(
    database: Database, status: Status
) -> None:
    request = in_status(database, status)
    assert request.status is status
    assert the_request(database, request.request_id) == request


def test_every_fund_starts_with_its_budget(file_database: Database) -> None:
    with file_database.read() as reader:
        standing = {fund.fund_id: held for fund, held in funds_with_balances(reader)}
    assert {code: held.available_cents for code, held in standing.items()} == BUDGET_CENTS
