-- What new rows of such a file say where it says nothing: as JSON, texts by field.
ALTER TABLE file_mapping ADD COLUMN defaults TEXT NOT NULL DEFAULT '{}';

-- What a word of another system means in a field that is picked from a list or names a row of
-- another table, as somebody last said it: “laptops” is computers, “Lincoln HS” is LHS.
CREATE TABLE file_value (
    table_name TEXT NOT NULL,
    field TEXT NOT NULL,
    said TEXT NOT NULL,
    value TEXT NOT NULL,
    said_by_id TEXT NOT NULL,
    said_at TIMESTAMP NOT NULL,
    PRIMARY KEY (table_name, field, said)
);
