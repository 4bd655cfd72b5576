"""What leaves as a file is what its page shows, narrowed down as the page is."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from builders import FUNDS, NOON, in_status, submitted, who
from techrequests import exchange
from techrequests.domain.errors import InvalidError, NotFoundError
from techrequests.domain.techrequest import Status
from techrequests.exchange.exports import (
    EXPORTS,
    query_of,
    query_of_rows,
    query_of_scope,
    taken_away,
)
from techrequests.services import listing
from techrequests.services.listing import LISTED
from techrequests.store.listings import Asked
from techrequests.store.reports import Scope
from techrequests.store.tables import RowsAsked

if TYPE_CHECKING:
    from techrequests.exchange.exports import Query
    from techrequests.store.database import Database


def first_cells(database: Database, person: str, name: str, query: Query = ()) -> list[object]:
    grid = taken_away(database, who(database, person), name, query, now=NOON)
    return [row[0] for row in grid.rows]


def test_search_filter_sort_and_switch_of_a_page_hold_for_its_file(database: Database) -> None:
    first = submitted(database, "tina", title="A laptop").request_id
    second = submitted(database, "will", title="A projector").request_id
    assert first_cells(database, "ada", "requests") == [first, second]
    for asked, found in (
        (Asked(search="laptop"), [first]),
        (Asked(filters=(("site", ("WES",)),)), [second]),
        (Asked(filters=(("site", ("WES", "LHS")),), order="request_id"), [first, second]),
        (Asked(order="request_id", descending=True), [second, first]),
        (Asked(order="nonsense"), [first, second]),
    ):
        assert first_cells(database, "ada", "requests", query_of(asked)) == found


def test_the_switch_of_the_review_queue_holds_for_its_file(database: Database) -> None:
    number = in_status(database, Status.IN_REVIEW).request_id
    everybodys = query_of(Asked(switches=("everybody",)))
    assert first_cells(database, "rob", "review") == []
    assert first_cells(database, "rob", "review", everybodys) == [number]


def test_rows_that_are_not_active_leave_only_when_the_page_shows_them(database: Database) -> None:
    with database.write() as work:
        work.run("UPDATE vendor SET active = FALSE WHERE vendor_id = 'NORTHWIND'")
    assert "NORTHWIND" not in first_cells(database, "ada", "vendors")
    asked = query_of_rows(RowsAsked(search="north", inactive=True))
    assert first_cells(database, "ada", "vendors", asked) == ["NORTHWIND"]


def test_an_edited_table_leaves_as_it_is_filtered_and_sorted(database: Database) -> None:
    asked = RowsAsked(filters=(("site_id", ("LHS",)),), order="full_name", descending=True)
    assert query_of_rows(asked) == (("site", "LHS"), ("order", "full_name"), ("descending", "1"))
    found = first_cells(database, "ada", "people", query_of_rows(asked))
    assert found == ["tom", "tina", "pia"]


def test_a_dashboard_leaves_as_it_is_narrowed_down(database: Database) -> None:
    in_status(database, Status.CLOSED)
    scope = Scope(fiscal_year=2027, sites=("LHS",), categories=("computers",))
    assert first_cells(database, "ada", "requests-by-month", query_of_scope(scope))
    elsewhere = Scope(fiscal_year=2027, sites=("DO",))
    assert not first_cells(database, "ada", "requests-by-month", query_of_scope(elsewhere))
    assert not first_cells(database, "ada", "requests-by-month", (("year", "2019"),))
    assert first_cells(database, "ada", "requests-by-month", (("year", "x"),))


def test_the_entries_of_a_figure_add_up_to_it(database: Database) -> None:
    in_status(database, Status.ORDERED)
    actor = who(database, "ben")
    balances = taken_away(database, actor, "fund_balances", (), now=NOON)
    labels = [heading.label for heading in balances.headings]
    for row in balances.rows:
        for figure in ("Budget", "Reserved", "Encumbered", "Expended", "Available"):
            query = (("fund", str(row[0])), ("figure", figure))
            entries = taken_away(database, actor, "fund_entries", query, now=NOON)
            assert sum(int(str(entry[2])) for entry in entries.rows) == row[labels.index(figure)]
    assert len(balances.rows) == len(FUNDS)


def test_what_is_set_up_leaves_with_how_far_it_is(database: Database) -> None:
    number = in_status(database, Status.DEPLOYING).request_id
    assert first_cells(database, "rita", "deployments") == [number]
    assert first_cells(database, "rita", "deployments", (("with", "nobody"),)) == []


def test_too_many_rows_are_refused_in_words_instead_of_cut_off(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_FILE_ROWS", 1)
    with pytest.raises(InvalidError, match=r"These are \d+ rows, and a file holds 1 at most"):
        taken_away(database, who(database, "ada"), "people", (), now=NOON)


def test_a_table_that_there_is_not_is_refused_with_those_there_are(database: Database) -> None:
    with pytest.raises(NotFoundError, match=r"There is no table “passwords”.*audit.*vendors"):
        taken_away(database, who(database, "ada"), "passwords", (), now=NOON)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_file_has_a_title_and_a_reason_to_refuse(name: str) -> None:
    export = EXPORTS[name]
    assert export.title
    assert export.permission is not None or name == "mine"


def test_no_filter_is_called_like_a_word_of_the_address() -> None:
    taken = {"search", "order", "descending", "with", "as", "inactive"}
    names = {one.name for listed in LISTED.values() for one in listed.listing.filters}
    assert not taken & names


def test_whatever_acts_for_somebody_on_a_file_is_tried_as_every_role() -> None:
    acting = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(exchange.__path__)
        for name, value in vars(import_module(f"{exchange.__name__}.{module.name}")).items()
        if inspect.isfunction(value)
        and value.__module__ == f"{exchange.__name__}.{module.name}"
        and not name.startswith("_")
        and list(inspect.signature(value).parameters)[:2]
        in (["database", "actor"], ["database", "who"])
    }
    assert acting == {
        "exports.taken_away",  # in pages/test_roles.py and server/test_attacks.py
        "planning.dry_run",  # in test_import.py
        "importing.import_rows",  # likewise
    }
