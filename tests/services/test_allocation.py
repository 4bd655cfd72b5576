"""Splitting the cost of a request over funds: what is held, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    TODAY,
    TWO_LAPTOPS,
    a_quote,
    allocated,
    an_allocation,
    an_invoice,
    chosen,
    in_status,
    ordered,
    quoted,
    who,
)
from services.paying import COST, HEADSETS, standing, the_entries, with_fund
from techrequests.domain.errors import BlockedError, InvalidError, NotFoundError
from techrequests.domain.funds import Control
from techrequests.domain.ledger import balances
from techrequests.domain.techrequest import Status
from techrequests.services.funding import allocate, record_invoice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.store.database import Database


def test_an_allocation_reserves_the_delivered_cost_line_by_line(database: Database) -> None:
    request = in_status(database, Status.QUOTING, lines=(TWO_LAPTOPS, HEADSETS))
    laptops, headsets = a_quote(database, request).lines
    cheaper = (laptops, replace(headsets, unit_price_cents=20_00))
    request = chosen(database, quoted(database, request, lines=cheaper, shipping_cents=9_99))
    with_fund(database, 100_00, fund_id="GIFT")
    request = allocated(
        database, request, shares={"GIFT": 100_00, "GEN-27": COST + 240_00 + 9_99 - 100_00}
    )
    held = {
        purse: one.reserved_cents for purse, one in balances(the_entries(database, request)).items()
    }
    first, second = (line.line_id for line in a_quote(database, request).lines)
    assert held == {
        ("GIFT", first): 100_00,
        ("GEN-27", first): COST - 100_00,
        ("GEN-27", second): 240_00,
        ("GEN-27", None): 9_99,
    }
    assert request.status is Status.FUNDING


def test_allocating_anew_gives_back_what_was_held_before(database: Database) -> None:
    request = in_status(database, Status.FUNDING, fund_id="GEN-27")
    assert standing(database, "GEN-27").reserved_cents == COST
    with_fund(database, COST, fund_id="GIFT")
    request = allocated(database, request, shares={"GIFT": COST})
    assert standing(database, "GEN-27").reserved_cents == 0
    assert standing(database, "GIFT").available_cents == 0
    request = allocated(database, request, shares={"GIFT": 1, "GEN-27": COST - 1})
    assert standing(database, "GIFT").reserved_cents == 1
    assert standing(database, "GEN-27").reserved_cents == COST - 1


def test_what_the_request_holds_itself_does_not_make_its_fund_short(database: Database) -> None:
    fund_id = with_fund(database, COST, fund_id="EXACT", encumber_control=Control.STOP)
    request = allocated(database, in_status(database, Status.FUNDING), shares={fund_id: COST})
    assert allocated(database, request, shares={fund_id: COST}).version == request.version + 1


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"GEN-27": COST - 1}, r"\$0.01 is still without a fund"),
        ({"GEN-27": COST + 1}, r"\$0.01 is more than the purchase costs"),
        ({"GEN-27": COST + 1, "T1A-27": -1}, "A share is negative"),
        ({}, r"\$1,798.00 is still without a fund"),
    ],
)
def test_the_split_must_be_the_cost_to_the_cent(
    database: Database, shares: Mapping[str, int], words: str
) -> None:
    request = in_status(database, Status.FUNDING)
    with pytest.raises(InvalidError, match=words):
        allocated(database, request, shares=shares)
    assert the_entries(database, request) == []


def test_a_fund_listed_twice_is_refused(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    (share,) = an_allocation(database, request).shares
    half = replace(share, amount_cents=COST // 2)
    asked = replace(an_allocation(database, request), shares=(half, half))
    with pytest.raises(InvalidError, match="listed twice"):
        allocate(database, who(database, "ben"), asked, now=NOON)


@pytest.mark.parametrize(
    ("fund", "words"),
    [
        ({"closed": True}, "is closed to new spending"),
        ({"ends_on": date(2026, 9, 30)}, "pays for orders from 07/01/2026 to 09/30/2026"),
        ({"categories": "displays"}, "does not pay for computers"),
        ({"sites": "WES"}, "is not for this site"),
    ],
)
def test_a_fund_that_may_not_pay_refuses_the_business_manager_too(
    database: Database, fund: dict[str, Any], words: str
) -> None:
    with_fund(database, 10 * COST, fund_id="ODD", **fund)
    request = in_status(database, Status.FUNDING)
    with pytest.raises(BlockedError, match=words):
        allocated(
            database, request, by="bea", shares={"ODD": COST}, override_reason="We need it now."
        )
    assert the_entries(database, request) == []


def test_funds_are_judged_on_the_day_of_the_order(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    after, asked = NOON + timedelta(days=300), an_allocation(database, request)
    with pytest.raises(BlockedError, match="not on"):
        allocate(database, who(database, "ben"), asked, now=after)
    for day in (TODAY - timedelta(days=1), after.date() + timedelta(days=1)):
        with pytest.raises(InvalidError, match=r"in the future|before the approval"):
            allocate(database, who(database, "ben"), replace(asked, ordered_on=day), now=after)
    allocate(database, who(database, "ben"), replace(asked, ordered_on=TODAY), now=after)
    assert standing(database, "GEN-27").reserved_cents == COST


def test_every_refusal_of_every_fund_is_said_at_once(database: Database) -> None:
    with_fund(database, COST, fund_id="SHUT", name="Shut fund", closed=True)
    request = in_status(database, Status.FUNDING)
    with pytest.raises(BlockedError) as refused:
        allocated(database, request, shares={"SHUT": 1, "T1A-27": COST - 1})
    assert "Shut fund is closed to new spending." in refused.value.reasons
    assert "Title I-A 2026-27 is not for this site." in refused.value.reasons


def test_a_short_fund_needs_the_permission_and_a_reason(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    short = {"LEVY-27": COST}
    with pytest.raises(BlockedError, match=r"\$798.00 short.*ask the business manager"):
        allocated(database, request, shares=short, override_reason="Because.")
    with pytest.raises(BlockedError, match="give a reason"):
        allocated(database, request, by="bea", shares=short, override_reason=" ")
    request = allocated(
        database, request, by="bea", shares=short, override_reason="The board agreed."
    )
    (entry,) = the_entries(database, request)
    assert entry.overridden
    assert "The board agreed." in entry.why
    assert standing(database, "LEVY-27").available_cents == 1_000_00 - COST


@pytest.mark.parametrize(
    ("control", "words"), [(Control.WARN, "is $798.00 short"), (Control.IGNORE, "Allocated.")]
)
def test_a_fund_that_only_warns_pays_and_the_book_says_so(
    database: Database, control: Control, words: str
) -> None:
    with_fund(database, COST + 1_000_00, fund_id="SOFT", name="Soft", encumber_control=control)
    allocated(database, in_status(database, Status.FUNDING), shares={"SOFT": COST})
    request = allocated(database, in_status(database, Status.FUNDING), shares={"SOFT": COST})
    (entry,) = the_entries(database, request)
    assert words in entry.why
    assert not entry.overridden


@pytest.mark.parametrize("control", Control)
def test_no_control_lets_a_fund_order_what_it_never_had(
    database: Database, control: Control
) -> None:
    with_fund(database, COST - 1, fund_id="SOFT", name="Soft", encumber_control=control)
    with pytest.raises(BlockedError, match=r"Soft is \$0.01 short.*ask the business manager"):
        allocated(database, in_status(database, Status.FUNDING), shares={"SOFT": COST})


def test_an_unknown_fund_is_refused(database: Database) -> None:
    with pytest.raises(NotFoundError, match="no fund “NOPE”"):
        allocated(database, in_status(database, Status.FUNDING), shares={"NOPE": COST})


def test_nobody_funds_their_own_request(database: Database) -> None:
    request = in_status(database, Status.FUNDING, requester_id="ben")
    with pytest.raises(BlockedError, match="your own request"):
        allocated(database, request, by="ben")
    request = allocated(database, request, by="bea")
    with pytest.raises(BlockedError, match="your own request"):
        ordered(database, request, by="ben")
    request = ordered(database, request, by="bea")
    with pytest.raises(BlockedError, match="your own request"):
        record_invoice(database, who(database, "ben"), an_invoice(database, request), now=NOON)


@pytest.mark.parametrize("person_id", ["tina", "pia", "rita", "lea", "ada"])
def test_only_the_business_office_pays(database: Database, person_id: str) -> None:
    request = in_status(database, Status.FUNDING)
    with pytest.raises(BlockedError, match="You may not pay requests from funds here"):
        allocated(database, request, by=person_id)
    request = allocated(database, request)
    with pytest.raises(BlockedError, match="You may not place orders"):
        ordered(database, request, by=person_id)
