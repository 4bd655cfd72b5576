"""Rows of one file know each other, and each says everything that is wrong with it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import NOON
from exchange.bringing import a_file, brought, cells_of, looked_at, reasons_of
from techrequests.domain.catalogue import Person
from techrequests.exchange.dry_run import Fate
from techrequests.store.checks import run_checks

if TYPE_CHECKING:
    from techrequests.store.database import Database

HEADS = ["Name", "Email", "Job title", "Site", "Manager"]
STAFF = a_file(
    HEADS,
    ["Di Em", "di.em@district.example", "Teacher", "LHS", "ada.fox"],
    ["Cy Dow", "cy.dow@district.example", "Teacher", "LHS", "Ada.Fox@district.example"],
    ["Ben Roe", "ben.roe@district.example", "Coach", "LHS", "Cy Dow"],
    ["Eve Orr", "eve.orr@district.example", "Aide", "LHS", "Roe, Ben"],
    ["Ada Fox", "ada.fox@district.example", "Principal", "LHS", "Sue Park"],
)


def test_supervisors_of_the_same_file_are_named_by_code_name_or_address_over_all_levels(
    database: Database,
) -> None:
    run = looked_at(database, "people", STAFF)
    assert [line.fate for line in run.lines] == [Fate.ADDED] * 5
    assert [cells_of(run, row)["supervisor_id"] for row in range(2, 7)] == [
        "ada.fox", "ada.fox", "cy.dow", "ben.roe", "sue",
    ]  # fmt: skip
    assert not brought(database, run, whole=True).refused
    assert run_checks(database, now=NOON) == []


def test_a_file_in_steps_saves_supervisors_first(database: Database) -> None:
    rows = [
        [f"P {at}", f"p{at}@district.example", "Aide", "LHS", f"P {at + 1}" if at < 249 else ""]
        for at in range(250)
    ]
    done = brought(database, looked_at(database, "people", a_file(HEADS, *rows)))
    assert (done.new_rows, done.refused) == (250, ())


def test_a_changed_row_is_pointed_to_by_its_new_name_and_one_that_is_there_by_its_own(
    database: Database,
) -> None:
    content = a_file(
        HEADS,
        ["Tina Cho-Park", "tina@district.example", "", "", ""],
        ["Nell Frey", "nell@district.example", "Aide", "LHS", "Tina Cho-Park"],
        ["Ned Frey", "ned@district.example", "Aide", "LHS", "Tina Cho"],
    )
    run = looked_at(database, "people", content)
    assert [cells_of(run, row)["supervisor_id"] for row in (3, 4)] == ["tina", "tina"]


def test_two_of_one_name_are_told_apart_by_their_codes(database: Database) -> None:
    content = a_file(
        HEADS,
        ["Tina Cho", "tina.cho@district.example", "Aide", "LHS", ""],
        ["Nell Frey", "nell@district.example", "Aide", "LHS", "Tina Cho"],
    )
    reasons = reasons_of(looked_at(database, "people", content))
    assert list(reasons) == [3]
    assert "2 are called “Tina Cho”. Give the code: tina, tina.cho." in reasons[3]


def test_who_waits_for_another_row_is_told_which(database: Database) -> None:
    content = a_file(
        HEADS,
        ["Ada Fox", "ada.fox@district.example", "Principal", "Nowhere", ""],
        ["Ben Roe", "ben.roe@district.example", "Teacher", "LHS", "Ada Fox"],
    )
    reasons = reasons_of(looked_at(database, "people", content))
    assert "there is no site “Nowhere”" in reasons[2]
    assert "Row 2 has to be mended first." in reasons[3]


def test_all_that_is_wrong_with_a_row_is_said_at_once(database: Database) -> None:
    content = a_file(
        [*HEADS, "Active"],
        ["Ada Fox", "no address", "", "Nowhere", "Nobody", "perhaps"],
    )
    words = reasons_of(looked_at(database, "people", content))[2]
    for part in (
        "“Job title” is empty", "there is no site “Nowhere”", "there is no person “Nobody”",
        "“no address” is not an e-mail address", "“Active” must be yes or no",
    ):  # fmt: skip
        assert words.count(part) == 1
    fund = a_file(
        ["Code", "Name", "Account code", "Fiscal year", "First order date", "Last order date",
         "For sites", "Budget"],
        ["N-1", "", "1-2", "some", "7/1/2026", "soon", "Nowhere", "a lot"],
    )  # fmt: skip
    words = reasons_of(looked_at(database, "funds", fund, by="bea", reason="x"))[2]
    for part in ("“Fiscal year”", "“Last order date”", "“Budget”", "“Name” is empty"):
        assert words.count(part) == 1


def test_an_aide_without_an_address_is_told_so(database: Database) -> None:
    content = a_file(HEADS, ["Nell Frey", "", "Aide", "LHS", ""])
    words = reasons_of(looked_at(database, "people", content))[2]
    assert "“E-mail” is empty" in words
    assert "Everybody signs in by an e-mail address." in words


def test_who_would_leave_is_listed_with_their_open_work(database: Database) -> None:
    content = a_file(
        ["Email", "Status"], ["pia@district.example", "Terminated"],
        ["tom@district.example", "Terminated"],
    )  # fmt: skip
    run = looked_at(database, "people", content)
    assert [(one.full_name, dict(one.left)) for one in run.leavers] == [
        ("Pia Lang", {"people": 1}),
        ("Tom Berg", {}),
    ]
    with database.read() as reader:
        assert reader.get(Person, "pia").active
