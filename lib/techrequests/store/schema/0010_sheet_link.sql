-- The one spreadsheet this database is kept in step with; home tells it from a copy of itself.
CREATE TABLE sheet_link (
    link_no INTEGER PRIMARY KEY CHECK (link_no = 1),
    link_code TEXT NOT NULL,
    spreadsheet TEXT NOT NULL,
    home TEXT NOT NULL,
    take_over BOOLEAN NOT NULL,
    linked_by_id TEXT NOT NULL,
    linked_at TIMESTAMP NOT NULL
);

-- Which way a table goes; one that is not here is not in the sheet.
CREATE TABLE sheet_sharing (
    table_name TEXT PRIMARY KEY,
    sharing TEXT NOT NULL CHECK (sharing IN ('shown', 'edited')),
    vanish_allowed BOOLEAN NOT NULL,
    shared_by_id TEXT NOT NULL,
    shared_at TIMESTAMP NOT NULL
);

-- Rows that somebody took out of a sheet, and a person agreed to leave out.
CREATE TABLE sheet_left_out (
    table_name TEXT NOT NULL,
    row_key TEXT NOT NULL,
    PRIMARY KEY (table_name, row_key)
);

-- Every pass that did something or came to grief; trouble is empty when all went well.
CREATE SEQUENCE sheet_run_numbers;
CREATE TABLE sheet_run (
    run_no BIGINT PRIMARY KEY DEFAULT nextval('sheet_run_numbers'),
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP NOT NULL,
    written INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    trouble TEXT NOT NULL
);
