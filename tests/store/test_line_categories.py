"""The migration that gave each thing asked for a category, on a database with data."""

from __future__ import annotations

from builders import NOON
from techrequests.store.checks import broken_rows
from techrequests.store.database import Database
from techrequests.store.migrate import migrate, scripts, split

_BEFORE = 20
_THEN = "TIMESTAMP '2026-10-05 12:00:00'"
_OLD = f"""
INSERT INTO standard_item VALUES (
    'DISP-75', 'Display', 'displays', 'ViewSonic', 'IFP7550', 219900, 45, 8, TRUE, '', TRUE, 1
);
INSERT INTO tech_request VALUES (
    'TR-2026-0001', 'in review', 'A projector', 'computers', 'It shuts off.', 'Daily.', 'medium',
    '', NULL, 'LHS', 'tina', 'tina', 'rita', 'pia', NULL, NULL, 239900, 1, NULL, {_THEN}, {_THEN},
    {_THEN}, NULL, 1, NULL, NULL
);
INSERT INTO request_line VALUES
    ('A/1', 'TR-2026-0001', 1, 1, 'DISP-75', 'Display', 1, 219900),
    ('A/2', 'TR-2026-0001', 1, 2, NULL, 'Adapter', 1, 20000);
INSERT INTO review VALUES (
    'R1', 'TR-2026-0001', 1, 'rita', 'not feasible', 'a classroom or team',
    'against the standards', 'No.', 'forward', {_THEN}
);
"""  # noqa: S608  # constants


def test_lines_get_the_category_of_the_catalog_else_that_of_their_request() -> None:
    database = Database.open()
    database.script(["CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT)"])
    for number, (name, sql) in scripts().items():
        if number < _BEFORE:
            done = f"INSERT INTO schema_version VALUES ({number}, '{name}')"  # noqa: S608
            database.script([*split(sql), done])
    database.script(split(_OLD))
    migrate(database)
    with database.read() as reader:
        rows = reader.rows("SELECT line_id, category FROM request_line ORDER BY line_id")
        reason = reader.value("SELECT override_reason FROM review")
        broken = broken_rows(reader, now=NOON)
    assert [tuple(row.values()) for row in rows] == [("A/1", "displays"), ("A/2", "computers")]
    assert reason == ""
    assert not broken.keys() & {"category", "override", "value", "estimate", "lines"}
    database.close()
