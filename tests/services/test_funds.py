"""The Business Office's own edit of the fund table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, a_key, allocated, in_status, who
from techrequests.domain.edits import Cell, NewRow, RowEdit, TableEdit
from techrequests.domain.errors import ConflictError, InvalidError, NotAllowedError
from techrequests.domain.funds import Control, Fund
from techrequests.domain.ledger import Balance, Entry, EntryKind
from techrequests.domain.techrequest import Status
from techrequests.services.edits import Saved
from techrequests.services.funds import FundsAsked, entries_behind, fund_table, save_funds
from techrequests.store.funds import fund_with_balance

if TYPE_CHECKING:
    from techrequests.store.database import Database

GIFT: NewRow = (
    ("fund_id", "GIFT-27"),
    ("name", "Parents' gift"),
    ("account_code", "60-000-200-600"),
    ("fiscal_year", "2027"),
    ("starts_on", "7/1/2026"),
    ("ends_on", "2027-06-30"),
    ("categories", "displays, audio and video"),
    ("sites", "lhs"),
    ("encumber_control", "warn"),
    ("budget_cents", "$2,500.00"),
)


def the_fund(database: Database, fund_id: str = "GEN-27") -> tuple[Fund, Balance]:
    with database.read() as reader:
        return fund_with_balance(reader, fund_id)


def edit(
    database: Database, field: str, after: str, *, before: str = "", fund_id: str = "GEN-27"
) -> RowEdit:
    """One changed cell of a fund as it stands now."""
    seen_version = the_fund(database, fund_id)[0].version
    cells = (Cell(field=field, before=before, after=after),)
    return RowEdit(key=fund_id, seen_version=seen_version, cells=cells)


def asked(*edits: RowEdit, **said: object) -> FundsAsked:
    return FundsAsked(save_id=a_key(), edits=edits, **said)  # type: ignore[arg-type]  # its other fields


def save(database: Database, command: FundsAsked, by: str = "ben") -> Saved:
    return save_funds(database, who(database, by), command, now=NOON)


def edits_made(database: Database) -> list[tuple[str, str, str | None, str | None, str]]:
    with database.read() as reader:
        return [
            (one.row_key, one.field, one.before, one.after, one.actor_id)
            for one in reader.find(TableEdit, "ORDER BY table_edit_no")
        ]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("name", " General fund, amended ", "General fund, amended"),
        ("ends_on", "6/15/2027", date(2027, 6, 15)),
        ("closed", "yes", True),
        ("categories", "computers, Network", "computers, Network"),
        ("encumber_control", "warn", Control.WARN),
        ("notes", "Ask Bea first.", "Ask Bea first."),
    ],
)
def test_a_cell_is_saved_as_typed(
    database: Database,
    field: str,
    text: str,
    value: Any,  # noqa: ANN401  # any cell's
) -> None:
    old, held = the_fund(database)
    assert save(database, asked(edit(database, field, text))) == Saved(cells=1)
    assert the_fund(database) == (replace(old, version=old.version + 1, **{field: value}), held)
    ((row, name, before, _, person_id),) = edits_made(database)
    assert (row, name, person_id) == ("GEN-27", field, "ben")
    assert before is not None


def test_a_grant_may_begin_before_its_year_and_end_after_it(database: Database) -> None:
    for name, text in (("starts_on", "2025-10-01"), ("ends_on", "2028-09-30")):
        assert save(database, asked(edit(database, name, text))).cells == 1


def test_all_sites_are_stored_in_one_spelling(database: Database) -> None:
    assert save(database, asked(edit(database, "sites", "LHS"))).cells == 1
    assert save(database, asked(edit(database, "sites", "Every site"))).cells == 1
    assert the_fund(database)[0].sites == "*"


def test_an_emptied_optional_cell_becomes_empty(database: Database) -> None:
    save(database, asked(edit(database, "rule", "", fund_id="T1A-27")))
    assert the_fund(database, "T1A-27")[0].rule == ""


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("name", " ", "“Name” is empty"),
        ("ends_on", "2025-06-30", "“Last order date” is before “First order date”"),
        ("ends_on", "soon", "“Last order date” must be a date"),
        ("fiscal_year", "27", "“Fiscal year” must be a year such as 2027 or 2026-27, not “27”."),
        ("fiscal_year", "2031", "lie outside of fiscal year 2030-31, which is July 1, 2030"),
        ("categories", "computers, lap tops", "“Pays for” names “lap tops”"),
        ("sites", "LHS, XYZ", "“For sites” names “XYZ”"),
        ("closed", "perhaps", "“Closed” must be yes or no"),
        ("encumber_control", "", "“Short at order” is empty"),
        ("budget_cents", "-1", r"“Budget” must be between \$0.00"),
        ("budget_cents", "a lot", "“Budget” must be an amount"),
        ("budget_cents", "", "“Budget” is empty"),
        ("fund_id", "GEN-28", "cannot be edited"),
        ("version", "7", "cannot be edited"),
        ("name; DROP TABLE fund", "x", "cannot be edited"),
    ],
)
def test_what_cannot_stand_in_a_cell_is_refused_with_the_row_named(
    database: Database, field: str, text: str, words: str
) -> None:
    before = the_fund(database)
    with pytest.raises(InvalidError, match=words) as refused:
        save(database, asked(edit(database, field, text), reason="New board decision."))
    assert refused.value.problems[0].field == f"GEN-27.{field}"
    assert the_fund(database) == before
    assert edits_made(database) == []


def test_everything_wrong_in_every_row_is_said_at_once_and_nothing_is_half_saved(
    database: Database,
) -> None:
    command = asked(
        edit(database, "name", "Renamed"),
        edit(database, "sites", "XYZ", fund_id="T1A-27"),
        edit(database, "ends_on", "never", fund_id="LEVY-27"),
        new_rows=((("name", "No code"),), (("fund_id", "gen-27"), *GIFT[1:])),
    )
    with pytest.raises(InvalidError) as refused:
        save(database, command)
    assert {problem.field for problem in refused.value.problems} >= {
        "T1A-27.sites",
        "LEVY-27.ends_on",
        "new 1.fund_id",
        "new 2.fund_id",
    }
    assert the_fund(database)[0].name == "General fund 2026-27"


def test_a_budget_change_is_an_entry_with_its_reason(database: Database) -> None:
    command = asked(edit(database, "budget_cents", "52,000"), reason=" Board vote of October 1. ")
    save(database, command)
    assert the_fund(database)[1].budget_cents == 52_000_00
    with database.read() as reader:
        entries = reader.find(Entry, "WHERE fund_id = 'GEN-27' ORDER BY entry_no")
    assert [(entry.kind, entry.amount_cents, entry.why) for entry in entries] == [
        (EntryKind.BUDGET, 50_000_00, "Adopted budget."),
        (EntryKind.BUDGET, 2_000_00, "Board vote of October 1."),
    ]
    assert edits_made(database) == [("GEN-27", "budget_cents", "50000.00", "52000.00", "ben")]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 401])
def test_a_budget_change_needs_a_reason(database: Database, reason: str) -> None:
    with pytest.raises(InvalidError, match=r"Say why|keep the reason to 400"):
        save(database, asked(edit(database, "budget_cents", "1.00"), reason=reason))


def test_other_cells_need_no_reason(database: Database) -> None:
    assert save(database, asked(edit(database, "budget_cents", "50,000.00"))) == Saved()
    assert save(database, asked(edit(database, "notes", "x"))) == Saved(cells=1)


def test_a_budget_is_not_cut_below_what_is_committed(database: Database) -> None:
    allocated(database, in_status(database, Status.FUNDING))
    cut = edit(database, "budget_cents", "1797.99")
    for person_id, over_limit, hint in (
        ("ben", True, "Ask the business manager"),
        ("bea", False, "Tick that it may"),
    ):
        with pytest.raises(InvalidError, match=rf"\$1,798.00 reserved, ordered or paid.*{hint}"):
            save(database, asked(cut, reason="Cut.", over_limit=over_limit), by=person_id)
    save(database, asked(edit(database, "budget_cents", "1798.00"), reason="Cut."))
    assert the_fund(database)[1].available_cents == 0
    cut = edit(database, "budget_cents", "1797.99")
    save(database, asked(cut, reason="The State took it back.", over_limit=True), by="bea")
    assert the_fund(database)[1].available_cents == -1
    with database.read() as reader:
        last = reader.find(Entry, "ORDER BY entry_no")[-1]
    assert (last.overridden, last.amount_cents) == (True, -1)


def test_a_fund_that_is_over_its_limit_can_be_given_more(database: Database) -> None:
    allocated(
        database,
        in_status(database, Status.FUNDING),
        by="bea",
        shares={"LEVY-27": 1_798_00},
        override_reason="Agreed.",
    )
    raised = edit(database, "budget_cents", "1100", fund_id="LEVY-27")
    assert save(database, asked(raised, reason="Gift.")) == Saved(cells=1)


def test_a_new_fund_gets_its_cells_its_budget_and_its_history(database: Database) -> None:
    assert save(database, asked(new_rows=(GIFT,), reason="Accepted on October 1.")) == Saved(
        new_rows=1
    )
    fund, held = the_fund(database, "GIFT-27")
    assert (fund.sites, fund.encumber_control, fund.ends_on) == (
        "lhs",
        Control.WARN,
        date(2027, 6, 30),
    )
    assert held == Balance(budget_cents=2_500_00)
    assert all(before is None for _, _, before, _, _ in edits_made(database))
    assert ("GIFT-27", "name", None, "Parents' gift", "ben") in edits_made(database)


def test_a_new_fund_pays_where_its_lists_say(database: Database) -> None:
    everything = tuple(pair for pair in GIFT if pair[0] != "categories")
    save(database, asked(new_rows=(everything,), reason="Gift."))
    request = allocated(
        database,
        in_status(database, Status.FUNDING),
        shares={"GIFT-27": 1_798_00},
    )
    assert request.status is Status.FUNDING


def test_two_new_funds_cannot_share_a_code(database: Database) -> None:
    with pytest.raises(InvalidError, match="came twice"):
        save(database, asked(new_rows=(GIFT, GIFT), reason="Gift."))


def test_others_cells_of_the_same_row_are_kept(database: Database) -> None:
    mine = edit(database, "notes", "Mine.", before="")
    save(database, asked(edit(database, "name", "Renamed")), by="bea")
    allocated(database, in_status(database, Status.FUNDING))
    save(database, asked(mine))
    fund, held = the_fund(database)
    assert (fund.name, fund.notes, held.reserved_cents) == ("Renamed", "Mine.", 1_798_00)


@pytest.mark.parametrize(
    ("field", "before", "theirs", "mine"),
    [
        ("name", "General fund 2026-27", "Theirs", "Mine"),
        ("budget_cents", "50000.00", "51,000.00", "49,000.00"),
    ],
)
def test_the_same_cell_changed_by_two_is_a_conflict_that_says_who(
    database: Database, field: str, before: str, theirs: str, mine: str
) -> None:
    late = edit(database, field, mine, before=before)
    other = edit(database, "notes", "Fine.", fund_id="T1A-27")
    save(database, asked(edit(database, field, theirs), reason="Theirs."), by="bea")
    with pytest.raises(ConflictError, match="Bea Stone changed") as refused:
        save(database, asked(late, other, reason="Mine."))
    assert [problem.field for problem in refused.value.problems] == [f"GEN-27.{field}"]
    assert the_fund(database, "T1A-27")[0].notes == ""


def test_the_same_change_by_two_is_no_conflict(database: Database) -> None:
    late = edit(database, "name", "Same", before="General fund 2026-27")
    save(database, asked(edit(database, "name", "Same")), by="bea")
    assert save(database, asked(late)) == Saved()


def test_a_double_click_saves_once(database: Database) -> None:
    command = asked(edit(database, "budget_cents", "60000"), new_rows=(GIFT,), reason="More.")
    assert save(database, command) == save(database, command) == Saved(cells=1, new_rows=1)
    assert the_fund(database)[1].budget_cents == 60_000_00


def test_a_fund_that_is_gone_is_named(database: Database) -> None:
    gone = RowEdit(key="OLD-19", seen_version=1, cells=())
    with pytest.raises(InvalidError, match="no row “OLD-19”"):
        save(database, asked(gone))


@pytest.mark.parametrize("person_id", ["tina", "pia", "rita", "lea", "ada"])
def test_only_the_business_office_edits_funds(database: Database, person_id: str) -> None:
    with pytest.raises(NotAllowedError, match="You may not edit the fund table"):
        save(database, asked(edit(database, "notes", "x")), by=person_id)


def test_the_entries_behind_a_balance_add_up_to_it(database: Database) -> None:
    allocated(database, in_status(database, Status.FUNDING, fund_id="GEN-27"))
    rows = entries_behind(
        database, who(database, "lea"), "GEN-27", EntryKind.RESERVE, EntryKind.RELEASE_RESERVE
    )
    assert [(row["kind"], row["amount_cents"], row["who"]) for row in rows] == [
        ("reserve", 1_798_00, "Ben Frost"),
        ("release reserve", 1_798_00, "Ben Frost"),
        ("reserve", 1_798_00, "Pia Lang"),
    ]
    assert rows[0]["title"] == "Two laptops for the writing lab"
    assert len(entries_behind(database, who(database, "lea"), "GEN-27")) == len(rows) + 1


@pytest.mark.parametrize("person_id", ["tina", "pia", "ada"])
def test_balances_are_not_for_everybody(database: Database, person_id: str) -> None:
    actor = who(database, person_id)
    with pytest.raises(NotAllowedError):
        entries_behind(database, actor, "GEN-27")
    with pytest.raises(NotAllowedError):
        fund_table(database, actor)


def test_the_fund_table_holds_every_fund_with_its_balance(database: Database) -> None:
    table = fund_table(database, who(database, "rita"))
    assert {fund.fund_id: held.available_cents for fund, held in table} == {
        "GEN-27": 50_000_00,
        "T1A-27": 20_000_00,
        "LEVY-27": 1_000_00,
    }
