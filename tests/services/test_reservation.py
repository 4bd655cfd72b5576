"""The money that an approval sets aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    TODAY,
    TWO_LAPTOPS,
    decided,
    decisions_of,
    held_cents,
    in_status,
    stepped,
    the_request,
)
from services.deciding import change_fund, waiting
from techrequests.domain.errors import BlockedError, NotFoundError
from techrequests.domain.funds import Control
from techrequests.domain.intake import LineAsked
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from techrequests.store.database import Database

HEADSETS = LineAsked(description="Headset", quantity=2, unit_estimate_cents=24_50)


class TestReserve:
    def test_the_estimate_is_held_line_by_line(self, database: Database) -> None:
        request = waiting(database, lines=(TWO_LAPTOPS, HEADSETS))
        decided(database, request, fund_id="GEN-27")
        with database.read() as reader:
            entries = entries_of(reader, request.request_id)
        assert [(entry.line_id, entry.kind, entry.amount_cents) for entry in entries] == [
            (f"{request.request_id}/1/1", "reserve", 1_798_00),
            (f"{request.request_id}/1/2", "reserve", 49_00),
        ]
        assert {(entry.actor_id, entry.why) for entry in entries} == {("pia", "Approved.")}
        assert held_cents(database, "GEN-27") == 1_847_00

    def test_what_costs_nothing_holds_nothing(self, database: Database) -> None:
        gift = replace(HEADSETS, unit_estimate_cents=0)
        approved = decided(database, waiting(database, lines=(gift,)), fund_id="GEN-27")
        assert approved.status == "quoting"
        assert held_cents(database, "GEN-27") == 0

    def test_a_denial_holds_nothing_even_if_a_fund_was_picked(self, database: Database) -> None:
        decided(
            database,
            waiting(database),
            action=Action.DENY,
            note="No.",
            alternatives="Wait.",
            fund_id="GEN-27",
        )
        assert held_cents(database, "GEN-27") == 0

    @pytest.mark.parametrize(
        ("control", "held"),
        [(Control.STOP, None), (Control.WARN, 1_798_00), (Control.IGNORE, 1_798_00)],
    )
    def test_a_fund_that_is_short_stops_warns_or_says_nothing(
        self, database: Database, control: Control, held: int | None
    ) -> None:
        request = waiting(database)
        change_fund(database, "LEVY-27", reserve_control=control)
        if held is None:
            with pytest.raises(BlockedError, match=r"Technology levy 2026-27 is \$798.00 short"):
                decided(database, request, fund_id="LEVY-27")
            assert the_request(database, request.request_id) == request
            with database.read() as reader:
                assert decisions_of(reader, request.request_id) == []
        else:
            decided(database, request, fund_id="LEVY-27")
            with database.read() as reader:
                (entry,) = entries_of(reader, request.request_id)
            assert ("short" in entry.why) == (control is Control.WARN)
        assert held_cents(database, "LEVY-27") == (held or 0)

    @pytest.mark.parametrize(
        ("fund_id", "said", "words"),
        [
            ("GEN-27", {"closed": True}, "is closed to new spending"),
            ("GEN-27", {"ends_on": TODAY - timedelta(days=1)}, "pays for orders from"),
            ("GEN-27", {"starts_on": TODAY + timedelta(days=1)}, "pays for orders from"),
            ("GEN-27", {"categories": "displays"}, "does not pay for computers"),
            ("T1A-27", {}, "is not for this site"),
        ],
    )
    def test_a_fund_that_must_not_pay_refuses_the_approval_whole(
        self, database: Database, fund_id: str, said: dict[str, Any], words: str
    ) -> None:
        request = waiting(database)
        if said:
            change_fund(database, fund_id, **said)
        with pytest.raises(BlockedError, match=words):
            decided(database, request, fund_id=fund_id)
        assert the_request(database, request.request_id) == request
        assert held_cents(database, fund_id) == 0

    def test_a_fund_that_does_not_exist_is_told(self, database: Database) -> None:
        with pytest.raises(NotFoundError, match="There is no fund “X”"):
            decided(database, waiting(database), fund_id="X")

    def test_the_same_money_is_not_promised_twice(self, database: Database) -> None:
        """$1,000 in the levy: the first $898 fits, the second does not."""
        one = (replace(TWO_LAPTOPS, quantity=1),)
        first, second = waiting(database, lines=one), waiting(database, lines=one)
        decided(database, first, fund_id="LEVY-27")
        with pytest.raises(BlockedError, match=r"is \$798.00 short: \$101.00 is available"):
            decided(database, second, fund_id="LEVY-27")

    @pytest.mark.parametrize(("action", "by"), [(Action.WITHDRAW, "tina"), (Action.CANCEL, "rita")])
    def test_giving_up_gives_every_cent_back(
        self, database: Database, action: Action, by: str
    ) -> None:
        request = in_status(database, Status.QUOTING, fund_id="GEN-27")
        assert held_cents(database, "GEN-27") == 1_798_00
        stepped(database, request, action, by, note="Found one.")
        assert held_cents(database, "GEN-27") == 0
        with database.read() as reader:
            newest = entries_of(reader, request.request_id)[-1]
        assert (newest.kind, newest.actor_id) == ("release reserve", by)
        assert newest.why.endswith(": Found one.")
