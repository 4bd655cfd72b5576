"""The dashboards count what they say they count, of what their reader may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, TODAY, in_status, the_request, who
from techrequests.domain.catalogue import Category
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.domain.techrequest import Priority, Status
from techrequests.domain.workflow import Action, RequestEvent
from techrequests.services.posting import post
from techrequests.services.reports import Progress, Spending, offered, progress, spending
from techrequests.store.reports import Scope

if TYPE_CHECKING:
    import pandas as pd

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

THIS_YEAR = Scope(fiscal_year=2027)


def seen(database: Database, person_id: str = "lea", scope: Scope = THIS_YEAR) -> Progress:
    return progress(database, who(database, person_id), scope, NOON)


def spent(database: Database, person_id: str = "lea", scope: Scope = THIS_YEAR) -> Spending:
    return spending(database, who(database, person_id), scope, TODAY)


def counts(frame: pd.DataFrame, *by: str) -> dict[Any, int]:
    """Requests by the values of some columns."""
    return {
        tuple(row[name] for name in by) if len(by) > 1 else row[by[0]]: row["requests"]
        for row in frame.to_dict("records")
    }


def moved(database: Database, request: TechRequest, **times: datetime) -> TechRequest:
    """The request with other times than the test's noon."""
    with database.write() as work:
        return work.update(replace(the_request(database, request.request_id), **times))  # type: ignore[arg-type]


def entered(database: Database, kind: EntryKind, cents: int, at: datetime, request_id: str) -> None:
    """An entry in the general fund's book."""
    with database.write() as work:
        post(
            work,
            [
                Entry(
                    fund_id="GEN-27",
                    request_id=request_id,
                    kind=kind,
                    amount_cents=cents,
                    actor_id="bea",
                    posted_at=at,
                    why="Test.",
                )
            ],
        )


def test_the_backlog_is_what_somebody_still_has_to_act_on(database: Database) -> None:
    for status in (Status.DRAFT, Status.DENIED, Status.WITHDRAWN, Status.QUOTING):
        in_status(database, status)
    in_status(database, Status.IN_REVIEW, priority=Priority.HIGH)
    found = seen(database)
    assert counts(found.backlog, "status", "priority") == {
        ("quoting", "medium"): 1,
        ("in review", "high"): 1,
    }
    assert found.headlines["open_requests"] == 2
    assert found.headlines["urgent_requests"] == 1
    assert found.headlines["open_cents"] == 2 * 1_798_00
    assert found.backlog["estimate_cents"].sum() == 2 * 1_798_00


@pytest.mark.parametrize(
    ("person_id", "requests"), [("lea", 2), ("pia", 1), ("wanda", 1), ("tom", 0), ("tina", 1)]
)
def test_everybody_counts_only_what_they_may_see(
    database: Database, person_id: str, requests: int
) -> None:
    in_status(database, Status.IN_REVIEW, requester_id="tina")
    in_status(database, Status.IN_REVIEW, requester_id="will")
    found = seen(database, person_id)
    assert found.headlines["open_requests"] == requests
    assert found.backlog["requests"].sum() == requests
    assert found.flow["requests"].sum() == requests


@pytest.mark.parametrize(
    ("scope", "requests"),
    [
        (replace(THIS_YEAR, sites=("LHS",)), 1),
        (replace(THIS_YEAR, sites=("LHS", "WES")), 2),
        (replace(THIS_YEAR, categories=("displays",)), 1),
        (replace(THIS_YEAR, sites=("LHS",), categories=("displays",)), 0),
        (replace(THIS_YEAR, sites=("NOPE",)), 0),
    ],
)
def test_filters_narrow_every_figure_down(database: Database, scope: Scope, requests: int) -> None:
    in_status(database, Status.IN_REVIEW, requester_id="tina")
    in_status(database, Status.IN_REVIEW, requester_id="will", category=Category.DISPLAYS)
    found = seen(database, scope=scope)
    assert found.headlines["submitted"] == requests
    assert sum(counts(found.backlog, "status").values()) == requests
    assert found.ages["requests"].sum() == requests
    assert found.flow["requests"].sum() == requests


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (0, "a week"),
        (6, "a week"),
        (8, "2 weeks"),
        (29, "30 days"),
        (31, "60 days"),
        (89, "90 days"),
        (400, "longer"),
    ],
)
def test_the_age_of_a_request_counts_from_its_submission(
    database: Database, days: int, age: str
) -> None:
    request = in_status(database, Status.IN_REVIEW)
    moved(database, request, submitted_at=NOON - timedelta(days=days))
    assert counts(seen(database).ages, "age") == {age: 1}


