"""What left as a file and comes back changes nothing, and one edit in it arrives exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOON, in_status, who
from exchange.bringing import brought, looked_at, reasons_of
from techrequests.domain.edits import cell_text
from techrequests.domain.fields import Kind, shown
from techrequests.domain.techrequest import Status
from techrequests.exchange.csv_out import csv_file
from techrequests.exchange.dry_run import Fate
from techrequests.exchange.editable import EDITABLE
from techrequests.exchange.exports import taken_away
from techrequests.exchange.workbook_out import workbook_file
from techrequests.services.table_plan import editable_fields

if TYPE_CHECKING:
    from techrequests.domain.fields import Column, Record
    from techrequests.store.database import Database

EDITOR = {"funds": "bea", "tolerances": "bea", "inventory": "rita"}
"""Who edits a table that the administrator does not."""


def editor(name: str) -> str:
    return EDITOR.get(name, "ada")


def left(database: Database, name: str, form: str) -> bytes:
    """A table as its editor takes it away."""
    query = (("inactive", "1"),)
    grid = taken_away(database, who(database, editor(name)), name, query, now=NOON)
    return csv_file(grid) if form == "csv" else workbook_file(grid, NOON)


def rows_of(database: Database, record: type[Record]) -> dict[str, Any]:
    with database.read() as reader:
        return {getattr(row, record.TABLE.key): row for row in reader.find(record)}


@pytest.fixture
def full(database: Database) -> Database:
    """A district with units, and with texts that a spreadsheet could misread."""
    in_status(database, Status.CLOSED)
    with database.write() as work:
        work.run("UPDATE site SET phone = '=1+1', address = '00712' WHERE site_id = 'LHS'")
        work.run("UPDATE vendor SET phone = '+1 555 0100', contact_name = $it", it="'=A, “B”\nC;D")
        work.run("UPDATE standard_item SET notes = $it", it="1/2\n-3 inch, 12E5 Zoë\t=")
        work.run("UPDATE fund SET notes = '3-4', award_number = 'S010A260030', rule = '@SUM'")
        work.run("UPDATE asset SET serial = '00012345', room = '007' WHERE asset_tag = 'A-100001'")
    return database


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", EDITABLE)
def test_a_table_that_left_and_comes_back_changes_nothing(
    full: Database, name: str, form: str
) -> None:
    run = looked_at(full, name, left(full, name, form), by=editor(name))
    assert run.lines
    assert reasons_of(run) == {}
    assert set(run.counts) == {Fate.SAME}
    before = rows_of(full, EDITABLE[name].record)
    assert brought(full, run, by=editor(name)).cells == 0
    assert rows_of(full, EDITABLE[name].record) == before


def values_for(column: Column) -> st.SearchStrategy[Any]:
    """Values that the rules of a table have nothing against, and a spreadsheet may."""
    field = column.field
    assert field
    if column.choices:
        return st.sampled_from([column.python_type(choice) for choice in column.choices])
    if column.kind is Kind.MONEY:
        return st.integers(100_000_00, 900_000_00)
    if column.kind is Kind.INTEGER:
        return st.integers(max(field.minimum or 0, 1), min(field.maximum or 900, 2100))
    if column.kind is Kind.DATE:
        return st.dates(NOON.date().replace(year=2028), NOON.date().replace(year=2090))
    if column.kind is Kind.YES_NO:
        return st.booleans()
    texts = st.text(
        st.sampled_from("=+-@'\",;\t 0123456789/.eEabzZéñ“%_x#中"), min_size=1, max_size=20
    )
    return texts.map(str.strip).filter(bool).filter(lambda text: text.casefold() != "(clear)")


# Whose values other rules look at: they are edited by tests that know these rules.
RULED = {
    *("email", "active", "closed", "categories", "sites", "serial", "status"),
    *("starts_on", "fiscal_year"),
}

EDITED = [
    (name, column)
    for name, table in EDITABLE.items()
    for column in editable_fields(table.record)
    if column.name not in {*RULED, *table.plan.all_pointers(), *table.plan.choices}
]


@pytest.mark.parametrize(("name", "column"), EDITED, ids=lambda it: getattr(it, "name", it))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=3,
)
@given(data=st.data())
def test_an_edit_in_the_file_arrives_exactly(
    full: Database, name: str, column: Column, data: st.DataObject
) -> None:
    record = EDITABLE[name].record
    form = data.draw(st.sampled_from(["csv", "xlsx"]))
    grid = taken_away(full, who(full, editor(name)), name, (("inactive", "1"),), now=NOON)
    labels = [heading.label for heading in grid.headings]
    assert column.field
    before = rows_of(full, record)
    others_rows = [at for at, row in enumerate(grid.rows) if editor(name) not in row]
    place = data.draw(st.sampled_from(others_rows))
    value = data.draw(values_for(column))
    rows = [list(row) for row in grid.rows]
    rows[place][labels.index(column.field.label)] = value
    edited = type(grid)(
        title=grid.title, headings=grid.headings, rows=tuple(tuple(row) for row in rows)
    )
    content = csv_file(edited) if form == "csv" else workbook_file(edited, NOON)
    run = looked_at(full, name, content, by=editor(name), reason="Because.")
    assert reasons_of(run) == {}
    brought(full, run, by=editor(name))
    after = rows_of(full, record)
    key = rows[place][labels.index("Asset tag" if name == "inventory" else "Code")]
    for code, row in after.items():
        expected = value if code == key else getattr(before[code], column.name)
        assert cell_text(column, getattr(row, column.name)) == cell_text(column, expected)
        others = [one.name for one in shown(record) if one is not column]
        assert [getattr(row, one) for one in others] == [
            getattr(before[code], one) for one in others
        ]
