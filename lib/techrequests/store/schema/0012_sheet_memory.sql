-- What is remembered of a sheet belongs to one tab of one spreadsheet: who links another one, and
-- later this one again, goes on from what was agreed on then.
ALTER TABLE sheet_tab RENAME TO former_tab;
ALTER TABLE sheet_base RENAME TO former_base;
ALTER TABLE sheet_key RENAME TO former_key;
ALTER TABLE sheet_conflict RENAME TO former_conflict;
ALTER TABLE sheet_left_out RENAME TO former_left_out;

-- Every tab that ever showed a table; only the one that is in use is read and written.
CREATE TABLE sheet_tab (
    spreadsheet TEXT NOT NULL,
    tab_number BIGINT NOT NULL,
    table_name TEXT NOT NULL,
    in_use BOOLEAN NOT NULL,
    PRIMARY KEY (spreadsheet, tab_number)
);
INSERT INTO sheet_tab
SELECT spreadsheet, tab_number, split_part(table_name, ' until ', 1), table_name NOT LIKE '% until %'
FROM former_tab;

-- What app and sheet last agreed on: of a row, the texts by field as JSON.
CREATE TABLE sheet_base (
    spreadsheet TEXT NOT NULL,
    tab_number BIGINT NOT NULL,
    row_key TEXT NOT NULL,
    texts TEXT NOT NULL,
    PRIMARY KEY (spreadsheet, tab_number, row_key)
);
INSERT INTO sheet_base
SELECT t.spreadsheet, t.tab_number, f.row_key, f.texts
FROM former_base f JOIN former_tab t ON t.table_name = f.table_name;

-- Keys handed out for rows that people fill in, and which row of the table each became.
CREATE TABLE sheet_key (
    spreadsheet TEXT NOT NULL,
    tab_number BIGINT NOT NULL,
    sheet_key TEXT NOT NULL,
    row_key TEXT,
    PRIMARY KEY (spreadsheet, tab_number, sheet_key)
);
INSERT INTO sheet_key
SELECT t.spreadsheet, t.tab_number, f.sheet_key, f.row_key
FROM former_key f JOIN former_tab t ON t.table_name = f.table_name;

-- What only a person can decide; field is empty when it is about a whole row.
CREATE TABLE sheet_conflict (
    spreadsheet TEXT NOT NULL,
    tab_number BIGINT NOT NULL,
    row_key TEXT NOT NULL,
    field TEXT NOT NULL,
    base TEXT,
    ours TEXT,
    theirs TEXT,
    seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (spreadsheet, tab_number, row_key, field)
);
INSERT INTO sheet_conflict
SELECT t.spreadsheet, t.tab_number, f.row_key, f.field, f.base, f.ours, f.theirs, f.seen_at
FROM former_conflict f JOIN former_tab t ON t.table_name = f.table_name;

-- Rows that somebody took out of a sheet, and a person agreed to leave out.
CREATE TABLE sheet_left_out (
    spreadsheet TEXT NOT NULL,
    tab_number BIGINT NOT NULL,
    row_key TEXT NOT NULL,
    PRIMARY KEY (spreadsheet, tab_number, row_key)
);
INSERT INTO sheet_left_out
SELECT t.spreadsheet, t.tab_number, f.row_key
FROM former_left_out f JOIN former_tab t ON t.table_name = f.table_name;

DROP TABLE former_base;
DROP TABLE former_key;
DROP TABLE former_conflict;
DROP TABLE former_left_out;
DROP TABLE former_tab;
