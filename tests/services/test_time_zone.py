"""The district's days begin at its own midnight, and stored is UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from builders import (
    NOON,
    TODAY,
    a_draft,
    allocated,
    an_invoice,
    an_order,
    away,
    in_status,
    ordered,
    who,
)
from techrequests.domain.errors import InvalidError
from techrequests.domain.ledger import EntryKind
from techrequests.domain.techrequest import Status, TechRequest
from techrequests.services.funding import place_order, record_invoice
from techrequests.services.intake import submit
from techrequests.store.delegation import with_the_decider_since
from techrequests.store.funds import entries_behind_fund
from techrequests.store.orders import approved_on
from techrequests.store.reports import Scope, headlines, spent_by_month
from techrequests.store.requests import events_of, sight

if TYPE_CHECKING:
    from techrequests.store.database import Database

CHICAGO = ZoneInfo("America/Chicago")
LATE = datetime(2026, 10, 5, 22, 30, tzinfo=CHICAGO)
"""Half past ten in the evening: the day after already in UTC."""
LAST_EVENING = datetime(2027, 6, 30, 22, 30, tzinfo=CHICAGO)
"""The last evening of fiscal year 2026-27: July 1 already in UTC."""


@pytest.fixture
def chicago(database: Database) -> Database:
    database.zone = CHICAGO
    return database


def test_what_is_stored_is_utc_and_what_is_read_is_the_districts(chicago: Database) -> None:
    request = in_status(chicago, Status.FUNDING)
    with chicago.read() as reader:
        raw = reader.run(
            "SELECT created_at FROM tech_request WHERE request_id = $it", it=request.request_id
        ).fetchone()
        (known,) = reader.find(TechRequest)
        (row,) = reader.rows("SELECT created_at FROM tech_request")
        frame = reader.frame("SELECT created_at FROM tech_request")
    assert raw == (NOON.replace(tzinfo=None),)
    assert known.created_at == row["created_at"] == NOON
    assert known.created_at.hour == row["created_at"].hour == 7
    assert frame["created_at"].tolist() == [datetime(2026, 10, 5, 7)]  # noqa: DTZ001


def test_an_approval_late_in_the_evening_is_of_that_day(chicago: Database) -> None:
    request = in_status(chicago, Status.FUNDING)
    with chicago.write() as work:
        work.run("UPDATE decision SET decided_at = $moment", moment=LATE)
    with chicago.read() as reader:
        assert approved_on(reader, request.request_id) == date(2026, 10, 5)
    request = allocated(chicago, request)
    asked = an_order(request, ordered_on=date(2026, 10, 6))
    with pytest.raises(InvalidError, match="in the future"):
        place_order(chicago, who(chicago, "ben"), asked, now=LATE)
    placed = an_order(request, ordered_on=date(2026, 10, 5))
    assert place_order(chicago, who(chicago, "ben"), placed, now=LATE).status is Status.ORDERED


def test_what_is_paid_on_the_last_evening_belongs_to_the_old_fiscal_year(
    chicago: Database,
) -> None:
    request = ordered(chicago, allocated(chicago, in_status(chicago, Status.FUNDING)))
    bill = an_invoice(chicago, request, invoiced_on=date(2027, 6, 30))
    record_invoice(chicago, who(chicago, "ben"), bill, now=LAST_EVENING)
    seen = sight(who(chicago, "bea"))
    with chicago.read() as reader:
        (month,) = spent_by_month(reader, seen, Scope(fiscal_year=2027))["month"]
        later = spent_by_month(reader, seen, Scope(fiscal_year=2028))
        (paid,) = entries_behind_fund(reader, "GEN-27", [EntryKind.EXPEND])
    assert (month.year, month.month) == (2027, 6)
    assert later.empty
    assert paid["posted_at"].date() == date(2027, 6, 30)


def test_a_request_of_the_last_evening_has_the_old_years_number(chicago: Database) -> None:
    evening = submit(chicago, who(chicago, "tina"), a_draft("tina"), now=LAST_EVENING)
    assert evening.request_id.startswith("TR-2027-")
    with chicago.read() as reader:
        found = headlines(
            reader, sight(who(chicago, "rita")), Scope(fiscal_year=2027), LAST_EVENING
        )
        (event, *_) = events_of(reader, evening.request_id)
    assert found["submitted"] == 1
    assert event.happened_at.astimezone(UTC).date() == date(2027, 7, 1)
    assert event.happened_at.date() == date(2027, 6, 30)


def test_who_has_a_decision_has_it_since_then_by_any_clock(chicago: Database) -> None:
    request = in_status(chicago, Status.AWAITING_APPROVAL)
    away(chicago, "pia", "tom", TODAY, TODAY)
    with chicago.read() as reader:
        assert with_the_decider_since(reader, request) == NOON
