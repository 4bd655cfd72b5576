"""A cell that a service refuses keeps no other cell of its row from being taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON, in_status, who
from sync.gadgets import REFUSED, REFUSED_UNNAMED, App, gadget
from sync.live import GadgetTable
from sync.office import FUNDS, UNITS, Office
from techrequests.domain.assets import Asset, Condition
from techrequests.domain.budgets import BudgetedFund
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.sheets import Sharing
from techrequests.domain.techrequest import Status
from techrequests.services.funds import entries_behind
from techrequests.store.checks import run_checks
from techrequests.sync.apply_to_app import Given, give

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.domain.errors import Problem

FUND = "GEN-27"


class Interrupted(GadgetTable):
    """A table in which somebody is at work between two tries."""

    def __init__(self, app: App, between: Callable[[], None]) -> None:
        super().__init__(app)
        self.tries: list[list[str]] = []
        self._between = between

    def save(self, edit: RowEdit) -> tuple[Problem, ...]:
        if self.tries:
            self._between()
        self.tries.append([cell.field for cell in edit.cells])
        return super().save(edit)


def nothing() -> None:
    """Nobody is at work."""


def edit_of(**texts: str) -> RowEdit:
    cells = (
        Cell(field=name, before="Gadget G1" if name == "name" else "", after=text)
        for name, text in texts.items()
    )
    return RowEdit(key="G1", seen_version=0, cells=tuple(cells))


def fields(given: Given) -> list[str]:
    return [cell.field for cell in given.taken]


class TestTries:
    def test_what_is_taken_at_once_is_saved_once(self) -> None:
        table = Interrupted(App(gadget("G1", account="")), nothing)
        given = give(table, edit_of(name="New", account="010"))
        assert table.tries == [["name", "account"]]
        assert (fields(given), given.refused) == (["name", "account"], ())

    def test_a_field_that_is_named_is_left_out_of_the_second_try(self) -> None:
        app = App(gadget("G1", account=""))
        table = Interrupted(app, nothing)
        given = give(table, edit_of(name=REFUSED, account="010", story="Long"))
        assert table.tries[1:] == [["account", "story"]]
        assert app.rows["G1"].account == "010"
        assert [one.message for one in given.refused] == ["“name” cannot be refused."]

    def test_without_a_name_each_cell_is_tried_and_the_refused_one_is_named(self) -> None:
        app = App(gadget("G1", account=""))
        table = Interrupted(app, nothing)
        given = give(table, edit_of(name="New", account=REFUSED_UNNAMED, story="Long"))
        assert table.tries[1:] == [["name"], ["account"], ["story"]]
        assert fields(given) == ["name", "story"]
        assert [one.message for one in given.refused] == ["“Account”: Something cannot be so."]

    def test_both_kinds_of_refusal_in_one_row_leave_the_third_cell(self) -> None:
        app = App(gadget("G1", account=""))
        given = give(
            Interrupted(app, nothing),
            edit_of(name=REFUSED, account=REFUSED_UNNAMED, story="Long"),
        )
        assert fields(given) == ["story"]
        assert len(given.refused) == 2

    @pytest.mark.parametrize("wrong", [REFUSED, REFUSED_UNNAMED])
    def test_what_somebody_changes_between_two_tries_is_not_overwritten(self, wrong: str) -> None:
        app = App(gadget("G1", account=""))
        table = Interrupted(app, lambda: app.set("G1", story="By somebody else"))
        given = give(table, edit_of(name=wrong, account="010", story="Mine"))
        assert app.rows["G1"].story == "By somebody else"
        assert fields(given) == ["account"]
        assert "Somebody changed it" in given.refused[-1].message


def test_a_misspelt_list_of_sites_holds_back_neither_budget_nor_notes(funds: Office) -> None:
    funds.typed(FUNDS, FUND, "sites", "Lincoln High School")
    funds.typed(FUNDS, FUND, "budget_cents", "$261,500")
    funds.typed(FUNDS, FUND, "notes", "For grade 4")
    funds.settle()
    fund = funds.stored(BudgetedFund, FUND)
    assert (fund.budget_cents, fund.notes, fund.sites) == (261_500_00, "For grade 4", "*")
    assert "“For sites” names “Lincoln High School”" in funds.status(FUNDS, FUND)
    assert funds.cell(FUNDS, FUND, "sites") == "Lincoln High School"
    entries = entries_behind(funds.database, who(funds.database, "ben"), FUND)
    assert [one["why"] for one in entries].count("Changed in the linked Google Sheet") == 1
    funds.typed(FUNDS, FUND, "sites", "LHS")
    funds.settle()
    assert funds.stored(BudgetedFund, FUND).sites == "LHS"
    assert not funds.status(FUNDS, FUND)
    assert not funds.waiting()
    assert len(entries_behind(funds.database, who(funds.database, "ben"), FUND)) == len(entries)
    assert not run_checks(funds.database, now=NOON)


def test_a_budget_that_is_refused_holds_back_no_note_and_posts_nothing(funds: Office) -> None:
    in_status(funds.database, Status.ORDERED)
    funds.settle()
    before = len(entries_behind(funds.database, who(funds.database, "ben"), FUND))
    funds.typed(FUNDS, FUND, "budget_cents", "1")
    funds.typed(FUNDS, FUND, "notes", "For grade 4")
    funds.settle()
    assert funds.stored(BudgetedFund, FUND).notes == "For grade 4"
    assert "its budget cannot be $1.00" in funds.status(FUNDS, FUND)
    assert len(entries_behind(funds.database, who(funds.database, "ben"), FUND)) == before
    assert not run_checks(funds.database, now=NOON)


def test_dates_that_only_go_together_are_taken_over_beside_a_refused_cell(funds: Office) -> None:
    funds.typed(FUNDS, FUND, "starts_on", "7/1/2027")
    funds.typed(FUNDS, FUND, "ends_on", "6/30/2028")
    funds.typed(FUNDS, FUND, "fiscal_year", "2028")
    funds.typed(FUNDS, FUND, "sites", "Nowhere")
    funds.settle()
    fund = funds.stored(BudgetedFund, FUND)
    assert (fund.starts_on.year, fund.ends_on.year) == (2027, 2028)


def test_a_date_that_does_not_fit_the_other_is_named_and_holds_back_no_note(
    funds: Office,
) -> None:
    funds.typed(FUNDS, FUND, "starts_on", "7/1/2029")
    funds.typed(FUNDS, FUND, "notes", "For grade 4")
    funds.settle()
    assert funds.stored(BudgetedFund, FUND).notes == "For grade 4"
    assert "“First order date”: " in funds.status(FUNDS, FUND)


@pytest.fixture
def units(office: Office) -> Office:
    """Units of the inventory that are edited in both."""
    in_status(office.database, Status.DEPLOYING)
    office.share(UNITS, Sharing.EDITED)
    office.settle()
    return office


@pytest.mark.parametrize(
    ("site", "custodian"), [("Western High School", "tom"), ("WES", "Tina Cho")]
)
def test_a_room_typed_beside_a_new_site_waits_with_it_and_is_not_emptied(
    units: Office, site: str, custodian: str
) -> None:
    unit = str(units.tab(UNITS)[0].key)
    here = units.stored(Asset, unit)
    units.typed(UNITS, unit, "site_id", site)
    units.typed(UNITS, unit, "room", "B 204")
    units.typed(UNITS, unit, "custodian_id", custodian)
    units.typed(UNITS, unit, "condition", "worn")
    units.settle()
    stays = units.stored(Asset, unit)
    assert (stays.site_id, stays.room, stays.condition) == (here.site_id, here.room, Condition.WORN)
    assert "“Room” waits for" in units.status(UNITS, unit)
    units.typed(UNITS, unit, "site_id", "WES")
    units.typed(UNITS, unit, "custodian_id", "")
    units.settle()
    assert units.stored(Asset, unit).room == "B 204"
    assert not units.waiting()
    assert not units.status(UNITS, unit)
