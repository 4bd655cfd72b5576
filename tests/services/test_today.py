"""What stands on Today for those who pay, and for those who oversee the district."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, TODAY, an_invoice, in_status, the_request, who
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.funds import Fund
from techrequests.domain.purchasing import PurchaseOrder
from techrequests.domain.techrequest import Status, TechRequest
from techrequests.services.funding import record_invoice
from techrequests.services.oversight import Oversight, overseen
from techrequests.services.today import waiting
from techrequests.store.orders import order_of
from techrequests.store.today import MOST_OF_A_KIND

if TYPE_CHECKING:
    from techrequests.store.database import Database


def on_today(database: Database, person_id: str, why: str) -> list[dict[str, Any]]:
    rows = waiting(database, who(database, person_id), TODAY)
    return [row for row in rows if row["why"] == why]


def placed(database: Database, request: TechRequest, days_ago: int) -> None:
    """Let an order have been placed some days ago."""
    with database.write() as work:
        order = order_of(work, request.request_id)
        assert order
        work.run(
            "UPDATE purchase_order SET placed_at = $then WHERE order_id = $order_id",
            then=NOON - timedelta(days=days_ago),
            order_id=work.get(PurchaseOrder, order.order_id).order_id,
        )


class TestBusinessOffice:
    def test_invoices_to_come_stand_on_today_the_oldest_first_with_what_is_encumbered(
        self, database: Database
    ) -> None:
        ordered = [in_status(database, Status.ORDERED, priority=p) for p in ("critical", "low")]
        for request, days_ago in zip(ordered, (3, 40), strict=True):
            placed(database, request, days_ago)
        found = on_today(database, "ben", "invoice to come")
        assert [row["request_id"] for row in found] == [one.request_id for one in reversed(ordered)]
        assert [row["cents"] for row in found] == [1_798_00, 1_798_00]
        assert found[0]["since"] == NOON - timedelta(days=40)

    def test_what_is_billed_in_part_shows_the_rest_and_then_nothing(
        self, database: Database
    ) -> None:
        request = in_status(database, Status.CLOSED)
        half = an_invoice(database, request, amount_cents=1_000_00, final=False)
        record_invoice(database, who(database, "ben"), half, now=NOON)
        (row,) = on_today(database, "ben", "invoice to come")
        assert row["cents"] == 798_00
        request = the_request(database, request.request_id)
        rest = an_invoice(database, request, amount_cents=798_00, final=True)
        record_invoice(database, who(database, "ben"), rest, now=NOON)
        assert on_today(database, "ben", "invoice to come") == []

    @pytest.mark.parametrize("person_id", ["rita", "lea", "tina", "ada"])
    def test_nobody_else_waits_for_invoices(self, database: Database, person_id: str) -> None:
        in_status(database, Status.ORDERED)
        assert on_today(database, person_id, "invoice to come") == []

    def test_many_of_one_kind_leave_room_for_the_others(self, database: Database) -> None:
        for _ in range(MOST_OF_A_KIND + 1):
            in_status(database, Status.FUNDING, priority="critical")
        in_status(database, Status.ORDERED, priority="low")
        assert len(on_today(database, "ben", "funding")) == MOST_OF_A_KIND
        assert on_today(database, "ben", "funding")[0]["of_this_kind"] == MOST_OF_A_KIND + 1
        assert len(on_today(database, "ben", "invoice to come")) == 1


class TestLeadership:
    def seen(self, database: Database, days: int = 0, person_id: str = "lea") -> Oversight:
        return overseen(database, who(database, person_id), NOON + timedelta(days=days))

    def test_what_is_late_is_counted_by_stage_with_its_dollars(self, database: Database) -> None:
        for status in (Status.AWAITING_APPROVAL, Status.QUOTING, Status.FUNDING, Status.CLOSED):
            in_status(database, status)
        in_status(database, Status.DRAFT)
        found = self.seen(database, days=15)
        assert [(row["status"], row["requests"], row["late_requests"]) for row in found.stages] == [
            ("awaiting approval", 1, 1),
            ("quoting", 1, 1),
            ("funding", 1, 1),
        ]
        assert (found.late_requests, self.seen(database, days=14).late_requests) == (3, 0)
        assert found.undecided_cents == 1_798_00
        assert found.not_ordered_cents == 2 * 1_798_00
        assert found.open_cents == 3 * 1_798_00

    def test_the_oldest_decisions_come_with_who_has_them(self, database: Database) -> None:
        requests = [in_status(database, Status.AWAITING_APPROVAL) for _ in range(7)]
        with database.write() as work:
            newest = work.get(TechRequest, requests[-1].request_id)
            work.update(replace(newest, stage_since=NOON - timedelta(days=9)))
        found = self.seen(database).decisions
        assert len(found) == 5
        assert found[0]["request_id"] == requests[-1].request_id
        assert (found[0]["approver"], found[0]["site"]) == ("Pia Lang", "Lincoln High School")

    def test_money_lapses_only_where_it_can_still_be_ordered_from(self, database: Database) -> None:
        near, past = TODAY + timedelta(days=30), TODAY - timedelta(days=1)
        with database.write() as work:
            work.update(replace(work.get(Fund, "GEN-27"), ends_on=near))
            work.update(replace(work.get(Fund, "T1A-27"), ends_on=past))
        found = self.seen(database)
        assert [row["fund_id"] for row in found.funds] == ["GEN-27"]
        assert found.lapsing_cents == 50_000_00
        in_status(database, Status.QUOTING, fund_id="GEN-27")
        # What is reserved lapses too, unless it is ordered in time.
        assert self.seen(database).funds[0]["reserved_cents"] == 1_798_00
        assert self.seen(database).lapsing_cents == 50_000_00
        in_status(database, Status.ORDERED)
        assert self.seen(database).lapsing_cents == 50_000_00 - 1_798_00

    @pytest.mark.parametrize("person_id", ["tina", "pia", "ben", "rita"])
    def test_who_does_not_oversee_is_refused(self, database: Database, person_id: str) -> None:
        with pytest.raises(NotAllowedError, match="see what is late on Today"):
            self.seen(database, person_id=person_id)
