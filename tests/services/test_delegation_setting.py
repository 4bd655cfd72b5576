"""Setting and ending a delegation: who may, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    TODAY,
    a_key,
    away,
    submitted,
    who,
)
from services.absences import day, ended
from techrequests.domain.errors import (
    InvalidError,
    NotAllowedError,
    StaleError,
)
from techrequests.services.delegation import (
    DelegationAsked,
    delegate,
    every_absence,
    own_absences,
)

if TYPE_CHECKING:
    from techrequests.store.database import Database


class TestSetting:
    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"delegate_id": None}, "“Who decides instead” is empty"),
            ({"starts_on": None}, "“First day” is empty"),
            ({"delegate_id": "pia"}, "their own delegate"),
            ({"delegate_id": "ghost"}, "somebody who works here"),
            ({"starts_on": day(-1)}, "is past"),
            ({"ends_on": day(0), "starts_on": day(1)}, "is before “First day”"),
            ({"ends_on": day(366)}, "366 days at most"),
            ({"note": "x" * 201}, "1 characters too long"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, database: Database, said: dict[str, Any], words: str
    ) -> None:
        usual: dict[str, Any] = {
            "delegation_id": a_key(),
            "person_id": "pia",
            "delegate_id": "tom",
            "starts_on": day(0),
            "ends_on": day(3),
        }
        asked = DelegationAsked(**{**usual, **said})
        with pytest.raises(InvalidError, match=words):
            delegate(database, who(database, "pia"), asked, now=NOON)
        assert every_absence(database, TODAY) == ()

    @pytest.mark.parametrize(
        ("person_id", "delegate_id", "by", "allowed"),
        [
            ("pia", "tom", "pia", True),
            ("pia", "tom", "ada", True),
            ("pia", "ada", "ada", False),
            ("pia", "ada", "pia", True),
            ("sue", "lea", "ada", False),  # Sue decides on what Ada asks for
            ("pia", "tom", "sue", False),
            ("pia", "tom", "tom", False),
            ("tom", "tina", "tom", False),
            ("tom", "tina", "ada", False),
        ],
    )
    def test_approvers_set_their_own_and_administrators_anybodys_but_not_to_themselves(
        self, database: Database, person_id: str, delegate_id: str, by: str, *, allowed: bool
    ) -> None:
        if allowed:
            away(database, person_id, delegate_id, day(0), day(3), by=by)
            (found,) = every_absence(database, TODAY)
            assert (found.delegation.set_by_id, found.waiting) == (by, 0)
        else:
            with pytest.raises((NotAllowedError, InvalidError)):
                away(database, person_id, delegate_id, day(0), day(3), by=by)

    def test_a_delegate_hands_on_only_what_is_their_own_to_decide(self, database: Database) -> None:
        """Standing in is no right of one's own: Tom could otherwise make his friends approvers."""
        away(database, "pia", "tom", day(0), day(3))
        with pytest.raises(InvalidError, match="something to delegate"):
            away(database, "tom", "tina", day(0), day(3))

    def test_a_second_click_sets_it_once(self, database: Database) -> None:
        asked = DelegationAsked(
            delegation_id="once",
            person_id="pia",
            delegate_id="tom",
            starts_on=day(0),
            ends_on=day(3),
        )
        for _ in range(2):
            delegate(database, who(database, "pia"), asked, now=NOON)
        assert len(own_absences(database, "pia", TODAY)) == 1

    def test_one_delegate_at_a_time(self, database: Database) -> None:
        one = away(database, "pia", "tom", day(0), day(3))
        with pytest.raises(InvalidError, match="already"):
            away(database, "pia", "tina", day(3), day(5))
        away(database, "pia", "tina", day(4), day(5))
        ended(database, one, "pia", 0)
        away(database, "pia", "lea", day(0), day(3))

    @pytest.mark.parametrize(
        ("by", "allowed"), [("pia", True), ("ada", True), ("tom", False), ("sue", False)]
    )
    def test_who_may_end_one(self, database: Database, by: str, *, allowed: bool) -> None:
        one = away(database, "pia", "tom", day(0), day(3))
        if allowed:
            ended(database, one, by, 0)
            with pytest.raises(StaleError, match="ended already"):
                ended(database, one, by, 0)
        else:
            with pytest.raises(NotAllowedError):
                ended(database, one, by, 0)


def test_an_administrator_does_not_choose_who_decides_on_what_they_asked_for(
    database: Database,
) -> None:
    request = submitted(database, "tina", by="ada")
    assert request.approver_id == "pia"
    asked = DelegationAsked(
        delegation_id=a_key("delegation"),
        person_id="pia",
        delegate_id="tom",
        starts_on=TODAY,
        ends_on=TODAY,
    )
    with pytest.raises(NotAllowedError, match="on your own request TR-"):
        delegate(database, who(database, "ada"), asked, now=NOON)
