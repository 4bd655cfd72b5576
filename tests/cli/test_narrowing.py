"""What is typed wrong on the command line is told, instead of leaving out everything or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON, a_fund, in_status, who
from cli.program import path, refused, typed
from techrequests.cli.tables import OPERATOR
from techrequests.domain.errors import InvalidError
from techrequests.domain.techrequest import Status
from techrequests.exchange.exports import EXPORTS, taken_away

if TYPE_CHECKING:
    from pathlib import Path

    from techrequests.exchange.exports import Query
    from techrequests.store.database import Database

__all__ = ["path"]


@pytest.mark.parametrize(
    ("table", "person", "query", "told"),
    [
        ("requests", "ada", ("stie", "LHS"), "not narrowed down by “stie”. There are: search, ord"),
        ("requests", "ada", ("status", "nonsense"), "“status” is never “nonsense”. It may be: "),
        ("requests", "ada", ("site", "XYZ"), "It may be: .*LHS"),
        ("requests", "ada", ("order", "colour"), "“order” is never “colour”"),
        ("review", "rob", ("with", "nobody"), "It may be: everybody"),
        ("people", "ada", ("school", "LHS"), "There are: search, inactive, job_title, site, sup"),
        ("people", "ada", ("site", "XYZ"), "“site” is never “XYZ”. It may be: DO, LHS, WES"),
        ("roles", "ada", ("inactive", "1"), "There are: search, person, role, site, order"),
        ("spend-by-fund", "ben", ("year", "1999"), "It may be: .*2027"),
        ("fund_entries", "ben", ("fund", "NONE"), "It may be: .*GEN-27"),
        ("fund_balances", "ben", ("fund", "GEN-27"), "It leaves as a whole"),
        ("deployments", "rita", ("with", "rita"), "It may be: mine, nobody"),
    ],
)
def test_a_name_or_value_that_there_is_not_is_refused_with_those_there_are(
    database: Database, table: str, person: str, query: tuple[str, str], told: str
) -> None:
    actor = who(database, person)
    with pytest.raises(InvalidError, match=told):
        taken_away(database, actor, table, (query,), now=NOON, strict=True)
    assert taken_away(database, actor, table, (query,), now=NOON).headings


@pytest.mark.parametrize(
    ("table", "person", "query"),
    [
        ("requests", "ada", (("site", "LHS"), ("status", "closed"), ("search", "x"))),
        ("requests", "ada", (("order", "request_id"), ("descending", "1"))),
        ("review", "rob", (("with", "everybody"),)),
        ("people", "ada", (("search", "x"), ("inactive", "1"))),
        ("people", "ada", (("site", "LHS"), ("order", "site_id"), ("descending", "1"))),
        ("funds", "bea", (("fiscal_year", "2027"), ("closed", "no"))),
        ("spend-by-fund", "ben", (("year", "2027"), ("category", "computers"))),
        ("fund_entries", "ben", (("fund", a_fund().fund_id), ("figure", "Available"))),
    ],
)
def test_what_a_page_writes_into_an_address_is_known(
    database: Database, table: str, person: str, query: Query
) -> None:
    in_status(database, Status.CLOSED)
    assert taken_away(database, who(database, person), table, query, now=NOON, strict=True).headings


@pytest.mark.parametrize("table", EXPORTS)
def test_every_table_knows_what_it_is_narrowed_down_by(database: Database, table: str) -> None:
    with pytest.raises(InvalidError, match="not narrowed down by “colour”"):
        taken_away(database, OPERATOR, table, (("colour", "red"),), now=NOON, strict=True)


def test_a_slip_in_only_is_told_and_nothing_is_written(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "requests.csv"
    words = ("export", "--database", path, "--table", "requests", "--to", file, "--only")
    assert "There are: search, order, descending" in refused(*words, "stie=LHS")
    assert "“status” is never “nonsense”" in refused(*words, "status=nonsense")
    assert not file.exists()


def test_budgets_without_a_reason_name_the_option_and_leave_the_other_rows(
    path: Path, tmp_path: Path
) -> None:
    file, errors = tmp_path / "funds.csv", tmp_path / "errors.csv"
    file.write_text("Code,Budget,Last order date\nGEN-27,999999,\nT1A-27,,next spring\n")
    words = ("import", file, "--database", path, "--table", "funds", "--errors", errors)
    done = typed(*words)
    assert done.returncode == 2
    assert "Say why the budget changes" in done.stderr
    assert "Give the reason with --reason." in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "next spring" in errors.read_text("utf-8-sig")
    errors.unlink()
    done = typed(*words, "--reason", "Board vote")
    assert "Saved: 0 new rows, 1 changed cells." in done.stdout
    assert errors.exists()