def test_a_request_is_late_after_a_fortnight_at_one_stage(database: Database) -> None:
    for days in (13, 15):
        request = in_status(database, Status.IN_REVIEW)
        moved(database, request, stage_since=NOON - timedelta(days=days))
    assert seen(database).headlines["late_requests"] == 1


def test_a_year_is_compared_with_the_same_days_of_the_year_before(database: Database) -> None:
    for when in (
        datetime(2026, 7, 1, tzinfo=UTC),
        datetime(2026, 6, 30, 23, tzinfo=UTC),
        datetime(2025, 7, 1, tzinfo=UTC),
        datetime(2025, 12, 1, tzinfo=UTC),
    ):
        moved(database, in_status(database, Status.IN_REVIEW), submitted_at=when)
    found = seen(database).headlines
    assert (found["submitted"], found["submitted_before"]) == (1, 1)
    before = seen(database, scope=Scope(fiscal_year=2026)).headlines
    assert (before["submitted"], before["submitted_before"]) == (3, 0)


def test_requests_come_and_go_by_month(database: Database) -> None:
    in_status(database, Status.CLOSED)
    in_status(database, Status.DENIED)
    request = in_status(database, Status.IN_REVIEW)
    moved(database, request, submitted_at=datetime(2026, 9, 30, 23, 59, tzinfo=UTC))
    moved(
        database,
        in_status(database, Status.IN_REVIEW),
        submitted_at=datetime(2026, 6, 30, tzinfo=UTC),
    )
    found = seen(database).flow
    by_month = {
        (str(month)[:7], kind): n for (month, kind), n in counts(found, "month", "kind").items()
    }
    assert by_month == {
        ("2026-09", "submitted"): 1,
        ("2026-10", "submitted"): 2,
        ("2026-10", "delivered"): 1,
        ("2026-10", "ended without delivery"): 1,
    }


def test_the_median_of_days_to_delivery_counts_what_was_closed_in_the_year(
    database: Database,
) -> None:
    for days in (10, 20, 60):
        request = in_status(database, Status.CLOSED)
        moved(database, request, submitted_at=NOON - timedelta(days=days))
    unanswered = in_status(database, Status.CLOSED)
    moved(database, unanswered, submitted_at=NOON - timedelta(days=300))
    closed = an_event(unanswered, Action.CLOSE_UNCONFIRMED, Status.DELIVERED, Status.CLOSED, NOON)
    with database.write() as work:
        work.insert(closed)
    # Nobody said when that one worked.
    assert seen(database).headlines["median_days"] == pytest.approx(20)
    assert seen(database, scope=Scope(fiscal_year=2026)).headlines["median_days"] is None


def an_event(
    request: TechRequest, action: Action, source: Status, target: Status, at: datetime
) -> RequestEvent:
    return RequestEvent(
        request_id=request.request_id,
        action=action,
        source=source,
        target=target,
        actor_id="rita",
        happened_at=at,
    )


