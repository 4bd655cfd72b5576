-- By which way a change came, when it was not typed on a page: “from a file”.
ALTER TABLE table_edit ADD COLUMN via TEXT NOT NULL DEFAULT '';

-- Which field each column of a file goes into, as somebody last said it for a file with these
-- headings: both as JSON, fields in the order of the headings, empty for a column that is left out.
CREATE TABLE file_mapping (
    table_name TEXT NOT NULL,
    headings TEXT NOT NULL,
    fields TEXT NOT NULL,
    said_by_id TEXT NOT NULL,
    said_at TIMESTAMP NOT NULL,
    PRIMARY KEY (table_name, headings)
);
