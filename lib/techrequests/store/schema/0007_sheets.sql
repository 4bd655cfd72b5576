-- Which tab of a spreadsheet shows a table.
CREATE TABLE sheet_tab (
    table_name TEXT PRIMARY KEY,
    spreadsheet TEXT NOT NULL,
    tab_number BIGINT NOT NULL
);

-- What app and sheet last agreed on: of a row, the texts by field as JSON.
CREATE TABLE sheet_base (
    table_name TEXT NOT NULL,
    row_key TEXT NOT NULL,
    texts TEXT NOT NULL,
    PRIMARY KEY (table_name, row_key)
);

-- Keys handed out for rows that people fill in, and which row of the table each became.
CREATE TABLE sheet_key (
    table_name TEXT NOT NULL,
    sheet_key TEXT NOT NULL,
    row_key TEXT,
    PRIMARY KEY (table_name, sheet_key)
);

-- What only a person can decide; field is empty when it is about a whole row.
CREATE TABLE sheet_conflict (
    table_name TEXT NOT NULL,
    row_key TEXT NOT NULL,
    field TEXT NOT NULL,
    base TEXT,
    ours TEXT,
    theirs TEXT,
    seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (table_name, row_key, field)
);

-- Every cell we were about to write into a sheet, with what stood there.
CREATE SEQUENCE sheet_write_numbers;
CREATE TABLE sheet_write (
    sheet_write_no BIGINT PRIMARY KEY DEFAULT nextval('sheet_write_numbers'),
    table_name TEXT NOT NULL,
    sheet_key TEXT NOT NULL,
    field TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    written_at TIMESTAMP NOT NULL
);