def test_days_at_a_stage_count_from_coming_to_leaving_each_time(database: Database) -> None:
    request = in_status(database, Status.IN_REVIEW)
    later = NOON + timedelta(days=4)
    with database.write() as work:
        work.insert_all(
            [
                # Asked after 4 days, answered after 1, forwarded after 6 more.
                an_event(request, Action.ASK, Status.IN_REVIEW, Status.NEEDS_INFORMATION, later),
                an_event(
                    request,
                    Action.ANSWER,
                    Status.NEEDS_INFORMATION,
                    Status.IN_REVIEW,
                    later + timedelta(days=1),
                ),
                an_event(
                    request,
                    Action.REASSIGN,
                    Status.IN_REVIEW,
                    Status.IN_REVIEW,
                    later + timedelta(days=2),
                ),
                an_event(
                    request,
                    Action.FORWARD,
                    Status.IN_REVIEW,
                    Status.AWAITING_APPROVAL,
                    later + timedelta(days=7),
                ),
            ]
        )
    rows = {row["status"]: row for row in seen(database).stays.to_dict("records")}
    assert rows["in review"]["stays"] == 2
    assert rows["in review"]["median_days"] == pytest.approx(5)
    assert rows["in review"]["slow_days"] == pytest.approx(5.8)
    assert rows["needs information"]["median_days"] == pytest.approx(1)
    assert "awaiting approval" not in rows, "nobody has left it yet"


def test_a_fund_stands_as_its_book_says(database: Database) -> None:
    request = in_status(database, Status.QUOTING, fund_id="GEN-27")
    rows = {row["fund_id"]: row for row in spent(database).funds.to_dict("records")}
    held = rows["GEN-27"]
    assert held["budget_cents"] == 50_000_00
    assert held["reserved_cents"] == request.estimate_cents
    assert held["available_cents"] == 50_000_00 - request.estimate_cents
    assert next(row["fund"] for row in spent(database).funds.to_dict("records")) == held["fund"]


def test_funds_count_in_the_years_in_which_they_can_be_ordered_from(database: Database) -> None:
    assert len(spent(database).funds) == 3
    assert spent(database, scope=Scope(fiscal_year=2028)).funds.empty
    one = replace(THIS_YEAR, funds=("LEVY-27",))
    assert list(spent(database, scope=one).funds["fund_id"]) == ["LEVY-27"]


def test_spending_is_invoices_less_credits_by_month_site_and_category(database: Database) -> None:
    mine = in_status(database, Status.ORDERED).request_id
    theirs = in_status(database, Status.IN_REVIEW, requester_id="will").request_id
    entered(database, EntryKind.EXPEND, 1_000_00, NOON, mine)
    entered(database, EntryKind.CREDIT, 50_00, NOON, mine)
    entered(database, EntryKind.EXPEND, 30_00, datetime(2026, 9, 1, tzinfo=UTC), theirs)
    entered(database, EntryKind.EXPEND, 7_00, datetime(2026, 6, 30, tzinfo=UTC), theirs)
    found = spent(database)
    assert {
        str(row["month"])[:7]: row["spent_cents"] for row in found.months.to_dict("records")
    } == {
        "2026-09": 30_00,
        "2026-10": 950_00,
    }
    assert [
        (row["site"], row["category"], row["requests"], row["spent_cents"])
        for row in found.sites.to_dict("records")
    ] == [
        ("Lincoln High School", "computers", 1, 950_00),
        ("Washington Elementary", "computers", 1, 30_00),
    ]
    assert spent(database, scope=replace(THIS_YEAR, funds=("LEVY-27",))).months.empty
    assert list(spent(database, "wanda").sites["site"]) == ["Washington Elementary"]


def test_filters_offer_the_present_year_even_without_a_fund(database: Database) -> None:
    assert offered(database, TODAY).years == (2027,)
    later = TODAY.replace(year=2029)
    assert offered(database, later).years == (2030, 2027)
    assert offered(database, TODAY).sites["LHS"] == "Lincoln High School"
    assert offered(database, TODAY).funds["GEN-27"] == "General fund 2026-27"
