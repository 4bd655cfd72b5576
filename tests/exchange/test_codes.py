"""A code that a spreadsheet turned into a number or a day does not overwrite the true one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import LAPTOP, a_fund, in_status
from exchange.bringing import a_file, looked_at, reasons_of
from techrequests.domain.fields import shown
from techrequests.domain.techrequest import Status
from techrequests.exchange.dry_run import Fate
from techrequests.exchange.editable import EDITABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techrequests.store.database import Database

AGAIN = "format the column as text, then type it again."
HEADS = ("Code", "Account code")


@pytest.mark.parametrize("text", ["2-Jan", "2-Jan-26", "11-Oct-2026", "Jan-26", "1/2/2026"])
def test_an_account_code_that_became_a_day_is_refused(database: Database, text: str) -> None:
    run = looked_at(database, "funds", a_file(HEADS, (a_fund().fund_id, text)), by="bea")
    assert reasons_of(run) == {2: f"“Account code” became the day {text}: {AGAIN}"}


@pytest.mark.parametrize("text", ["1.23457E+11", "1E+10", "1.2e+12"])
def test_a_serial_number_that_lost_digits_is_refused(database: Database, text: str) -> None:
    in_status(database, Status.CLOSED)
    rows = a_file(("Asset tag", "Serial number"), ("A-100001", text))
    run = looked_at(database, "inventory", rows, by="rita")
    assert reasons_of(run) == {
        2: f"“Serial number” became the number {text} and lost digits: {AGAIN}"
    }


def test_what_stands_so_in_the_table_already_comes_back_unchanged(database: Database) -> None:
    with database.write() as work:
        work.run("UPDATE fund SET account_code = '2-Jan' WHERE fund_id = $it", it=a_fund().fund_id)
    run = looked_at(database, "funds", a_file(HEADS, (a_fund().fund_id, "2-Jan")), by="bea")
    assert run.counts == {Fate.SAME: 1}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("vendors", (("Code", "Name", "Contact"), ("NORTHWIND", "Jan-26", "2-Jan"))),
        ("catalogue", (("Code", "Notes"), (LAPTOP.item_id, "Price from 2-Jan, 1.2E+11 units"))),
        ("catalogue", (("Code", "Model"), (LAPTOP.item_id, "12E5 of 2-Jan"))),
        ("catalogue", (("Code", "Model"), (LAPTOP.item_id, "1E5"))),
        ("sites", (("Code", "Address"), ("LHS", "1-2"))),
    ],
)
def test_words_may_hold_a_day_and_a_code_may_look_like_one(
    database: Database, name: str, rows: Sequence[Sequence[str]]
) -> None:
    assert reasons_of(looked_at(database, name, a_file(*rows))) == {}


def test_a_new_row_gets_no_code_that_became_something_else(database: Database) -> None:
    rows = a_file(("Code", "Name", "Kind"), ("2-Jan", "Oak Hollow", "office"))
    run = looked_at(database, "sites", rows)
    assert reasons_of(run) == {2: f"“Code” became the day 2-Jan: {AGAIN}"}


def test_a_site_that_a_person_points_to_is_a_code_too(database: Database) -> None:
    run = looked_at(database, "people", a_file(("Code", "Site"), ("tina", "2-Jan")))
    assert reasons_of(run) == {2: f"“Site” became the day 2-Jan: {AGAIN}"}
    with database.write() as work:
        work.run("UPDATE site SET site_id = '2-Jan' WHERE site_id = 'DO'")
    run = looked_at(database, "people", a_file(("Code", "Site"), ("tina", "2-Jan")))
    assert run.lines[0].fate is Fate.CHANGED


@pytest.mark.parametrize("name", EDITABLE)
def test_what_names_a_row_is_a_code(name: str) -> None:
    record = EDITABLE[name].record
    [key] = [one for one in shown(record) if one.name == record.TABLE.key]
    assert key.field
    assert key.field.code
